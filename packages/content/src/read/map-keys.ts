/**
 * The order of map keys: RFC 8949 §4.2.1, third bullet (bytewise by encoding, not the length-first order of RFC 7049).
 * @module
 */

import { CONTENT } from "../errors.ts";
import { toHex } from "../hex.ts";
import type { Step } from "../place.ts";
import type { Cursor } from "./cursor.ts";
import { Major } from "./major.ts";

/** The longest key shown in a path: paths stay short, whatever a sender puts in a map. */
const SHOWN_OCTETS = 64;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Compares the key that the cursor has just gone over with the one before it, which finds both disorder and duplicates.
 */
export function checkKeyOrder(cursor: Cursor, before: number, beforeEnd: number): void {
  const { bytes, start, offset: end } = cursor;
  const length = Math.min(beforeEnd - before, end - start);
  let index = 0;
  while (index < length && bytes[before + index] === bytes[start + index]) index++;
  const order =
    index < length ? bytes[before + index]! - bytes[start + index]! : beforeEnd - before - (end - start);
  // Content §4.3: no key stands twice.
  if (order === 0) cursor.fail("duplicate-key", "the key stands twice", `${CONTENT} §4.3`);
  // Content §6.1.
  if (order > 0)
    cursor.fail("unsorted-keys", "the key sorts before the one in front of it", `${CONTENT} §6.1`);
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
export function keyStep(cursor: Cursor): Step {
  const { majorType, argument, bytes, offset } = cursor;
  if (majorType === Major.unsigned) return Number(argument);
  if (majorType === Major.negative) return -1 - Number(argument);
  const start = offset - Number(argument);
  const shown = bytes.subarray(start, Math.min(offset, start + SHOWN_OCTETS));
  const more = offset - start > SHOWN_OCTETS ? "…" : "";
  if (majorType === Major.text) return `[${JSON.stringify(utf8.decode(shown) + more)}]`;
  return `[h'${toHex(shown)}${more}']`;
}
