/**
 * The table of the mutants in README.md.
 * @module
 */

import type { Mutant } from "./mutant.ts";

const BEGIN = "<!-- mutants -->";
const END = "<!-- end of mutants -->";

/** The table: a row for each mutant, with the cases that are named for it. */
function mutantTable(mutants: readonly Mutant[]): string {
  const rows = mutants.map(({ name, fault, section, caughtBy }) => {
    const cases = caughtBy.map((id) => `\`${id}\``).join(" ");
    return `| \`${name}\` | ${fault} | ${section} | ${cases} |`;
  });
  return ["| Mutant | Fault | Against | Noticed by |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

/**
 * The text with the table between its marks.
 *
 * @throws {Error} where the marks are missing
 */
export function withTable(text: string, mutants: readonly Mutant[]): string {
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`expected ${BEGIN} and ${END}`);
  return `${before}${BEGIN}\n\n${mutantTable(mutants)}\n\n${END}${after}`;
}
