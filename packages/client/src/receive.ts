/**
 * Processing one event of the inbox. Protocol §5.5: everything in the hub's order, nothing twice.
 * @module
 */

import { decode as decodeContent } from "@openmimi/content";
import { type MLSMessage, MlsError, type ProcessedApplication } from "@openmimi/mls";
import { FanoutMessage, identityOf, kindOf } from "@openmimi/protocol";
import { decode } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import { judgeContent } from "./judge-content.ts";
import { openMessage } from "./message.ts";
import { checkEpochTolerance } from "./message-policy.ts";
import { toHex } from "./octets.ts";
import { refuseUnlessAllowed } from "./policy.ts";
import type { InboxEvent } from "./provider-api.ts";
import { type Arrival, epochOf, NOTHING, type Receipt, refused, storedFrank } from "./receipt.ts";
import { receiveCommit, receiveProposals } from "./receive-handshake.ts";
import { receiveWelcome } from "./receive-welcome.ts";
import { type Room, saved } from "./room.ts";
import type { Session } from "./session.ts";
import { settleMessage } from "./settle.ts";
import type { StoredMessage } from "./store.ts";

/**
 * Processes an event. What is not valid is reported and otherwise ignored: a hub or another member cannot stop this
 * client with it.
 */
export async function receive(session: Session, event: InboxEvent): Promise<Receipt> {
  const { roomUri, acceptedTimestamp } = event;
  let fanout: FanoutMessage;
  try {
    fanout = decode(FanoutMessage, event.fanout);
  } catch (error) {
    return refused("event", roomUri, acceptedTimestamp, error);
  }
  const { message } = fanout;
  const arrival = { roomUri, acceptedTimestamp: fanout.timestamp, message, digest: session.digest(message) };
  const room = session.rooms.get(roomUri);
  switch (kindOf(message)) {
    case "welcome":
      return receiveWelcome(session, room, arrival, fanout.ratchetTreeOption);
    case "commit":
      return whileInRoom(room, (found) =>
        receiveCommit(session, found, arrival, fanout.externalProposals ?? []),
      );
    case "proposal":
      return whileInRoom(room, (found) =>
        receiveProposals(session, found, arrival, fanout.moreProposals ?? []),
      );
    case "application":
      return whileInRoom(room, (found) => receiveMessage(session, found, arrival, fanout));
    default:
      throw new ClientError("malformed-answer", "a FanoutMessage of no known kind");
  }
}

/** Rooms that this client is not in, or no more, are somebody else's: a provider may serve several clients of a user. */
async function whileInRoom(room: Room | undefined, work: (room: Room) => Promise<Receipt>): Promise<Receipt> {
  return room === undefined || room.status === "removed" ? NOTHING : work(room);
}

async function receiveMessage(
  session: Session,
  room: Room,
  arrival: Arrival,
  fanout: FanoutMessage,
): Promise<Receipt> {
  const { roomUri, acceptedTimestamp, message, digest } = arrival;
  if (await session.store.hasMessage(roomUri, digest)) return NOTHING;
  const outgoing = session.outgoing.get(digest);
  // Reading R-089: the sender's own message comes back; nobody can decrypt what they sent themselves.
  if (outgoing !== undefined) {
    const { stored, changes } = settleMessage(session, room, outgoing, acceptedTimestamp, fanout.frank);
    const awaited = session.inFlight.has(digest);
    return { events: awaited ? [] : [{ kind: "message", roomUri, message: stored }], changes };
  }
  if (epochOf(message) < room.joinedEpoch) return NOTHING;
  let processed: ProcessedApplication;
  try {
    checkEpochTolerance(room, epochOf(message));
    processed = asApplication(room, message);
  } catch (error) {
    if (error instanceof MlsError && error.code === "own-message") return NOTHING;
    return refused("message", roomUri, acceptedTimestamp, error);
  }
  // From here on the ratchet has moved: the group is stored whatever the content turns out to be.
  try {
    const stored = openReceived(room, arrival, fanout, processed);
    await mustBeAllowed(session, room, stored);
    const { messageId } = stored;
    if (await session.store.hasMessage(roomUri, digest, { acceptedTimestamp, messageId })) {
      throw new ClientError("invalid-message", "another message has this time and message ID");
    }
    return {
      events: [{ kind: "message", roomUri, message: stored }],
      changes: [saved(room), { change: "add-message", message: stored }],
    };
  } catch (error) {
    const { events } = refused("message", roomUri, acceptedTimestamp, error);
    return { events, changes: [saved(room)] };
  }
}

function asApplication(room: Room, message: MLSMessage): ProcessedApplication {
  const processed = room.group.process(message);
  if (processed.kind !== "application") {
    throw new ClientError("invalid-message", `a ${processed.kind} where a message was announced`);
  }
  return processed;
}

/**
 * Policy §8.3: what the hub cannot judge. A message of an earlier epoch was sent under the policy of that time, which is
 * not known any more.
 *
 * @throws {ClientError} `not-allowed`
 */
async function mustBeAllowed(session: Session, room: Room, stored: StoredMessage): Promise<void> {
  if (stored.epoch !== room.group.epoch) return;
  const { senderUri, acceptedTimestamp } = stored;
  const content = decodeContent(stored.content);
  refuseUnlessAllowed(await judgeContent(session, room, { senderUri, acceptedTimestamp, content }));
}

function openReceived(
  room: Room,
  { roomUri, acceptedTimestamp, digest }: Arrival,
  { frank }: FanoutMessage,
  processed: ProcessedApplication,
): StoredMessage {
  const { applicationData, authenticatedData, epoch } = processed;
  const { userUri, clientUri = userUri } = identityOf(processed.credential);
  const context = { senderUri: userUri, roomUri };
  const received = { applicationData, authenticatedData, acceptedTimestamp, frank, context };
  const { content, messageId, franking } = openMessage(room.group.public, received);
  return {
    ...{ roomUri, acceptedTimestamp, messageId: toHex(messageId), digest },
    ...{ senderUri: userUri, senderClientUri: clientUri, own: false, epoch },
    ...{ content: content.slice(), applicationData: applicationData.slice(), franking },
    ...(frank === undefined ? {} : { frank: storedFrank(frank) }),
  };
}
