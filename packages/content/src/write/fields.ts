/**
 * Writes the field types of MIMI content, refusing values of another JavaScript type.
 *
 * Only types are checked here. What the drafts ask of the values (lengths, widths, depths, agreement between
 * fields) is checked by the scan of the written octets, so that each rule stands in one place.
 * @module
 */

import { invalidArgument } from "../errors.ts";
import { Major } from "../scan/cursor.ts";
import type { Writer } from "./writer.ts";

const FALSE = 20;
const TRUE = 21;
const NULL = 22;

const utf8 = new TextEncoder();

/** `bstr` */
export function writeBytes(writer: Writer, path: string, value: unknown): void {
  const octets = checkOctets(path, value);
  writer.head(Major.bytes, octets.length);
  writer.raw(octets);
}

/** `null / bstr` */
export function writeNullOrBytes(writer: Writer, path: string, value: unknown): void {
  if (value === null) writeNull(writer);
  else writeBytes(writer, path, value);
}

/** `tstr` */
export function writeText(writer: Writer, path: string, value: unknown): void {
  const octets = checkText(path, value);
  writer.head(Major.text, octets.length);
  writer.raw(octets);
}

/** `int`: a safe integer, or a bigint of 64 bits and a sign */
export function writeInteger(writer: Writer, path: string, value: unknown): void {
  if (typeof value !== "bigint" && !Number.isSafeInteger(value))
    throw invalidArgument(
      path,
      `expected an integer, got ${typeof value === "number" ? value : typeof value}`,
    );
  const integer = value as number | bigint;
  const isNegative = integer < 0;
  const argument = isNegative ? -1n - BigInt(integer) : integer;
  if (argument >= 2n ** 64n) throw invalidArgument(path, `${integer} has more than 64 bits`);
  writer.head(isNegative ? Major.negative : Major.unsigned, argument);
}

/** `bool` */
export function writeBoolean(writer: Writer, path: string, value: unknown): void {
  if (typeof value !== "boolean") throw invalidArgument(path, `expected a boolean, got ${typeof value}`);
  writer.head(Major.simple, value ? TRUE : FALSE);
}

/** `null` */
export function writeNull(writer: Writer): void {
  writer.head(Major.simple, NULL);
}

/** @returns the value, if it is a Uint8Array whose octets are still there */
export function checkOctets(path: string, value: unknown): Uint8Array {
  if (!isUint8Array(value))
    throw invalidArgument(path, `expected a Uint8Array, got ${value === null ? "null" : typeof value}`);
  const { buffer } = value;
  if ("detached" in buffer && buffer.detached)
    throw invalidArgument(path, "the octets were transferred away");
  return value;
}

/** Not by `instanceof`: a Uint8Array may come from another realm (a frame, a test runner's window). */
function isUint8Array(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && (value as Uint8Array)[Symbol.toStringTag] === "Uint8Array";
}

/** @returns the UTF-8 of the value, if it is a string without lone surrogates (which have no UTF-8) */
export function checkText(path: string, value: unknown): Uint8Array {
  if (typeof value !== "string") throw invalidArgument(path, `expected a string, got ${typeof value}`);
  if (!value.isWellFormed()) throw invalidArgument(path, "the string holds a lone surrogate");
  return utf8.encode(value);
}

/** @returns the value, if it is an object that is neither null nor an array */
export function checkRecord<T extends object>(path: string, value: T): T {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw invalidArgument(path, "expected an object");
}
