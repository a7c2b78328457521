/**
 * What the room becomes: limits of roles and of the room, counted over the whole commit, and the agreement of list and
 * group. Protocol §5.3, §7.5, policy §3, §5, §8.1; readings.
 * @module
 */

import { type DenialReason, deny } from "./decision.ts";
import type { Clients } from "./facts.ts";
import { bannedAfter, clientsAfter, type Plan, participantsAfter, roleAfter } from "./plan.ts";
import { admitsNoClients, BANNED_ROLE, NO_ROLE } from "./roles.ts";
import type { Scope } from "./scope.ts";
import { type RoomState, roleAt, roleIndexOf } from "./state.ts";

const counted = new WeakMap<Clients, WeakMap<RoomState, ReadonlyMap<number, number>>>();

/** How many participants with clients hold each role. Counted once for a state and its clients. */
export function activeHolders(state: RoomState, clients: Clients): ReadonlyMap<number, number> {
  const known = counted.get(clients) ?? new WeakMap<RoomState, ReadonlyMap<number, number>>();
  counted.set(clients, known);
  const before = known.get(state);
  if (before !== undefined) return before;
  const active = new Map<number, number>();
  for (const [user, count] of clients.byUser) {
    const role = roleIndexOf(state, user);
    if (count > 0 && role !== NO_ROLE) active.set(role, (active.get(role) ?? 0) + 1);
  }
  known.set(state, active);
  return active;
}

/** Users whose role or clients change. */
function touched(plan: Plan): Set<string> {
  return new Set([...plan.operationOn.keys(), ...plan.clientsAfter.keys()]);
}

/** Checks everything that must hold once the plan is carried out. */
export function checkOutcome(scope: Scope, plan: Plan): void {
  const users = touched(plan);
  checkAgreement(scope, plan, users);
  checkRoleLimits(scope, plan, users);
  checkRoomLimits(scope, plan, users);
}

/** Protocol §5.3: every client belongs to a participant; the removed and the banned have none. */
function checkAgreement(scope: Scope, plan: Plan, users: ReadonlySet<string>): void {
  for (const user of users) {
    const clients = clientsAfter(scope, plan, user);
    if (clients === 0) continue;
    const role = roleAfter(scope.state, plan, user);
    if (role === NO_ROLE) {
      const removed = plan.operationOn.has(user);
      const reason: DenialReason = removed ? "clients-left" : "client-without-participant";
      const message = removed
        ? `${user} leaves the list and keeps ${clients} clients`
        : `${user} has clients and is not in the participant list`;
      deny(reason, message, { section: "protocol §5.3", user });
    }
    if (admitsNoClients(roleAt(scope.state, role))) {
      deny("clients-left", `${user} has ${clients} clients and role ${role}, which admits none`, {
        section: "policy §8.1.3",
        user,
        roleIndex: role,
      });
    }
  }
}

/** Reading R-186: the outcome counts; a limit that the commit does not press on does not block it. */
function checkRoleLimits(scope: Scope, plan: Plan, users: ReadonlySet<string>): void {
  const { state, clients } = scope;
  const changes = new Map<number, { all: number; active: number; user: string }>();
  const press = (role: number, user: string, all: number, active: number) => {
    if (role === NO_ROLE) return;
    const change = changes.get(role) ?? { all: 0, active: 0, user };
    changes.set(role, { all: change.all + all, active: change.active + active, user });
  };
  for (const user of users) {
    press(roleIndexOf(state, user), user, -1, -Number((clients.byUser.get(user) ?? 0) > 0));
    press(roleAfter(state, plan, user), user, 1, Number(clientsAfter(scope, plan, user) > 0));
  }
  const active = activeHolders(state, clients);
  for (const [index, change] of changes) {
    const { role } = roleAt(state, index);
    limit(index, "participants", state.holders.get(index) ?? 0, change.all, change.user, {
      least: role.minimumParticipantsConstraint,
      most: role.maximumParticipantsConstraint,
    });
    limit(index, "active-participants", active.get(index) ?? 0, change.active, change.user, {
      least: role.minimumActiveParticipantsConstraint,
      most: role.maximumActiveParticipantsConstraint,
    });
  }
}

function limit(
  roleIndex: number,
  what: "participants" | "active-participants",
  before: number,
  change: number,
  user: string,
  { least, most }: { readonly least: number; readonly most?: number | undefined },
): void {
  const after = before + change;
  const details = { section: "policy §8.1", user, roleIndex };
  const name = `role ${roleIndex}`;
  const words = what === "participants" ? what : "active participants";
  if (change > 0 && most !== undefined && after > most) {
    deny(`maximum-${what}`, `${name} would have ${after} ${words}, at most ${most} are allowed`, details);
  }
  if (change < 0 && after < least) {
    deny(`minimum-${what}`, `${name} would have ${after} ${words}, at least ${least} are needed`, details);
  }
}

/** Policy §5, by the base policy of the epoch. */
function checkRoomLimits(scope: Scope, plan: Plan, users: ReadonlySet<string>): void {
  const { state, clients, circumstances } = scope;
  const { maxUsers, maxClients, multiDevice, parentDependant } = state.basePolicy;
  const section = "policy §5";
  const listed = participantsAfter(state, plan);
  const before = state.participants.length - (state.holders.get(BANNED_ROLE) ?? 0);
  const after = listed - bannedAfter(state, plan);
  if (maxUsers !== undefined && after > maxUsers && after > before) {
    deny("maximum-users", `the room would have ${after} users, at most ${maxUsers} are allowed`, { section });
  }
  const { parentParticipants } = circumstances;
  if (
    parentDependant &&
    parentParticipants !== undefined &&
    listed > state.participants.length &&
    listed >= parentParticipants.size
  ) {
    deny("parent-dependent", "the participants would not be a strict subset of the parent room's", {
      section,
    });
  }
  let more = 0;
  for (const user of users) {
    const has = clients.byUser.get(user) ?? 0;
    const will = clientsAfter(scope, plan, user);
    more += will - has;
    if (!multiDevice && will > 1 && will > has) {
      deny("single-device", `${user} would have ${will} clients, one is allowed`, { section, user });
    }
  }
  const total = clients.total + more;
  if (maxClients !== undefined && more > 0 && total > maxClients) {
    deny("maximum-clients", `the room would have ${total} clients, at most ${maxClients} are allowed`, {
      section,
    });
  }
}
