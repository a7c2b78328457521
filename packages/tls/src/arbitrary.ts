/**
 * Arbitrary valid values of a schema, for property tests. The only module that needs fast-check.
 * @module
 */

import fc from "fast-check";
import type { Field, Schema } from "./schema.ts";
import { resolveField } from "./struct.ts";
import { Writer } from "./writer.ts";

type Entries = readonly (readonly [string, Field<unknown>])[];

/** Values to use for schemas that carry a rule which a plain generator would miss (see `refined`). */
export type Overrides = ReadonlyMap<Schema<never>, fc.Arbitrary<unknown>>;

/**
 * A generator of values that `schema` can encode.
 *
 * @param overrides generators for refined schemas; without one, values that break the rule are filtered out
 * @example
 * ```ts
 * fc.assert(fc.property(arbitrary(KeyPackage), (x) => deepEqual(decode(KeyPackage, encode(KeyPackage, x)), x)));
 * ```
 */
export function arbitrary<T>(schema: Schema<T>, overrides: Overrides = new Map()): fc.Arbitrary<T> {
  return generate(schema as Schema<unknown>, overrides) as fc.Arbitrary<T>;
}

function generate(schema: Schema<unknown>, overrides: Overrides): fc.Arbitrary<unknown> {
  const override = overrides.get(schema as Schema<never>);
  if (override !== undefined) return override;
  const shape = schema.shape;
  switch (shape.kind) {
    case "uint":
      return shape.octets === 8
        ? fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
        : fc.nat({ max: 2 ** (8 * shape.octets) - 1 });
    case "opaque":
      return shape.fixed !== undefined
        ? fc.uint8Array({ minLength: shape.fixed, maxLength: shape.fixed })
        : fc.uint8Array({ maxLength: Math.min(shape.maxOctets ?? 80, 80) });
    case "text":
      return fc
        .string({ unit: "grapheme", maxLength: 12 })
        .filter(
          (value) =>
            value.isWellFormed() &&
            !value.includes("\0") &&
            new TextEncoder().encode(value).length <= shape.maxOctets,
        );
    case "vector":
      return fc.array(generate(shape.element, overrides), { maxLength: Math.min(shape.maxElements, 3) });
    case "optional":
      return fc.option(generate(shape.element, overrides), { nil: undefined });
    case "enumeration":
      return fc.constantFrom(...Object.keys(shape.values));
    case "struct":
      return fields(shape.fields, fc.constant({}), overrides);
    case "select":
      return fields(shape.before, fc.constant({}), overrides)
        .chain((head) =>
          fields(
            shape.cases[String((head as Record<string, unknown>)[shape.on])] ?? [],
            fc.constant(head),
            overrides,
          ),
        )
        .chain((body) => fields(shape.after, fc.constant(body), overrides));
    case "refined":
      return generate(shape.of, overrides).filter((value) => encodable(schema, value));
    case "embedded":
      return generate(shape.of, overrides);
    case "boolean":
      return fc.boolean();
    case "nothing":
      return fc.constant(undefined);
  }
}

function fields(entries: Entries, start: fc.Arbitrary<object>, overrides: Overrides): fc.Arbitrary<object> {
  return entries.reduce<fc.Arbitrary<object>>(
    (soFar, [name, field]) =>
      soFar.chain((before) =>
        generate(resolveField(field, before), overrides).map((value) =>
          value === undefined ? before : { ...before, [name]: value },
        ),
      ),
    start,
  );
}

function encodable(schema: Schema<unknown>, value: unknown): boolean {
  try {
    schema.write(new Writer(), value);
    return true;
  } catch {
    return false;
  }
}
