/**
 * Native cryptography.
 * @module
 */

import * as nodeModule from "node:crypto";
import { type CryptoProvider, createNodeCrypto } from "@openmimi/mls";

/** MLS cryptography in Node's native code, several times faster than the portable default. */
export const nodeCrypto: CryptoProvider = createNodeCrypto(nodeModule);
