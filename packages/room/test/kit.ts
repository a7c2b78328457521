/** Rooms, actors and changes for tests, in a few words. */
import {
  type BaseRoomPolicy,
  MimiComponentId,
  ParticipantListUpdate,
  type PreAuthRoleEntry,
  type Role,
  RoleData,
} from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { expect } from "vitest";
import { Capability, type CapabilityName } from "../src/capabilities.ts";
import type { Decision, DenialReason } from "../src/decision.ts";
import type {
  Actor,
  Change,
  ChangeBody,
  Circumstances,
  Clients,
  CommitFacts,
  ProposalFacts,
} from "../src/facts.ts";
import { basicClaims } from "../src/preauthorization.ts";
import { defaultBasePolicy, type RoomParts, type RoomState, roomState } from "../src/state.ts";

export const ROOM = "mimi://hub.example/r/den";
export const HUB = "mimi://hub.example";

/** `alice` lives at a.example, `bob` at b.example, and so on. */
export const uri = (name: string): string => `mimi://${name[0]}.example/u/${name}`;

export function role(
  roleIndex: number,
  capabilities: readonly CapabilityName[],
  changes: Readonly<Record<number, readonly number[]>> = {},
  more: Partial<Role> = {},
): Role {
  return {
    roleIndex,
    roleName: roleIndex === 1 ? "banned" : `role${roleIndex}`,
    roleDescription: "",
    roleCapabilities: capabilities.map((name) => Capability[name]),
    minimumParticipantsConstraint: 0,
    minimumActiveParticipantsConstraint: 0,
    authorizedRoleChanges: Object.entries(changes).map(([from, targets]) => ({
      fromRoleIndex: Number(from),
      targetRoleIndexes: [...targets],
    })),
    ...more,
  };
}

export interface RoomSketch {
  /** Name to role. */
  readonly participants: Readonly<Record<string, number>>;
  readonly roles: readonly Role[];
  readonly policy?: Partial<BaseRoomPolicy>;
  readonly parts?: Partial<RoomParts>;
}

export function room({ participants, roles, policy, parts }: RoomSketch): RoomState {
  return roomState({
    participants: Object.entries(participants).map(([name, roleIndex]) => ({ user: uri(name), roleIndex })),
    roles: { roles: [...roles] },
    basePolicy: { ...defaultBasePolicy, ...policy },
    metadata: {
      roomUri: ROOM,
      roomName: "Den",
      roomDescriptions: [],
      roomAvatar: "",
      roomSubject: "",
      roomMood: "",
    },
    ...parts,
  });
}

/** Name to number of clients. */
export function clients(counts: Readonly<Record<string, number>>): Clients {
  const byUser = new Map(Object.entries(counts).map(([name, count]) => [uri(name), count]));
  return { byUser, total: Object.values(counts).reduce((sum, count) => sum + count, 0) };
}

const claims = (identity: string) =>
  basicClaims({ credentialType: "basic", identity: new TextEncoder().encode(identity) });

export const member = (name: string): Actor => ({
  kind: "member",
  user: uri(name),
  claims: claims(uri(name)),
});
export const joiner = (name: string): Actor => ({
  kind: "joiner",
  user: uri(name),
  claims: claims(uri(name)),
});
export const provider = (user = HUB): Actor => ({ kind: "externalSender", user, claims: claims(user) });

/** Whoever has this identity takes this role. */
export function preauthorize(identity: string, targetRole: Role): PreAuthRoleEntry {
  return { claimset: claims(identity), targetRole };
}

export { operational } from "./operational.ts";

export interface ListChange {
  /** Index to role. */
  readonly change?: Readonly<Record<number, number>>;
  readonly remove?: readonly number[];
  /** Name to role. */
  readonly add?: Readonly<Record<string, number>>;
}

export function listUpdate({ change = {}, remove = [], add = {} }: ListChange): ParticipantListUpdate {
  return {
    changedRoleParticipants: Object.entries(change).map(([userIndex, roleIndex]) => ({
      userIndex: Number(userIndex),
      roleIndex,
    })),
    removedIndices: [...remove],
    addedParticipants: Object.entries(add).map(([name, roleIndex]) => ({ user: uri(name), roleIndex })),
  };
}

export const list = (change: ListChange): ChangeBody =>
  update(MimiComponentId.participantList, encode(ParticipantListUpdate, listUpdate(change)));
export const update = (componentId: number, octets: Uint8Array): ChangeBody => ({
  kind: "componentUpdate",
  componentId,
  update: octets,
});
export const roles = (...definitions: Role[]): ChangeBody =>
  update(MimiComponentId.rolesList, encode(RoleData, { roles: definitions }));
export const added = (name: string): ChangeBody => ({ kind: "clientAdded", user: uri(name) });
export const joined = (name: string): ChangeBody => ({ kind: "clientJoined", user: uri(name) });
export const removed = (
  name: string,
  more: { selfRemove?: boolean; replaced?: boolean } = {},
): ChangeBody => ({
  kind: "clientRemoved",
  user: uri(name),
  selfRemove: false,
  replaced: false,
  ...more,
});

/** Changes by value. */
export const by = (actor: Actor, ...bodies: ChangeBody[]): Change[] =>
  bodies.map((body) => ({ ...body, by: actor, byReference: false }));
/** Changes that were proposed before. */
export const proposedBy = (actor: Actor, ...bodies: ChangeBody[]): Change[] =>
  bodies.map((body) => ({ ...body, by: actor, byReference: true }));

export function commit(
  committer: Actor,
  members: Readonly<Record<string, number>>,
  changes: readonly Change[],
  circumstances: Circumstances = {},
): CommitFacts {
  return { committer, changes, clients: clients(members), ...circumstances };
}

export function proposals(
  members: Readonly<Record<string, number>>,
  changes: readonly Change[],
  circumstances: Circumstances = {},
): ProposalFacts {
  return { changes, clients: clients(members), ...circumstances };
}

/** The decision allows, and names this rule. */
export function expectAllowed(decision: Decision, rule?: string): void {
  if (!decision.allowed)
    throw new Error(`denied: ${decision.reason}: ${decision.message} (${decision.section})`);
  expect(decision.section).not.toBe("");
  if (rule !== undefined) expect(decision.grounds.map((ground) => ground.rule)).toContain(rule);
}

/** The decision denies for this reason, with a section and words. */
export function expectDenied(decision: Decision, reason: DenialReason, capability?: CapabilityName): void {
  if (decision.allowed) throw new Error(`allowed by ${decision.rule}`);
  expect(`${decision.reason}: ${decision.message}`).toMatch(new RegExp(`^${reason}: .`));
  expect(decision.section).toMatch(/^(protocol|policy|extensions|content|RFC 9420) §/);
  if (capability !== undefined) expect(decision.capability).toBe(capability);
}
