/**
 * The reference provider's adapter: how the suite drives the users of `openmimi serve`.
 * @module
 */

export { type ReferenceAdapter, type ReferenceAdapterOptions, startReferenceAdapter } from "./server.ts";
