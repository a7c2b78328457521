/**
 * The order of map keys: RFC 8949 §4.2.1, third bullet (bytewise by encoding, not the length-first order of RFC 7049).
 * @module
 */

import { CONTENT } from "../errors.ts";
import { toHex } from "../hex.ts";
import { type Cursor, Major } from "./cursor.ts";

/** The longest key shown in a path: paths stay short, whatever a sender puts in a map. */
const SHOWN_OCTETS = 64;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Compares each key with the one before it, which finds both disorder and duplicates. */
export class KeyOrder {
  readonly #cursor: Cursor;
  #start = 0;
  #end = 0;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** Takes the key that the cursor has just gone over. */
  next(): void {
    const cursor = this.#cursor;
    const { bytes, start, offset: end } = cursor;
    if (this.#end > 0) {
      const order = compareBytes(bytes.subarray(this.#start, this.#end), bytes.subarray(start, end));
      // Content §4.3: no key stands twice.
      if (order === 0) cursor.fail("duplicate-key", "the key stands twice", `${CONTENT} §4.3`);
      // Content §6.1.
      if (order > 0)
        cursor.fail("unsorted-keys", "the key sorts before the one in front of it", `${CONTENT} §6.1`);
    }
    this.#start = start;
    this.#end = end;
  }
}

/** @returns a negative number, 0 or a positive number, as `a` sorts before, with or after `b` */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = a[index]! - b[index]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** @returns the key that the cursor has just gone over, as a step of a path: `[256]`, `["name"]`, `[h'0a']` */
export function keyStep(cursor: Cursor): string {
  const { majorType, argument, bytes, offset } = cursor;
  if (majorType === Major.unsigned) return `[${argument}]`;
  if (majorType === Major.negative) return `[${integerOf(cursor)}]`;
  const start = offset - Number(argument);
  const shown = bytes.subarray(start, Math.min(offset, start + SHOWN_OCTETS));
  const more = offset - start > SHOWN_OCTETS ? "…" : "";
  if (majorType === Major.text) return `[${JSON.stringify(utf8.decode(shown) + more)}]`;
  return `[h'${toHex(shown)}${more}']`;
}

/** @returns the integer whose head was read last; exact, as keys are within ±(2^53-1) */
export function integerOf(cursor: Cursor): number {
  const argument = Number(cursor.argument);
  return cursor.majorType === Major.negative ? -1 - argument : argument;
}
