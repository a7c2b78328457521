/**
 * What a schema is, and the four things that can be done with one.
 * @module
 */

import { TlsError } from "./errors.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

/** How a schema is built, for generators and other tools that walk schemas instead of bytes. */
export type Shape =
  | { readonly kind: "uint"; readonly octets: 1 | 2 | 4 | 8 }
  | { readonly kind: "opaque"; readonly fixed?: number; readonly maxOctets?: number }
  | { readonly kind: "text"; readonly maxOctets: number }
  | { readonly kind: "vector"; readonly element: Schema<unknown>; readonly maxElements: number }
  | { readonly kind: "optional"; readonly element: Schema<unknown> }
  | { readonly kind: "enumeration"; readonly values: Readonly<Record<string, number>> }
  | { readonly kind: "struct"; readonly fields: readonly (readonly [string, Field<unknown>])[] }
  | {
      readonly kind: "select";
      readonly before: readonly (readonly [string, Field<unknown>])[];
      readonly on: string;
      readonly cases: Readonly<Record<string, readonly (readonly [string, Field<unknown>])[]>>;
      readonly after: readonly (readonly [string, Field<unknown>])[];
    }
  | { readonly kind: "refined"; readonly of: Schema<unknown> }
  | { readonly kind: "embedded"; readonly of: Schema<unknown> }
  | { readonly kind: "boolean" }
  | { readonly kind: "nothing" };

/** One place in annotated bytes: what it is called, which octets it covers, and its value or its parts. */
export interface Annotation {
  /** The name of the field, or `[3]` for an element. */
  readonly name: string;
  /** The type as the schema names it. */
  readonly type: string;
  /** How that schema is built: which code points an enumeration has, whether a leaf is text or octets. */
  readonly shape: Shape;
  readonly start: number;
  /** One past the last octet. While an error cuts the tree short: the last octet that was reached. */
  end: number;
  /** The value of a leaf: a number, bigint, string or byte view. Absent where there are children. */
  value?: unknown;
  readonly children: Annotation[];
}

/** A wire struct (or a part of one), written once. Make one with the functions of this package. */
export interface Schema<T> {
  readonly name: string;
  readonly shape: Shape;
  read(reader: Reader): T;
  write(writer: Writer, value: T): void;
  /** Reads as {@link read} does, and fills in `node`. */
  annotate(reader: Reader, node: Annotation): T;
}

/** A field whose schema depends on the fields before it (a `select` over something that is not a plain enumeration). */
export interface Given<T> {
  readonly given: (before: never) => Schema<T>;
  /** For generators: an optional hint, all schemas that can be chosen. */
  readonly name: string;
}

/** What may stand as a field of a struct. */
export type Field<T> = Schema<T> | Given<T>;

/** The TypeScript type of the values of a schema. */
export type Infer<S> = S extends Field<infer T> ? T : never;

/** What a caller may bound for one decoding. */
export interface DecodeLimits {
  /** The longest input looked at, in octets. Default 16 MiB. */
  readonly maxOctets?: number;
}

/** The default for {@link DecodeLimits.maxOctets}. */
const DEFAULT_MAX_OCTETS = 16 * 1024 * 1024;

/**
 * Encodes a value.
 *
 * @returns the octets, newly allocated
 * @throws {TlsError} `unencodable`, with the path of what does not fit
 * @example
 * ```ts
 * encode(struct("Point", { x: uint8, y: uint16 }), { x: 1, y: 2 }); // 01 00 02
 * ```
 */
export function encode<T>(schema: Schema<T>, value: T): Uint8Array {
  const writer = new Writer();
  try {
    schema.write(writer, value);
  } catch (error) {
    throw error instanceof TlsError ? error.within(schema.name) : error;
  }
  return writer.finish();
}

/**
 * Encodes a value for a moment, to be hashed or verified: a copy of the octets can cost more than their hash.
 *
 * @param use gets the octets, which are overwritten with zeros when it returns: nothing of them may be kept
 * @returns what `use` returns
 * @throws {TlsError} `unencodable`, and whatever `use` throws
 * @example
 * ```ts
 * const digest = withEncoded(GroupContext, groupContext, (octets) => sha256(octets));
 * ```
 */
export function withEncoded<T, R>(schema: Schema<T>, value: T, use: (octets: Uint8Array) => R): R {
  const writer = new Writer();
  try {
    schema.write(writer, value);
  } catch (error) {
    throw error instanceof TlsError ? error.within(schema.name) : error;
  }
  return writer.lend(use);
}

/**
 * Decodes exactly one value; bytes after it are an error.
 *
 * @throws {TlsError} with the path and the offset of what is wrong
 */
export function decode<T>(schema: Schema<T>, bytes: Uint8Array, limits: DecodeLimits = {}): T {
  const { value, end } = decodePrefix(schema, bytes, limits);
  if (end !== bytes.length) {
    throw new TlsError("trailing-bytes", `${bytes.length - end} octets follow the value`, end).within(
      schema.name,
    );
  }
  return value;
}

/**
 * Decodes one value at the start of `bytes`, from `start` on, and says where it ends.
 * For objects that stand back to back (FanoutMessage), and for routers that need only a header.
 *
 * @throws {TlsError} as {@link decode} does, but not for trailing bytes
 */
export function decodePrefix<T>(
  schema: Schema<T>,
  bytes: Uint8Array,
  limits: DecodeLimits = {},
  start = 0,
): { readonly value: T; readonly end: number } {
  const maxOctets = limits.maxOctets ?? DEFAULT_MAX_OCTETS;
  if (bytes.length > maxOctets) {
    throw new TlsError(
      "limit-exceeded",
      `${bytes.length} octets are over the limit of ${maxOctets}`,
      0,
    ).within(schema.name);
  }
  const reader = new Reader(bytes, start);
  try {
    const value = schema.read(reader);
    return { value, end: reader.offset };
  } catch (error) {
    throw error instanceof TlsError ? error.within(schema.name) : error;
  }
}

/** What {@link annotate} found: the tree, and the error that cut it short, if any. */
export interface Annotated<T> {
  readonly tree: Annotation;
  readonly value?: T;
  readonly error?: TlsError;
}

/**
 * Decodes for people: every field with its octets. Never throws for bad bytes; the tree then ends where the error is.
 */
export function annotate<T>(schema: Schema<T>, bytes: Uint8Array): Annotated<T> {
  const { name, shape } = schema;
  const tree: Annotation = { name, type: name, shape, start: 0, end: 0, children: [] };
  const reader = new Reader(bytes);
  try {
    const value = schema.annotate(reader, tree);
    tree.end = reader.offset;
    if (reader.remaining > 0) {
      throw new TlsError("trailing-bytes", `${reader.remaining} octets follow the value`, reader.offset);
    }
    return { tree, value };
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    tree.end = Math.max(tree.end, reader.offset);
    return { tree, error: error.within(schema.name) };
  }
}

/** @internal A leaf in an annotation. */
export function annotateLeaf<T>(schema: Schema<T>, reader: Reader, node: Annotation): T {
  const value = schema.read(reader);
  node.value = value;
  node.end = reader.offset;
  return value;
}

/** @internal Opens a child, annotates it, and keeps it in the tree even when it fails. */
export function annotateChild<T>(schema: Schema<T>, name: string, reader: Reader, parent: Annotation): T {
  const node: Annotation = {
    name,
    type: schema.name,
    shape: schema.shape,
    start: reader.offset,
    end: reader.offset,
    children: [],
  };
  parent.children.push(node);
  try {
    const value = schema.annotate(reader, node);
    node.end = reader.offset;
    return value;
  } catch (error) {
    node.end = Math.max(node.end, reader.offset);
    throw error;
  }
}
