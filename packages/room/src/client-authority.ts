/**
 * Who may add, remove and replace clients in the MLS group. Policy §8.1; protocol §5.3; readings.
 * @module
 */

import { deny, type Rule } from "./decision.ts";
import { mayUse, requireAddition } from "./list-authority.ts";
import type { EntryOf, Plan } from "./plan.ts";
import { BANNED_ROLE, NO_ROLE } from "./roles.ts";
import { type Entry, hasCapability, hasTransition, requireCapability, type Scope } from "./scope.ts";
import { roleIndexOf } from "./state.ts";
import { isPseudonym } from "./user-kind.ts";

const REMOVING = "policy §8.1.2";
const ADDING = "policy §8.1.1";
const FIRST_CLIENT: Rule = { rule: "first client of who joins", section: ADDING };

/** A change of the group's clients. */
export type ClientEntry = EntryOf<"clientAdded" | "clientJoined" | "clientRemoved" | "clientUpdated">;

/** Which rule allows one change of the group's clients. */
export function clientRule(scope: Scope, plan: Plan, entry: ClientEntry): Rule {
  switch (entry.kind) {
    case "clientAdded":
      checkPseudonym(scope, entry.user);
      return addedRule(scope, plan, entry);
    case "clientJoined":
      checkPseudonym(scope, entry.user);
      return joinedRule(scope, plan, entry);
    case "clientRemoved":
      return removedRule(scope, plan, entry);
    case "clientUpdated":
      // Protocol §7.5: a leaf keeps its user for as long as it stays.
      if (entry.before !== entry.after) {
        const details = { section: "protocol §7.5", user: entry.by.user };
        deny("identity-changed", `a client of ${entry.before} becomes ${entry.after}`, details);
      }
      return { rule: "own leaf", section: "RFC 9420 §12.1.2" };
  }
}

function checkPseudonym({ state }: Scope, user: string): void {
  if (!state.basePolicy.pseudonymsAllowed && isPseudonym(user)) {
    deny("pseudonym-not-allowed", `${user} is a pseudonym`, { section: "policy §5", user });
  }
}

/** Policy §8.1.1: the clients of somebody who is added come with the addition; others add their own. */
function addedRule(scope: Scope, plan: Plan, entry: EntryOf<"clientAdded">): Rule {
  const { user, by } = entry;
  const operation = plan.operationOn.get(user);
  if (user === by.user) return comesByItself(plan, entry) ? FIRST_CLIENT : ownClientRule(scope, entry);
  if (operation !== undefined && operation.index < 0) {
    if (operation.entry.by.user !== by.user) requireAddition(scope, entry, operation.to, user);
    return { rule: "canAddParticipant", section: ADDING };
  }
  const details = { section: ADDING, user };
  if (roleIndexOf(scope.state, user) === NO_ROLE) {
    deny("client-without-participant", `${user} is not in the participant list`, details);
  }
  return deny("not-permitted", `${user} is listed already: only its own clients may add more`, details);
}

/** Policy §8.1.1: by external commit a participant adds a client, or somebody joins with the first one. */
function joinedRule(scope: Scope, plan: Plan, entry: EntryOf<"clientJoined">): Rule {
  return comesByItself(plan, entry) ? FIRST_CLIENT : ownClientRule(scope, entry);
}

/**
 * Whether it is the first client of a user who adds itself. Further ones are a matter of canAddOwnClient, and that is for
 * who is in the participant list (policy §8.1.1, reading R-222).
 */
function comesByItself(
  { operationOn, entries }: Plan,
  entry: EntryOf<"clientAdded" | "clientJoined">,
): boolean {
  const { user } = entry;
  const operation = operationOn.get(user);
  if (operation === undefined || operation.index >= 0 || operation.entry.by.user !== user) return false;
  const comes = (one: Entry) =>
    (one.kind === "clientAdded" || one.kind === "clientJoined") && one.user === user && one.by.user === user;
  return entries.find(comes) === entry;
}

/** Policy §8.1.1: for a holder that is in the participant list. */
function ownClientRule(scope: Scope, entry: EntryOf<"clientAdded" | "clientJoined">): Rule {
  const { user } = entry;
  const subject = { section: ADDING, user };
  if (roleIndexOf(scope.state, user) === NO_ROLE) {
    deny("not-a-participant", `${user} is not in the participant list and does not add itself`, subject);
  }
  requireCapability(scope, entry, "canAddOwnClient", subject);
  return { rule: "canAddOwnClient", section: ADDING };
}

/** Whether the commit takes the user away by a rule that covers the user's clients. Policy §8.1.2, §8.1.3. */
function isCovered(scope: Scope, { operationOn }: Plan, user: string): boolean {
  const operation = operationOn.get(user);
  if (operation === undefined) return false;
  if (operation.to === NO_ROLE) return true;
  return operation.to === BANNED_ROLE && mayUse(scope, operation.entry, "canBan");
}

function removedRule(scope: Scope, plan: Plan, entry: EntryOf<"clientRemoved">): Rule {
  const { user, by } = entry;
  if (isCovered(scope, plan, user)) {
    // Protocol §5.3: who is removed or banned loses all clients at the same time, whoever proposes the rest of it.
    return { rule: "clients of a user who is removed or banned", section: REMOVING };
  }
  if (user !== by.user) {
    requireCapability(scope, entry, "canKick", { section: REMOVING, user });
    return { rule: "canKick", section: REMOVING };
  }
  if (entry.replaced) return { rule: "replaces its own former leaf", section: "RFC 9420 §12.4.3.2" };
  if (isLeaving(scope, user)) {
    // Protocol §5.3, reading R-064: the one thing that is left to who was removed or banned.
    return { rule: "own clients of a user who leaves", section: "protocol §5.3" };
  }
  if (scope.externalCommit && entry.selfRemove && entry.byReference && maySelfRemove(scope, entry)) {
    return { rule: "canRemoveSelf", section: REMOVING };
  }
  requireCapability(scope, entry, "canRemoveOwnClient", { section: REMOVING, user });
  return { rule: "canRemoveOwnClient", section: REMOVING };
}

/** Reading R-062: of a leave, only the SelfRemove fits into an external commit. */
function maySelfRemove(scope: Scope, entry: Entry): boolean {
  const from = roleIndexOf(scope.state, entry.by.user);
  return hasCapability(scope, entry, "canRemoveSelf") && hasTransition(scope, entry, from, NO_ROLE);
}

/** Whether a user is removed or banned already, or about to be. */
function isLeaving({ state }: Pick<Scope, "state">, user: string): boolean {
  const gone = (role: number) => role === NO_ROLE || role === BANNED_ROLE;
  return (
    gone(roleIndexOf(state, user)) ||
    (state.pending !== undefined && gone(roleIndexOf(state.pending.after, user)))
  );
}
