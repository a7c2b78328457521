/**
 * The property tests that every schema gives. For test files: needs fast-check.
 * @module
 */

import fc from "fast-check";
import { arbitrary, type Overrides } from "./arbitrary.ts";
import { TlsError } from "./errors.ts";
import { annotate, decode, encode, type Schema } from "./schema.ts";

/** How hard to try. */
export interface CheckOptions {
  readonly numRuns?: number;
  readonly seed?: number;
  readonly overrides?: Overrides;
}

/**
 * Changes bytes as a careless or hostile sender would: flips, inserts, deletes, truncates or appends octets.
 */
export function mutate(bytes: Uint8Array, choice: { at: number; kind: number; octet: number }): Uint8Array {
  const at = bytes.length === 0 ? 0 : choice.at % bytes.length;
  switch (choice.kind % 5) {
    case 0:
      return bytes.map((octet, index) => (index === at ? octet ^ (choice.octet || 1) : octet));
    case 1:
      return Uint8Array.of(...bytes.subarray(0, at), choice.octet, ...bytes.subarray(at));
    case 2:
      return Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(at + 1));
    case 3:
      return bytes.slice(0, at);
    default:
      return Uint8Array.of(...bytes, choice.octet);
  }
}

/** The arbitrary choices of {@link mutate}. */
export const mutation: fc.Arbitrary<{ at: number; kind: number; octet: number }> = fc.record({
  at: fc.nat(),
  kind: fc.nat({ max: 4 }),
  octet: fc.nat({ max: 255 }),
});

/**
 * Asserts that only the codec's own error comes of `bytes`, or a value that encodes to the same bytes.
 *
 * @throws whatever else the decoder threw, or an Error that shows two encodings of one value
 */
export function checkBytes<T>(schema: Schema<T>, bytes: Uint8Array): "decoded" | "refused" {
  let value: T;
  try {
    value = decode(schema, bytes);
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    if (annotate(schema, bytes).error?.message !== error.message)
      throw new Error(`annotate disagrees with decode: ${error.message}`);
    return "refused";
  }
  const again = encode(schema, value);
  if (!equalOctets(bytes, again))
    throw new Error(`${schema.name}: two encodings of one value: ${hex(bytes)} and ${hex(again)}`);
  return "decoded";
}

/**
 * The properties of one schema: decode(encode(x)) encodes to the same bytes and is x; the annotation covers
 * every octet; mutated bytes are refused with {@link TlsError} or decode canonically.
 */
export function checkSchema<T>(schema: Schema<T>, options: CheckOptions = {}): void {
  const { numRuns = 60, seed, overrides } = options;
  const parameters = seed === undefined ? { numRuns } : { numRuns, seed };
  fc.assert(
    fc.property(
      arbitrary(schema, overrides),
      fc.array(mutation, { minLength: 1, maxLength: 6 }),
      (value, mutations) => {
        const bytes = encode(schema, value);
        const decoded = decode(schema, bytes);
        if (!sameValue(value, decoded)) throw new Error(`${schema.name}: decode(encode(x)) is not x`);
        if (!equalOctets(encode(schema, decoded), bytes))
          throw new Error(`${schema.name}: re-encoding differs`);
        const { tree, error } = annotate(schema, bytes);
        if (error !== undefined || tree.end !== bytes.length)
          throw new Error(`${schema.name}: annotation does not cover the bytes`);
        for (const choice of mutations) checkBytes(schema, mutate(bytes, choice));
      },
    ),
    parameters,
  );
}

/** @returns whether two byte strings are the same */
export function equalOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index]);
}

function sameValue(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array) return b instanceof Uint8Array && equalOctets(a, b);
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return Object.is(a, b);
  const keysOf = (value: object) =>
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key]) => key);
  const keys = keysOf(a);
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  return keys.length === keysOf(b).length && keys.every((key) => sameValue(left[key], right[key]));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => octet.toString(16).padStart(2, "0")).join("");
}
