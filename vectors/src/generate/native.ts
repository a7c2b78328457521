/**
 * Cryptography by Node, which is faster by far where many groups are played; both providers give the same octets.
 * @module
 */

import * as nodeModule from "node:crypto";
import { type CryptoProvider, createNodeCrypto } from "@openmimi/mls";

export const nativeCrypto: CryptoProvider = createNodeCrypto(nodeModule);
