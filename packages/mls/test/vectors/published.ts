/**
 * The vectors of the MLS working group (formats: mlswg/mls-implementations, test-vectors.md); they are not copied
 * into this repository.
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CipherSuiteId, nobleCrypto } from "@openmimi/mls";
import { decode, encode, type Schema } from "@openmimi/tls";
import { expect, type TestContext } from "vitest";

/**
 * Reads a published file. Without the vectors the test is skipped, but in CI that is an error.
 */
export function published<T>(context: TestContext, name: string): T[] {
  const folder = process.env.OPENMIMI_PUBLISHED_VECTORS;
  if (folder === undefined) {
    if (process.env.CI === "true") throw new Error("OPENMIMI_PUBLISHED_VECTORS is not set");
    context.skip("set OPENMIMI_PUBLISHED_VECTORS to the folder of the published vectors");
    throw new Error("skipped");
  }
  return JSON.parse(readFileSync(join(folder, "rfc9420", name), "utf8")) as T[];
}

/** Which cases of a file are run: all, or those of the cipher suite that MIMI's first slice speaks. */
export type Extent = "every suite" | "suite 0x0001";

/**
 * Runs every case, and says which one failed.
 *
 * @returns how many were run
 */
export function runCases<T extends object>(
  cases: readonly T[],
  extent: Extent,
  run: (item: T) => void,
): number {
  let done = 0;
  cases.forEach((item, index) => {
    const suite = "cipher_suite" in item ? item.cipher_suite : undefined;
    const other = suite !== CipherSuiteId.MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;
    // Suites 0x0002 to 0x0007 differ in primitives only, which the small files cover for all suites.
    if (extent === "suite 0x0001" && other) return;
    try {
      run(item);
    } catch (error) {
      throw new Error(`case ${index} (suite ${suite ?? "any"})`, { cause: error });
    }
    done++;
  });
  return done;
}

/** The suite of a case. */
export const suiteOf = (item: { readonly cipher_suite: number }) => nobleCrypto.suite(item.cipher_suite);

/** Octets from hexadecimal. */
export const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, "hex"));

/** A private key; those of suite 0x0005 lack their leading zero octets in the files. */
export function privateKey({ cipher_suite }: { readonly cipher_suite: number }, digits: string): Uint8Array {
  const p521 = cipher_suite === CipherSuiteId.MLS_256_DHKEMP521_AES256GCM_SHA512_P521;
  return hex(p521 ? digits.padStart(2 * 66, "0") : digits);
}

/** Hexadecimal of octets, to compare with what a file says. */
export const toHex = (octets: Uint8Array): string => Buffer.from(octets).toString("hex");

/** Decodes, and demands that encoding gives the same octets again. */
export function decodeExactly<T>(schema: Schema<T>, digits: string): T {
  const value = decode(schema, hex(digits));
  expect(toHex(encode(schema, value))).toBe(digits);
  return value;
}
