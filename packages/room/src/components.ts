/**
 * What AppDataUpdate means for each component of MIMI. Extensions §4.7, protocol §5.4.1, §7.5, §7.6, policy §3-§7.
 *
 * Whether somebody may make an update is not judged here but by `authorizeCommit` and `authorizeProposal`; so is the
 * removal of a component, which reaches no component logic.
 * @module
 */

import type { ComponentLogic } from "@openmimi/mls";
import {
  AssetPolicy,
  BaseRoomPolicy,
  BotPolicy,
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
  RoleData,
  RoomMetaData,
  StatusNotificationPolicy,
} from "@openmimi/protocol";
import { encode, type Schema, TlsError } from "@openmimi/tls";
import { RoomError } from "./errors.ts";
import { updateListOctets } from "./list-octets.ts";
import { applyParticipantListUpdates } from "./participants.ts";
import { rolesProblem } from "./roles.ts";
import { decodeComponent } from "./state.ts";

/** Components whose update has the format of their data and replaces them. */
const replaced: ReadonlyMap<number, Schema<unknown>> = new Map<number, unknown>([
  [MimiComponentId.frankingAgent, FrankingAgentData],
  [MimiComponentId.roomMetadata, RoomMetaData],
  [MimiComponentId.operationalPolicy, OperationalParameters],
  [MimiComponentId.rolesList, RoleData],
  [MimiComponentId.preauthList, PreAuthData],
  [MimiComponentId.baseRoomPolicy, BaseRoomPolicy],
  [MimiComponentId.statusNotificationPolicy, StatusNotificationPolicy],
  [MimiComponentId.joinLinkPolicy, JoinLinkPolicy],
  [MimiComponentId.linkPreviewPolicy, LinkPreviewPolicy],
  [MimiComponentId.assetPolicy, AssetPolicy],
  [MimiComponentId.loggingPolicy, LoggingPolicy],
  [MimiComponentId.chatHistoryPolicy, HistoryPolicy],
  [MimiComponentId.botPolicy, BotPolicy],
  [MimiComponentId.messageExpirationPolicy, MessageExpiration],
]) as ReadonlyMap<number, Schema<unknown>>;

function refuse(message: string, section: string): never {
  throw new RoomError("invalid-update", message, section);
}

/** Whether a component is one of MIMI's that stand in the GroupContext. */
export function isRoomComponent(componentId: number): boolean {
  return (
    replaced.has(componentId) ||
    componentId === MimiComponentId.participantList ||
    componentId === MimiComponentId.joinLinks
  );
}

/** What is wrong with new data in themselves, where their schema does not say it. */
function problemOf(componentId: number, value: unknown): string | undefined {
  if (componentId === MimiComponentId.rolesList) return rolesProblem(value as RoleData);
  if (componentId === MimiComponentId.preauthList) {
    const { preauthorizedEntries } = value as PreAuthData;
    for (const { claimset, targetRole } of preauthorizedEntries) {
      // Reading R-175: an empty set of claims would match everyone.
      if (claimset.length === 0) return "a preauthorization asks for no claim";
      if (targetRole.roleIndex === 0) return "a preauthorization gives role 0";
    }
  }
  return undefined;
}

/**
 * Reads and checks an update that replaces a component's data.
 *
 * @throws {RoomError} `invalid-component`, `invalid-update`, `unknown-component`
 */
export function decodeReplacement(componentId: number, update: Uint8Array): unknown {
  const schema = replaced.get(componentId);
  if (schema === undefined) {
    throw new RoomError(
      "unknown-component",
      `0x${componentId.toString(16).padStart(4, "0")} is no component of a room`,
      "extensions §4.7",
    );
  }
  const value = decodeComponent(componentId, schema, update);
  const problem = problemOf(componentId, value);
  if (problem !== undefined)
    refuse(problem, componentId === MimiComponentId.rolesList ? "policy §3" : "policy §4");
  return value;
}

/** Encodes what grew by an update: it may have grown over a limit. */
function encodeComponent<T>(schema: Schema<T>, value: T): Uint8Array {
  try {
    return encode(schema, value);
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    throw new RoomError("invalid-update", error.message, "extensions §4.7", { cause: error });
  }
}

/** Applies updates of the join links; indexes count in the list as the epoch began, as those of participants do. */
export function updateJoinLinks(links: JoinLinksData, updates: readonly JoinLinksUpdate[]): JoinLinksData {
  const section = "policy §6.2";
  const removed = new Set<number>();
  for (const index of updates.flatMap(({ removedIndices }) => removedIndices)) {
    if (index >= links.length) refuse(`index ${index} is outside a list of ${links.length} links`, section);
    if (removed.has(index)) refuse(`link ${index} is removed twice`, section);
    removed.add(index);
  }
  const added = updates.flatMap(({ addedLinks }) => addedLinks);
  return [...links.filter((_, index) => !removed.has(index)), ...added];
}

/**
 * The semantics of every MIMI component, for the `components` option of an MLS group. The first update creates the
 * component (reading R-200).
 *
 * @returns the new data of the component
 * @throws {RoomError} for updates that are malformed or do not fit, and for components that are not MIMI's
 * @example
 * ```ts
 * MemberGroup.create(nobleCrypto, init, { components: roomComponents });
 * ```
 */
export const roomComponents: ComponentLogic = Object.assign(updateComponent, { knows: isRoomComponent });

function updateComponent(
  componentId: number,
  current: Uint8Array | undefined,
  updates: readonly Uint8Array[],
): Uint8Array {
  if (componentId === MimiComponentId.participantList) {
    const decoded = updates.map((update) => decodeComponent(componentId, ParticipantListUpdate, update));
    const spliced = current === undefined ? undefined : updateListOctets(current, decoded);
    if (spliced !== undefined) return spliced;
    const list =
      current === undefined
        ? { participants: [] }
        : decodeComponent(componentId, ParticipantListData, current);
    return encodeComponent(ParticipantListData, applyParticipantListUpdates(list, decoded));
  }
  if (componentId === MimiComponentId.joinLinks) {
    const links = current === undefined ? [] : decodeComponent(componentId, JoinLinksData, current);
    const decoded = updates.map((update) => decodeComponent(componentId, JoinLinksUpdate, update));
    return encodeComponent(JoinLinksData, updateJoinLinks(links, decoded));
  }
  for (const update of updates) decodeReplacement(componentId, update);
  const last = updates.at(-1);
  if (last === undefined) refuse("there is no update", "extensions §4.7");
  if (componentId === MimiComponentId.roomMetadata) checkMetadata(current, last, updates.length);
  return last.slice();
}

function checkMetadata(current: Uint8Array | undefined, update: Uint8Array, count: number): void {
  const section = "protocol §7.6";
  if (count > 1) refuse("more than one update of the metadata in one commit", section);
  if (current === undefined) return;
  const id = MimiComponentId.roomMetadata;
  const before = decodeComponent(id, RoomMetaData, current).roomUri;
  // Reading R-135: a room keeps its URI.
  if (decodeComponent(id, RoomMetaData, update).roomUri !== before) refuse("the room's URI changes", section);
}
