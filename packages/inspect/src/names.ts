/**
 * Objects by what people call them.
 * @module
 */

import { CATALOGUE, objectNames } from "./catalogue/index.ts";
import type { KnownObject } from "./catalogue/known.ts";
import { COMPONENT_OBJECTS } from "./components.ts";
import { InspectError } from "./errors.ts";

/** Neither case nor hyphens and underscores count: `key_package` is KeyPackage. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_ ]/g, "");

/** Components and extensions of the drafts' registries, by the object in them. */
const ALIASES: Readonly<Record<string, string>> = {
  ...COMPONENT_OBJECTS,
  ratchetTree: "RatchetTreeNodes",
  uri: "MimiUri",
  status: "MessageStatusReport",
  content: "MimiContent",
};

const BY_NAME: ReadonlyMap<string, string> = new Map([
  ...Object.entries(ALIASES).map(([alias, name]) => [plain(alias), name] as const),
  ...objectNames.map((name) => [plain(name), name] as const),
]);

/**
 * Finds an object.
 *
 * @throws {InspectError} `unknown-object`, with names that are like it
 */
export function objectNamed(name: string): KnownObject {
  const object = CATALOGUE.get(BY_NAME.get(plain(name)) ?? "");
  if (object !== undefined) return object;
  const asked = plain(name);
  const near = objectNames.filter((known) => asked.length > 2 && plain(known).includes(asked)).slice(0, 5);
  const hint = near.length === 0 ? "" : `; did you mean ${near.join(", ")}?`;
  throw new InspectError("unknown-object", `there is no object called ${name}${hint}`);
}
