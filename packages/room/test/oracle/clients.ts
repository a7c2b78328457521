/**
 * Changes of the MLS group's clients. Policy §8.1; protocol §5.3; readings.
 * @module
 */

import { parseMimiUri } from "@openmimi/protocol";
import type { Change } from "../../src/facts.ts";
import type { Move } from "./participants.ts";
import { type Complaints, may, type Question } from "./question.ts";
import { can, canMove, hasBannedRole, isBanned, listedRole, type Powers } from "./standing.ts";

/** In what a change is judged. */
export interface Setting {
  /** Everything that the commit does to the participant list. */
  readonly moves: readonly Move[];
  /** Of the author of the change. */
  readonly powers: Powers;
  readonly powersOf: (move: Move) => Powers;
  /** Whether the author of the change is about to be removed or banned by pending proposals. */
  readonly leaves: boolean;
}

/** Whether one Add, join, Remove or Update is authorized. */
export function judgeClient(
  question: Question,
  change: Change,
  setting: Setting,
  complaints: Complaints,
): void {
  if (change.kind === "clientUpdated") {
    complaints.unless(change.before === change.after, "identity-changed", "a leaf keeps its identity");
    return;
  }
  if (change.kind === "clientAdded" || change.kind === "clientJoined")
    judgeComing(question, change, setting, complaints);
  if (change.kind === "clientRemoved") judgeGoing(question, change, setting, complaints);
}

function judgeComing(
  question: Question,
  change: Extract<Change, { kind: "clientAdded" | "clientJoined" }>,
  { moves, powers }: Setting,
  complaints: Complaints,
): void {
  const { room } = question;
  const { user } = change;
  const actor = change.by.user;
  if (!room.basePolicy?.pseudonymsAllowed && parseMimiUri(user).kind === "pseudonym")
    complaints.add("pseudonym-not-allowed", "§5: long-term identifiers are required");
  // §8.1.1 canAddParticipant: the holder is also authorized to add the clients of the user that it adds.
  // Who adds itself comes with one client: canAddOwnClient is for those who are in the participant list.
  const adds = moves.some((move) => move.user === user && move.from === 0 && move.by.user === actor);
  if (adds && (user !== actor || isFirst(question, change))) return;
  if (listedRole(room, user) === 0) {
    // Whoever else may add the user may add its clients as well, though another adds it to the list.
    const move = moves.find((candidate) => candidate.user === user && candidate.from === 0);
    if (move !== undefined && user !== actor) {
      complaints.unless(can(powers, may.addParticipant), "missing-capability", "§8.1.1: canAddParticipant");
      complaints.unless(
        canMove(powers, 0, move.to),
        "transition-not-authorized",
        "§8.1.1: canAddParticipant",
      );
      return;
    }
    const reason = user === actor ? "not-a-participant" : "client-without-participant";
    complaints.add(reason, "protocol §1: a client's user is a participant");
    return;
  }
  // §8.1.1 canAddOwnClient; nothing lets somebody add clients of another user who is in the list already.
  if (user === actor)
    complaints.unless(can(powers, may.addOwnClient), "missing-capability", "§8.1.1: canAddOwnClient");
  else complaints.add("not-permitted", "§8.1.1: a client of somebody else who is listed");
}

/** Whether no other client of the user came before. */
function isFirst(
  { committer, changes, pending = [] }: Question,
  change: Extract<Change, { kind: "clientAdded" | "clientJoined" }>,
): boolean {
  for (const one of committer === undefined ? [...pending, ...changes] : changes) {
    if (one === change) return true;
    const comes = one.kind === "clientAdded" || one.kind === "clientJoined";
    if (comes && one.user === change.user && one.by.user === change.user) return false;
  }
  return false;
}

function judgeGoing(
  { room, committer }: Question,
  change: Extract<Change, { kind: "clientRemoved" }>,
  { moves, powers, powersOf, leaves }: Setting,
  complaints: Complaints,
): void {
  const { user, by } = change;
  // RFC 9420 §12.4.3.2: a joiner may take the place of its own former leaf; joining is judged with the join.
  if (change.replaced && user === by.user) return;
  // §8.1.2 canRemoveParticipant, canRemoveSelf and §8.1.3 canBan: the clients go with the user, as a single action.
  // Protocol §5.3: the removals happen simultaneously, whoever makes them.
  const move = moves.find((candidate) => candidate.user === user);
  if (move?.to === 0) return;
  const bans = move !== undefined && isBanned(move.to) && hasBannedRole(room);
  if (bans && can(powersOf(move), may.ban)) return;
  if (user !== by.user) {
    complaints.unless(can(powers, may.kick), "missing-capability", "§8.1.2: canKick");
    return;
  }
  // Protocol §5.3, R-064: to remove its own clients is left to who is removed or banned already.
  if (listedRole(room, user) === 0 || isBanned(listedRole(room, user)) || leaves) return;
  // of a leave, an external commit can take nothing but the SelfRemove (extensions §6.3).
  const inExternalCommit = committer?.kind === "joiner" && change.selfRemove && change.byReference;
  if (inExternalCommit && can(powers, may.removeSelf) && canMove(powers, listedRole(room, user), 0)) return;
  complaints.unless(can(powers, may.removeOwnClient), "missing-capability", "§8.1.2: canRemoveOwnClient");
}

/** How many clients a user has afterwards. */
export function clientsAfter(question: Question, user: string): number {
  let count = question.clients.byUser.get(user) ?? 0;
  const { committer, changes, pending = [] } = question;
  for (const change of committer === undefined ? [...pending, ...changes] : changes) {
    if ((change.kind === "clientAdded" || change.kind === "clientJoined") && change.user === user) count++;
    if (change.kind === "clientRemoved" && change.user === user) count--;
  }
  return count;
}
