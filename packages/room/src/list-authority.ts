/**
 * Who may change the participant list how. Policy §4, §5, §8.1; readings.
 * @module
 */

import { Capability } from "./capabilities.ts";
import { deny, type Rule } from "./decision.ts";
import type { Plan, PlannedOperation } from "./plan.ts";
import { preauthorizedRole } from "./preauthorization.ts";
import { BANNED_ROLE, isBannedRole, NO_ROLE } from "./roles.ts";
import {
  type Entry,
  grant,
  hasCapability,
  hasTransition,
  isHub,
  requireCapability,
  requireTransition,
  type Scope,
} from "./scope.ts";
import { roleAt } from "./state.ts";
import { isPseudonym, mayParticipate } from "./user-kind.ts";

const REMOVING = "policy §8.1.2";
const ADDING = "policy §8.1.1";
const CHANGING = "policy §8.1.3";

/** Judges every operation that was not accepted earlier. */
export function authorizeOperations(scope: Scope, { operations }: Plan): void {
  for (const operation of operations) {
    const { user, to, entry } = operation;
    if (to !== NO_ROLE && !scope.state.roles.has(to)) {
      deny("unknown-role", `role ${to} is not defined`, { section: "protocol §7.5", user });
    }
    if (entry.settled) continue;
    grant(scope, entry, ruleFor(scope, operation), user);
  }
}

function ruleFor(scope: Scope, operation: PlannedOperation): Rule {
  if (operation.index < 0) return additionRule(scope, operation);
  return operation.to === NO_ROLE ? removalRule(scope, operation) : roleChangeRule(scope, operation);
}

function removalRule(scope: Scope, { user, from, entry }: PlannedOperation): Rule {
  const { basePolicy } = scope.state;
  const { parentParticipants } = scope.circumstances;
  if (basePolicy.parentDependant && isHub(scope, entry.by) && !parentParticipants?.has(user)) {
    // Reading R-192: who leaves the parent leaves its dependants, by proposals of the hub.
    return { rule: "removed from the parent room", section: "policy §5" };
  }
  if (basePolicy.fixedMembership) {
    deny("fixed-membership", `${user} cannot leave or be removed`, { section: "policy §5", user });
  }
  const capability = user === entry.by.user ? "canRemoveSelf" : "canRemoveParticipant";
  const subject = { section: REMOVING, user };
  requireCapability(scope, entry, capability, subject);
  requireTransition(scope, entry, [from, NO_ROLE], { ...subject, capability });
  return { rule: capability, section: REMOVING };
}

function additionRule(scope: Scope, operation: PlannedOperation): Rule {
  const { user, to, entry } = operation;
  const { basePolicy } = scope.state;
  const base = { section: "policy §5", user };
  if (!mayParticipate(user)) {
    deny("malformed-update", `${user} is not a user`, { section: "protocol §7.5", user });
  }
  if (basePolicy.fixedMembership) deny("fixed-membership", `${user} cannot be added`, base);
  if (!basePolicy.pseudonymsAllowed && isPseudonym(user)) {
    deny("pseudonym-not-allowed", `${user} is a pseudonym`, base);
  }
  const { parentParticipants } = scope.circumstances;
  if (basePolicy.parentDependant && parentParticipants !== undefined && !parentParticipants.has(user)) {
    deny("parent-dependent", `${user} is no participant of the parent room`, base);
  }
  if (user === entry.by.user) return joinRule(scope, operation);
  if (to === BANNED_ROLE) {
    // Reading R-187: to ban somebody who is not there is an addition.
    const subject = { section: CHANGING, user };
    requireCapability(scope, entry, "canBan", subject);
    requireTransition(scope, entry, [NO_ROLE, to], { ...subject, capability: "canBan" });
    requireBannedRole(scope, "canBan", user);
    return { rule: "canBan", section: CHANGING };
  }
  requireAddition(scope, entry, to, user);
  return { rule: "canAddParticipant", section: ADDING };
}

/** Policy §8.1.1: what it takes to add another user with a role, and with it the user's clients. */
export function requireAddition(scope: Scope, entry: Entry, to: number, user: string): void {
  const subject = { section: ADDING, user };
  requireCapability(scope, entry, "canAddParticipant", subject);
  requireTransition(scope, entry, [NO_ROLE, to], { ...subject, capability: "canAddParticipant" });
}

/** Policy §8.1.1: those who come in from outside, each capability by its own rule (reading R-185). */
function joinRule(scope: Scope, { user, to, entry }: PlannedOperation): Rule {
  const { state, circumstances } = scope;
  const subject = { section: ADDING, user };
  if (entry.by.kind !== "joiner") {
    deny("not-permitted", `${user} cannot add itself but by joining with a client`, subject);
  }
  if (to === BANNED_ROLE) deny("transition-not-authorized", "nobody joins as banned", subject);
  if (hasCapability(scope, entry, "canOpenJoin") && hasTransition(scope, entry, NO_ROLE, to)) {
    return { rule: "canOpenJoin", section: ADDING };
  }
  const target = roleAt(state, to).capabilities;
  if (target.has(Capability.canJoinIfPreauthorized) && preauthorizedRole(state, entry.by.claims) === to) {
    return { rule: "canJoinIfPreauthorized", section: ADDING };
  }
  const { joinCode } = circumstances;
  const capability = joinCode === undefined ? "canOpenJoin" : "canUseJoinCode";
  requireCapability(scope, entry, capability, subject);
  if (joinCode !== undefined && joinCode !== "unverifiable" && joinCode.roleIndex !== to) {
    deny("invalid-join-code", `the code is for role ${joinCode.roleIndex}, not ${to}`, {
      ...subject,
      capability,
    });
  }
  requireTransition(scope, entry, [NO_ROLE, to], { ...subject, capability });
  return { rule: capability, section: ADDING };
}

function roleChangeRule(scope: Scope, { user, from, to, entry }: PlannedOperation): Rule {
  const subject = { section: CHANGING, user };
  if (user === entry.by.user) {
    const capability = "canChangeOwnRole";
    requireCapability(scope, entry, capability, subject);
    // Policy §8.1.3: the list of authorized changes is not consulted.
    if (preauthorizedRole(scope.state, entry.by.claims) !== to) {
      const details = { section: "policy §4", capability, user } as const;
      deny("no-preauthorization", `${user} is not preauthorized for role ${to}`, details);
    }
    return { rule: capability, section: CHANGING };
  }
  const special = to === BANNED_ROLE ? "canBan" : from === BANNED_ROLE ? "canUnban" : undefined;
  const plainly =
    special === undefined ||
    (hasCapability(scope, entry, "canChangeUserRole") && !mayUse(scope, entry, special));
  // Policy §8.1.3: canChangeUserRole allows the same. (To ban, the clients then need canKick.)
  const capability = plainly ? "canChangeUserRole" : special;
  requireCapability(scope, entry, capability, subject);
  requireTransition(scope, entry, [from, to], { ...subject, capability });
  if (capability !== "canChangeUserRole") requireBannedRole(scope, capability, user);
  return { rule: capability, section: CHANGING };
}

/** Policy §8.1.3: whether somebody can ban or unban: with the capability, in a room with the role for it. */
export function mayUse(
  scope: Scope,
  entry: Pick<Entry, "by" | "fresh">,
  special: "canBan" | "canUnban",
): boolean {
  return isBannedRole(roleAt(scope.state, BANNED_ROLE)) && hasCapability(scope, entry, special);
}

function requireBannedRole({ state }: Scope, capability: "canBan" | "canUnban", user: string): void {
  if (!isBannedRole(roleAt(state, BANNED_ROLE))) {
    deny("unknown-role", 'role 1 is not named "banned"', { section: CHANGING, capability, user });
  }
}
