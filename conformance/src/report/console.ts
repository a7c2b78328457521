/**
 * The summary for a terminal of 100 columns.
 * @module
 */

import type { Result } from "../judge.ts";
import { shorten, visible } from "./escape.ts";
import type { Report, ReportedCase } from "./model.ts";

const COLOURS: Readonly<Record<Result, number>> = {
  pass: 32,
  fail: 31,
  warn: 33,
  inconclusive: 35,
  skip: 90,
  waived: 36,
};
const WIDTH = 100;

/**
 * The summary as text.
 * @param options `colour`: with ANSI colours, for a terminal. `verbose`: passed cases too
 */
export function consoleSummary(
  report: Report,
  options: { readonly colour?: boolean; readonly verbose?: boolean } = {},
): string {
  const paint = (result: Result, text: string): string =>
    options.colour === true ? `\u001b[${COLOURS[result]}m${text}\u001b[0m` : text;
  const { counts, coverage, run } = report;
  const lines = [
    `OpenMIMI conformance ${run.suiteVersion}: ${run.target.domain} at ${run.target.url}, level ${run.level}`,
    "",
  ];
  for (const one of report.cases) {
    const { result } = one.verdict;
    if (result === "pass" && options.verbose !== true) continue;
    if (result === "skip" && options.verbose !== true) continue;
    lines.push(...caseLines(one, paint));
  }
  if (lines.length > 2) lines.push("");
  for (const { id, observed, text, chosen } of report.readings) {
    if (!chosen) lines.push(cut(`reading  ${id} ${observed}: ${text}`));
  }
  for (const { case: id, owner, expires, use } of report.waivers) {
    if (use !== "used") lines.push(cut(`waiver   ${id}: ${use} (${owner}, until ${expires})`));
  }
  const totals = (["pass", "fail", "warn", "inconclusive", "waived", "skip"] as const)
    .filter((result) => counts[result] > 0 || result === "pass" || result === "fail")
    .map((result) => paint(result, `${counts[result]} ${WORDS[result]}`));
  lines.push(
    totals.join(", "),
    `${coverage.decided} of ${coverage.requirements} requirements decided ` +
      `(the suite reaches ${coverage.unlocked.L0} at L0, ${coverage.unlocked.L1} at L1, ${coverage.unlocked.L2} at L2)`,
    `seed ${visible(run.seed)}`,
  );
  return `${lines.join("\n")}\n`;
}

const WORDS: Readonly<Record<Result, string>> = {
  pass: "passed",
  fail: "failed",
  warn: "warned",
  inconclusive: "inconclusive",
  skip: "skipped",
  waived: "waived",
};

function caseLines(one: ReportedCase, paint: (result: Result, text: string) => string): string[] {
  const { result, expected, saw, reason, at } = one.verdict;
  const lines = [`${paint(result, result.padEnd(12))} ${one.id}`, indent(one.title)];
  if (result === "pass" || result === "skip")
    return reason === undefined ? lines : [...lines, indent(reason)];
  if (expected !== "") lines.push(indent(`expected  ${expected}`));
  lines.push(indent(`saw       ${saw}`));
  if (reason !== undefined && reason !== saw) lines.push(indent(`because   ${reason}`));
  if (at !== undefined) lines.push(indent(`entry     ${at} of its transcript`));
  lines.push(indent(one.requirements.join(" ")));
  return lines;
}

const indent = (text: string): string => cut(`             ${text}`);
const cut = (text: string): string => shorten(visible(text).replaceAll(/[\n\r\t]/g, " "), WIDTH);
