/**
 * The version of the suite, as its package says it.
 * @module
 */

import { readFileSync } from "node:fs";

const description: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

export const SUITE_VERSION: string =
  typeof description === "object" && description !== null && "version" in description
    ? String(description.version)
    : "unknown";
