/**
 * What a client needs of Node: HTTPS, a database, native cryptography.
 * @module
 */

export { nodeCrypto } from "./crypto.ts";
export { sqliteStore } from "./sqlite-store.ts";
export { type NodeTransportOptions, nodeTransport } from "./transport.ts";
