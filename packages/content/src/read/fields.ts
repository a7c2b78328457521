/**
 * The field types that the CDDL of MIMI content and of message status is made of.
 * Each function reads one field, checks it, and leaves the cursor behind it.
 * @module
 */

import type { Cursor } from "./cursor.ts";
import { Major } from "./major.ts";

const TRUE = 0xf5;
const FALSE = 0xf4;
const NULL = 0xf6;

/** The largest `uint .size` of 1, 2 and 4 octets, by octets. */
const MAXIMUM: readonly number[] = [0, 0xff, 0xffff, 0, 0xffffffff];

/** `bstr .size size`, or any `bstr` when `size` is not given. */
export function byteString(cursor: Cursor, field: string, size = -1): Uint8Array {
  cursor.at(field);
  cursor.head();
  cursor.expect(Major.bytes);
  checkSize(cursor, size);
  return cursor.octets();
}

/** `null / bstr .size size`. */
export function nullOrByteString(cursor: Cursor, field: string, size: number): Uint8Array | null {
  cursor.at(field);
  cursor.head();
  if (isNull(cursor)) return null;
  cursor.expect(Major.bytes, " or null");
  checkSize(cursor, size);
  return cursor.octets();
}

/** `tstr`. */
export function textString(cursor: Cursor, field: string): string {
  cursor.at(field);
  cursor.head();
  cursor.expect(Major.text);
  return cursor.text();
}

/** `uint .size octets` up to 4 octets, or a `uint` up to 255 by enumeration. */
export function unsigned(
  cursor: Cursor,
  field: string,
  octets: 1 | 2 | 4,
  note?: (value: number) => string | undefined,
): number {
  const value = unsigned64(cursor, field, note);
  if (value > MAXIMUM[octets]!) cursor.fail("out-of-range", `${value} is over ${MAXIMUM[octets]}`);
  return value as number;
}

/** `uint .size 8`. @returns a bigint above 2^53-1 only */
export function unsigned64(
  cursor: Cursor,
  field: string,
  note?: (value: number) => string | undefined,
): number | bigint {
  cursor.at(field);
  cursor.head();
  cursor.expect(Major.unsigned);
  if (note !== undefined) cursor.note(note);
  return cursor.argument;
}

/** `bool`. */
export function boolean(cursor: Cursor, field: string): boolean {
  cursor.at(field);
  cursor.head();
  const { initial } = cursor;
  if (initial !== TRUE && initial !== FALSE)
    cursor.fail("wrong-type", `expected a boolean, got ${cursor.typeName()}`);
  return initial === TRUE;
}

/** @returns whether the head read last is null */
export function isNull(cursor: Cursor): boolean {
  return cursor.initial === NULL;
}

function checkSize(cursor: Cursor, size: number): void {
  // The rule is named before the end of input: a wrong length is wrong however many octets follow.
  if (size >= 0 && cursor.argument !== size)
    cursor.fail("wrong-length", `expected ${size} octets, got ${cursor.argument}`);
}
