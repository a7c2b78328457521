/**
 * The table of the mutants in README.md.
 * @module
 */

import type { Mutant } from "./mutant.ts";

const BEGIN = "<!-- mutants -->";
const END = "<!-- end of mutants -->";
const HEAD = ["Mutant", "Fault", "Against"];

/** The table, a row for each mutant, with columns as wide as the formatter makes them. */
function mutantTable(mutants: readonly Mutant[]): string {
  const rows = mutants.map(({ name, fault, section }) => [`\`${name}\``, fault, section]);
  const widths = HEAD.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column] ?? "")].map(({ length }) => length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = widths.map((width) => "-".repeat(width));
  return [HEAD, rule, ...rows].map(line).join("\n");
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
