/**
 * What a hub asks of rooms that have to do with others, or with nobody any more, and of joining links. Policy §5, §6.2;
 * readings.
 * @module
 */

import { BANNED_ROLE, type RoomState } from "@openmimi/room";
import type { RoomView } from "../hub/room-view.ts";
import { sha256 } from "../octets.ts";
import type { JoinLinkRecord } from "../store/store.ts";

/**
 * Policy §5: only one fixed-membership room exists for a set of participants; here, at this hub (reading R-192).
 *
 * @returns what stands for the set; `undefined` where others may be in the room as well
 */
export function fixedParticipants({ basePolicy, participants }: RoomState): Uint8Array | undefined {
  if (!basePolicy.fixedMembership) return undefined;
  return sha256(JSON.stringify(participants.map(({ user }) => user).toSorted()));
}

/** Policy §6.2: the link has not expired, and may be used by one more user. */
export function joinLinkUsable({ expiresMs, multiuser, uses }: JoinLinkRecord, nowMs: number): boolean {
  return (expiresMs === undefined || BigInt(Math.floor(nowMs)) < expiresMs) && (multiuser || uses === 0);
}

/** Policy §5: every client of the group is leaving, and nobody is left to commit it. */
export function groupHasEnded({ members, leaving }: RoomView): boolean {
  return members.every(({ leafIndex }) => leaving.has(leafIndex));
}

/**
 * Policy §5: who is in a room and not in its parent has to leave it. A ban stays: who comes back to the parent does not
 * come back here.
 */
export function strandedUsers({ state }: RoomView, ofParent: ReadonlySet<string>): string[] {
  const { participants, basePolicy } = state.pending?.after ?? state;
  if (!basePolicy.parentDependant) return [];
  return participants
    .filter(({ user, roleIndex }) => roleIndex !== BANNED_ROLE && !ofParent.has(user))
    .map(({ user }) => user);
}
