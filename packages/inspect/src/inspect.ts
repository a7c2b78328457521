/**
 * What are these octets?
 * @module
 */

import { READERS } from "./catalogue.ts";
import { factsOf } from "./facts/index.ts";
import type { Inspection, InspectOptions } from "./model.ts";
import { objectNamed } from "./names.ts";
import { type Judged, recognize } from "./recognize.ts";
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
  const object = objectNamed(options.as);
  const read = object.read(Walk.begin(octets, READERS), 0, octets.length, "");
  return inspection(octets, { object, read, score: 0 }, [], options);
}

function inspection(
  octets: Uint8Array,
  { object, read }: Judged,
  others: readonly string[],
  options: InspectOptions,
): Inspection {
  const { name, section, standing } = object;
  const { root, error } = read;
  return {
    ...{ name, section, octets: octets.length, root },
    ...(error === undefined ? {} : { error }),
    ...{
      facts: factsOf(octets, read, options),
      whole: standing === "sent" || standing === "carried",
      others,
    },
  };
}
