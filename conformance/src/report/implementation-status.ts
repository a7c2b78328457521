/**
 * A paragraph for the Implementation Status section of a draft. RFC 7942 §2.
 * @module
 */

import { visible } from "./escape.ts";
import type { Report } from "./model.ts";

/** The paragraph as plain text of at most 72 columns. What only the implementer knows is left to fill in. */
export function implementationStatus(report: Report): string {
  const { run, counts, coverage, drafts, cases } = report;
  const decided = new Set(
    report.requirements.filter(({ result }) => result !== "skip").map(({ draft }) => draft),
  );
  const documents = drafts.filter(({ shortName }) => decided.has(shortName)).map(({ document }) => document);
  const roles = new Set(cases.filter(({ verdict }) => verdict.result !== "skip").map(({ role }) => role));
  const lines = [
    ["Organization", "(to be filled in)"],
    ["Name", run.adapter?.info?.provider ?? `the provider of ${run.target.domain}`],
    ["Description", `A MIMI provider, tested in the roles ${[...roles].join(", ") || "(none)"}.`],
    ["Maturity", "(to be filled in)"],
    [
      "Coverage",
      `${coverage.decided} of the ${coverage.requirements} requirements that OpenMIMI counts in the MIMI ` +
        `documents were decided at level ${run.level}: ${counts.pass} cases passed, ${counts.fail} failed, ` +
        `${counts.warn} warned, ${counts.waived} waived, ${counts.inconclusive} inconclusive, ` +
        `${counts.skip} skipped.`,
    ],
    ["Version compatibility", documents.join(", ") || "(none)"],
    ["Licensing", "(to be filled in)"],
    [
      "Implementation experience",
      `Tested with the OpenMIMI conformance suite ${run.suiteVersion}; the recorded run can be judged again.`,
    ],
    ["Contact", "(to be filled in)"],
    ["Date", run.startedAt.slice(0, 10)],
  ] as const;
  return `${lines.map(([name, text]) => wrap(`${name}: ${visible(text)}`)).join("\n")}\n`;
}

function wrap(text: string): string {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) as string;
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= 72) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`   ${word}`);
  }
  return lines.join("\n");
}
