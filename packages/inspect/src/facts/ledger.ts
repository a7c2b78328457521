/**
 * Facts as they are gathered, and how many signatures may still be verified.
 * @module
 */

import { type CipherSuite, MlsError, nobleCrypto, verifyWithLabel } from "@openmimi/mls";
import type { Fact } from "../model.ts";

/** Whoever sends ten thousand KeyPackages shall not occupy the reader for a minute. */
const MAX_SIGNATURES = 32;

/** RFC 9420 §17.1: which suite's signatures have public keys of this length. */
const SUITE_OF_KEY: Readonly<Record<number, number>> = { 32: 1, 57: 4, 65: 2, 97: 7, 133: 5 };

/** Collects facts. */
export class Ledger {
  readonly facts: Fact[] = [];
  #signatures = MAX_SIGNATURES;

  /**
   * @param path where the object stands, in front of the name
   */
  add(path: string, name: string, value: string, more: { note?: string; section?: string } = {}): void {
    const fact = { value, ...more };
    this.facts.push(path === "" ? { name, ...fact } : { name: `${path}: ${name}`, path, ...fact });
  }

  /** Whether one more signature may be verified. */
  mayVerify(): boolean {
    this.#signatures--;
    return this.#signatures >= 0;
  }

  /** Says whether a signature verifies. `check` returns undefined where that cannot be said. */
  signature(path: string, name: string, section: string, check: () => boolean | undefined): void {
    if (!this.mayVerify()) {
      this.add(path, name, "not checked", { note: "too many signatures", section });
      return;
    }
    const verifies = check();
    if (verifies === undefined) {
      this.add(path, name, "not checked", { note: "a cipher suite that is not known here", section });
      return;
    }
    this.add(path, name, verifies ? "verifies" : "does not verify", { section });
  }
}

/** @returns undefined for suites that are not known */
export function suiteOf(id: number): CipherSuite | undefined {
  try {
    return nobleCrypto.suite(id);
  } catch (error) {
    if (error instanceof MlsError) return undefined;
    throw error;
  }
}

/** The suite of a signature whose suite is not said beside it, by the length of its key. */
export function suiteOfKey(key: Uint8Array): CipherSuite | undefined {
  const id = SUITE_OF_KEY[key.length];
  return id === undefined ? undefined : suiteOf(id);
}

/** RFC 9420 §5.1.2; undefined where the suite is not known. */
export function verifies(
  suite: CipherSuite | undefined,
  key: Uint8Array,
  label: string,
  content: Uint8Array,
  signature: Uint8Array,
): boolean | undefined {
  return suite === undefined ? undefined : verifyWithLabel(suite, key, label, content, signature);
}
