/**
 * What are these octets?
 * @module
 */

import { InspectError } from "./errors.ts";
import type { InspectedNode, Inspection, InspectOptions } from "./model.ts";
import { type KnownObject, OBJECTS } from "./objects.ts";
import type { Read } from "./struct.ts";

/**
 * Says what octets are, field by field. Bad octets are the normal case: everything up to the error is shown.
 *
 * Without {@link InspectOptions.as} everything is tried. What fits to the last octet wins, what stands by itself before
 * mere parts, more fields before fewer; where nothing fits, the object that was read the furthest.
 *
 * @throws {InspectError} `unknown-object`, only for `as`
 * @example
 * ```ts
 * const { name, root, error } = inspect(octets);
 * ```
 */
export function inspect(octets: Uint8Array, options: InspectOptions = {}): Inspection {
  if (options.as !== undefined) {
    const chosen = named(options.as);
    return inspection(octets, { object: chosen, read: chosen.read(octets) }, []);
  }
  const tried = OBJECTS.map((object) => ({ object, read: object.read(octets) }));
  const fitting = tried
    .filter(({ read }) => read.error === undefined)
    .sort(
      (a, b) => Number(b.object.whole) - Number(a.object.whole) || count(b.read.root) - count(a.read.root),
    );
  const [first, ...rest] = fitting;
  if (first !== undefined)
    return inspection(
      octets,
      first,
      rest.map(({ object }) => object.name),
    );
  const [furthest] = tried
    .filter(({ object }) => object.whole)
    .sort(
      (a, b) =>
        (b.read.error?.offset ?? 0) - (a.read.error?.offset ?? 0) || count(b.read.root) - count(a.read.root),
    );
  return inspection(octets, furthest as Tried, []);
}

interface Tried {
  readonly object: KnownObject;
  readonly read: Read;
}

function inspection(octets: Uint8Array, { object, read }: Tried, others: readonly string[]): Inspection {
  return { name: object.name, octets: octets.length, ...read, facts: [], whole: object.whole, others };
}

function named(name: string): KnownObject {
  const found = OBJECTS.find((object) => object.name.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw new InspectError("unknown-object", `there is no object called ${name}`);
  return found;
}

function count(node: InspectedNode): number {
  return node.children.reduce((sum, child) => sum + count(child), 1);
}
