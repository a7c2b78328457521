/**
 * The state of a room that the rules need, read from the components of its MLS group. Protocol §7.1, policy §3-§7.
 * @module
 */

import {
  AssetPolicy,
  BaseRoomPolicy,
  BotPolicy,
  FrankingAgentData,
  HistoryPolicy,
  type JoinLink,
  JoinLinkPolicy,
  JoinLinksData,
  LinkPreviewPolicy,
  LoggingPolicy,
  MessageExpiration,
  MimiComponentId,
  OperationalParameters,
  ParticipantListData,
  PreAuthData,
  type PreAuthRoleEntry,
  RoleData,
  RoomMetaData,
  StatusNotificationPolicy,
  type UserRolePair,
} from "@openmimi/protocol";
import { decode, type Schema, TlsError } from "@openmimi/tls";
import { RoomError } from "./errors.ts";
import type { Change } from "./facts.ts";
import { NO_ROLE, type RoleRules, rolesByIndex, withoutRole } from "./roles.ts";

/** What a room is made of, decoded. */
export interface RoomParts {
  readonly participants: readonly UserRolePair[];
  readonly roles: RoleData;
  /** Absent: nothing is fixed, nobody is limited, every user may have several clients. */
  readonly basePolicy?: BaseRoomPolicy | undefined;
  readonly metadata?: RoomMetaData | undefined;
  readonly preauthorized?: PreAuthData | undefined;
  readonly operational?: OperationalParameters | undefined;
  readonly joinLinks?: readonly JoinLink[] | undefined;
  readonly joinLinkPolicy?: JoinLinkPolicy | undefined;
  readonly statusNotifications?: StatusNotificationPolicy | undefined;
  readonly linkPreviews?: LinkPreviewPolicy | undefined;
  readonly assets?: AssetPolicy | undefined;
  readonly logging?: LoggingPolicy | undefined;
  readonly history?: HistoryPolicy | undefined;
  readonly bots?: BotPolicy | undefined;
  readonly expiration?: MessageExpiration | undefined;
  readonly frankingAgent?: FrankingAgentData | undefined;
}

/** The components that stand in a state as they are, or not at all. */
const kept = [
  "metadata",
  "operational",
  "joinLinkPolicy",
  "statusNotifications",
  "linkPreviews",
  "assets",
  "logging",
  "history",
  "bots",
  "expiration",
  "frankingAgent",
] as const satisfies readonly (keyof RoomParts)[];
type KeptComponents = { readonly [K in (typeof kept)[number]]?: NonNullable<RoomParts[K]> };

/** The state of a room in one epoch. Make one with {@link roomStateOf} once per epoch and keep it. */
export interface RoomState extends KeptComponents {
  readonly participants: readonly UserRolePair[];
  /** The place of each user in the list. */
  readonly places: ReadonlyMap<string, number>;
  /** How many participants hold each role. */
  readonly holders: ReadonlyMap<number, number>;
  readonly roles: ReadonlyMap<number, RoleRules>;
  readonly basePolicy: BaseRoomPolicy;
  readonly preauthorized: readonly PreAuthRoleEntry[];
  readonly joinLinks: readonly JoinLink[];
  /** Proposals that were accepted and wait for a commit (see `withPending`). */
  readonly pending?: PendingChanges;
}

/** What {@link withPending} adds to a state. */
export interface PendingChanges {
  readonly changes: readonly Change[];
  /** The room as it will be once they are committed. */
  readonly after: RoomState;
}

/** Policy §5: what a room without a base policy is like. `multi_device` is true by default. */
export const defaultBasePolicy: BaseRoomPolicy = {
  fixedMembership: false,
  parentDependant: false,
  parentRoom: [],
  multiDevice: true,
  pseudonymsAllowed: false,
  persistentRoom: false,
  discoverable: false,
  policyComponentIds: [],
};

/**
 * Makes a state of decoded parts.
 *
 * @throws {RoomError} `invalid-state`: a user listed twice, a participant with role 0, two roles with one index
 */
export function roomState(parts: RoomParts): RoomState {
  const { participants, roles, basePolicy = defaultBasePolicy, preauthorized, joinLinks = [] } = parts;
  const places = new Map<string, number>();
  const holders = new Map<number, number>();
  for (const [place, { user, roleIndex }] of participants.entries()) {
    if (places.has(user)) throw new RoomError("invalid-state", `${user} is listed twice`, "protocol §7.5");
    if (roleIndex === NO_ROLE)
      throw new RoomError("invalid-state", `${user} is listed with role 0`, "policy §3");
    places.set(user, place);
    holders.set(roleIndex, (holders.get(roleIndex) ?? 0) + 1);
  }
  return {
    ...Object.fromEntries(kept.flatMap((key) => (parts[key] === undefined ? [] : [[key, parts[key]]]))),
    participants,
    places,
    holders,
    roles: rolesByIndex(roles),
    basePolicy,
    preauthorized: preauthorized?.preauthorizedEntries ?? [],
    joinLinks,
  };
}

/**
 * Reads the state of a room from the components of its group. Absent components are empty: without roles nobody may
 * do anything.
 *
 * @param component the data of one component of the GroupContext, for example `(id) => group.component(id)`
 * @throws {RoomError} `invalid-component`, `invalid-state`
 * @example
 * ```ts
 * const state = roomStateOf((componentId) => group.component(componentId));
 * authorizeMessage(state, "mimi://a.example/u/alice").allowed;
 * ```
 */
export function roomStateOf(component: (id: number) => Uint8Array | undefined): RoomState {
  const read = <T>(id: number, schema: Schema<T>): T | undefined => {
    const data = component(id);
    return data === undefined ? undefined : decodeComponent(id, schema, data);
  };
  return roomState({
    participants: read(MimiComponentId.participantList, ParticipantListData)?.participants ?? [],
    roles: read(MimiComponentId.rolesList, RoleData) ?? { roles: [] },
    basePolicy: read(MimiComponentId.baseRoomPolicy, BaseRoomPolicy),
    metadata: read(MimiComponentId.roomMetadata, RoomMetaData),
    preauthorized: read(MimiComponentId.preauthList, PreAuthData),
    operational: read(MimiComponentId.operationalPolicy, OperationalParameters),
    joinLinks: read(MimiComponentId.joinLinks, JoinLinksData),
    joinLinkPolicy: read(MimiComponentId.joinLinkPolicy, JoinLinkPolicy),
    statusNotifications: read(MimiComponentId.statusNotificationPolicy, StatusNotificationPolicy),
    linkPreviews: read(MimiComponentId.linkPreviewPolicy, LinkPreviewPolicy),
    assets: read(MimiComponentId.assetPolicy, AssetPolicy),
    logging: read(MimiComponentId.loggingPolicy, LoggingPolicy),
    expiration: read(MimiComponentId.messageExpirationPolicy, MessageExpiration),
    history: read(MimiComponentId.chatHistoryPolicy, HistoryPolicy),
    bots: read(MimiComponentId.botPolicy, BotPolicy),
    frankingAgent: read(MimiComponentId.frankingAgent, FrankingAgentData),
  });
}

/** Decodes what a component holds, or an update of it. @throws {RoomError} `invalid-component` */
export function decodeComponent<T>(id: number, schema: Schema<T>, data: Uint8Array): T {
  try {
    return decode(schema, data);
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    const name = `component 0x${id.toString(16).padStart(4, "0")}`;
    throw new RoomError("invalid-component", `${name}: ${error.message}`, "extensions §4.6", {
      cause: error,
    });
  }
}

/** The index of a user's role; 0 for who is not in the list. Policy §3. */
export function roleIndexOf(state: RoomState, user: string): number {
  const place = state.places.get(user);
  return place === undefined ? NO_ROLE : (state.participants[place]?.roleIndex ?? NO_ROLE);
}

/** The role of an index. An index without a definition grants nothing. */
export function roleAt(state: RoomState, roleIndex: number): RoleRules {
  return state.roles.get(roleIndex) ?? { ...withoutRole, role: { ...withoutRole.role, roleIndex } };
}
