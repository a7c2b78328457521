/**
 * ts-mls 1.6.4 as the second engine: decoding, and its cipher suites.
 * @module
 */

import { type CiphersuiteImpl, ciphersuites, getCiphersuiteFromName, getCiphersuiteImpl } from "ts-mls";
import { Abstention } from "./opinion.ts";

/** Its implementation of a cipher suite. @throws Abstention when it has none */
export async function tsMlsSuite(id: number): Promise<CiphersuiteImpl> {
  const name = Object.entries(ciphersuites).find(([, number]) => number === id)?.[0];
  if (name === undefined) throw new Abstention(`it does not know cipher suite ${id}`);
  return getCiphersuiteImpl(getCiphersuiteFromName(name as keyof typeof ciphersuites));
}

/** Runs one of its decoders over exactly these octets. */
export function tsMlsDecode<T>(
  what: string,
  decoder: (octets: Uint8Array, offset: number) => [T, number] | undefined,
  octets: Uint8Array,
): T {
  const decoded = decoder(octets, 0);
  if (decoded === undefined) throw new Error(`it cannot decode the ${what}`);
  if (decoded[1] !== octets.length) {
    throw new Error(`${octets.length - decoded[1]} octets follow the ${what}`);
  }
  return decoded[0];
}

/** Throws what ts-mls returns as an error. */
export function orThrow(error: Error | undefined): void {
  if (error !== undefined) throw error;
}
