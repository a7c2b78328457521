/**
 * Writes the field types of MIMI content, refusing values of another JavaScript type.
 *
 * Only types are checked here. What the drafts ask of the values (lengths, widths, depths, agreement between
 * fields) is checked by reading the written octets, so that each rule stands in one place.
 * @module
 */

import { type ContentError, invalidArgument } from "../errors.ts";
import type { Place } from "../place.ts";
import { Major } from "../read/major.ts";
import type { Writer } from "./writer.ts";

const FALSE = 20;
const TRUE = 21;
const NULL = 22;

const utf8 = new TextEncoder();

/** `bstr` */
export function writeBytes(writer: Writer, field: string, value: unknown): void {
  writer.at(field);
  const octets = checkOctets(writer, value);
  writer.head(Major.bytes, octets.length);
  writer.raw(octets);
}

/** `null / bstr` */
export function writeNullOrBytes(writer: Writer, field: string, value: unknown): void {
  if (value === null) writeNull(writer);
  else writeBytes(writer, field, value);
}

/** `tstr` */
export function writeText(writer: Writer, field: string, value: unknown): void {
  writer.at(field);
  writeTextHere(writer, value);
}

/** @internal A `tstr` at the place where the writer is. */
export function writeTextHere(writer: Writer, value: unknown): void {
  if (typeof value === "string" && writer.asciiText(value)) return;
  const octets = utf8Of(writer, value);
  writer.head(Major.text, octets.length);
  writer.raw(octets);
}

/** `int`: a safe integer, or a bigint of 64 bits and a sign */
export function writeInteger(writer: Writer, field: string, value: unknown): void {
  writer.at(field);
  writeIntegerHere(writer, value);
}

/** @internal An `int` at the place where the writer is. */
export function writeIntegerHere(writer: Writer, value: unknown): void {
  if (typeof value !== "bigint" && !Number.isSafeInteger(value))
    throw refused(writer, `expected an integer, got ${typeof value === "number" ? value : typeof value}`);
  const integer = value as number | bigint;
  if (integer >= 0) {
    if (integer >= 2n ** 64n) throw refused(writer, `${integer} has more than 64 bits`);
    writer.head(Major.unsigned, integer);
    return;
  }
  const argument = -1n - BigInt(integer);
  if (argument >= 2n ** 64n) throw refused(writer, `${integer} has more than 64 bits`);
  writer.head(Major.negative, argument);
}

/** `bool` */
export function writeBoolean(writer: Writer, field: string, value: unknown): void {
  writer.at(field);
  if (typeof value !== "boolean") throw refused(writer, `expected a boolean, got ${typeof value}`);
  writer.head(Major.simple, value ? TRUE : FALSE);
}

/** `null` */
export function writeNull(writer: Writer): void {
  writer.head(Major.simple, NULL);
}

/** @internal The error of a value that is not of the type of its field. */
export function refused(place: Place | string, reason: string): ContentError {
  return invalidArgument(typeof place === "string" ? place : place.path, reason);
}

/** @returns the value, if it is a Uint8Array whose octets are still there */
export function checkOctets(place: Place | string, value: unknown): Uint8Array {
  if (!isUint8Array(value))
    throw refused(place, `expected a Uint8Array, got ${value === null ? "null" : typeof value}`);
  const { buffer } = value;
  // Only an array without octets can have lost them.
  if (value.length === 0 && "detached" in buffer && buffer.detached)
    throw refused(place, "the octets were transferred away");
  return value;
}

/** Not by `instanceof`: a Uint8Array may come from another realm (a frame, a test runner's window). */
function isUint8Array(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && (value as Uint8Array)[Symbol.toStringTag] === "Uint8Array";
}

/** @returns the UTF-8 of the value, if it is a string without lone surrogates (which have no UTF-8) */
export function utf8Of(place: Place | string, value: unknown): Uint8Array {
  if (typeof value !== "string") throw refused(place, `expected a string, got ${typeof value}`);
  if (!value.isWellFormed()) throw refused(place, "the string holds a lone surrogate");
  return utf8.encode(value);
}

/** @returns the value, if it is an object that is neither null nor an array */
export function checkRecord<T extends object>(place: Place, value: T): T {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw refused(place, "expected an object");
}
