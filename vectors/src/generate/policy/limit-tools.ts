/**
 * Rooms with limits, and questions at their edges. Policy §3; reading R-186.
 * @module
 */

import type { Role } from "@openmimi/protocol";
import type { CapabilityName } from "@openmimi/room";
import type { Case } from "../envelope.ts";
import { allows, denies } from "./cases.ts";
import { commit } from "./question.ts";
import { banned, by, member, role, room } from "./sketch.ts";

export const READINGS = { readings: ["R-186"] };
export const alice = member("alice");
export const everywhere = { 0: [1, 2, 3, 4], 1: [0, 2, 3, 4], 2: [0, 1, 3], 3: [0, 1, 2], 4: [0, 1, 2] };
export const ruler: readonly CapabilityName[] = [
  "canAddParticipant",
  "canRemoveParticipant",
  "canRemoveOwnClient",
  "canKick",
  "canBan",
  "canUnban",
  "canChangeUserRole",
  "canAddOwnClient",
  "canChangeRoleDefinitions",
  "canChangeRoomMembershipStyle",
];
export type Limits = Partial<Role>;

/** alice (4) rules; role 2 has the limits, and role 3 none. */
export const house = (list: Readonly<Record<string, number>>, limits: Limits) =>
  room({ alice: 4, ...list }, [
    role(0, ["canOpenJoin"], { 0: [2] }),
    banned,
    role(2, ["canRemoveOwnClient", "canRemoveSelf", "canAddOwnClient"], { 2: [0] }, limits),
    role(3, []),
    role(4, ruler, everywhere),
  ]);
export const most = (count: number): Limits => ({ maximumParticipantsConstraint: count });
export const mostActive = (count: number): Limits => ({ maximumActiveParticipantsConstraint: count });
export const least = (count: number): Limits => ({ minimumParticipantsConstraint: count });
export const leastActive = (count: number): Limits => ({ minimumActiveParticipantsConstraint: count });
export const commits = (
  components: ReturnType<typeof house>,
  members: Readonly<Record<string, number>>,
  ...bodies: Parameters<typeof by>[1][]
) => commit(components, alice, { alice: 1, ...members }, by(alice, ...bodies));

/** At the edge, and one over it. */
export function edge(
  id: string,
  section: string,
  reason: Parameters<typeof denies>[2],
  ask: (limit: number) => Parameters<typeof denies>[3],
  [within, beyond]: readonly [number, number],
): Case[] {
  return [
    allows(`${id}-at-the-limit`, section, ask(within), READINGS),
    denies(`${id}-beyond-the-limit`, section, reason, ask(beyond), READINGS),
  ];
}
