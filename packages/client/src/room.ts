/**
 * A room as this client holds it: the member's group, and what can be read off it.
 * @module
 */

import type { LeafNode, MemberGroup } from "@openmimi/mls";
import { identityOf, MimiComponentId, ParticipantListData, type UserRolePair } from "@openmimi/protocol";
import { type RoomState, roomStateOf } from "@openmimi/room";
import { decode } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import { toHex } from "./octets.ts";
import type { RoomStatus, StoreChange } from "./store.ts";

/** A room of this client. Its status changes as time goes by, and so does its group. */
export interface Room {
  readonly uri: string;
  status: RoomStatus;
  /** The first epoch that this client can read. */
  readonly joinedEpoch: bigint;
  readonly group: MemberGroup;
}

/** What members of a room must agree on. */
export interface RoomView {
  readonly roomUri: string;
  readonly groupId: Uint8Array;
  readonly status: RoomStatus;
  readonly epoch: bigint;
  /** Hexadecimal. RFC 9420 §8.7. */
  readonly epochAuthenticator: string;
  /** Hexadecimal. RFC 9420 §7.8. */
  readonly treeHash: string;
  /** The participant list in its own order. Protocol §7.5. */
  readonly participants: readonly { readonly userUri: string; readonly roleIndex: number }[];
  /** Client URIs in the order of their leaves; blank leaves are left out. */
  readonly members: readonly string[];
  /** How many proposals wait for a commit. */
  readonly pendingProposals: number;
}

/** A leaf with its place and its client. */
export interface Member {
  readonly leafIndex: number;
  readonly leafNode: LeafNode;
  readonly userUri: string;
  /** The user's URI where the credential names no client (reading R-028). */
  readonly clientUri: string;
}

/** The room's state as policy sees it. Throws for a group that holds no such state. */
export function stateOf(room: Room): RoomState {
  return roomStateOf((componentId) => room.group.public.component(componentId));
}

/** The participants in the order that indexes count in. */
export function participantsOf(room: Room): readonly UserRolePair[] {
  const data = room.group.public.component(MimiComponentId.participantList);
  return data === undefined ? [] : decode(ParticipantListData, data).participants;
}

/** Where a user stands in the participant list, or -1. Protocol §7.5: compared octet by octet. */
export function participantIndex(room: Room, userUri: string): number {
  return participantsOf(room).findIndex(({ user }) => user === userUri);
}

/** Everyone in the group, by leaf index. */
export function membersOf(room: Room): Member[] {
  return room.group.public.members().map(({ leafIndex, leafNode }) => {
    const { userUri, clientUri = userUri } = identityOf(leafNode.credential);
    return { leafIndex, leafNode, userUri, clientUri };
  });
}

/** Summarizes a room. */
export function viewOf(room: Room): RoomView {
  const { group } = room;
  return {
    roomUri: room.uri,
    groupId: group.groupId,
    status: room.status,
    epoch: group.epoch,
    epochAuthenticator: toHex(group.epochAuthenticator),
    treeHash: toHex(group.public.groupContext.treeHash),
    participants: participantsOf(room).map(({ user, roleIndex }) => ({ userUri: user, roleIndex })),
    members: membersOf(room).map(({ clientUri }) => clientUri),
    pendingProposals: group.public.pending.length,
  };
}

/** The change that stores a room as it is now. */
export function saved({ uri, status, joinedEpoch, group }: Room): StoreChange {
  return { change: "room", room: { roomUri: uri, status, joinedEpoch, group: group.serialize() } };
}

/** @throws {ClientError} unless this client is a member that can act */
export function mustBeMember(room: Room | undefined, roomUri: string): Room {
  if (room === undefined) throw new ClientError("not-a-member", `this client is in no room ${roomUri}`);
  if (room.status === "diverged") {
    throw new ClientError(
      "diverged",
      `${roomUri}: this client refused what the hub accepted; join externally`,
    );
  }
  if (room.status !== "member")
    throw new ClientError("not-a-member", `${roomUri}: this client is ${room.status}`);
  return room;
}
