/**
 * Rooms, actors and changes in a few words, for the cases of policy decisions.
 * @module
 */

import {
  AssetPolicy,
  BaseRoomPolicy,
  BotPolicy,
  type ExtendedCapabilities,
  FrankingAgentData,
  HistoryPolicy,
  JoinLinkPolicy,
  JoinLinksData,
  JoinLinksUpdate,
  LinkPreviewPolicy,
  LoggingPolicy,
  MessageExpiration,
  MimiComponentId,
  OperationalParameters,
  ParticipantListData,
  ParticipantListUpdate,
  PreAuthData,
  type PreAuthRoleEntry,
  type Role,
  RoleData,
  RoomMetaData,
  StatusNotificationPolicy,
} from "@openmimi/protocol";
import { type Actor, Capability, type CapabilityName, type Change, type ChangeBody } from "@openmimi/room";
import { encode, type Schema } from "@openmimi/tls";

export const HUB = "mimi://hub.example";
export const FOLLOWER = "mimi://b.example";
export const ROOM = "mimi://hub.example/r/den";
export const PARENT = "mimi://hub.example/r/parent";

/** `alice` lives at a.example, `bob` at b.example, and so on. */
export const uri = (name: string): string => `mimi://${name[0]}.example/u/${name}`;

/** Every component of a room, and what it holds. */
export const componentSchemas: ReadonlyMap<number, Schema<unknown>> = new Map([
  [MimiComponentId.frankingAgent, FrankingAgentData],
  [MimiComponentId.participantList, ParticipantListData],
  [MimiComponentId.roomMetadata, RoomMetaData],
  [MimiComponentId.operationalPolicy, OperationalParameters],
  [MimiComponentId.rolesList, RoleData],
  [MimiComponentId.preauthList, PreAuthData],
  [MimiComponentId.baseRoomPolicy, BaseRoomPolicy],
  [MimiComponentId.statusNotificationPolicy, StatusNotificationPolicy],
  [MimiComponentId.joinLinkPolicy, JoinLinkPolicy],
  [MimiComponentId.joinLinks, JoinLinksData],
  [MimiComponentId.linkPreviewPolicy, LinkPreviewPolicy],
  [MimiComponentId.assetPolicy, AssetPolicy],
  [MimiComponentId.loggingPolicy, LoggingPolicy],
  [MimiComponentId.chatHistoryPolicy, HistoryPolicy],
  [MimiComponentId.botPolicy, BotPolicy],
  [MimiComponentId.messageExpirationPolicy, MessageExpiration],
] as [number, Schema<unknown>][]);

/** Updates that do not have the format of the data. */
export const updateSchemas: ReadonlyMap<number, Schema<unknown>> = new Map([
  [MimiComponentId.participantList, ParticipantListUpdate],
  [MimiComponentId.joinLinks, JoinLinksUpdate],
] as [number, Schema<unknown>][]);

type Changes = Readonly<Record<number, readonly number[]>>;

export function role(
  roleIndex: number,
  capabilities: readonly CapabilityName[],
  changes: Changes = {},
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

/** Policy §8.1.3: the role that canBan needs. */
export const banned: Role = role(1, [], {}, { maximumActiveParticipantsConstraint: 0 });

const base: BaseRoomPolicy = {
  fixedMembership: false,
  parentDependant: false,
  parentRoom: [],
  multiDevice: true,
  pseudonymsAllowed: false,
  persistentRoom: false,
  discoverable: false,
  policyComponentIds: [],
};

const metadata: RoomMetaData = {
  roomUri: ROOM,
  roomName: "Den",
  roomDescriptions: [],
  roomAvatar: "",
  roomSubject: "",
  roomMood: "",
};

/** Components by number. */
export type Components = ReadonlyMap<number, Uint8Array>;

/** The components of a room. `list`: name or URI to role; `more`: further components. */
export function room(
  list: Readonly<Record<string, number>>,
  roles: readonly Role[],
  policy: Partial<BaseRoomPolicy> = {},
  more: Components = new Map(),
): Components {
  const participants = Object.entries(list).map(([name, roleIndex]) => ({
    user: name.includes(":") ? name : uri(name),
    roleIndex,
  }));
  return new Map([
    [MimiComponentId.participantList, encode(ParticipantListData, { participants })],
    [MimiComponentId.roomMetadata, encode(RoomMetaData, metadata)],
    [MimiComponentId.rolesList, encode(RoleData, { roles: [...roles] })],
    [MimiComponentId.baseRoomPolicy, encode(BaseRoomPolicy, { ...base, ...policy })],
    ...more,
  ]);
}

const utf8 = new TextEncoder();
/** Reading R-175: what a basic credential claims. */
const identity = (text: string) => [
  { claimId: { credentialType: 1, id: new Uint8Array() }, claimValue: utf8.encode(text) },
];

/** Whoever has all of these identities takes the role: one, or it is for nobody. */
export const preauthorized = (targetRole: Role, ...identities: readonly string[]): PreAuthRoleEntry => ({
  claimset: identities.flatMap(identity),
  targetRole,
});
export const preauthorization = (...preauthorizedEntries: PreAuthRoleEntry[]): [number, Uint8Array] => [
  MimiComponentId.preauthList,
  encode(PreAuthData, { preauthorizedEntries }),
];

export const member = (name: string): Actor => ({
  kind: "member",
  user: uri(name),
  claims: identity(uri(name)),
});
export const joiner = (name: string): Actor => ({ ...member(name), kind: "joiner" });
export const provider = (user = HUB): Actor => ({ kind: "externalSender", user, claims: identity(user) });

/** `change`: index to role; `add`: name or URI to role. */
export interface ListChange {
  readonly change?: Readonly<Record<number, number>>;
  readonly remove?: readonly number[];
  readonly add?: Readonly<Record<string, number>>;
}

export const update = <T>(componentId: number, schema: Schema<T>, value: T): ChangeBody => ({
  kind: "componentUpdate",
  componentId,
  update: encode(schema, value),
});
export const octets = (componentId: number, ...bytes: readonly number[]): ChangeBody => ({
  kind: "componentUpdate",
  componentId,
  update: Uint8Array.from(bytes),
});
export const list = ({ change = {}, remove = [], add = {} }: ListChange): ChangeBody =>
  update(MimiComponentId.participantList, ParticipantListUpdate, {
    changedRoleParticipants: Object.entries(change).map(([index, roleIndex]) => ({
      userIndex: Number(index),
      roleIndex,
    })),
    removedIndices: [...remove],
    addedParticipants: Object.entries(add).map(([name, roleIndex]) => ({
      user: name.includes(":") ? name : uri(name),
      roleIndex,
    })),
  });
export const roles = (...definitions: readonly Role[]): ChangeBody =>
  update(MimiComponentId.rolesList, RoleData, { roles: [...definitions] });
export const policy = (more: Partial<BaseRoomPolicy>): ChangeBody =>
  update(MimiComponentId.baseRoomPolicy, BaseRoomPolicy, { ...base, ...more });
export const described = (more: Partial<RoomMetaData>): ChangeBody =>
  update(MimiComponentId.roomMetadata, RoomMetaData, { ...metadata, ...more });
export const preauthorize = (...entries: PreAuthRoleEntry[]): ChangeBody =>
  update(MimiComponentId.preauthList, PreAuthData, { preauthorizedEntries: entries });
export const links = (added: number, ...removedIndices: number[]): ChangeBody =>
  update(MimiComponentId.joinLinks, JoinLinksUpdate, {
    removedIndices,
    addedLinks: Array.from({ length: added }, (_, at) => ({ joinLink: Uint8Array.of(0x11 * (at + 1)) })),
  });

export const added = (name: string): ChangeBody => ({
  kind: "clientAdded",
  user: name.includes(":") ? name : uri(name),
});
export const joined = (name: string): ChangeBody => ({ kind: "clientJoined", user: uri(name) });
export const removed = (name: string, selfRemove = false): ChangeBody => ({
  kind: "clientRemoved",
  user: uri(name),
  selfRemove,
  replaced: false,
});

export const by = (actor: Actor, ...bodies: readonly ChangeBody[]): Change[] =>
  bodies.map((body) => ({ ...body, by: actor, byReference: false }));
export const proposedBy = (actor: Actor, ...bodies: readonly ChangeBody[]): Change[] =>
  bodies.map((body) => ({ ...body, by: actor, byReference: true }));

const nothing: ExtendedCapabilities = {
  ...{ versions: [], cipherSuites: [], extensions: [], proposals: [], credentials: [], wireFormats: [] },
  ...{ componentIds: [], safeAadTypes: [], mediaTypes: [], contentTypes: [] },
};
const noTime = { minimumTime: 0n, defaultTime: 0n, maximumTime: 0n };

/** Operational parameters that forbid nothing but what is said. */
export const operational = (more: Partial<OperationalParameters>): [number, Uint8Array] => [
  MimiComponentId.operationalPolicy,
  encode(OperationalParameters, {
    ...{ mandatoryCapabilities: nothing, defaultCapabilities: nothing, forbiddenCapabilities: nothing },
    ...{ handshakeFormats: [], externalProposalAllowed: true, externalCommitAllowed: true },
    pendingProposalPolicy: { pendingProposalStrategy: "unspecified" },
    appMessagePolicy: { epochTolerance: 0, padToSize: 0, maxGenerationsSkipahead: 0 },
    ...{ leafNodeUpdateTime: noTime, senderNonceKeypairLifetime: noTime, bufferIncomingMessageTime: noTime },
    ...{ maxKpLifetime: 0n, maxCredentialLifetime: 0n, resumptionPskLifetime: 0n },
    ...{ maxKeypairs: 0, maxBufferedMessages: 0 },
    ...more,
  }),
];
export const component = <T>(id: number, schema: Schema<T>, value: T): [number, Uint8Array] => [
  id,
  encode(schema, value),
];
