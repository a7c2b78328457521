/**
 * Which cipher suites share a signature scheme. RFC 9420 §17.1.
 * @module
 */

import { CipherSuiteId } from "@openmimi/mls";

const SCHEMES = new Map<number, string>(
  Object.entries(CipherSuiteId).map(([name, id]) => [id, name.slice(name.lastIndexOf("_") + 1)]),
);

/** @returns whether signatures of both suites are made the same way; an unknown suite is like itself only */
export function sameSignatureScheme(a: number, b: number): boolean {
  return a === b || (SCHEMES.has(a) && SCHEMES.get(a) === SCHEMES.get(b));
}
