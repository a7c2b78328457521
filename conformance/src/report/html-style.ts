/**
 * How the HTML report looks, in light and in dark, and the little that it does.
 * @module
 */

const INDENTS = Array.from(
  { length: 13 },
  (_, depth) => `td.d${depth}{padding-left:${depth + 0.4}em!important}`,
).join("");

export const STYLE = `
:root{color-scheme:light dark;--page:#fff;--ink:#1c1f24;--quiet:#626a75;--line:#d8dce2;--soft:#f4f6f8;--link:#0b5cad;
--pass:#17692f;--fail:#b3261e;--warn:#8a5a00;--inconclusive:#6b3fa0;--skip:#626a75;--waived:#0b6470;--point:#fff3cd}
@media (prefers-color-scheme:dark){:root{--page:#15181c;--ink:#e4e7eb;--quiet:#9aa3ae;--line:#343a42;--soft:#1e2227;--link:#7cb7ff;
--pass:#5fd08a;--fail:#ff8a80;--warn:#f0b94a;--inconclusive:#c9a2ff;--skip:#9aa3ae;--waived:#5cc8d6;--point:#3a3416}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:78rem;padding:1.5rem 1.25rem 6rem;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;margin:0 0 .2rem}h2{font-size:1.2rem;margin:2.2rem 0 .6rem}h3{font-size:1rem;margin:1.2rem 0 .3rem;scroll-margin-top:4rem}h3 .quiet{font-weight:400}h4{margin:1rem 0 .3rem}h5{margin:.7rem 0 .2rem;color:var(--quiet)}
a{color:var(--link)}code,.mono,pre{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.87em}
a:focus-visible,summary:focus-visible,input:focus-visible,button:focus-visible,pre:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.quiet,.type{color:var(--quiet)}.n{color:var(--quiet);font-variant-numeric:tabular-nums}
.verdict{font-size:1.15rem;font-weight:600;margin:.6rem 0}
.bar{display:flex;height:.7rem;border-radius:.35rem;overflow:hidden;background:var(--line);margin:.4rem 0 .7rem}.bar span{background:currentColor}
.pill{display:inline-block;min-width:5.6em;padding:0 .5em;border:1px solid currentColor;border-radius:1em;text-align:center;font-size:.78rem;line-height:1.5;font-weight:600}
.pass{color:var(--pass)}.fail{color:var(--fail)}.warn{color:var(--warn)}.inconclusive{color:var(--inconclusive)}.skip{color:var(--skip)}.waived{color:var(--waived)}
.pill.fail{background:var(--fail);color:var(--page);border-color:var(--fail)}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.3rem 0}dl.facts dt{color:var(--quiet)}dl.facts dd{margin:0;min-width:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.28rem .5rem;border-bottom:1px solid var(--line)}
td{overflow-wrap:anywhere}td code{overflow-wrap:normal}thead th{position:sticky;top:0;background:var(--page);font-weight:600;color:var(--quiet);font-size:.85rem}
tbody th[scope=rowgroup]{background:var(--soft);font-weight:600}
.matrix td:nth-child(3){min-width:18rem}.attention td:nth-child(2){min-width:16rem;width:34%}.attention td:first-child{width:7em}.matrix td:first-child code,.matrix td:nth-child(2){white-space:nowrap}.matrix .cases a{white-space:nowrap;margin-right:.7em;text-decoration:none;font-size:.85em}.matrix .cases a:hover{text-decoration:underline}
.tools{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:.5rem .9rem;align-items:center;background:var(--page);padding:.6rem 0;border-bottom:1px solid var(--line)}
.tools input[type=search]{flex:1 1 14rem;padding:.35rem .6rem;font:inherit;color:inherit;background:var(--soft);border:1px solid var(--line);border-radius:.4rem}
.tools label{white-space:nowrap}
details.case{border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0;scroll-margin-top:4rem}details.case>summary{padding:.45rem .7rem;cursor:pointer}
details.case[open]>summary{border-bottom:1px solid var(--line)}details.case[data-result=fail]{border-left:4px solid var(--fail)}details.case[data-result=inconclusive]{border-left:4px solid var(--inconclusive)}details.case[data-result=warn]{border-left:4px solid var(--warn)}
.inside{padding:.4rem .9rem .9rem}.steps{margin-top:.4rem}
details.step{border-top:1px solid var(--line);scroll-margin-top:4rem}details.step>summary{padding:.25rem .2rem;cursor:pointer;overflow-wrap:anywhere}
details.step.pointed>summary{background:var(--point)}.step>:not(summary){margin-left:1.4rem}
pre{margin:.2rem 0;white-space:pre-wrap;overflow-wrap:anywhere}pre.text,pre.dump{background:var(--soft);padding:.5rem .7rem;border-radius:.4rem}pre.dump{white-space:pre;overflow-x:auto}
.problem{color:var(--fail);font-weight:600;margin:.4rem 0}.scroll{overflow-x:auto}
table.fields{width:auto;min-width:60%;font-size:.86rem}table.fields td{padding:.1rem .6rem;border:0}table.fields i{color:var(--quiet);font-style:normal}table.fields td:first-child{color:var(--quiet);font-variant-numeric:tabular-nums}table.fields td:nth-child(4){white-space:nowrap;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.87em}${INDENTS}table.fields td:nth-child(3){min-width:12rem;overflow-wrap:anywhere}table.fields tr:nth-child(even){background:var(--soft)}table.fields thead th{position:static}
svg.sequence{max-width:none;font:12px system-ui,sans-serif}.sequence text{fill:var(--ink);text-anchor:middle}.sequence text.left{text-anchor:start;fill:var(--quiet)}
.sequence .actor{font-weight:600}.sequence .life{stroke:var(--line);stroke-width:1.5}.sequence a{text-decoration:none}
.sequence a line{stroke:var(--ink);stroke-width:1.2}.sequence a polygon,.sequence a circle{fill:var(--ink)}.sequence .answer line{stroke-dasharray:5 4}
.sequence .failure line{stroke:var(--fail);stroke-dasharray:5 4}.sequence .failure polygon,.sequence .failure circle{fill:var(--fail)}.sequence .failure text{fill:var(--fail)}
.sequence .aside circle{fill:var(--quiet)}.sequence .pointed text{font-weight:700;fill:var(--fail)}.sequence .pointed line{stroke:var(--fail);stroke-width:2}.sequence .pointed polygon{fill:var(--fail)}.sequence .cross{font-size:18px}
details[data-result=pass] .sequence .pointed text{fill:var(--link)}details[data-result=pass] .sequence .pointed line{stroke:var(--link)}details[data-result=pass] .sequence .pointed polygon{fill:var(--link)}
.sequence a:hover text,.sequence a:focus text{text-decoration:underline}
[hidden]{display:none!important}
@media print{.tools{display:none}details.case{break-inside:avoid}}
`;

/** Filters, opens what a link points at, and "/" goes to the search field. The report is readable without it. */
export const SCRIPT = `
const search=document.getElementById("search"),boxes=[...document.querySelectorAll("[data-show]")];
const cases=[...document.querySelectorAll("details.case")],rows=[...document.querySelectorAll("tr[data-result]")],areas=[...document.querySelectorAll(".area")];
const text=new Map([...cases,...rows].map(one=>[one,(one.id+" "+one.textContent.slice(0,3000)).toLowerCase()]));
function filter(){const words=search.value.toLowerCase().split(/\\s+/).filter(Boolean),on=new Set(boxes.filter(b=>b.checked).map(b=>b.dataset.show));
for(const one of [...cases,...rows])one.hidden=!on.has(one.dataset.result)||!words.every(w=>text.get(one).includes(w));
for(const area of areas)area.hidden=![...area.querySelectorAll("details.case,tr[data-result]")].some(one=>!one.hidden);
document.getElementById("shown").textContent=cases.filter(c=>!c.hidden).length+" of "+cases.length+" cases";}
search.addEventListener("input",filter);for(const box of boxes)box.addEventListener("change",filter);
async function unpack(one){const packed=one.querySelector?.(".packed");if(!packed||!packed.dataset.octets)return;
const octets=Uint8Array.from(atob(packed.dataset.octets),c=>c.charCodeAt(0));delete packed.dataset.octets;
packed.outerHTML=await new Response(new Blob([octets]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();}
document.addEventListener("toggle",e=>{if(e.target.open)unpack(e.target);},true);
async function reveal(){const id=decodeURIComponent(location.hash.slice(1));
if(!document.getElementById(id))for(const one of cases)if(id.startsWith(one.id+"-"))await unpack(one);
const at=document.getElementById(id);if(!at)return;
for(let one=at;one;one=one.parentElement){if(one.tagName==="DETAILS")one.open=true;one.hidden=false;}at.scrollIntoView();}
addEventListener("hashchange",reveal);document.addEventListener("click",e=>{const a=e.target.closest("a[href^='#']");if(a&&a.getAttribute("href")===location.hash)reveal();});
addEventListener("keydown",e=>{if(e.key==="/"&&document.activeElement!==search){e.preventDefault();search.focus();}});
document.getElementById("open").addEventListener("click",()=>{const some=cases.some(c=>!c.hidden&&!c.open);for(const c of cases)if(!c.hidden)c.open=some;});
document.querySelector(".tools").hidden=false;filter();reveal();
`;
