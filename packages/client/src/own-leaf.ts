/**
 * How long a client's keys are good for, and the leaf that it brings into a group by itself when it creates one or joins
 * by external commit. RFC 9420 §7.2.
 * @module
 */

import { KeyPackage, type OwnKeyPackage } from "@openmimi/mls";
import { decode } from "@openmimi/tls";
import { makeKeyPackage } from "./identity.ts";
import type { Session } from "./session.ts";
import type { StoreChange, StoredKeyPackage } from "./store.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const GRACE_MS = 30 * DAY_MS;

/** How long a leaf or a KeyPackage is good for, and how far clocks may differ. RFC 9420 §7.2. */
export function defaultLifetime(nowMs: number): { notBeforeMs: number; notAfterMs: number } {
  return { notBeforeMs: nowMs - HOUR_MS, notAfterMs: nowMs + 90 * DAY_MS };
}

/** A leaf with fresh keys; nobody will see its init key. */
export function ownLeaf(session: Session): OwnKeyPackage {
  return makeKeyPackage(session.crypto, session.identity, defaultLifetime(session.now()));
}

/**
 * The private keys of KeyPackages that nobody may use any more. A Welcome can be late, so they are kept for a while
 * after their end.
 */
export function forgetExpired(keyPackages: Iterable<StoredKeyPackage>, nowMs: number): StoreChange[] {
  const end = BigInt(Math.floor((nowMs - GRACE_MS) / 1000));
  return [...keyPackages]
    .filter(({ keyPackage }) => {
      const { leafNode } = decode(KeyPackage, keyPackage);
      return leafNode.leafNodeSource === "keyPackage" && leafNode.lifetime.notAfter < end;
    })
    .map(({ reference }) => ({ change: "delete-key-package", reference }));
}
