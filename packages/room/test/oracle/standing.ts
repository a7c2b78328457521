/**
 * Who somebody is in a room, and what that somebody may do. Policy §3, §4, §8.
 * @module
 */

import { type Claim, parseMimiUri, type Role } from "@openmimi/protocol";
import type { Actor, Change } from "../../src/facts.ts";
import type { RoomParts } from "../../src/state.ts";
import type { Question } from "./question.ts";

/** The role with an index, if the room defines it. Policy §3: role indexes might not be contiguous. */
export function definitionOf(room: RoomParts, roleIndex: number): Role | undefined {
  return room.roles.roles.find((role) => role.roleIndex === roleIndex);
}

/** The role that the participant list gives a user; 0 for who is not in it. Policy §3. */
export function listedRole(room: RoomParts, user: string): number {
  return room.participants.find((participant) => participant.user === user)?.roleIndex ?? 0;
}

/** Policy §6.6: the role index one is the banned one. */
export const isBanned = (roleIndex: number): boolean => roleIndex === 1;

/** Policy §8.1.3: for canBan and canUnban the role needs to exist with index 1 and the name "banned". */
export function hasBannedRole(room: RoomParts): boolean {
  return definitionOf(room, 1)?.roleName === "banned";
}

/** Policy §4: the first role whose claims the credential has, each exactly; the room must define it. */
export function preauthorizedFor(room: RoomParts, claims: readonly Claim[]): number | undefined {
  const same = (a: Uint8Array, b: Uint8Array) => a.join() === b.join();
  const entry = room.preauthorized?.preauthorizedEntries.find(({ claimset }) =>
    claimset.every((wanted) =>
      claims.some(
        (claim) =>
          claim.claimId.credentialType === wanted.claimId.credentialType &&
          same(claim.claimId.id, wanted.claimId.id) &&
          same(claim.claimValue, wanted.claimValue),
      ),
    ),
  );
  return entry?.targetRole.roleIndex;
}

/**
 * The role in which an actor acts: that of the list; for who is not in it 0, or for an external sender the
 * preauthorized one. Policy §4, §8. (That a joiner acts in role 0 until it has joined is reading R-196.)
 */
export function actingRole(room: RoomParts, { kind, user, claims }: Actor): number | undefined {
  const listed = listedRole(room, user);
  if (listed !== 0) return listed;
  if (kind === "joiner") return 0;
  return kind === "externalSender" ? preauthorizedFor(room, claims) : undefined;
}

/** What an actor's pending demotion leaves it (protocol §7.1, R-061): no more than both roles have. */
export interface Powers {
  /** One role, or two of which each must allow. None: nothing is allowed. */
  readonly roles: readonly (Role | undefined)[];
}

export const can = ({ roles }: Powers, capability: number): boolean =>
  roles.length > 0 && roles.every((role) => role?.roleCapabilities.includes(capability) ?? false);

/** Whether the holder's authorized_role_changes has an entry from the one role that names the other. Policy §3. */
export const canMove = ({ roles }: Powers, from: number, to: number): boolean =>
  roles.length > 0 &&
  roles.every(
    (role) =>
      role?.authorizedRoleChanges.some(
        ({ fromRoleIndex, targetRoleIndexes }) => fromRoleIndex === from && targetRoleIndexes.includes(to),
      ) ?? false,
  );

/** Proposals from outside the group: of external senders, and of clients that propose themselves. RFC 9420 §12.1.8. */
export const isExternalProposal = ({ by, byReference }: Change, alone: boolean): boolean =>
  by.kind === "externalSender" || (by.kind === "joiner" && (alone || byReference));

/** The hub of a room: the provider with the domain of its URI. Protocol §3, §7.4. */
export function hubOf({ room, roomUri }: Question): string | undefined {
  const uri = room.metadata?.roomUri ?? roomUri;
  return uri === undefined ? undefined : `mimi://${parseMimiUri(uri).domain}`;
}

/** Whether the hub acts, as an external sender. */
export const isHub = (question: Question, { kind, user }: Actor): boolean =>
  kind === "externalSender" && user === hubOf(question);
