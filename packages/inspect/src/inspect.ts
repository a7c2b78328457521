/**
 * What are these octets?
 * @module
 */

import { READERS } from "./catalogue/index.ts";
import { type KnownObject, standsAlone } from "./catalogue/known.ts";
import { factsOf } from "./facts/index.ts";
import type { Inspection, InspectOptions } from "./model.ts";
import { objectNamed } from "./names.ts";
import { recognize } from "./recognize.ts";
import { withRoleNames } from "./role-names.ts";
import { Walk } from "./walk.ts";

/**
 * Says what octets are, field by field. Bad octets are the normal case: everything up to the error is shown.
 *
 * Without {@link InspectOptions.as} everything is tried, and that wins which would have been able to foretell most of the
 * octets; see `recognize.ts`.
 *
 * @throws {InspectError} `unknown-object`, only for `as`
 * @example
 * ```ts
 * const { name, root, error } = inspect(octets);
 * ```
 */
export function inspect(octets: Uint8Array, options: InspectOptions = {}): Inspection {
  if (options.as === undefined) {
    const { best, others } = recognize(octets);
    return inspection(octets, best, others, options);
  }
  return inspection(octets, objectNamed(options.as), [], options);
}

function inspection(
  octets: Uint8Array,
  object: KnownObject,
  others: readonly string[],
  options: InspectOptions,
): Inspection {
  const { name, section, read } = object;
  const first = read(Walk.begin(octets, READERS), 0, octets.length, "");
  const isCut = first.error?.code === "truncated";
  const shown = isCut ? read(Walk.begin(octets, READERS, { readsOn: true }), 0, octets.length, "") : first;
  const { root, error } = shown;
  const isCertain = options.as !== undefined || (error === undefined && standsAlone(object));
  return {
    ...{ name, section, octets: octets.length, root: withRoleNames(root) },
    ...(error === undefined ? {} : { error }),
    facts: factsOf(octets, shown, { ...options, isCertain }),
    whole: standsAlone(object),
    others,
  };
}
