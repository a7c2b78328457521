/**
 * An inspection as a tree for a terminal.
 * @module
 */

import type { InspectedNode, Inspection } from "@openmimi/inspect";
import { cut, oneLine, wrapped } from "./lines.ts";

/** How it is to be shown. */
export interface TreeStyle {
  /** Columns of the terminal; undefined cuts and wraps nothing. */
  readonly width: number | undefined;
  /** Every element of lists of numbers in a line of its own. */
  readonly full: boolean;
}

/** Names of siblings are padded to this much at most, so that their values stand in a column. */
const MAX_NAME = 32;

/** The tree: offsets, then the field under its parent, then its value. */
export function treeText(inspection: Inspection, style: TreeStyle): string {
  const tree = new TreeLines(inspection, style);
  tree.add(inspection.root, 0, 0);
  return `${tree.lines.join("\n")}\n`;
}

class TreeLines {
  readonly lines: string[] = [];
  readonly #style: TreeStyle;
  /** Digits of the largest offset. */
  readonly #digits: number;
  /** The field that could not be read. */
  readonly #failing: InspectedNode | undefined;

  constructor({ root, octets, error }: Inspection, style: TreeStyle) {
    this.#style = style;
    this.#digits = String(octets).length;
    const isInside = error !== undefined && error.code !== "trailing-bytes";
    this.#failing = isInside ? nodeAt(root, error.path) : undefined;
  }

  add(node: InspectedNode, depth: number, nameWidth: number): void {
    const { width, full } = this.#style;
    const isList = !full && isNumberList(node);
    const head = this.#head(node, depth, nameWidth);
    const room = width === undefined ? Number.POSITIVE_INFINITY : width - head.length;
    const said = isList ? listText(node) : valueText(node, room);
    const line = `${head}${said}`.trimEnd() + (node === this.#failing ? "  <- here" : "");
    const isLong = isList && node.children.length > 1;
    this.lines.push(...(isLong ? wrapped(line, this.#margin(depth + 1), width) : [cut(line, width)]));
    if (isList) return;
    const names = node.children.map(({ name }) => name.length).filter((length) => length <= MAX_NAME);
    for (const child of node.children) this.add(child, depth + 1, Math.max(0, ...names));
    if (node.error === undefined) return;
    const { path, message, offset } = node.error;
    const indent = this.#margin(depth + 1);
    const problem = `${" ".repeat(indent)}! at octet ${offset}: ${path}: ${message}`;
    this.lines.push(...wrapped(problem, indent + 2, width));
  }

  #head({ start, end, name }: InspectedNode, depth: number, nameWidth: number): string {
    const range = `${String(start).padStart(this.#digits)}..${String(end).padEnd(this.#digits)}`;
    return `${range}  ${"  ".repeat(depth)}${name.padEnd(nameWidth)}  `;
  }

  /** Where names begin. */
  #margin(depth: number): number {
    return 2 * this.#digits + 4 + 2 * depth;
  }
}

/** The field of a path, or the last one on the way to it that is there. */
function nodeAt(root: InspectedNode, path: string): InspectedNode {
  let found = root;
  let at = root.name;
  for (;;) {
    const next = found.children.find(({ name }) => isOnTheWay(joined(at, name), path));
    if (next === undefined) return found;
    at = joined(at, next.name);
    found = next;
  }
}

const joined = (path: string, name: string): string =>
  name.startsWith("[") ? path + name : `${path}.${name}`;

const isOnTheWay = (at: string, path: string): boolean =>
  path === at || (/^[.[]/.test(path.slice(at.length)) && path.startsWith(at));

/** A list of code points, or of other integers, without anything below. */
function isNumberList({ children }: InspectedNode): boolean {
  return (
    children.length > 0 &&
    children.every(
      ({ form, name, children: below }) =>
        below.length === 0 && name.startsWith("[") && (form === "code point" || form === "integer"),
    )
  );
}

/** Names of code points, and numbers of those that have none. */
function listText({ children }: InspectedNode): string {
  const said = children.map(({ value, meaning, form }) => {
    if (meaning === undefined) return `${value}`;
    return form === "code point" && !UNNAMED.has(meaning) ? meaning : `${value} (${meaning})`;
  });
  return `[${children.length}] ${said.join(", ")}`;
}

const UNNAMED = new Set(["unknown", "private use", "GREASE"]);

/** @param room columns that are left */
function valueText(node: InspectedNode, room: number): string {
  const { name, type = "", value, form, meaning, embedded, children } = node;
  if (embedded !== undefined && (value === undefined || children.length > 0)) return `→ ${embedded}`;
  if (value === undefined) {
    if (meaning === "empty" || meaning === "absent") return meaning;
    const isSaid = type === "" || type.toLowerCase() === name.toLowerCase();
    return [isSaid ? "" : type, meaning ?? ""].filter((text) => text !== "").join("  ");
  }
  const said = meaning === undefined ? "" : `  ${oneLine(meaning)}`;
  if (form === "octets") return octetsText(String(value), meaning, room);
  if (form === "text") return value === "" ? "empty" : `${JSON.stringify(value)}${said}`;
  // "3 seconds" says that it is 3.
  return meaning?.startsWith(`${value} `) === true ? meaning : `${value}${said}`;
}

function octetsText(hex: string, meaning: string | undefined, room: number): string {
  const count = hex.length / 2;
  if (count === 0) return meaning ?? "empty";
  const octets = `${count} ${count === 1 ? "octet" : "octets"}`;
  if (meaning === "encrypted") return `${octets}, encrypted`;
  // Who reads text does not need it in hexadecimal.
  if (meaning?.startsWith('"')) return `${oneLine(meaning)}  (${octets})`;
  const said = meaning === undefined ? "" : `  ${oneLine(meaning)}`;
  if (hex.length + said.length <= room) return hex + said;
  const shown = Math.max(8, room - octets.length - said.length - 6);
  return `${hex.slice(0, shown - (shown % 2))}... (${octets})${said}`;
}
