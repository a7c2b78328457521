/**
 * The leaf that a client brings into a group by itself, when it creates one or joins by external commit.
 * @module
 */

import type { OwnKeyPackage } from "@openmimi/mls";
import { makeKeyPackage } from "./identity.ts";
import type { Session } from "./session.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long a leaf or a KeyPackage is good for, and how far clocks may differ. RFC 9420 §7.2. */
export function defaultLifetime(nowMs: number): { notBeforeMs: number; notAfterMs: number } {
  return { notBeforeMs: nowMs - HOUR_MS, notAfterMs: nowMs + 90 * DAY_MS };
}

/** A leaf with fresh keys; nobody will see its init key. */
export function ownLeaf(session: Session): OwnKeyPackage {
  return makeKeyPackage(session.crypto, session.identity, defaultLifetime(session.now()));
}
