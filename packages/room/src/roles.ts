/**
 * Roles as the rules look at them. Policy §3; readings.
 * @module
 */

import type { Role, RoleData } from "@openmimi/protocol";
import { Capability } from "./capabilities.ts";
import { RoomError } from "./errors.ts";

const SECTION = "policy §3";

/** Who is not in the participant list has this role. */
export const NO_ROLE = 0;

/**
 * Who has the role of this index is banned (policy §6.6, §8.1.3). To ban and unban by capability, the role must also
 * have the name `banned`.
 */
export const BANNED_ROLE = 1;

/** A role, ready to be asked. */
export interface RoleRules {
  readonly role: Role;
  readonly capabilities: ReadonlySet<number>;
  /** From a role to the roles that the holder may move others to. */
  readonly transitions: ReadonlyMap<number, ReadonlySet<number>>;
}

/** Reading R-184: a room without a role 0 gives nothing to those who are not in the list. */
export const withoutRole: RoleRules = {
  role: {
    roleIndex: NO_ROLE,
    roleName: "",
    roleDescription: "",
    roleCapabilities: [],
    minimumParticipantsConstraint: 0,
    minimumActiveParticipantsConstraint: 0,
    authorizedRoleChanges: [],
  },
  capabilities: new Set(),
  transitions: new Map(),
};

/** Prepares one role. */
export function roleRules(role: Role): RoleRules {
  const transitions = new Map<number, Set<number>>();
  for (const { fromRoleIndex, targetRoleIndexes } of role.authorizedRoleChanges) {
    const targets = transitions.get(fromRoleIndex) ?? new Set();
    for (const target of targetRoleIndexes) targets.add(target);
    transitions.set(fromRoleIndex, targets);
  }
  return { role, capabilities: new Set(role.roleCapabilities), transitions };
}

/**
 * Prepares a list of roles.
 *
 * @throws {RoomError} `invalid-state` for what {@link rolesProblem} finds
 */
export function rolesByIndex(data: RoleData): ReadonlyMap<number, RoleRules> {
  const problem = rolesProblem(data);
  if (problem !== undefined) throw new RoomError("invalid-state", problem, SECTION);
  return new Map(data.roles.map((role) => [role.roleIndex, roleRules(role)]));
}

/** What is wrong with a list of roles in itself, or `undefined`. Readings R-184, policy §8.1.1. */
export function rolesProblem({ roles }: RoleData): string | undefined {
  const seen = new Set<number>();
  for (const role of roles) {
    const { roleIndex } = role;
    if (seen.has(roleIndex)) return `two roles have the index ${roleIndex}`;
    seen.add(roleIndex);
    if (roleIndex !== NO_ROLE && role.roleCapabilities.includes(Capability.canOpenJoin)) {
      return `role ${roleIndex} has canOpenJoin, which only role 0 may have`;
    }
    const { maximumParticipantsConstraint: most, maximumActiveParticipantsConstraint: mostActive } = role;
    if (most !== undefined && role.minimumParticipantsConstraint > most) {
      return `role ${roleIndex} needs more participants than it may have`;
    }
    if (mostActive !== undefined && role.minimumActiveParticipantsConstraint > mostActive) {
      return `role ${roleIndex} needs more active participants than it may have`;
    }
  }
  return undefined;
}

/** Whether a role is the special one of canBan and canUnban. Policy §8.1.3. */
export function isBannedRole({ role }: RoleRules): boolean {
  return role.roleIndex === BANNED_ROLE && role.roleName === "banned";
}

/** Whether holders of a role may have no clients. Policy §3, §8.1.3, reading R-187. */
export function admitsNoClients({ role }: RoleRules): boolean {
  return role.roleIndex === BANNED_ROLE || role.maximumActiveParticipantsConstraint === 0;
}

/** Whether the role's holder may move a participant between two roles. */
export function mayMove(rules: RoleRules, from: number, to: number): boolean {
  return rules.transitions.get(from)?.has(to) ?? false;
}
