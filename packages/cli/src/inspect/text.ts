/**
 * An inspection as a tree for a terminal.
 * @module
 */

import { type InspectedNode, type Inspection, rows } from "@openmimi/inspect";

const MIN_WIDTH = 60;

/**
 * The tree: offsets, then the field under its parent, then its value, cut to the width.
 *
 * @param width columns; undefined cuts nothing
 */
export function treeText(inspection: Inspection, width?: number): string {
  const { octets, error } = inspection;
  const offsetWidth = String(octets).length;
  const all = rows(inspection);
  const labels = all.map(({ depth, node }) => `${"  ".repeat(depth)}${node.name}`);
  const labelWidth = Math.min(44, Math.max(...labels.map(({ length }) => length)));
  const lines = all.map(({ node }, index) => {
    const range = `${String(node.start).padStart(offsetWidth)}..${String(node.end).padEnd(offsetWidth)}`;
    return cut(`${range}  ${(labels[index] ?? "").padEnd(labelWidth)}  ${leafText(node)}`.trimEnd(), width);
  });
  if (error !== undefined) lines.push(`error at octet ${error.offset}: ${error.path}: ${error.message}`);
  return `${lines.join("\n")}\n`;
}

function leafText({ value, meaning, type, name }: InspectedNode): string {
  if (value === undefined) return type === undefined || type === name ? "" : type;
  const text = meaning === undefined ? String(value) : `${value}  ${meaning}`;
  return text.replaceAll(/\p{Cc}/gu, "?");
}

function cut(line: string, width: number | undefined): string {
  if (width === undefined) return line;
  const columns = Math.max(width, MIN_WIDTH);
  return line.length <= columns ? line : `${line.slice(0, columns - 3)}...`;
}
