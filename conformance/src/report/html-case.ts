/**
 * One case in the HTML report: what was expected and seen, the sequence, and every step with its octets.
 * @module
 */

import { deflateRawSync } from "node:zlib";
import { describeOutcome, fromBase64 } from "../checks-of.ts";
import { bodySchema, namedSchema } from "../decode.ts";
import type { CaseRecord } from "../judge.ts";
import type { CaseTranscript, Entry, ExchangeEntry, HeaderFields } from "../transcript.ts";
import { escapeMarkup as safe, shorten } from "./escape.ts";
import type { ReportedCase, RequirementRow } from "./model.ts";
import { BRIEF, type Extent, octetsHtml, WHOLE } from "./octets.ts";
import { sequenceSvg } from "./sequence.ts";

/** The anchor of a case. Ids of cases hold no character that needs escaping. */
export const anchorOf = (id: string): string => `case-${id.replaceAll("/", "-")}`;

/** A result as a coloured word. */
export const pill = (result: string): string => `<span class="pill ${result}">${result}</span>`;

/** A case with everything that belongs to it, folded unless it needs attention. */
export function caseHtml(
  one: ReportedCase,
  record: CaseRecord | undefined,
  requirements: ReadonlyMap<string, RequirementRow>,
  targetDomain: string,
): string {
  const { verdict } = one;
  const anchor = anchorOf(one.id);
  const attention = verdict.result !== "pass" && verdict.result !== "skip";
  const open = verdict.result === "fail" || verdict.result === "inconclusive" ? " open" : "";
  const view = { targetDomain, extent: attention ? WHOLE : BRIEF };
  const happened =
    (record?.valid === undefined
      ? ""
      : transcriptHtml("Its valid twin", record.valid, `${anchor}-v`, view, undefined)) +
    (record?.transcript === undefined
      ? ""
      : transcriptHtml("What happened", record.transcript, anchor, view, verdict.at));
  return `<details class="case" id="${anchor}" data-result="${verdict.result}"${open}>
<summary>${pill(verdict.result)} <code>${safe(one.id)}</code> <span>${safe(one.title)}</span></summary>
<div class="inside">
<dl class="facts">
${fact("Expected", safe(verdict.expected))}${fact("Saw", seen(one, anchor))}${fact("Because", because(one))}
${fact("Requirements", one.requirements.map((id) => requirementHtml(id, requirements.get(id))).join("<br>"))}
${fact("Readings", readingsText(one))}
${fact("Kind", `${one.level}, ${one.role}, needs ${one.adapterLevel}${twinText(one)}; ${one.durationMs} ms`)}
</dl>
${attention || happened === "" ? happened : packed(happened)}
</div></details>`;
}

/**
 * What nobody has to look at, in a tenth of the octets: unpacked when its case is opened. Without JavaScript the
 * verdict still stands there, and the steps in the run file.
 */
function packed(html: string): string {
  const octets = deflateRawSync(html).toString("base64");
  return `<div class="packed" data-octets="${octets}"><noscript>The steps are packed: open the page with JavaScript, or see the run file.</noscript></div>`;
}

const fact = (name: string, html: string): string => (html === "" ? "" : `<dt>${name}</dt><dd>${html}</dd>`);

function seen({ verdict }: ReportedCase, anchor: string): string {
  const link = verdict.at === undefined ? "" : ` <a href="#${anchor}-${verdict.at}">step ${verdict.at}</a>`;
  return safe(verdict.saw) + link;
}

function because({ verdict }: ReportedCase): string {
  return verdict.reason === undefined || verdict.reason === verdict.saw ? "" : safe(verdict.reason);
}

function twinText({ twin }: ReportedCase): string {
  if (twin === undefined) return "";
  return twin === "inline"
    ? "; its valid twin is shown below"
    : `; valid twin <a href="#${anchorOf(twin)}"><code>${safe(twin)}</code></a>`;
}

function requirementHtml(id: string, row: RequirementRow | undefined): string {
  if (row === undefined) return `<code>${safe(id)}</code>`;
  const { level, section, draft, requirement } = row;
  return `<a href="#req-${id}"><code>${id}</code></a> ${safe(level)}: ${safe(requirement)} <span class="quiet">(${safe(draft)} ${safe(section)})</span>`;
}

function readingsText({ readings, verdict }: ReportedCase): string {
  const observed = verdict.readings.map(({ id, observed: letter }) => `${id} (${letter} observed)`);
  const named = new Set(verdict.readings.map(({ id }) => id));
  return [...observed, ...readings.filter((id) => !named.has(id))].join(", ");
}

function transcriptHtml(
  heading: string,
  transcript: CaseTranscript,
  prefix: string,
  { targetDomain, extent }: { readonly targetDomain: string; readonly extent: Extent },
  at: number | undefined,
): string {
  const { end } = transcript;
  const ended =
    end.kind === "completed"
      ? ""
      : `<p class="problem">The script ${end.kind === "broken" ? "broke" : "stopped"}: ${safe(end.reason)}</p>`;
  const steps = transcript.entries.map((entry) => stepHtml(entry, prefix, entry.n === at, extent)).join("\n");
  return `<h4>${heading}</h4>${sequenceSvg(transcript, targetDomain, prefix, at)}${ended}<div class="steps">${steps}</div>`;
}

function stepHtml(entry: Entry, prefix: string, pointed: boolean, extent: Extent): string {
  const [summary, body] = stepParts(entry, pointed ? WHOLE : extent);
  const title = `<span class="n">${entry.n}</span> ${summary} <span class="quiet">${entry.atMs} ms</span>`;
  const attributes = `class="step${pointed ? " pointed" : ""}" id="${prefix}-${entry.n}"`;
  return `<details ${attributes}${pointed ? " open" : ""}><summary>${title}</summary>${body}</details>`;
}

function stepParts(entry: Entry, extent: Extent): readonly [summary: string, body: string] {
  switch (entry.kind) {
    case "exchange":
      return [
        `<b>${safe(entry.label ?? "received")}</b> ${safe(`${entry.from} to ${entry.to}: ${entry.request.method} ${entry.endpoint ?? shorten(entry.request.path, 60)}`)} &#8594; ${safe(describeOutcome(entry))}`,
        exchangeHtml(entry, extent),
      ];
    case "adapter": {
      const { outcome } = entry;
      const answer =
        outcome.kind === "result" ? outcome.result : { code: outcome.code, detail: outcome.detail };
      const word = outcome.kind === "result" ? "done" : outcome.code;
      return [
        `<b>${safe(entry.label ?? "adapter")}</b> ${safe(entry.operation)} &#8594; ${safe(word)}`,
        jsonHtml("arguments", entry.arguments) + jsonHtml(outcome.kind, answer),
      ];
    }
    case "observation":
      return [`<b>observed</b> ${safe(entry.label)}`, jsonHtml("value", entry.value)];
    case "wait":
      return [
        `<b>waited</b> ${safe(entry.label)} &#8594; ${entry.exchange === undefined ? "in vain" : `step ${entry.exchange}`}`,
        `<p>${safe(entry.expected)}</p>`,
      ];
    case "note": {
      const octets = entry.octets === undefined ? "" : noteOctets(entry.octets, entry.as, extent);
      return [`<b>note</b> ${safe(entry.text)}`, octets];
    }
  }
}

const noteOctets = (octets: string, as: string | undefined, extent: Extent): string =>
  octetsHtml(fromBase64(octets), as === undefined ? undefined : namedSchema(as), extent);

function exchangeHtml({ request, outcome, endpoint, tls }: ExchangeEntry, extent: Extent): string {
  const raw = request.method === "" ? "Octets sent after the handshake" : `${request.method} ${request.path}`;
  const asked = `<h5>Request</h5><pre class="text">${safe(raw)}\n${headersText(request.headers)}</pre>${octetsHtml(fromBase64(request.body), bodySchema(endpoint, "request"), extent)}`;
  const answered =
    outcome.kind === "answer"
      ? `<h5>Answer</h5><pre class="text">${outcome.status}\n${headersText(outcome.headers)}</pre>${octetsHtml(fromBase64(outcome.body), bodySchema(endpoint, "response"), extent)}`
      : `<h5>No answer</h5><p class="problem">${safe(describeOutcome({ outcome }))}</p>`;
  const certificates =
    tls === undefined
      ? ""
      : `<p class="quiet">${safe(
          `${tls.protocol ?? "TLS"}; the suite showed the certificate ${tls.suiteIdentity} (${tls.suiteCertificateNames.join(", ") || "no names"}), ` +
            `the target ${tls.targetCertificateNames.join(", ") || "none"}${tls.targetAuthorized ? "" : `, not trusted: ${tls.targetError ?? "no certificate"}`}`,
        )}</p>`;
  return `<div class="exchange">${asked}${answered}${certificates}</div>`;
}

const headersText = (headers: HeaderFields): string =>
  safe(headers.map(([name, value]) => `${name}: ${value}`).join("\n"));

function jsonHtml(name: string, value: unknown): string {
  return `<h5>${safe(name)}</h5><pre class="text">${safe(shorten(JSON.stringify(value, null, 2), 8000))}</pre>`;
}
