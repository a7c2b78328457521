/**
 * The vectors that others publish; they are not copied into this repository.
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Reads a published file.
 *
 * @param skip called with a plain message when the vectors are not here; in CI that is an error instead
 */
export function published(skip: (message: string) => void, ...path: string[]): Uint8Array {
  const folder = process.env.OPENMIMI_PUBLISHED_VECTORS;
  if (folder !== undefined) return new Uint8Array(readFileSync(join(folder, ...path)));
  if (process.env.CI === "true") throw new Error("OPENMIMI_PUBLISHED_VECTORS is not set");
  skip("set OPENMIMI_PUBLISHED_VECTORS to the folder of the published vectors");
  throw new Error("skipped");
}
