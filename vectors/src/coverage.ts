/**
 * Which vectors decide which requirement of the drafts, `requirements.json`.
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { VECTORS_FOLDER } from "./place.ts";

/**
 * For each requirement that vectors decide, their ids, as `ledger` of @openmimi/spec takes it.
 *
 * @example
 * coveredByVectors().get("IDENT-02"); // ["identifiers/uris/provider", "identifiers/uris/slash-behind-provider"]
 */
export function coveredByVectors(): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(join(VECTORS_FOLDER, "requirements.json"), "utf8");
  return new Map(Object.entries(JSON.parse(text) as Record<string, string[]>));
}
