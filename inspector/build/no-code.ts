/**
 * Leaves out of the page what makes code from text: the policy of the page forbids that, and browsers report each try.
 * Structs are read by loops then, as wherever no code may be made.
 * @module
 */

import type { Plugin } from "vite";

const COMPILER = "/packages/tls/src/compile.ts";

/** Replaces the compiler of @openmimi/tls by one that says it cannot. */
export function noCode(): Plugin {
  let isReplaced = false;
  return {
    name: "openmimi-no-code",
    load(id) {
      if (!id.replaceAll("\\", "/").endsWith(COMPILER)) return undefined;
      isReplaced = true;
      return "export const compile = () => undefined;";
    },
    buildEnd(error) {
      if (error === undefined && !isReplaced)
        throw new Error(`${COMPILER} is no longer where the page leaves it out`);
    },
  };
}
