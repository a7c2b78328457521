/**
 * Numbers of the drafts, and what they are called there.
 * @module
 */

import { Cardinality, Disposition, PartSemantics } from "./model.ts";

/** @internal A table of names that is read from its numbers. */
export function namesOf<Name extends string>(
  table: Readonly<Record<Name, number>>,
): (value: number) => Name | undefined {
  const names = new Map(Object.entries<number>(table).map(([name, value]) => [value, name as Name]));
  return (value) => names.get(value);
}

/**
 * Names a disposition. Content §8.2.2.
 *
 * @returns undefined for a value without a name, which counts as `render` (content §9.1)
 */
export const dispositionName: (value: number) => keyof typeof Disposition | undefined = namesOf(Disposition);

/** @internal */
export const cardinalityName: (value: number) => keyof typeof Cardinality | undefined = namesOf(Cardinality);

/** @internal */
export const partSemanticsName: (value: number) => keyof typeof PartSemantics | undefined =
  namesOf(PartSemantics);
