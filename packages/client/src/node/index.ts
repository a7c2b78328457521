/**
 * What a client needs of Node: HTTPS and a database.
 * @module
 */

export { sqliteStore } from "./sqlite-store.ts";
export { type NodeTransportOptions, nodeTransport } from "./transport.ts";
