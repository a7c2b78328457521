/**
 * What every vector and every file of vectors looks like.
 * @module
 */

/** The documents that vectors cite. */
export const Draft = {
  protocol: "draft-ietf-mimi-protocol-06",
  extensions: "draft-ietf-mls-extensions-10",
  policy: "draft-ietf-mimi-room-policy-03",
  content: "draft-ietf-mimi-content-08",
  status: "draft-mahy-mimi-message-status-01",
} as const;

/** Anything that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One vector. `input` and the rest of `expected` are the kind's. */
export interface Vector {
  /** Stable: `kind/file/what`. */
  readonly id: string;
  readonly draft: string;
  /** Section of the draft, without a sign in front. */
  readonly section: string;
  /** The readings of `spec/readings` that the expectation rests on. */
  readonly readings: readonly string[];
  readonly notes?: string;
  readonly input: Readonly<Record<string, Json>>;
  readonly expected: Expected;
}

/** What an implementation has to make of the input. */
export type Expected =
  | ({ readonly valid: true } & Readonly<Record<string, Json>>)
  | ({ readonly valid: false; readonly reason: string } & Readonly<Record<string, Json>>);

/** One file. */
export interface VectorFile {
  readonly $schema: string;
  readonly kind: VectorKind;
  readonly title: string;
  readonly vectors: readonly Vector[];
}

/** The kinds that there are: each has a folder and a JSON Schema of its name. */
export const VECTOR_KINDS = [
  "identifiers",
  "endpoint-bodies",
  "participant-list-updates",
  "extension-proposals",
  "mls-extensions",
  "mls-commits",
  "policy-components",
  "policy-decisions",
  "content",
  "message-ids",
  "message-status",
  "franking",
  "content-handling",
  "key-material",
  "group-info",
  "room-transcripts",
  "markdown",
  "credential-claims",
] as const;
export type VectorKind = (typeof VECTOR_KINDS)[number];

/** A file with its place below the folder of vectors. */
export interface GeneratedFile {
  /** For example `identifiers/uris.json`. */
  readonly path: string;
  readonly text: string;
}

/** A vector to be: what it is fed with, and the reason of a refusal where there has to be one. */
export interface Case {
  /** Behind `kind/file/`. */
  readonly id: string;
  readonly input: Vector["input"];
  readonly reason?: string;
  readonly notes?: string;
  readonly section?: string;
  readonly readings?: readonly string[];
}

/** What the implementation makes of an input. */
export type Evaluate = (input: Vector["input"]) => Expected;

/**
 * Makes vectors of cases. The implementation says what comes out of a valid input; that an input is refused, and why,
 * is said by the case, and an implementation that disagrees is an error.
 *
 * @throws {Error} where implementation and case disagree
 */
export function makeVectors(
  prefix: string,
  base: { readonly draft: string; readonly section: string; readonly readings: readonly string[] },
  cases: readonly Case[],
  evaluate: Evaluate,
): Vector[] {
  return cases.map(({ id, input, reason, notes, section, readings }) => {
    const expected = evaluate(input);
    const actual = expected.valid ? undefined : expected.reason;
    if (actual !== reason)
      throw new Error(`${prefix}/${id}: ${actual ?? "accepted"} instead of ${reason ?? "valid"}`);
    return {
      id: `${prefix}/${id}`,
      draft: base.draft,
      section: section ?? base.section,
      readings: readings ?? base.readings,
      ...(notes === undefined ? {} : { notes }),
      input,
      expected,
    };
  });
}

/** A text in an input. @throws {Error} where there is none: the file is not of its schema */
export function textOf(input: Vector["input"], key: string): string {
  const value = input[key];
  if (typeof value !== "string") throw new Error(`the input has no text ${key}`);
  return value;
}

/** @returns the file as it stands in the repository: indented by two, with a line end behind it */
export function vectorFile(
  kind: VectorKind,
  name: string,
  title: string,
  vectors: readonly Vector[],
): GeneratedFile {
  const file: VectorFile = { $schema: `../schema/${kind}.json`, kind, title, vectors };
  return { path: `${kind}/${name}.json`, text: `${JSON.stringify(file, null, 2)}\n` };
}

/** Octets as lower-case hexadecimal. */
export function hex(octets: Uint8Array): string {
  let digits = "";
  for (const octet of octets) digits += octet.toString(16).padStart(2, "0");
  return digits;
}

/** Lower-case hexadecimal to octets. */
export function unhex(digits: string): Uint8Array {
  const octets = new Uint8Array(digits.length / 2);
  for (let at = 0; at < octets.length; at++)
    octets[at] = Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16);
  return octets;
}

/**
 * A decoded struct as JSON: byte strings as hexadecimal, uint64 as decimal text, absent values left out, and the rest
 * as it is.
 */
export function toJson(value: unknown): Json {
  if (value instanceof Uint8Array) return hex(value);
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : toJson(item)));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, toJson(item)]),
    );
  }
  return value as Json;
}
