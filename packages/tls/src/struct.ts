/**
 * Structs and selects. RFC 8446 §3.6 and §3.8.
 * @module
 */

import { type Compiled, compile, type Entries, type Layout } from "./compile.ts";
import { TlsError } from "./errors.ts";
import type { Reader } from "./reader.ts";
import { type Annotation, annotateChild, type Field, type Given, type Infer, type Schema } from "./schema.ts";
import type { Writer } from "./writer.ts";

/** The fields of a struct, in wire order. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

type OptionalKeys<F extends Fields> = { [K in keyof F]: undefined extends Infer<F[K]> ? K : never }[keyof F];

/** The TypeScript object type of a list of fields. Fields that can be absent may be left out when encoding. */
export type InferFields<F extends Fields> = { [K in Exclude<keyof F, OptionalKeys<F>>]: Infer<F[K]> } & {
  [K in OptionalKeys<F>]?: Infer<F[K]> | undefined;
};

type Flat<T> = { [K in keyof T]: T[K] } & {};
type Partial = Record<string, unknown>;

/**
 * A field whose schema is chosen from the fields before it.
 *
 * @example
 * ```ts
 * struct("PublicMessage", {
 *   content: FramedContent,
 *   auth: given("FramedContentAuthData", (m: { content: FramedContent }) => authDataOf(m.content.contentType)),
 * });
 * ```
 */
export function given<B, T>(name: string, choose: (before: B) => Schema<T>): Given<T> {
  return { name, given: choose as (before: never) => Schema<T> };
}

function isGiven(field: Field<unknown>): field is Given<unknown> {
  return "given" in field;
}

/** @internal The schema of a field once the fields before it are known. */
export function resolveField(field: Field<unknown>, before: object): Schema<unknown> {
  return isGiven(field) ? field.given(before as never) : field;
}

function readFields(entries: Entries, reader: Reader, into: Partial): void {
  let index = 0;
  try {
    for (; index < entries.length; index++) {
      const [name, field] = entries[index]!;
      const schema = isGiven(field) ? field.given(into as never) : field;
      const value = schema.read(reader);
      if (value !== undefined) into[name] = value;
    }
  } catch (error) {
    throw error instanceof TlsError ? error.within(entries[index]![0]) : error;
  }
}

function annotateFields(entries: Entries, reader: Reader, into: Partial, node: Annotation): void {
  for (const [name, field] of entries) {
    const schema = resolveField(field, into);
    try {
      const value = schema.shape.kind === "nothing" ? undefined : annotateChild(schema, name, reader, node);
      if (value !== undefined) into[name] = value;
    } catch (error) {
      throw error instanceof TlsError ? error.within(name) : error;
    }
  }
}

function writeFields(entries: Entries, writer: Writer, value: Partial): void {
  for (const [name, field] of entries) {
    try {
      resolveField(field, value).write(writer, value[name]);
    } catch (error) {
      throw error instanceof TlsError ? error.within(name) : error;
    }
  }
}

/** Compiles a struct when it is first used: its fields may be of schemas that are defined behind it. */
function compiledOnce(layout: Layout, loops: Compiled): Compiled {
  let made: Compiled | undefined;
  const compiled = (): Compiled => {
    made ??= compile(layout) ?? loops;
    return made;
  };
  return {
    read: (reader) => (made ?? compiled()).read(reader),
    write: (writer, value) => (made ?? compiled()).write(writer, value),
  };
}

function checkObject(name: string, value: unknown): asserts value is Partial {
  if (typeof value !== "object" || value === null) {
    throw new TlsError("unencodable", `expected a ${name}, got ${value === null ? "null" : typeof value}`);
  }
}

/**
 * `struct { ... } Name`: its fields in order.
 *
 * @example
 * ```ts
 * const Lifetime = struct("Lifetime", { notBefore: uint64, notAfter: uint64 });
 * type Lifetime = Infer<typeof Lifetime>;
 * ```
 */
export function struct<F extends Fields>(name: string, fields: F): Schema<Flat<InferFields<F>>> {
  const entries: Entries = Object.entries(fields);
  const { read, write } = compiledOnce(
    { head: entries },
    {
      read: (reader) => {
        const value: Partial = {};
        readFields(entries, reader, value);
        return value;
      },
      write: (writer, value) => writeFields(entries, writer, value as Partial),
    },
  );
  return {
    name,
    shape: { kind: "struct", fields: entries },
    read: (reader) => read(reader) as Flat<InferFields<F>>,
    annotate: (reader, node) => {
      const value: Partial = {};
      annotateFields(entries, reader, value, node);
      return value as Flat<InferFields<F>>;
    },
    write: (writer, value) => {
      checkObject(name, value);
      write(writer, value);
    },
  };
}

/** The parts of a struct with a `select` in it. */
export interface SelectParts<
  B extends Fields,
  D extends string,
  E extends string,
  C extends Readonly<Record<E, Fields>>,
  A extends Fields,
> {
  /** Fields in front of the discriminant. */
  readonly before?: B;
  /** The discriminant: the name of the field and its enumeration. */
  readonly on: readonly [D, Schema<E>];
  /** For every value of the enumeration, the fields it brings; `{}` for none. */
  readonly cases: C;
  /** Fields behind the select. */
  readonly after?: A;
}

type CaseOf<D extends string, C extends Readonly<Record<string, Fields>>, K extends keyof C> = {
  [P in D]: K;
} & InferFields<C[K]>;

/** The union type of a select. */
export type InferSelect<
  B extends Fields,
  D extends string,
  C extends Readonly<Record<string, Fields>>,
  A extends Fields,
> = {
  [K in keyof C & string]: Flat<InferFields<B> & CaseOf<D, C, K> & InferFields<A>>;
}[keyof C & string];

/**
 * A struct with `select (discriminant) { case ...: }`: a discriminated union whose fields lie flat beside the
 * discriminant, as they do on the wire.
 *
 * @example
 * ```ts
 * const Credential = select("Credential", {
 *   on: ["credentialType", CredentialType],
 *   cases: { basic: { identity: opaque() }, x509: { certificates: vector(Certificate) } },
 * });
 * ```
 */
export function select<
  E extends string,
  D extends string,
  C extends Readonly<Record<E, Fields>>,
  B extends Fields = Record<never, never>,
  A extends Fields = Record<never, never>,
>(name: string, parts: SelectParts<B, D, E, C, A>): Schema<InferSelect<B, D, C, A>> {
  const before: Entries = Object.entries(parts.before ?? {});
  const [on, enumerated] = parts.on;
  const cases = new Map<string, Entries>(
    Object.entries(parts.cases as Readonly<Record<string, Fields>>).map(([key, fields]) => [
      key,
      Object.entries(fields),
    ]),
  );
  const after: Entries = Object.entries(parts.after ?? {});
  const head: Entries = [...before, [on, enumerated as Schema<unknown>]];
  const bodyOf = (value: Partial): Entries => {
    const entries = cases.get(value[on] as string);
    if (entries === undefined) throw new TlsError("unencodable", `${name} has no case ${String(value[on])}`);
    return entries;
  };
  const { read, write } = compiledOnce(
    { head, on, cases, after },
    {
      read: (reader) => {
        const value: Partial = {};
        readFields(head, reader, value);
        readFields(bodyOf(value), reader, value);
        readFields(after, reader, value);
        return value;
      },
      write: (writer, value) => {
        writeFields(head, writer, value as Partial);
        writeFields(bodyOf(value as Partial), writer, value as Partial);
        writeFields(after, writer, value as Partial);
      },
    },
  );
  return {
    name,
    shape: { kind: "select", before: head, on, cases: Object.fromEntries(cases), after },
    read: (reader) => read(reader) as InferSelect<B, D, C, A>,
    annotate: (reader, node) => {
      const value: Partial = {};
      annotateFields(head, reader, value, node);
      annotateFields(bodyOf(value), reader, value, node);
      annotateFields(after, reader, value, node);
      return value as InferSelect<B, D, C, A>;
    },
    write: (writer, value) => {
      checkObject(name, value);
      write(writer, value);
    },
  };
}
