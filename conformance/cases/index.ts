/**
 * Every case of the suite, in the order in which they run.
 * @module
 */

import type { ConformanceCase } from "../src/case.ts";
import { directory } from "./directory.ts";
import { follower } from "./follower.ts";
import { hub } from "./hub.ts";
import { keyMaterial } from "./key-material.ts";
import { transport } from "./transport.ts";

export const cases: readonly ConformanceCase[] = [
  ...directory,
  ...keyMaterial,
  ...transport,
  ...hub,
  ...follower,
];
