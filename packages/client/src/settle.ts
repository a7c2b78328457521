/**
 * What becomes of a request once the hub's word is known, be it by the answer or by the message coming back.
 * Protocol §5.3, §5.4. Everything here runs exclusively and ends with one transaction.
 * @module
 */

import { messageId } from "@openmimi/content";
import { MLSMessage } from "@openmimi/mls";
import { type Frank, UpdateRequest } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import type { HandshakeOutcome } from "./hub.ts";
import { frankingOf, ownFrankingTag } from "./message.ts";
import { sameOctets, toHex } from "./octets.ts";
import { handshakeRecords, storedFrank } from "./receipt.ts";
import { type Room, saved } from "./room.ts";
import type { Session } from "./session.ts";
import type { StoreChange, StoredMessage, StoredOutgoing } from "./store.ts";

/** A new room: this client is its first member, or the room is none. */
export async function settleRoom(
  session: Session,
  room: Room,
  { digest }: StoredOutgoing,
  accepted: boolean,
): Promise<void> {
  room.status = "member";
  const change = accepted ? saved(room) : ({ change: "forget-room", roomUri: room.uri } as const);
  await session.write([change, { change: "delete-outgoing", digest }]);
}

/** An own commit: the group enters its epoch, or drops it. */
export async function settleCommit(
  session: Session,
  room: Room,
  { digest }: StoredOutgoing,
  outcome: HandshakeOutcome,
): Promise<void> {
  if (outcome.kind === "accepted") room.group.mergePendingCommit();
  else room.group.clearPendingCommit();
  const records = outcome.kind === "accepted" ? handshakeRecords(session, room, digest) : [];
  await session.write([saved(room), ...records, { change: "delete-outgoing", digest }]);
}

/** An external commit: this client is a member now, or the room is none of its. */
export async function settleJoin(
  session: Session,
  room: Room,
  { digest }: StoredOutgoing,
  outcome: HandshakeOutcome,
): Promise<void> {
  if (outcome.kind !== "accepted") {
    await session.write([
      { change: "forget-room", roomUri: room.uri },
      { change: "delete-outgoing", digest },
    ]);
    return;
  }
  room.status = "member";
  const records = handshakeRecords(session, room, digest);
  await session.write([saved(room), ...records, { change: "delete-outgoing", digest }]);
}

/** Own proposals to leave: this client waits for somebody's commit, or drops them. */
export async function settleProposals(
  session: Session,
  room: Room,
  { digest, body }: StoredOutgoing,
  outcome: HandshakeOutcome,
): Promise<void> {
  const changes: StoreChange[] = [{ change: "delete-outgoing", digest }];
  if (outcome.kind === "accepted") {
    room.status = "leaving";
    const { epoch } = room.group;
    changes.push({ change: "add-handshake", handshake: { roomUri: room.uri, digest, epoch } });
  } else {
    dropProposals(room, body);
  }
  await session.write([saved(room), ...changes]);
}

function dropProposals(room: Room, body: Uint8Array): void {
  const { proposalOrCommit, moreProposals = [] } = decode(UpdateRequest, body);
  const sent = [proposalOrCommit, ...moreProposals].map((message) => encode(MLSMessage, message));
  for (const { message, reference } of room.group.public.pending) {
    const octets = encode(MLSMessage, message);
    if (sent.some((item) => sameOctets(item, octets))) room.group.public.dropProposal(reference);
  }
}

/** An own message takes its place in the history. The changes are still to be written. */
export function settleMessage(
  session: Session,
  room: Room,
  outgoing: StoredOutgoing,
  acceptedTimestamp: bigint,
  frank: Frank | undefined,
): { stored: StoredMessage; changes: StoreChange[] } {
  const { digest, roomUri, content, applicationData, epoch } = outgoing;
  if (content === undefined || applicationData === undefined) {
    throw new ClientError("store", `outgoing ${digest} is no message`);
  }
  const { userUri: senderUri, clientUri: senderClientUri } = session.identity;
  const group = room.group.public;
  const tag = ownFrankingTag(group, content, applicationData);
  const stored: StoredMessage = {
    ...{ roomUri, acceptedTimestamp, messageId: toHex(messageId(content, senderUri, roomUri)), digest },
    ...{ senderUri, senderClientUri, own: true, epoch, content, applicationData },
    franking: frankingOf(group, tag, frank, { senderUri, roomUri }, acceptedTimestamp),
    ...(frank === undefined ? {} : { frank: storedFrank(frank) }),
  };
  const changes: StoreChange[] = [
    { change: "add-message", message: stored },
    { change: "delete-outgoing", digest },
  ];
  return { stored, changes };
}
