/**
 * Integers, byte strings, text, and enumerations. RFC 8446 §3, RFC 9420 §2.1.
 * @module
 */

import { TlsError } from "./errors.ts";
import type { Reader } from "./reader.ts";
import { type Annotation, annotateLeaf, type Schema, type Shape } from "./schema.ts";
import type { Writer } from "./writer.ts";

function leaf<T>(
  name: string,
  shape: Shape,
  read: (reader: Reader) => T,
  write: (writer: Writer, value: T) => void,
): Schema<T> {
  const schema: Schema<T> = {
    name,
    shape,
    read,
    write,
    annotate: (reader: Reader, node: Annotation) => annotateLeaf(schema, reader, node),
  };
  return schema;
}

function checkUint(name: string, max: number, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new TlsError("unencodable", `expected a ${name}, got ${String(value)}`);
  }
}

/** One octet, a number from 0 to 255. */
export const uint8: Schema<number> = leaf(
  "uint8",
  { kind: "uint", octets: 1 },
  (reader) => reader.uint8(),
  (writer, value) => {
    checkUint("uint8", 0xff, value);
    writer.uint8(value);
  },
);

/** Two octets, big-endian, a number. */
export const uint16: Schema<number> = leaf(
  "uint16",
  { kind: "uint", octets: 2 },
  (reader) => reader.uint16(),
  (writer, value) => {
    checkUint("uint16", 0xffff, value);
    writer.uint16(value);
  },
);

/** `enum { false(0), true(1) } bool`: one octet (policy §5, reading R-005), a boolean. */
export const bool: Schema<boolean> = leaf(
  "bool",
  { kind: "boolean" },
  (reader) => {
    const start = reader.offset;
    const octet = reader.uint8();
    if (octet > 1) throw new TlsError("unknown-value", `bool ${octet} is neither 0 nor 1`, start);
    return octet === 1;
  },
  (writer, value) => {
    if (typeof value !== "boolean")
      throw new TlsError("unencodable", `expected a boolean, got ${typeof value}`);
    writer.uint8(value ? 1 : 0);
  },
);

/** Four octets, big-endian, a number. */
export const uint32: Schema<number> = leaf(
  "uint32",
  { kind: "uint", octets: 4 },
  (reader) => reader.uint32(),
  (writer, value) => {
    checkUint("uint32", 0xffff_ffff, value);
    writer.uint32(value);
  },
);

/** Eight octets, big-endian, always a bigint: a double would lose the low bits. */
export const uint64: Schema<bigint> = leaf(
  "uint64",
  { kind: "uint", octets: 8 },
  (reader) => reader.uint64(),
  (writer, value) => {
    if (typeof value !== "bigint" || value < 0n || value > 0xffff_ffff_ffff_ffffn) {
      throw new TlsError("unencodable", `expected a uint64 as a bigint, got ${String(value)}`);
    }
    writer.uint64(value);
  },
);

function checkOctets(value: Uint8Array): void {
  if (!(value instanceof Uint8Array))
    throw new TlsError("unencodable", `expected octets, got ${typeof value}`);
}

/** The most octets that a vector may have where its schema says nothing: 16 MiB. */
export const DEFAULT_VECTOR_OCTETS = 16 * 1024 * 1024;

/** `opaque x<V>`: octets behind their length. Decoded as a view of the input. */
export function opaque(maxOctets = DEFAULT_VECTOR_OCTETS): Schema<Uint8Array> {
  return leaf(
    "opaque<V>",
    { kind: "opaque", maxOctets },
    (reader) => reader.opaque(maxOctets),
    (writer, value) => {
      checkOctets(value);
      if (value.length > maxOctets) {
        throw new TlsError("unencodable", `${value.length} octets are over the limit of ${maxOctets}`);
      }
      writer.size(value.length);
      writer.octets(value);
    },
  );
}

/** `opaque x[n]`: exactly `count` octets, no length. */
export function fixed(count: number): Schema<Uint8Array> {
  return leaf(
    `opaque[${count}]`,
    { kind: "opaque", fixed: count },
    (reader) => reader.view(count),
    (writer, value) => {
      checkOctets(value);
      if (value.length !== count)
        throw new TlsError("unencodable", `expected ${count} octets, got ${value.length}`);
      writer.octets(value);
    },
  );
}

const utf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();

/** A byte string that is UTF-8 without NUL (protocol §7.6 UTF8String), as a JavaScript string. */
export function text(maxOctets = DEFAULT_VECTOR_OCTETS): Schema<string> {
  return leaf(
    "string<V>",
    { kind: "text", maxOctets },
    (reader) => {
      const start = reader.offset;
      const octets = reader.view(reader.size(maxOctets));
      let value: string;
      try {
        value = utf8Decoder.decode(octets);
      } catch {
        throw new TlsError("invalid-value", "the octets are not UTF-8", start);
      }
      if (octets.includes(0)) throw new TlsError("invalid-value", "the text holds a NUL", start);
      return value;
    },
    (writer, value) => {
      if (typeof value !== "string")
        throw new TlsError("unencodable", `expected a string, got ${typeof value}`);
      if (value.includes("\0")) throw new TlsError("unencodable", "the text holds a NUL");
      if (!value.isWellFormed()) throw new TlsError("unencodable", "the text holds a lone surrogate");
      const octets = utf8Encoder.encode(value);
      if (octets.length > maxOctets) {
        throw new TlsError("unencodable", `${octets.length} octets are over the limit of ${maxOctets}`);
      }
      writer.size(octets.length);
      writer.octets(octets);
    },
  );
}

/**
 * `enum { a(1), b(2), (255) } Name`: a closed set of names; any other number is an error.
 *
 * @param octets 1 for a maximum of 255, 2 for 65535
 */
export function enumeration<const V extends Readonly<Record<string, number>>>(
  name: string,
  values: V,
  octets: 1 | 2 = 1,
): Schema<keyof V & string> {
  const names = new Map<number, keyof V & string>();
  for (const [key, value] of Object.entries(values)) names.set(value, key);
  // Most numbers are small: those are looked up in an array.
  const small = Array.from({ length: 64 }, (_, value) => names.get(value));
  return leaf<keyof V & string>(
    name,
    { kind: "enumeration", values },
    (reader) => {
      const start = reader.offset;
      const value = octets === 1 ? reader.uint8() : reader.uint16();
      const found = value < 64 ? small[value] : names.get(value);
      if (found === undefined) throw new TlsError("unknown-value", `${name} ${value} is not defined`, start);
      return found;
    },
    (writer, value) => {
      const number = Object.hasOwn(values, value) ? values[value] : undefined;
      if (number === undefined)
        throw new TlsError("unencodable", `${name} has no value ${JSON.stringify(value)}`);
      if (octets === 1) writer.uint8(number);
      else writer.uint16(number);
    },
  );
}

/** No octets at all: `struct {}`, or a field that is absent in one case of a select. */
export const nothing: Schema<undefined> = leaf(
  "nothing",
  { kind: "nothing" },
  () => undefined,
  () => {},
);
