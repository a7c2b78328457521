/**
 * One row of the grid of octets.
 * @module
 */

import type { InspectedNode } from "@openmimi/inspect";
import { make } from "./dom.ts";
import { NO_FIELD, type Outline, pathTo } from "./outline.ts";
import { characterOf, hexOf, oneLine } from "./words.ts";

/** What a row is made of. */
export interface HexRow {
  readonly row: number;
  readonly columns: number;
  readonly octets: Uint8Array;
  /** Octets, and one more where something is missing behind them. */
  readonly length: number;
  readonly errors: ReadonlySet<number>;
  readonly outline: Outline;
}

/** The element's id, for `aria-activedescendant`. */
export function idOf(octet: number): string {
  return `octet-${octet}`;
}

/** Offset, octets, and what they are as ASCII. */
export function hexRow(source: HexRow): HTMLElement {
  const { row, columns, length } = source;
  const first = row * columns;
  const last = Math.min(length, first + columns) - 1;
  const cells: HTMLElement[] = [];
  const characters: HTMLElement[] = [];
  for (let octet = first; octet <= last; octet++) {
    cells.push(octetCell(source, octet));
    characters.push(character(source, octet));
  }
  return make(
    "div",
    { role: "row", class: `row c${columns}`, "aria-rowindex": row + 1 },
    make("span", { role: "rowheader", class: "offset", "aria-colindex": 1 }, String(first)),
    ...cells,
    make("span", { role: "gridcell", class: "text", "aria-colindex": columns + 2 }, ...characters),
  );
}

function octetCell(source: HexRow, octet: number): HTMLElement {
  const { octets, columns, outline } = source;
  const value = octets[octet];
  const cell = make(
    "span",
    {
      ...{ id: idOf(octet), role: "gridcell", class: classOf(source, octet), "data-octet": octet },
      ...{ "aria-colindex": (octet % columns) + 2, "aria-label": labelOf(source, octet) },
    },
    value === undefined ? "··" : hexOf(value),
  );
  const field = outline.fieldOf[octet] ?? NO_FIELD;
  if (octet % columns === 0 || outline.fieldOf[octet - 1] !== field) cell.classList.add("first");
  if (octet % columns === columns - 1 || outline.fieldOf[octet + 1] !== field) cell.classList.add("last");
  return cell;
}

function character(source: HexRow, octet: number): HTMLElement {
  const value = source.octets[octet];
  const text = value === undefined ? " " : characterOf(value);
  return make("span", { class: classOf(source, octet), "data-octet": octet }, text);
}

/** The colour of its depth, whether the field is one that holds others (so that this is its frame), and errors. */
function classOf({ outline, errors, octets }: HexRow, octet: number): string {
  const field = outline.fieldOf[octet] ?? NO_FIELD;
  const classes = ["octet"];
  if (field === NO_FIELD) classes.push(octet < octets.length ? "unread" : "missing");
  else classes.push(`h${(outline.depth[field] as number) % 6}`);
  if (field !== NO_FIELD && (outline.fields[field]?.children.length ?? 0) > 0) classes.push("frame");
  if (errors.has(octet)) classes.push("wrong");
  return classes.join(" ");
}

/** What a screen reader says of an octet: its value, its place, its field, and what is wrong. */
function labelOf({ outline, octets, errors }: HexRow, octet: number): string {
  const value = octets[octet];
  const field = outline.fieldOf[octet] ?? NO_FIELD;
  const parts = [value === undefined ? "missing" : hexOf(value), `octet ${octet}`];
  if (errors.has(octet)) parts.push("error here");
  if (field === NO_FIELD) parts.push(value === undefined ? "the end" : "not read");
  else {
    const path = pathTo(outline, field).map((number) => outline.fields[number] as InspectedNode);
    parts.push(oneLine(path.map(({ name }) => name).join("."), 120));
  }
  return parts.join(", ");
}
