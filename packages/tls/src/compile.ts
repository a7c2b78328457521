/**
 * Structs as straight-line code: one function per schema that reads, one that writes. RFC 8446 §3.6, §3.8.
 *
 * The text of these functions is made of numbers and of the names in the schema, never of input. Where a page forbids
 * making code (Content-Security-Policy without unsafe-eval), the loops in the struct module do the same.
 * @module
 */

import { TlsError } from "./errors.ts";
import type { Reader } from "./reader.ts";
import type { Field, Given, Schema } from "./schema.ts";
import type { Writer } from "./writer.ts";

/** Fields in wire order. */
export type Entries = readonly (readonly [string, Field<unknown>])[];

/** A struct, or a select with its cases by the value of the last field of `head`. */
export interface Layout {
  readonly head: Entries;
  readonly on?: string;
  readonly cases?: ReadonlyMap<string, Entries>;
  readonly after?: Entries;
}

/** What reads and writes one struct. */
export interface Compiled {
  read(reader: Reader): unknown;
  write(writer: Writer, value: object): void;
}

function isGiven(field: Field<unknown>): field is Given<unknown> {
  return "given" in field;
}

/** Whether a field is there in every value. */
function isAlwaysThere(field: Field<unknown>): boolean {
  if (isGiven(field)) return false;
  const { shape } = field;
  switch (shape.kind) {
    case "optional":
    case "nothing":
      return false;
    case "refined":
    case "embedded":
      return isAlwaysThere(shape.of);
    default:
      return true;
  }
}

/** The text of one function, and the schemas and names that it speaks of. */
class Source {
  readonly fields: (Schema<unknown> | Given<unknown>["given"])[] = [];
  readonly names: string[] = [];

  /** Says which field comes next, for errors. */
  at(name: string): string {
    return `at = ${this.names.push(name) - 1};`;
  }

  /** The name of a field's schema in the text. */
  schema(field: Field<unknown>, value: string): string {
    if (isGiven(field)) return `f${this.fields.push(field.given) - 1}(${value})`;
    return `f${this.fields.push(field) - 1}`;
  }

  /** The text that reads a field. Octets and integers need no call through their schema. */
  read(field: Field<unknown>): string {
    if (!isGiven(field)) {
      const { shape } = field;
      if (shape.kind === "uint") return `r.uint${8 * shape.octets}()`;
      if (shape.kind === "opaque" && shape.maxOctets !== undefined) return `r.opaque(${shape.maxOctets})`;
      if (shape.kind === "opaque" && shape.fixed !== undefined) return `r.view(${shape.fixed})`;
    }
    return `${this.schema(field, "o")}.read(r)`;
  }

  make(parameters: string, body: string): (...values: never[]) => unknown {
    const { names } = this;
    const fail = (error: unknown, at: number): unknown =>
      error instanceof TlsError ? error.within(names[at]!) : error;
    const text = `"use strict"; return function (${parameters}) {
let at = 0;
try {
${body}
} catch (error) { throw fail(error, at); }
};`;
    const outer = new Function("fail", ...this.fields.map((_, index) => `f${index}`), text);
    return outer(fail, ...this.fields) as (...values: never[]) => unknown;
  }
}

const key = (name: string): string => JSON.stringify(name);

/** Reads fields into locals, and those into one object: at once as far as all of them are there in every value. */
class Locals {
  readonly #source: Source;
  readonly lines: string[] = [];
  #literal: string[] = [];
  #open = false;
  #count = 0;

  constructor(source: Source, before?: Locals) {
    this.#source = source;
    if (before === undefined) return;
    this.#count = before.#count;
    this.#open = before.#open;
    this.#literal = [...before.#literal];
  }

  get last(): string {
    return `v${this.#count - 1}`;
  }

  read(entries: Entries): this {
    for (const [name, field] of entries) {
      const always = isAlwaysThere(field);
      if (!always) this.#openObject();
      this.lines.push(this.#source.at(name));
      const local = `v${this.#count++}`;
      this.lines.push(`const ${local} = ${this.#source.read(field)};`);
      if (!this.#open) this.#literal.push(`${key(name)}: ${local}`);
      else this.lines.push(`${always ? "" : `if (${local} !== undefined) `}o[${key(name)}] = ${local};`);
    }
    return this;
  }

  #openObject(): void {
    if (this.#open) return;
    this.#open = true;
    this.lines.push(`o = { ${this.#literal.join(", ")} };`);
  }

  finish(): string {
    const result = this.#open ? "o" : `{ ${this.#literal.join(", ")} }`;
    return [...this.lines, `return ${result};`].join("\n");
  }
}

function readSource({ head, cases, after = [] }: Layout): Compiled["read"] {
  const source = new Source();
  const first = new Locals(source).read(head);
  let body: string;
  if (cases === undefined) {
    body = first.read(after).finish();
  } else {
    const branches = [...cases].map(([value, entries]) => {
      const branch = new Locals(source, first).read(entries).read(after);
      return `case ${key(value)}: {\n${branch.finish()}\n}`;
    });
    body = `${first.lines.join("\n")}\nswitch (${first.last}) {\n${branches.join("\n")}\n}`;
  }
  return source.make("r", `let o;\n${body}`) as Compiled["read"];
}

function writeSource({ head, on, cases, after = [] }: Layout): Compiled["write"] {
  const source = new Source();
  const write = (entries: Entries): string =>
    entries
      .map(([name, field]) => {
        const at = source.at(name);
        return `${at} ${source.schema(field, "value")}.write(w, value[${key(name)}]);`;
      })
      .join("\n");
  let body = write(head);
  if (cases !== undefined && on !== undefined) {
    const branches = [...cases].map(
      ([value, entries]) => `case ${key(value)}: {\n${write(entries)}\nbreak; }`,
    );
    body += `\nswitch (value[${key(on)}]) {\n${branches.join("\n")}\n}`;
  }
  return source.make("w, value", `${body}\n${write(after)}`) as Compiled["write"];
}

/** @returns `undefined` where no code may be made */
export function compile(layout: Layout): Compiled | undefined {
  try {
    return { read: readSource(layout), write: writeSource(layout) };
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}
