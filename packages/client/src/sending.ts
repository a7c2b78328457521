/**
 * Sending messages. Protocol §5.4, RFC 9420 §12.4, §15.
 * @module
 */

import type { MimiContent } from "@openmimi/content";
import { SubmitMessageRequest } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import { commitInRoom } from "./handshake.ts";
import { type MessageOutcome, sendMessage } from "./hub.ts";
import { judgeContent } from "./judge-content.ts";
import { composeMessage } from "./message.ts";
import { refuseUnlessAllowed } from "./policy.ts";
import { mustBeMember, saved } from "./room.ts";
import type { Session } from "./session.ts";
import { settleMessage } from "./settle.ts";
import type { StoredOutgoing } from "./store.ts";
import { follow } from "./sync.ts";

/** A message that the hub has accepted. */
export interface Sent {
  /** Hexadecimal. Content §3.3. */
  readonly messageId: string;
  /** Milliseconds since the UNIX epoch. */
  readonly acceptedTimestamp: bigint;
}

/** How often a message is protected anew because the room has moved on. */
const MAX_ATTEMPTS = 32;

/**
 * Sends content, again in the next epoch where the hub finds its epoch too old.
 *
 * @throws {ClientError} `not-allowed`, `not-a-member`, `diverged`, `too-many-retries`; `connection` if there was no
 *   answer: the message is kept, and a later sync sends the same octets again
 */
export async function sendContent(session: Session, roomUri: string, content: MimiContent): Promise<Sent> {
  const deadline = session.deadline();
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const outgoing = await session.exclusive(() => prepare(session, roomUri, content));
    if (outgoing === undefined) {
      await commitInRoom(session, roomUri, ({ group }) =>
        group.public.pending.length === 0 ? undefined : { proposals: [], withPending: true },
      );
      continue;
    }
    let outcome: MessageOutcome;
    try {
      outcome = await sendMessage(session.api, outgoing);
    } finally {
      session.inFlight.delete(outgoing.digest);
    }
    const sent = await session.exclusive(() => settle(session, outgoing, outcome));
    if (sent !== undefined) return sent;
    if (outcome.statusCode === "refused") throw outcome.error;
    if (outcome.statusCode === "epochTooOld") {
      const { currentEpoch } = outcome;
      await follow(session, roomUri, ({ group }) => group.epoch >= currentEpoch, deadline);
    }
  }
  throw new ClientError("too-many-retries", `${roomUri}: given up after ${MAX_ATTEMPTS} attempts`);
}

/** Protects and stores the message before it is sent; `undefined` while proposals wait for a commit. */
async function prepare(
  session: Session,
  roomUri: string,
  content: MimiContent,
): Promise<StoredOutgoing | undefined> {
  const room = mustBeMember(session.rooms.get(roomUri), roomUri);
  const { group } = room;
  // RFC 9420 §12.4: who has seen valid proposals commits them before sending application data.
  if (group.public.pending.length > 0) return undefined;
  const { userUri } = session.identity;
  const acceptedTimestamp = BigInt(Math.trunc(session.now()));
  refuseUnlessAllowed(await judgeContent(session, room, { senderUri: userUri, content, acceptedTimestamp }));
  const composed = composeMessage(group.public, content, { senderUri: userUri, roomUri });
  const { applicationData, authenticatedData } = composed;
  const appMessage = group.protect(
    applicationData,
    authenticatedData === undefined ? {} : { authenticatedData },
  );
  const digest = session.digest(appMessage);
  const body = encode(SubmitMessageRequest, { protocol: "mls10", appMessage, sendingUri: userUri });
  const outgoing: StoredOutgoing = {
    ...{ digest, roomUri, kind: "message", body, epoch: group.epoch },
    ...{ content: composed.content, applicationData },
  };
  session.inFlight.add(digest);
  await session.write([saved(room), { change: "add-outgoing", outgoing }]);
  return outgoing;
}

async function settle(
  session: Session,
  outgoing: StoredOutgoing,
  outcome: MessageOutcome,
): Promise<Sent | undefined> {
  const { roomUri, digest } = outgoing;
  if (outcome.statusCode !== "accepted") {
    await session.write([{ change: "delete-outgoing", digest }]);
    return undefined;
  }
  const room = session.rooms.get(roomUri);
  if (room === undefined) throw new ClientError("not-a-member", `this client is in no room ${roomUri}`);
  const { acceptedTimestamp, frank } = outcome;
  const { stored, changes } = settleMessage(session, room, outgoing, acceptedTimestamp, frank);
  // The message may have come back before its answer did: then it has its place already.
  if (session.outgoing.has(digest)) await session.write(changes);
  return { messageId: stored.messageId, acceptedTimestamp };
}
