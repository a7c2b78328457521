/**
 * Keys that the tests share. MLS suite 0x0001 unless said otherwise.
 * @module
 */

import { createKeyPackage, type KeyPackage, nobleCrypto } from "@openmimi/mls";
import { type ClientUri, clientCredential } from "@openmimi/protocol";

export const suite = nobleCrypto.suite(1);

/** A KeyPackage of a client, valid from 0 to 2^32 seconds. */
export function keyPackageOf(client: ClientUri, cipherSuite = 1): KeyPackage {
  return createKeyPackage(nobleCrypto, cipherSuite, {
    credential: clientCredential(client),
    lifetime: { notBefore: 0n, notAfter: 1n << 32n },
  }).keyPackage;
}
