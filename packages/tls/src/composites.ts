/**
 * Vectors, optional values, embedded and refined schemas. RFC 9420 §2.1.
 * @module
 */

import { TlsError } from "./errors.ts";
import { DEFAULT_VECTOR_OCTETS } from "./primitives.ts";
import type { Reader } from "./reader.ts";
import { type Annotation, annotateChild, annotateLeaf, type Schema } from "./schema.ts";
import type { Writer } from "./writer.ts";

/** Bounds of a vector, checked while it is read. */
export interface VectorLimits {
  readonly maxOctets?: number;
  readonly maxElements?: number;
}

function tooMany(maxElements: number, reader: Reader): TlsError {
  return new TlsError("limit-exceeded", `more than ${maxElements} elements`, reader.offset);
}

/** The lists in every leaf: code points, two octets each, all of them there. */
function readUint16s(reader: Reader, size: number): unknown[] {
  const values = new Array<unknown>(size / 2);
  for (let index = 0; index < values.length; index++) values[index] = reader.uint16();
  return values;
}

/** `T x<V>`: elements back to back behind their total length in octets. */
export function vector<T>(element: Schema<T>, limits: VectorLimits = {}): Schema<T[]> {
  const maxOctets = limits.maxOctets ?? DEFAULT_VECTOR_OCTETS;
  const maxElements = limits.maxElements ?? Number.POSITIVE_INFINITY;
  const readWith = (reader: Reader, size: number, node?: Annotation): T[] => {
    if (size === 0) return [];
    const outerEnd = reader.end;
    const end = reader.offset + size;
    reader.end = end;
    let index = 0;
    try {
      if (maxElements === 0) throw tooMany(maxElements, reader);
      // An array that begins with its first element takes a tenth of what the first push would reserve.
      const values = [
        node === undefined ? element.read(reader) : annotateChild(element, "[0]", reader, node),
      ];
      while (reader.offset < end) {
        index = values.length;
        if (index >= maxElements) throw tooMany(maxElements, reader);
        values.push(
          node === undefined ? element.read(reader) : annotateChild(element, `[${index}]`, reader, node),
        );
      }
      reader.end = outerEnd;
      return values;
    } catch (error) {
      throw error instanceof TlsError ? error.within(`[${index}]`) : error;
    }
  };
  const { shape } = element;
  const width = shape.kind === "uint" && shape.octets === 2 ? 2 : undefined;
  return {
    name: `${element.name}<V>`,
    shape: { kind: "vector", element: element as Schema<unknown>, maxElements },
    read: (reader) => {
      const size = reader.size(maxOctets);
      if (width !== undefined && size % width === 0 && size / width <= maxElements) {
        return readUint16s(reader, size) as T[];
      }
      return readWith(reader, size);
    },
    annotate: (reader, node) => readWith(reader, reader.size(maxOctets), node),
    write: (writer: Writer, values: T[]) => {
      if (!Array.isArray(values))
        throw new TlsError("unencodable", `expected an array, got ${typeof values}`);
      if (values.length > maxElements) throw new TlsError("unencodable", `more than ${maxElements} elements`);
      writer.vector(() => {
        let index = 0;
        try {
          for (; index < values.length; index++) element.write(writer, values[index] as T);
        } catch (error) {
          throw error instanceof TlsError ? error.within(`[${index}]`) : error;
        }
      });
    },
  };
}

/** `optional<T>`: a presence octet, then the value if it is 1. Absent is `undefined`. */
export function optional<T>(element: Schema<T>): Schema<T | undefined> {
  const present = (reader: Reader): boolean => {
    const start = reader.offset;
    const octet = reader.uint8();
    if (octet > 1)
      throw new TlsError("invalid-presence", `presence octet ${octet} is neither 0 nor 1`, start);
    return octet === 1;
  };
  return {
    name: `optional<${element.name}>`,
    shape: { kind: "optional", element: element as Schema<unknown> },
    read: (reader) => (present(reader) ? element.read(reader) : undefined),
    annotate: (reader, node) => {
      if (present(reader)) return annotateChild(element, "value", reader, node);
      node.value = undefined;
      node.end = reader.offset;
      return undefined;
    },
    write: (writer, value) => {
      writer.uint8(value === undefined ? 0 : 1);
      if (value !== undefined) element.write(writer, value);
    },
  };
}

/** A byte string that itself holds exactly one `T`: its length, then the value. */
export function embedded<T>(element: Schema<T>, maxOctets = DEFAULT_VECTOR_OCTETS): Schema<T> {
  const readWith = (reader: Reader, read: () => T): T => {
    const size = reader.size(maxOctets);
    const outerEnd = reader.end;
    reader.end = reader.offset + size;
    const value = read();
    if (reader.offset !== reader.end) {
      throw new TlsError("trailing-bytes", `${reader.remaining} octets follow the value`, reader.offset);
    }
    reader.end = outerEnd;
    return value;
  };
  return {
    name: element.name,
    shape: { kind: "embedded", of: element as Schema<unknown> },
    read: (reader) => readWith(reader, () => element.read(reader)),
    annotate: (reader, node) => readWith(reader, () => element.annotate(reader, node)),
    write: (writer, value) => writer.vector(() => element.write(writer, value)),
  };
}

/**
 * A schema with one more rule. `check` returns what is wrong, or `undefined`.
 * The rule holds both ways: a value that breaks it can be neither decoded nor encoded.
 */
export function refined<T>(
  schema: Schema<T>,
  check: (value: T) => string | undefined,
  name = schema.name,
): Schema<T> {
  const verify = (value: T, offset: number): T => {
    const wrong = check(value);
    if (wrong !== undefined) throw new TlsError("invalid-value", wrong, offset);
    return value;
  };
  const isLeaf =
    schema.shape.kind === "opaque" || schema.shape.kind === "text" || schema.shape.kind === "uint";
  const self: Schema<T> = {
    name,
    shape: { kind: "refined", of: schema as Schema<unknown> },
    read: (reader) => {
      const start = reader.offset;
      return verify(schema.read(reader), start);
    },
    annotate: (reader: Reader, node: Annotation) => {
      const start = reader.offset;
      return isLeaf ? annotateLeaf(self, reader, node) : verify(schema.annotate(reader, node), start);
    },
    write: (writer, value) => {
      const wrong = check(value);
      if (wrong !== undefined) throw new TlsError("unencodable", wrong);
      schema.write(writer, value);
    },
  };
  return self;
}
