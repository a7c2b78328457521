/**
 * Everything that octets can be, by name: where it is defined, and how likely somebody is to have it at hand.
 * @module
 */

import type { Reader } from "../walk.ts";
import type { KnownObject } from "./known.ts";
import { bodyStructs, componentStructs } from "./mimi.ts";
import { extensionStructs, mlsStructs } from "./mls.ts";
import { TEXTS } from "./texts.ts";

/** Everything. */
export const CATALOGUE: ReadonlyMap<string, KnownObject> = new Map(
  [...TEXTS, ...mlsStructs(), ...extensionStructs(), ...bodyStructs(), ...componentStructs()].map(
    (object) => [object.name, object],
  ),
);

/** How each is read. */
export const READERS: ReadonlyMap<string, Reader> = new Map(
  [...CATALOGUE].map(([name, { read }]) => [name, read]),
);

/** What {@link InspectOptions.as} can be. */
export const objectNames: readonly string[] = [...CATALOGUE.keys()].sort();

/** Where each is defined: `RFC 9420 §10`. */
export function sectionOf(name: string): string | undefined {
  return CATALOGUE.get(name)?.section;
}
