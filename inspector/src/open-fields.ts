/**
 * Which fields of an outline are open, and so which rows a tree shows.
 * @module
 */

import { childrenOf, type Outline, pathTo } from "./outline.ts";

/** So many rows are open at first; a larger object opens level by level up to it. */
const OPEN_AT_FIRST = 300;

/** The row behind the last field which tells the error of the whole object. */
export const ERROR_ROW = -2;

/** The open fields of one outline. */
export class OpenFields {
  readonly #outline: Outline;
  readonly #open: Uint8Array;
  #rows: Int32Array | undefined;

  constructor(outline: Outline) {
    this.#outline = outline;
    this.#open = new Uint8Array(outline.fields.length);
    this.#openAtFirst();
    for (const { field } of outline.errors) if (field >= 0) this.reveal(field);
  }

  #openAtFirst(): void {
    let shown = 1;
    let level: readonly number[] = [0];
    while (level.length > 0) {
      const below = level.flatMap((field) => childrenOf(this.#outline, field));
      shown += below.length;
      if (shown > OPEN_AT_FIRST) break;
      for (const field of level) this.#open[field] = 1;
      level = below;
    }
    // Otherwise there would be nothing but the name of the object.
    this.#open[0] = 1;
  }

  /** Whether there is anything in it. */
  canOpen(field: number): boolean {
    return (this.#outline.fields[field]?.children.length ?? 0) > 0;
  }

  isOpen(field: number): boolean {
    return this.#open[field] === 1 && this.canOpen(field);
  }

  setOpen(field: number, open: boolean): void {
    this.#open[field] = open ? 1 : 0;
    this.#rows = undefined;
  }

  /** All of them; the whole object stays open. */
  setAll(open: boolean): void {
    this.#open.fill(open ? 1 : 0);
    this.#open[0] = 1;
    this.#rows = undefined;
  }

  /** Opens what is around a field. */
  reveal(field: number): void {
    for (const around of pathTo(this.#outline, field).slice(0, -1)) {
      if (this.#open[around] === 1) continue;
      this.setOpen(around, true);
    }
  }

  /** The fields that are shown, in order, with {@link ERROR_ROW} at the end where there is an error. */
  rows(): Int32Array {
    if (this.#rows !== undefined) return this.#rows;
    const { fields, next, errors } = this.#outline;
    const shown: number[] = [];
    for (let number = 0; number < fields.length; ) {
      shown.push(number);
      number = this.#open[number] === 1 ? number + 1 : (next[number] as number);
    }
    if (errors.some(({ field }) => field < 0)) shown.push(ERROR_ROW);
    this.#rows = Int32Array.from(shown);
    return this.#rows;
  }

  /** The row of a field, or -1 when it is not shown. */
  rowOf(field: number): number {
    const rows = this.rows();
    return field === ERROR_ROW ? rows.lastIndexOf(field) : searchSorted(rows, field);
  }
}

/** Fields stand in ascending order; {@link ERROR_ROW} at the end is not among them. */
function searchSorted(rows: Int32Array, field: number): number {
  let low = 0;
  let high = rows.at(-1) === ERROR_ROW ? rows.length - 2 : rows.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = rows[middle] as number;
    if (found === field) return middle;
    if (found < field) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
