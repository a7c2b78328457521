/**
 * The steps of `npm test`, in their order: what is quick and tells most comes first.
 * @module
 */

import { hostileInput } from "./soak.ts";
import { program, type Step } from "./step.ts";
import { suite } from "./suite.ts";
import { vitest } from "./vitest.ts";

export const steps: readonly Step[] = [
  program("types", "the type checker agrees (tsc -b)", "tsc", "-b"),
  program("style", "format and lint rules are kept (biome)", "biome", "check", "--error-on-warnings", "."),
  program("house", "imports follow the order of the house", "node", "scripts/check-house.ts"),
  program("unused", "nothing is unused or undeclared (knip)", "knip"),
  vitest,
  hostileInput,
  suite,
];
