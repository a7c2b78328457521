/**
 * A client of our own founds a room: this operation is local to the provider. Protocol §3.1, §7.4; reading R-137.
 * @module
 */

import {
  type CryptoProvider,
  GroupInfo,
  type GroupOptions,
  MlsError,
  PublicGroup,
  RatchetTreeNodes,
} from "@openmimi/mls";
import { ProtocolError, parseMimiUri } from "@openmimi/protocol";
import { RoomError } from "@openmimi/room";
import { decode } from "@openmimi/tls";
import type { RoomCreation } from "../checks/room.ts";
import type { ProviderChecks } from "../checks.ts";
import { ProviderError } from "../errors.ts";
import { StoreError } from "../store/errors.ts";
import type { ClientRecord, Store } from "../store/store.ts";
import { keptRoom } from "./kept-room.ts";
import type { HubKeys } from "./keys.ts";
import { type ParentRooms, parentParticipants } from "./parent-room.ts";
import { relationsOf } from "./relations.ts";
import { encodeRoomState, noRemovals } from "./rooms.ts";

/** What {@link createRoom} needs. */
export interface CreateRoomParts {
  readonly domain: string;
  readonly crypto: CryptoProvider;
  readonly store: Pick<Store, "rooms">;
  readonly checks: ProviderChecks;
  readonly keys: HubKeys;
  readonly groupOptions: GroupOptions;
  readonly nowMs: () => number;
  /** The rooms that are hosted already. */
  readonly rooms: ParentRooms;
}

/** What the creator hands over. */
export interface RoomFoundation {
  readonly roomUri: string;
  /** Encoded, without the tree. */
  readonly groupInfo: Uint8Array;
  /** The encoded content of the ratchet_tree extension. */
  readonly ratchetTree: Uint8Array;
}

/**
 * Begins to host a room, or one that has ended anew (policy §5: persistent_room).
 *
 * @returns its first accepted timestamp, in milliseconds
 * @throws {ProviderError} `malformed`, `forbidden`, `room-exists`
 */
export async function createRoom(
  parts: CreateRoomParts,
  creator: ClientRecord,
  { roomUri, groupInfo, ratchetTree }: RoomFoundation,
): Promise<bigint> {
  const { kind, domain } = parseMimiUri(roomUri);
  if (kind !== "room") throw new ProviderError("malformed", `roomUri: a ${kind} is no room`, "protocol §3");
  if (domain !== parts.domain)
    throw new ProviderError("forbidden", "roomUri: the room is another provider's");
  const group = groupOf(parts, groupInfo, ratchetTree);
  const ended = await parts.rooms.findEnded(roomUri);
  await checkRoom(parts, { roomUri, creator, group, ended: ended && keptRoom(ended.group) });
  try {
    const { acceptedTimestampMs } = await parts.store.rooms.create({
      roomUri,
      groupId: group.groupId,
      epoch: group.epoch,
      publicGroup: encodeRoomState({ group, removals: noRemovals }),
      groupInfo,
      relations: relationsOf(parts.checks, group),
      renews: ended !== undefined,
      nowMs: parts.nowMs(),
    });
    return acceptedTimestampMs;
  } catch (error) {
    if (error instanceof StoreError && IN_THE_WAY.has(error.code)) {
      throw new ProviderError("room-exists", error.message, undefined, { cause: error });
    }
    throw error;
  }
}

/** What another room can be against. */
const IN_THE_WAY: ReadonlySet<string> = new Set(["room-exists", "group-exists", "fixed-room-exists"]);

function groupOf(
  { crypto, groupOptions }: CreateRoomParts,
  groupInfo: Uint8Array,
  ratchetTree: Uint8Array,
): PublicGroup {
  try {
    const info = decode(GroupInfo, groupInfo);
    return PublicGroup.fromGroupInfo(crypto, info, decode(RatchetTreeNodes, ratchetTree), groupOptions);
  } catch (error) {
    throw asMalformed(error);
  }
}

async function checkRoom(
  { checks, keys, rooms }: CreateRoomParts,
  room: Pick<RoomCreation, "roomUri" | "creator" | "group" | "ended">,
): Promise<void> {
  const suite = room.group.suite.id;
  const agreed = { hubSender: keys.hubSender(suite), frankingAgent: keys.frankingAgent(suite) };
  let problem: string | undefined;
  try {
    const ofParent = await parentParticipants(rooms, room);
    problem = checks.newRoomProblem({ ...room, ...agreed, parentParticipants: ofParent });
  } catch (error) {
    throw asMalformed(error);
  }
  if (problem !== undefined) throw malformed(problem);
}

function asMalformed(error: unknown): unknown {
  const ofRequest = error instanceof MlsError || error instanceof RoomError || error instanceof ProtocolError;
  return ofRequest ? malformed(error.message, error) : error;
}

function malformed(message: string, cause?: unknown): ProviderError {
  return new ProviderError("malformed", message, "protocol §3.1", { cause });
}
