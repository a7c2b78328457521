/**
 * The field types that the CDDL of MIMI content and of message status is made of.
 * Each function reads one field, checks it, and leaves the cursor behind it.
 * @module
 */

import { type Cursor, Major, type Step } from "./cursor.ts";

const TRUE = 21;
const FALSE = 20;
const NULL = 22;

/** `bstr .size size`, or any `bstr` when `size` is not given. @returns its length in octets */
export function byteString(cursor: Cursor, field: Step, size?: number): number {
  cursor.enter(field);
  cursor.head();
  const length = byteStringRest(cursor, size);
  cursor.leave();
  return length;
}

/** `null / bstr .size size`. */
export function nullOrByteString(cursor: Cursor, field: Step, size: number): void {
  cursor.enter(field);
  cursor.head();
  if (!isNull(cursor)) byteStringRest(cursor, size, " or null");
  cursor.leave();
}

/** `tstr`. @returns its length in octets */
export function textString(cursor: Cursor, field: Step): number {
  cursor.enter(field);
  cursor.head();
  cursor.expect(Major.text);
  const length = cursor.skipString();
  cursor.leave();
  return length;
}

/** `uint .size octets`, or a `uint` up to 255 by enumeration. @returns the value, a bigint above 2^53-1 only */
export function unsigned(
  cursor: Cursor,
  field: Step,
  octets: 1 | 2 | 4 | 8,
  note?: (value: number) => string | undefined,
): number | bigint {
  cursor.enter(field);
  cursor.head();
  cursor.expect(Major.unsigned);
  const value = cursor.argument;
  if (octets < 8 && value >= 2 ** (8 * octets))
    cursor.fail("out-of-range", `${value} is over ${2 ** (8 * octets) - 1}`);
  if (note !== undefined) cursor.note(note);
  cursor.leave();
  return value;
}

/** `bool`. */
export function boolean(cursor: Cursor, field: Step): void {
  cursor.enter(field);
  cursor.head();
  if (cursor.majorType !== Major.simple || (cursor.additional !== TRUE && cursor.additional !== FALSE))
    cursor.fail("wrong-type", `expected a boolean, got ${cursor.typeName()}`);
  cursor.leave();
}

/** @returns whether the head read last is null */
export function isNull(cursor: Cursor): boolean {
  return cursor.majorType === Major.simple && cursor.additional === NULL;
}

function byteStringRest(cursor: Cursor, size: number | undefined, or = ""): number {
  cursor.expect(Major.bytes, or);
  // The rule is named before the end of input: a wrong length is wrong however many octets follow.
  if (size !== undefined && cursor.argument !== size)
    cursor.fail("wrong-length", `expected ${size} octets, got ${cursor.argument}`);
  return cursor.skipString();
}
