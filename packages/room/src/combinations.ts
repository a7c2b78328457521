/**
 * What may not stand in one commit, and what new roles, preauthorization and base policy must agree with.
 * Policy §3, §4, §5; readings.
 * @module
 */

import type { BaseRoomPolicy, PreAuthData, Role, RoleData } from "@openmimi/protocol";
import { MimiComponentId } from "@openmimi/protocol";
import { Capability } from "./capabilities.ts";
import { checkComponents } from "./component-fit.ts";
import { deny } from "./decision.ts";
import { activeHolders } from "./limits.ts";
import { checkParent } from "./parent-room.ts";
import { bannedAfter, clientsAfter, lastValue, type Plan, participantsAfter } from "./plan.ts";
import { BANNED_ROLE, NO_ROLE, type RoleRules, roleRules } from "./roles.ts";
import type { Scope } from "./scope.ts";
import type { RoomState } from "./state.ts";

/** Policy §3, §4: changes that are too disruptive to stand beside changes of the participant list. */
export function checkCombinations({ operations, entries }: Plan): void {
  const changes = (id: number) =>
    entries.some(
      (entry) =>
        (entry.kind === "componentUpdate" || entry.kind === "componentRemoval") && entry.componentId === id,
    );
  if (operations.length > 0 && changes(MimiComponentId.rolesList)) {
    deny("forbidden-combination", "role definitions and the participant list change in one commit", {
      section: "policy §3",
    });
  }
  if (operations.some(({ to }) => to !== NO_ROLE) && changes(MimiComponentId.preauthList)) {
    deny(
      "forbidden-combination",
      "preauthorization and more of the list than removals change in one commit",
      {
        section: "policy §4",
      },
    );
  }
}

/** Whether new policy fits the room as it will be. */
export function checkPolicies(scope: Scope, plan: Plan): void {
  if (plan.replacements.length === 0 && plan.linkUpdates.length === 0) return;
  const { state } = scope;
  const roles = lastValue<RoleData>(plan, MimiComponentId.rolesList);
  const base = lastValue<BaseRoomPolicy>(plan, MimiComponentId.baseRoomPolicy);
  const preauthorized = lastValue<PreAuthData>(plan, MimiComponentId.preauthList);
  const rolesAfter: ReadonlyMap<number, RoleRules> =
    roles === undefined ? state.roles : new Map(roles.roles.map((role) => [role.roleIndex, roleRules(role)]));
  if (roles !== undefined) checkRoles(scope, plan, roles);
  if (base !== undefined) {
    checkBasePolicy(scope, plan, base);
    checkParent(scope, plan, base);
  }
  if (roles !== undefined || base !== undefined) checkFixedMembership(base ?? state.basePolicy, rolesAfter);
  if (roles !== undefined || preauthorized !== undefined) {
    const removed = plan.removedComponents.has(MimiComponentId.preauthList);
    checkPreauthorization(
      removed ? [] : (preauthorized?.preauthorizedEntries ?? state.preauthorized),
      rolesAfter,
    );
  }
  checkComponents(scope, plan, rolesAfter, roles !== undefined);
}

/** Reading R-184: the roles that are in use stay, and their limits fit those who have them. */
function checkRoles(scope: Scope, plan: Plan, { roles }: RoleData): void {
  const { state } = scope;
  const section = "policy §3";
  const byIndex = new Map(roles.map((role) => [role.roleIndex, role]));
  for (const [index, count] of state.holders) {
    if (count > 0 && !byIndex.has(index)) {
      deny("unknown-role", `role ${index} vanishes while ${count} participants have it`, {
        section,
        roleIndex: index,
      });
    }
  }
  const active = activeHoldersAfter(scope, plan);
  for (const role of roles) {
    if (role.roleIndex === NO_ROLE) continue;
    const old = state.roles.get(role.roleIndex)?.role;
    const all = state.holders.get(role.roleIndex) ?? 0;
    checkCount(role, old, "Participants", all, section);
    checkCount(role, old, "ActiveParticipants", active.get(role.roleIndex) ?? 0, section);
  }
}

/** A limit that was broken as badly before is not this update's doing (reading R-186). */
function checkCount(
  role: Role,
  old: Role | undefined,
  what: "Participants" | "ActiveParticipants",
  count: number,
  section: string,
): void {
  const most = role[`maximum${what}Constraint`];
  const mostBefore = old?.[`maximum${what}Constraint`];
  const kind = what === "Participants" ? "participants" : "active-participants";
  if (most !== undefined && count > most && !(mostBefore !== undefined && mostBefore <= most)) {
    deny(`maximum-${kind}`, `${count} hold role ${role.roleIndex}, which would be limited to ${most}`, {
      section,
      roleIndex: role.roleIndex,
    });
  }
  const least = role[`minimum${what}Constraint`];
  if (count < least && !(old !== undefined && old[`minimum${what}Constraint`] >= least)) {
    deny(`minimum-${kind}`, `${count} hold role ${role.roleIndex}, which would need ${least}`, {
      section,
      roleIndex: role.roleIndex,
    });
  }
}

function activeHoldersAfter(scope: Scope, plan: Plan): ReadonlyMap<number, number> {
  const active = new Map(activeHolders(scope.state, scope.clients));
  for (const [user, after] of plan.clientsAfter) {
    const before = scope.clients.byUser.get(user) ?? 0;
    const change = Number(after > 0) - Number(before > 0);
    const place = scope.state.places.get(user);
    const role = place === undefined ? undefined : scope.state.participants[place]?.roleIndex;
    if (role !== undefined && change !== 0) active.set(role, (active.get(role) ?? 0) + change);
  }
  return active;
}

/** Policy §5: the limits of a base policy hold at once. */
function checkBasePolicy(scope: Scope, plan: Plan, base: BaseRoomPolicy): void {
  const section = "policy §5";
  const { state, clients } = scope;
  const users = participantsAfter(state, plan) - bannedAfter(state, plan);
  if (base.maxUsers !== undefined && users > base.maxUsers) {
    deny("maximum-users", `the room has ${users} users and would be limited to ${base.maxUsers}`, {
      section,
    });
  }
  let total = clients.total;
  for (const [user, after] of plan.clientsAfter) total += after - (clients.byUser.get(user) ?? 0);
  if (base.maxClients !== undefined && total > base.maxClients) {
    deny("maximum-clients", `the room has ${total} clients and would be limited to ${base.maxClients}`, {
      section,
    });
  }
  if (base.multiDevice) return;
  for (const user of new Set([...clients.byUser.keys(), ...plan.clientsAfter.keys()])) {
    if (clientsAfter(scope, plan, user) > 1) {
      deny("single-device", `${user} has several clients`, { section, user });
    }
  }
}

/** Policy §5: in a fixed-membership room no role but 0 and 1 may add participants. */
export function checkFixedMembership(base: BaseRoomPolicy, roles: ReadonlyMap<number, RoleRules>): void {
  if (!base.fixedMembership) return;
  for (const [index, { capabilities }] of roles) {
    if (index > BANNED_ROLE && capabilities.has(Capability.canAddParticipant)) {
      deny("fixed-membership", `role ${index} can add participants to a fixed-membership room`, {
        section: "policy §5",
        capability: "canAddParticipant",
      });
    }
  }
}

/** Reading R-174: preauthorization gives roles that exist. */
export function checkPreauthorization(
  entries: RoomState["preauthorized"],
  roles: ReadonlyMap<number, RoleRules>,
): void {
  for (const { targetRole } of entries) {
    if (!roles.has(targetRole.roleIndex)) {
      deny("unknown-role", `preauthorization gives role ${targetRole.roleIndex}, which is not defined`, {
        section: "policy §4",
      });
    }
  }
}
