/**
 * Every case of the suite, in the order in which they run.
 * @module
 */

import type { ConformanceCase } from "../src/case.ts";
import { directory } from "./directory.ts";
import { hubAdd } from "./hub-add.ts";
import { hubUpdate } from "./hub-update.ts";
import { keyMaterial } from "./key-material.ts";
import { transport } from "./transport.ts";

export const cases: readonly ConformanceCase[] = [
  ...directory,
  ...keyMaterial,
  ...transport,
  ...hubUpdate,
  ...hubAdd,
];
