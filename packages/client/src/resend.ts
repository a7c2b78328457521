/**
 * Requests whose answer got lost, with a connection or with the process that waited for it: the same octets are sent
 * again, and the hub repeats its answer (reading R-067).
 * @module
 */

import { ClientError } from "./errors.ts";
import { sendHandshake, sendMessage } from "./hub.ts";
import { sendRoom } from "./hub-room.ts";
import type { Session } from "./session.ts";
import { settleCommit, settleJoin, settleMessage, settleProposals, settleRoom } from "./settle.ts";
import type { StoredOutgoing } from "./store.ts";

/** Tries every unanswered request once. What still gets no answer waits for the next time. */
export async function resend(session: Session): Promise<void> {
  for (const outgoing of [...session.outgoing.values()]) {
    if (session.inFlight.has(outgoing.digest)) continue;
    session.inFlight.add(outgoing.digest);
    try {
      await resendOne(session, outgoing);
    } catch (error) {
      if (!isUnanswered(error)) throw error;
    } finally {
      session.inFlight.delete(outgoing.digest);
    }
  }
}

function isUnanswered(error: unknown): boolean {
  if (!(error instanceof ClientError)) return false;
  return ["connection", "provider-failure", "malformed-answer"].includes(error.code);
}

function resendOne(session: Session, outgoing: StoredOutgoing): Promise<void> {
  switch (outgoing.kind) {
    case "message":
      return resendMessage(session, outgoing);
    case "room":
      return resendRoom(session, outgoing);
    case "commit":
    case "join":
    case "proposals":
      return resendHandshake(session, outgoing);
  }
}

async function resendMessage(session: Session, outgoing: StoredOutgoing): Promise<void> {
  const { roomUri, digest } = outgoing;
  const outcome = await sendMessage(session.api, outgoing, false);
  await session.exclusive(async () => {
    const room = session.rooms.get(roomUri);
    if (room === undefined || !session.outgoing.has(digest)) return;
    if (outcome.statusCode === "accepted") {
      const { acceptedTimestamp, frank } = outcome;
      const { stored, changes } = settleMessage(session, room, outgoing, acceptedTimestamp, frank);
      await session.write(changes);
      session.news.push({ kind: "message", roomUri, message: stored });
      return;
    }
    // The hub may have accepted it and forgotten its answer: then the message comes back before the next epoch.
    if (outcome.statusCode === "epochTooOld" && room.group.epoch < outcome.currentEpoch) return;
    await session.write([{ change: "delete-outgoing", digest }]);
    session.news.push({ kind: "notSent", roomUri, content: outgoing.content ?? new Uint8Array() });
  });
}

async function resendHandshake(session: Session, outgoing: StoredOutgoing): Promise<void> {
  const { roomUri, digest, kind } = outgoing;
  const outcome = await sendHandshake(session.api, outgoing, false);
  await session.exclusive(async () => {
    const room = session.rooms.get(roomUri);
    if (room === undefined || !session.outgoing.has(digest)) return;
    if (kind === "proposals") return settleProposals(session, room, outgoing, outcome);
    // Whose commit it was that ended the epoch is seen when it comes: perhaps this one, its answer forgotten.
    if (outcome.kind === "wrongEpoch" && outcome.currentEpoch > outgoing.epoch) return;
    if (kind === "join") return settleJoin(session, room, outgoing, outcome);
    return settleCommit(session, room, outgoing, outcome);
  });
}

async function resendRoom(session: Session, outgoing: StoredOutgoing): Promise<void> {
  const room = session.rooms.get(outgoing.roomUri);
  if (room === undefined) return;
  const refusal = await sendRoom(session, room, outgoing, false);
  await session.exclusive(async () => {
    const created = session.rooms.get(outgoing.roomUri);
    if (created === undefined || !session.outgoing.has(outgoing.digest)) return;
    await settleRoom(session, created, outgoing, refusal === undefined);
  });
}
