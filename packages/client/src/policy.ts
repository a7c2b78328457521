/**
 * What the room's policy says of an act, and whether a group is the room that it is said to be.
 * Policy §8; protocol §7.4, §7.6.
 * @module
 */

import { type MLSMessage, type PendingProposal, type StagedCommit, WireFormatId } from "@openmimi/mls";
import { domainOf, MimiComponentId, providerOf, RoomMetaData } from "@openmimi/protocol";
import {
  authorizeCommit,
  authorizeHandshakeFormat,
  authorizeProposal,
  type ClaimsOf,
  type Decision,
  factsOfCommit,
  factsOfProposals,
  withPending,
} from "@openmimi/room";
import { decode } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import { toHex } from "./octets.ts";
import { membersOf, participantIndex, type Room, stateOf } from "./room.ts";

/** Whether the room's policy allows a commit. Whether a joining code was good only the hub knows (reading R-106). */
export function judgeCommit(room: Room, staged: StagedCommit, claimsOf: ClaimsOf): Decision {
  const joinCode = staged.external ? { joinCode: "unverifiable" as const } : {};
  const options = { roomUri: room.uri, claimsOf, ...joinCode };
  return authorizeCommit(stateOf(room), factsOfCommit(staged, room.group.public, options));
}

/** Whether the room takes this commit or proposal in the wire format in which it comes (reading R-063). */
export function judgeFormat(
  room: Room,
  { wireFormat }: MLSMessage,
  made: StagedCommit | PendingProposal,
): Decision {
  const handshake =
    "sender" in made
      ? { senderType: made.sender.senderType, selfRemove: made.proposal.proposalType === "selfRemove" }
      : { senderType: made.external ? ("newMemberCommit" as const) : ("member" as const) };
  return authorizeHandshakeFormat(stateOf(room), { wireFormat: WireFormatId[wireFormat], ...handshake });
}

/**
 * Whether the room's policy allows proposals that were sent together, without a commit.
 *
 * @param sent they are among the group's pending proposals already
 */
export function judgeProposals(room: Room, sent: readonly PendingProposal[], claimsOf: ClaimsOf): Decision {
  const group = room.group.public;
  const references = new Set(sent.map(({ reference }) => toHex(reference)));
  const earlier = group.pending.filter(({ reference }) => !references.has(toHex(reference)));
  const options = { roomUri: room.uri, claimsOf };
  const state = withPending(stateOf(room), factsOfProposals(earlier, group, options).changes);
  return authorizeProposal(state, factsOfProposals(sent, group, options));
}

/** @throws {ClientError} `not-allowed`, with what failed and where the drafts say so */
export function refuseUnlessAllowed(decision: Decision): void {
  if (decision.allowed) return;
  throw new ClientError("not-allowed", `${decision.reason}: ${decision.message} (${decision.section})`);
}

/**
 * Checks that a group is what a joiner was told: the room, its hub, and oneself among the participants.
 *
 * @throws {ClientError} `invalid-message`
 */
export function checkRoom(room: Room, userUri: string): void {
  const group = room.group.public;
  const metadata = group.component(MimiComponentId.roomMetadata);
  if (metadata === undefined || decode(RoomMetaData, metadata).roomUri !== room.uri) {
    throw new ClientError("invalid-message", "the group's room_metadata names another room (protocol §7.6)");
  }
  const hub = domainOf(room.uri);
  // Protocol §7.4: a room's group has its hub among the external senders.
  if (!group.externalSenders().some(({ credential }) => providerOf(credential) === hub)) {
    throw new ClientError("invalid-message", `${hub} is no external sender of the group (protocol §7.4)`);
  }
  stateOf(room);
  // Every leaf must name somebody (reading R-028).
  membersOf(room);
  if (participantIndex(room, userUri) < 0) {
    throw new ClientError("invalid-message", `${userUri} is not in the participant list (protocol §7.5)`);
  }
}
