/**
 * Replaces checks and the verification of signatures.
 * @module
 */

import { type CipherSuite, type CryptoProvider, nobleCrypto } from "@openmimi/mls";
import { type ProviderChecks, type ProviderParts, standardChecks } from "@openmimi/provider";
import type { Decision } from "@openmimi/room";

/** What a rule says that lets everything pass. */
export const ALLOWED: Decision = { allowed: true, rule: "none was asked", section: "", grounds: [] };

export const yes = (): boolean => true;

/** The provider with other checks in the places of some. */
export function withChecks(changes: Partial<ProviderChecks>): Partial<ProviderParts> {
  return { checks: { ...standardChecks, ...changes } };
}

/**
 * The provider that takes every signature with this label for valid.
 *
 * @param label as in SignWithLabel (RFC 9420 §5.1.2), for example `GroupInfoTBS`
 */
export function withoutVerifying(label: string): Partial<ProviderParts> {
  const skipped = new TextEncoder().encode(`MLS 1.0 ${label}`);
  return {
    crypto: changedSuites((suite) => ({
      ...suite,
      verify: (publicKey, message, signature) =>
        // SignContent begins with the label, whose length has one octet.
        Buffer.compare(message.subarray(1, 1 + skipped.length), skipped) === 0 ||
        suite.verify(publicKey, message, signature),
    })),
  };
}

/** The provider that signs what should be signed with this label without any. */
export function signingWithoutLabel(label: string): Partial<ProviderParts> {
  const dropped = new TextEncoder().encode(`MLS 1.0 ${label}`);
  return {
    crypto: changedSuites((suite) => ({
      ...suite,
      sign(privateKey, message) {
        const isMeant = Buffer.compare(message.subarray(1, 1 + dropped.length), dropped) === 0;
        return suite.sign(privateKey, isMeant ? message.slice(1 + dropped.length) : message);
      },
    })),
  };
}

/** Cipher suites with something changed; each is made once, since keys are held by it. */
function changedSuites(change: (suite: CipherSuite) => CipherSuite): CryptoProvider {
  const changed = new Map<number, CipherSuite>();
  return {
    ...nobleCrypto,
    suite(id) {
      const made = changed.get(id) ?? change(nobleCrypto.suite(id));
      changed.set(id, made);
      return made;
    },
  };
}
