/**
 * Rows as a tree for a terminal.
 * @module
 */

import type { Inspected, Row } from "./row.ts";

const MIN_WIDTH = 60;

/**
 * The tree: offsets, then the field under its parent, then its value, cut to the width.
 *
 * @param width columns; undefined cuts nothing
 */
export function treeText({ rows, error }: Inspected, octets: number, width?: number): string {
  const offsetWidth = String(octets).length;
  const labels = rows.map((row) => `${"  ".repeat(row.depth)}${row.name}`);
  const labelWidth = Math.min(44, Math.max(...labels.map(({ length }) => length)));
  const lines = rows.map((row, index) => {
    const range = `${String(row.start).padStart(offsetWidth)}..${String(row.end).padEnd(offsetWidth)}`;
    return cut(`${range}  ${(labels[index] ?? "").padEnd(labelWidth)}  ${leafText(row)}`.trimEnd(), width);
  });
  if (error !== undefined) lines.push(`error at octet ${error.offset}: ${error.message}`);
  return `${lines.join("\n")}\n`;
}

function leafText({ value, type, name }: Row): string {
  if (value === undefined) return type === undefined || type === name ? "" : type;
  const text = String(value);
  return text.replaceAll(/\p{Cc}/gu, "?");
}

function cut(line: string, width: number | undefined): string {
  if (width === undefined) return line;
  const columns = Math.max(width, MIN_WIDTH);
  return line.length <= columns ? line : `${line.slice(0, columns - 3)}...`;
}
