/**
 * The whole report in one HTML file that loads nothing: its policy allows its own style and script and no more, so
 * that nothing a server answered can ever act in it.
 * @module
 */

import { createHash } from "node:crypto";
import { RESULTS, type Result } from "../judge.ts";
import type { Run } from "../run-file.ts";
import { escapeMarkup as safe } from "./escape.ts";
import { anchorOf, caseHtml, pill } from "./html-case.ts";
import { SCRIPT, STYLE } from "./html-style.ts";
import type { Report, ReportedCase, RequirementRow } from "./model.ts";

/** The report as HTML. The run is needed for what was exchanged. */
export function reportHtml(report: Report, run: Run): string {
  const { target } = report.run;
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  // Only the indentation of fields is set by attributes, so styles in attributes are allowed as well.
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${hash(SCRIPT)}`;
  const requirements = new Map(report.requirements.map((row) => [row.id, row]));
  const records = new Map(run.records.map((record) => [record.caseId, record]));
  const areas = Map.groupBy(report.cases, ({ id }) => id.slice(0, id.indexOf("/")));
  const cases = [...areas].map(([area, some]) => {
    const all = some.map((one) => caseHtml(one, records.get(one.id), requirements, target.domain));
    return `<section class="area"><h3>${safe(area)} <span class="quiet">${tally(some)}</span></h3>${all.join("\n")}</section>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>MIMI conformance of ${safe(target.domain)}</title>
<style>${STYLE}</style></head><body>
<header><h1>MIMI conformance of ${safe(target.domain)}</h1>${summaryHtml(report)}</header>
<div class="tools" hidden><input type="search" id="search" placeholder="Search cases and requirements (press /)" aria-label="Search cases and requirements">
${RESULTS.filter((result) => report.counts[result] > 0)
  .map(toggleHtml)
  .join(
    "",
  )}<button id="open" type="button">open or fold all</button><span id="shown" class="quiet" aria-live="polite"></span></div>
<main>${attentionHtml(report)}
<h2 id="cases">Cases</h2>${cases.join("\n")}
<h2 id="requirements">Requirements</h2>${matrixHtml(report)}
${readingsHtml(report)}${adapterHtml(report)}${waiversHtml(report)}
<h2>Coverage</h2>${coverageHtml(report)}</main>
<script>${SCRIPT}</script></body></html>
`;
}

function tally(cases: readonly ReportedCase[]): string {
  const count = (result: Result) => cases.filter(({ verdict }) => verdict.result === result).length;
  return RESULTS.filter((result) => count(result) > 0)
    .map((result) => `${count(result)} ${result}`)
    .join(", ");
}

const toggleHtml = (result: Result): string =>
  `<label><input type="checkbox" data-show="${result}" checked> <span class="${result}">${result}</span></label>`;

function summaryHtml({ counts, run, exitCode, strays }: Report): string {
  const sentence =
    exitCode === 0
      ? "Nothing failed."
      : exitCode === 1
        ? `${counts.fail} ${counts.fail === 1 ? "case" : "cases"} failed.`
        : "Nothing failed, but not everything could be decided.";
  const present = RESULTS.filter((result) => counts[result] > 0);
  const bar = present.map((result) => `<span class="${result}" style="flex:${counts[result]}"></span>`);
  const parts = present.map((result) => `<span class="${result}">${counts[result]} ${result}</span>`);
  const facts: readonly (readonly [string, string])[] = [
    ["Target", `${run.target.url} as ${run.target.domain}`],
    ["When", `${run.startedAt} to ${run.endedAt}`],
    ["Suite", `OpenMIMI ${run.suiteVersion}, level ${run.level}, seed ${run.seed}`],
    [
      "Ran on",
      Object.entries(run.environment)
        .map(([name, value]) => `${name} ${value}`)
        .join(", "),
    ],
    [
      "Peers",
      Object.entries(run.peers)
        .map(([name, value]) => `${name} at ${value}`)
        .join(", "),
    ],
    ...(strays === 0 ? [] : ([["Strays", `${strays} requests of the target belong to no case`]] as const)),
  ];
  return (
    `<p class="verdict ${exitCode === 0 ? "pass" : exitCode === 1 ? "fail" : "inconclusive"}">${sentence}</p>` +
    `<div class="bar" aria-hidden="true">${bar.join("")}</div><p>${parts.join(" &#183; ")}</p>` +
    `<dl class="facts">${facts.map(([name, value]) => `<dt>${name}</dt><dd>${safe(value)}</dd>`).join("")}</dl>`
  );
}

const NEEDS_ATTENTION: readonly Result[] = ["fail", "inconclusive", "warn", "waived"];

function attentionHtml({ cases }: Report): string {
  const found = NEEDS_ATTENTION.flatMap((result) => cases.filter(({ verdict }) => verdict.result === result));
  if (found.length === 0) return "";
  const rows = found.map(
    ({ id, title, verdict }) =>
      `<tr data-result="${verdict.result}"><td>${pill(verdict.result)}</td><td><a href="#${anchorOf(id)}"><code>${safe(id)}</code></a><br>${safe(title)}</td>` +
      `<td>${verdict.expected === "" ? "" : `expected ${safe(verdict.expected)}<br>`}saw ${safe(verdict.saw)}${verdict.reason === undefined || verdict.reason === verdict.saw ? "" : `<br><span class="quiet">${safe(verdict.reason)}</span>`}</td></tr>`,
  );
  return `<h2 id="attention">What needs attention</h2><div class="scroll"><table class="attention"><thead><tr><th scope="col">Result</th><th scope="col">Case</th><th scope="col">Why</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function matrixHtml({ requirements }: Report): string {
  const groups = Map.groupBy(requirements, ({ draft, section }) => `${draft} ${section}`);
  const body = [...groups].map(
    ([heading, rows]) =>
      `<tbody class="area"><tr><th scope="rowgroup" colspan="5">${safe(heading)}</th></tr>${rows.map(requirementRow).join("")}</tbody>`,
  );
  return `<div class="scroll"><table class="matrix"><thead><tr><th scope="col">Requirement</th><th scope="col">Level</th><th scope="col">What it asks</th><th scope="col">Result</th><th scope="col">Cases</th></tr></thead>${body.join("\n")}</table></div>`;
}

function requirementRow({ id, level, requirement, result, cases }: RequirementRow): string {
  const links = cases.map(
    (one) => `<a class="${one.result}" href="#${anchorOf(one.id)}" title="${one.result}">${safe(one.id)}</a>`,
  );
  return `<tr id="req-${id}" data-result="${result}"><td><code>${id}</code></td><td>${safe(level)}</td><td>${safe(requirement)}</td><td>${pill(result)}</td><td class="cases">${links.join(" ")}</td></tr>`;
}

function readingsHtml({ readings }: Report): string {
  if (readings.length === 0) return "";
  const rows = readings.map(
    ({ id, title, observed, text, chosen, cases }) =>
      `<tr><td><code>${id}</code></td><td>${safe(title)}</td><td>${safe(`${observed}: ${text}`)}${chosen ? "" : ` <span class="warn">(OpenMIMI reads it otherwise)</span>`}</td><td>${cases.length}</td></tr>`,
  );
  return `<h2>Readings observed</h2><p class="quiet">Where a draft can be read in more than one way, these are the ways the target takes. None of them is a failure.</p><div class="scroll"><table><thead><tr><th scope="col">Reading</th><th scope="col">Question</th><th scope="col">Observed</th><th scope="col">Cases</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function adapterHtml({ run }: Report): string {
  const { adapter } = run;
  if (adapter === undefined) return "";
  const rows = adapter.operations.map(({ operation, status, tried, detail }) => {
    const kind = status === "works" ? "pass" : status === "wrong" ? "fail" : "skip";
    return `<tr><td><code>${safe(operation)}</code></td><td class="${kind}">${status}</td><td>${safe(detail ?? tried)}</td></tr>`;
  });
  const who = adapter.info === undefined ? "" : ` (${adapter.info.adapter} before ${adapter.info.provider})`;
  return `<h2>Adapter</h2><p>${safe(`${adapter.url}${who}`)}</p><div class="scroll"><table><thead><tr><th scope="col">Operation</th><th scope="col">State</th><th scope="col">Detail</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function waiversHtml({ waivers }: Report): string {
  if (waivers.length === 0) return "";
  const rows = waivers.map(
    ({ case: id, owner, expires, reason, use }) =>
      `<tr><td><a href="#${safe(anchorOf(id))}"><code>${safe(id)}</code></a></td><td>${safe(owner)}</td><td>${safe(expires)}</td><td>${safe(reason)}</td><td>${use}</td></tr>`,
  );
  return `<h2>Waivers</h2><div class="scroll"><table><thead><tr><th scope="col">Case</th><th scope="col">Owner</th><th scope="col">Until</th><th scope="col">Reason</th><th scope="col">Use</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function coverageHtml({ coverage }: Report): string {
  const { requirements, decided, unlocked, untestable } = coverage;
  return `<p>This run decided ${decided} of ${requirements} requirements (${untestable} can be decided by nothing). The cases of the suite are about ${unlocked.L0} requirements that need no adapter (L0), ${unlocked.L1} with fixtures (L1), and ${unlocked.L2} with an adapter (L2).</p>`;
}
