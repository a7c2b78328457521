/**
 * Extension values: any CBOR within the restrictions of draft-ietf-mimi-content-08 §6.1 to §6.3.
 * @module
 */

import { CONTENT } from "../errors.ts";
import { MAX_EXTENSION_LEVELS } from "../model.ts";
import { Cursor } from "./cursor.ts";
import { checkDouble, checkHalf, checkSingle, type FloatFault } from "./float.ts";
import { Major } from "./major.ts";
import { checkKeyOrder, keyStep } from "./map-keys.ts";

const ENCODING = `${CONTENT} §6.1`;
const DATA_MODEL = `${CONTENT} §6.2`;
const DEPTH = `${CONTENT} §6.3`;

const TAG_UNSIGNED_BIGNUM = 2;
const TAG_NEGATIVE_BIGNUM = 3;

/**
 * Reads one value of any type.
 *
 * @param levels maps, arrays and tags around the value; the extensions map is the first
 */
export function scanValue(cursor: Cursor, levels: number): void {
  cursor.head();
  switch (cursor.majorType) {
    case Major.unsigned:
    case Major.negative:
      return;
    case Major.bytes:
    case Major.text:
      cursor.skipString();
      return;
    case Major.array:
      scanArray(cursor, deeper(cursor, levels));
      return;
    case Major.map:
      scanMap(cursor, deeper(cursor, levels));
      return;
    case Major.tag:
      scanTagged(cursor, deeper(cursor, levels));
      return;
    default:
      checkFloat(cursor);
      return;
  }
}

/**
 * Checks that `encoded` is exactly one extension value.
 *
 * @throws {ContentError} naming what is wrong, with offsets into `encoded`
 */
export function checkExtensionValue(encoded: Uint8Array, path: string): void {
  const cursor = new Cursor(encoded, path, `${CONTENT} §4.3`);
  scanValue(cursor, 1);
  cursor.finish();
}

function deeper(cursor: Cursor, levels: number): number {
  // Content §6.3: any combination of tags, maps and arrays, four levels with the extensions map.
  if (levels >= MAX_EXTENSION_LEVELS)
    cursor.fail("too-deep", `nested deeper than ${MAX_EXTENSION_LEVELS} levels of extensions`, DEPTH);
  return levels + 1;
}

function scanArray(cursor: Cursor, levels: number): void {
  const container = cursor.open();
  const count = cursor.count();
  for (let index = 0; index < count; index++) {
    cursor.enter(index);
    scanValue(cursor, levels);
    cursor.leave();
  }
  cursor.close(container);
}

function scanMap(cursor: Cursor, levels: number): void {
  const container = cursor.open();
  const count = cursor.count();
  let keyBefore = cursor.offset;
  let keyBeforeEnd = keyBefore;
  for (let index = 0; index < count; index++) {
    cursor.at("keys", index);
    cursor.head();
    checkNestedKey(cursor);
    if (index > 0) checkKeyOrder(cursor, keyBefore, keyBeforeEnd);
    keyBefore = cursor.start;
    keyBeforeEnd = cursor.offset;
    cursor.enter(keyStep(cursor));
    scanValue(cursor, levels);
    cursor.leave();
  }
  cursor.close(container);
}

function scanTagged(cursor: Cursor, levels: number): void {
  const container = cursor.open();
  const tag = cursor.argument;
  if (tag === TAG_UNSIGNED_BIGNUM || tag === TAG_NEGATIVE_BIGNUM) scanBignum(cursor);
  else scanValue(cursor, levels);
  cursor.close(container);
}

function scanBignum(cursor: Cursor): void {
  cursor.head();
  // RFC 8949 §3.4.3: the content is a byte string.
  if (cursor.majorType !== Major.bytes)
    cursor.fail("invalid-bignum", `a bignum holds a byte string, not ${cursor.typeName()}`, ENCODING);
  const first = cursor.offset;
  const length = cursor.skipString();
  // Content §6.1: bigints are plain integers when they fit, and have no leading zeros.
  if (length <= 8) cursor.fail("invalid-bignum", `a bignum of ${length} octets fits an integer`, ENCODING);
  if (cursor.bytes[first] === 0) cursor.fail("invalid-bignum", "a bignum has leading zeros", ENCODING);
}

/** Content §6.2: keys inside an extension are integers, text strings or byte strings. */
function checkNestedKey(cursor: Cursor): void {
  switch (cursor.majorType) {
    case Major.unsigned:
    case Major.negative:
      checkIntegerKey(cursor);
      return;
    case Major.bytes:
    case Major.text:
      cursor.skipString();
      return;
    default:
      cursor.fail("invalid-key", `a map key cannot be ${cursor.typeName()}`, DATA_MODEL);
  }
}

/** Content §6.2: integer keys are exact as doubles, from -(2^53-1) to 2^53-1. */
export function checkIntegerKey(cursor: Cursor): void {
  const limit = cursor.majorType === Major.negative ? Number.MAX_SAFE_INTEGER - 1 : Number.MAX_SAFE_INTEGER;
  if (cursor.argument > limit)
    cursor.fail("invalid-key", "an integer key is outside -(2^53-1) to 2^53-1", DATA_MODEL);
}

function checkFloat(cursor: Cursor): void {
  const fault = floatFault(cursor);
  // Content §6.2.
  if (fault === "invalid-nan")
    cursor.fail(fault, "a NaN other than the half-width quiet NaN F97E00", DATA_MODEL);
  // Content §6.1.
  if (fault === "not-shortest") cursor.fail(fault, "a shorter float has the same value", ENCODING);
}

function floatFault({ bytes, additional, argument, start }: Cursor): FloatFault {
  switch (additional) {
    case 25:
      return checkHalf(Number(argument));
    case 26:
      return checkSingle(Number(argument));
    case 27:
      return checkDouble(new DataView(bytes.buffer, bytes.byteOffset + start + 1, 8).getFloat64(0));
    default:
      return undefined;
  }
}
