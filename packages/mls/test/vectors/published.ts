/**
 * The vectors of the MLS working group (formats: mlswg/mls-implementations, test-vectors.md); they are not copied
 * into this repository.
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CipherSuite, CipherSuiteId, type CryptoProvider, nobleCrypto } from "@openmimi/mls";
import { decode, encode, type Schema } from "@openmimi/tls";
import { expect, type TestContext } from "vitest";
import { crypto as nodeCrypto } from "../actors.ts";

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

/** What a case is run with. */
export interface CaseTools {
  readonly crypto: CryptoProvider;
  /** The suite of a case. */
  suiteOf(item: { readonly cipher_suite: number }): CipherSuite;
}

/**
 * Runs every case on both providers, and says which one failed.
 *
 * @returns how many were run on each
 */
export function runCases<T extends object>(
  cases: readonly T[],
  run: (item: T, tools: CaseTools) => void,
): number {
  for (const crypto of [nobleCrypto, nodeCrypto]) {
    const tools: CaseTools = { crypto, suiteOf: (item) => crypto.suite(item.cipher_suite) };
    cases.forEach((item, index) => {
      const suite = "cipher_suite" in item ? item.cipher_suite : undefined;
      try {
        run(item, tools);
      } catch (error) {
        throw new Error(`case ${index} (suite ${suite ?? "any"}, ${crypto.name})`, { cause: error });
      }
    });
  }
  return cases.length;
}

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
