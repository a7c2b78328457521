/**
 * Signatures that are verified beside the work: a synchronous computation takes them for good, and whoever called it
 * waits for the verdict before anybody sees the result.
 * @module
 */

import type { CipherSuite, CryptoProvider } from "./provider.ts";

/** A provider whose suites put off signatures until {@link Deferred.verified} is called. */
interface Deferred {
  readonly crypto: CryptoProvider;
  /**
   * Whether all signatures that were put off verify. From this call on the suites verify at once, as those of the
   * provider behind them.
   */
  verified(): Promise<boolean>;
}

/** Puts off the signatures of a provider, where it has threads for them; others are verified at once. */
export function deferSignatures(behind: CryptoProvider): Deferred {
  const suites = new Map<number, CipherSuite>();
  const verdicts: Promise<boolean>[] = [];
  let deferring = true;
  const crypto: CryptoProvider = {
    name: behind.name,
    random: behind.random,
    suite: (id) => {
      const known = suites.get(id);
      if (known !== undefined) return known;
      const suite = behind.suite(id);
      const { verifyAsync } = suite;
      if (verifyAsync === undefined) return suite;
      const verify: CipherSuite["verify"] = (publicKey, message, signature) => {
        if (!deferring) return suite.verify(publicKey, message, signature);
        verdicts.push(verifyAsync(publicKey, message, signature));
        return true;
      };
      const deferred: CipherSuite = { ...suite, verify, sibling: crypto.suite };
      suites.set(id, deferred);
      return deferred;
    },
  };
  return {
    crypto,
    verified: async () => {
      deferring = false;
      return (await Promise.all(verdicts.splice(0))).every(Boolean);
    },
  };
}
