/**
 * Every struct of RFC 9420 and of the extensions that MIMI uses, as schemas.
 * @module
 */

export * from "./basic.ts";
export * from "./extension-data.ts";
export * from "./framing.ts";
export * from "./group.ts";
export * from "./leaf-node.ts";
export * from "./proposal.ts";
export * from "./registry.ts";
export * from "./semi-private.ts";
export * from "./tree-options.ts";
