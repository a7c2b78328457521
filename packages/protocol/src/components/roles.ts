/**
 * Roles: what the participants that hold one may do, and how many may hold it. Policy §3.
 * @module
 */

import { type Infer, optional, struct, text, uint16, uint32, vector } from "@openmimi/tls";

/** The most roles of one room, and the most entries of each list in one role. */
export const MAX_ROLES = 1024;

/** From one role to these: what the holder of the role may do with the roles of others. */
export const SingleSourceRoleChangeTargets = struct("SingleSourceRoleChangeTargets", {
  fromRoleIndex: uint32,
  targetRoleIndexes: vector(uint32, { maxElements: MAX_ROLES }),
});
export type SingleSourceRoleChangeTargets = Infer<typeof SingleSourceRoleChangeTargets>;

/** One role. Capabilities are numbers, so that unknown ones pass (reading R-190); absent maxima do not limit. */
export const Role = struct("Role", {
  roleIndex: uint32,
  roleName: text(1024),
  roleDescription: text(0xffff),
  roleCapabilities: vector(uint16, { maxElements: MAX_ROLES }),
  minimumParticipantsConstraint: uint32,
  maximumParticipantsConstraint: optional(uint32),
  minimumActiveParticipantsConstraint: uint32,
  maximumActiveParticipantsConstraint: optional(uint32),
  authorizedRoleChanges: vector(SingleSourceRoleChangeTargets, { maxElements: MAX_ROLES }),
});
export type Role = Infer<typeof Role>;

/** The data of component 0x0025, and its update (RoleUpdate), which replaces them. */
export const RoleData = struct("RoleData", { roles: vector(Role, { maxElements: MAX_ROLES }) });
export type RoleData = Infer<typeof RoleData>;
