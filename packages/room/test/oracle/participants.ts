/**
 * Changes of the participant list, one by one. Protocol §7.5, policy §8.1; readings.
 * @module
 */

import { MimiComponentId, ParticipantListUpdate, parseMimiUri } from "@openmimi/protocol";
import { decode } from "@openmimi/tls";
import type { Change } from "../../src/facts.ts";
import { type Complaints, may, type Question } from "./question.ts";
import {
  can,
  canMove,
  definitionOf,
  hasBannedRole,
  isBanned,
  isHub,
  type Powers,
  preauthorizedFor,
} from "./standing.ts";

/** A user goes from one role to another; 0 is not being in the list. */
export interface Move {
  readonly user: string;
  readonly from: number;
  readonly to: number;
  readonly by: Change["by"];
  readonly change: Change;
}

/** What decodes, or a complaint. */
function attempt<T>(complaints: Complaints, what: string, make: () => T): T | undefined {
  try {
    return make();
  } catch {
    complaints.add("invalid-component", `${what} is not what its schema says`);
    return undefined;
  }
}

/** Every add, removal and change of role in all updates of one commit. Indexes count in the epoch's list. */
export function movesOf(
  { room }: Question,
  changes: readonly Change[],
  complaints: Complaints,
): readonly Move[] {
  const moves: Move[] = [];
  for (const change of changes) {
    if (change.kind !== "componentUpdate" || change.componentId !== MimiComponentId.participantList) continue;
    const update = attempt(complaints, "the participant list update", () =>
      decode(ParticipantListUpdate, change.update),
    );
    if (update === undefined) continue;
    const at = (index: number) => {
      const participant = room.participants[index];
      complaints.unless(participant !== undefined, "malformed-update", "R-133: index out of range");
      return participant;
    };
    const indexes = [
      ...update.changedRoleParticipants.map(({ userIndex }) => userIndex),
      ...update.removedIndices,
    ];
    complaints.unless(
      indexes.length === new Set(indexes).size,
      "malformed-update",
      "R-133: an index is repeated, or in both lists",
    );
    const by = change.by;
    for (const { userIndex, roleIndex } of update.changedRoleParticipants) {
      const participant = at(userIndex);
      if (participant !== undefined)
        moves.push({ user: participant.user, from: participant.roleIndex, to: roleIndex, by, change });
      complaints.unless(roleIndex !== 0, "malformed-update", "R-133: nobody has role 0 in the list");
    }
    for (const index of update.removedIndices) {
      const participant = at(index);
      if (participant !== undefined)
        moves.push({ user: participant.user, from: participant.roleIndex, to: 0, by, change });
    }
    for (const { user, roleIndex } of update.addedParticipants) {
      complaints.unless(
        !room.participants.some((participant) => participant.user === user),
        "malformed-update",
        "R-133: an added user is in the list already",
      );
      complaints.unless(roleIndex !== 0, "malformed-update", "R-133: nobody has role 0 in the list");
      moves.push({ user, from: 0, to: roleIndex, by, change });
    }
  }
  const users = moves.map(({ user }) => user);
  if (users.length !== new Set(users).size)
    complaints.add("malformed-update", "protocol §7.5: one user is operated on more than once");
  return moves;
}

/** Whether a move is authorized, by the text of the capability that it takes. */
export function judgeMove(question: Question, move: Move, powers: Powers, complaints: Complaints): void {
  const { room } = question;
  const { user, from, to, by } = move;
  if (to !== 0 && definitionOf(room, to) === undefined)
    complaints.add("unknown-role", "R-133: the role is not in roles_list");
  if (room.basePolicy?.fixedMembership && from === 0)
    complaints.add("fixed-membership", "§5: other users cannot be added");
  if (room.basePolicy?.fixedMembership && to === 0 && !isAutomaticRemoval(question, move))
    complaints.add("fixed-membership", "§5: users cannot leave or be removed");

  const kind = parseMimiUri(user).kind;
  if (from === 0 && kind !== "user" && kind !== "pseudonym" && kind !== "provider")
    complaints.add("malformed-update", "protocol §7.5: a list of users; policy §8: or external parties");
  if (from === 0 && kind === "pseudonym" && !room.basePolicy?.pseudonymsAllowed)
    complaints.add("pseudonym-not-allowed", "§5: long-term identifiers are required");
  if (from === 0 && room.basePolicy?.parentDependant && question.parentParticipants?.has(user) === false)
    complaints.add("parent-dependent", "§5: participants of the parent only");
  if (to === 0 && isAutomaticRemoval(question, move)) return;

  const needs = (capability: number, name: string) => {
    complaints.unless(can(powers, capability), "missing-capability", `§8.1: ${name}`);
    complaints.unless(
      canMove(powers, from, to),
      "transition-not-authorized",
      `§8.1: ${name}, ${from} to ${to}`,
    );
  };
  // §8.1.3: canChangeUserRole allows the same as canBan and canUnban, for who is in the list; the special capabilities
  // need the role as the draft describes it. R-187: who is not in the list is banned by canBan.
  const special = (capability: number, name: string) => {
    const plainly = from !== 0 && can(powers, may.changeUserRole);
    const specially = can(powers, capability) && hasBannedRole(room);
    if (!plainly && !specially) {
      const reason = can(powers, capability) ? "unknown-role" : "missing-capability";
      complaints.add(reason, `§8.1.3: ${name}, and a role 1 named "banned"`);
    }
    complaints.unless(canMove(powers, from, to), "transition-not-authorized", `§8.1.3: ${name}`);
  };
  if (user === by.user) {
    if (from === 0) judgeJoin(question, move, powers, complaints);
    else if (to === 0) needs(may.removeSelf, "canRemoveSelf");
    else {
      // §8.1.3 canChangeOwnRole: authorized_role_changes is not consulted.
      complaints.unless(can(powers, may.changeOwnRole), "missing-capability", "§8.1.3: canChangeOwnRole");
      complaints.unless(
        preauthorizedFor(room, by.claims) === to,
        "no-preauthorization",
        "§8.1.3: the first role that its claims match",
      );
    }
  } else if (to === 0) needs(may.removeParticipant, "canRemoveParticipant");
  else if (isBanned(to)) special(may.ban, "canBan");
  else if (from === 0) needs(may.addParticipant, "canAddParticipant");
  else if (isBanned(from)) special(may.unban, "canUnban");
  else needs(may.changeUserRole, "canChangeUserRole");
}

/** Policy §5: who leaves the parent room is automatically removed from its dependants; by the hub. */
function isAutomaticRemoval(question: Question, { user, by }: Move): boolean {
  const gone = question.parentParticipants?.has(user) !== true;
  return (question.room.basePolicy?.parentDependant ?? false) && isHub(question, by) && gone;
}

/** The three ways in which somebody who is not in the list adds itself from outside. Policy §8.1.1; R-185. */
function judgeJoin(question: Question, { to, by }: Move, powers: Powers, complaints: Complaints): void {
  const { room, joinCode } = question;
  if (by.kind !== "joiner") {
    complaints.add("not-permitted", "§8.1.1: only clients add themselves, and from outside");
    return;
  }
  complaints.unless(
    !isBanned(to),
    "transition-not-authorized",
    "§2.1: a ban keeps out; nobody joins as banned",
  );
  const open = can(powers, may.openJoin) && canMove(powers, 0, to);
  const target = definitionOf(room, to);
  const preauthorized =
    (target?.roleCapabilities.includes(may.joinIfPreauthorized) ?? false) &&
    preauthorizedFor(room, by.claims) === to;
  const code =
    joinCode !== undefined &&
    can(powers, may.useJoinCode) &&
    canMove(powers, 0, to) &&
    (joinCode === "unverifiable" || joinCode.roleIndex === to);
  if (open || preauthorized || code) return;
  const because = "§8.1.1: neither open join, nor preauthorized, nor a join code";
  if (!can(powers, joinCode === undefined ? may.openJoin : may.useJoinCode))
    complaints.add("missing-capability", because);
  else if (typeof joinCode === "object" && joinCode.roleIndex !== to)
    complaints.add("invalid-join-code", because);
  else complaints.add("transition-not-authorized", because);
}
