/**
 * Requests whose answer got lost, with a connection or with the process that waited for it: the same octets are sent
 * again, and the hub repeats its answer (reading R-067).
 * @module
 */

import { GroupInfo } from "@openmimi/mls";
import { decode } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import { asRefusal, sendHandshake, sendMessage } from "./hub.ts";
import { saved } from "./room.ts";
import type { Session } from "./session.ts";
import { settleCommit, settleJoin, settleMessage, settleProposals } from "./settle.ts";
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
    if (kind === "join") return settleJoin(session, room, outgoing, outcome);
    if (kind === "proposals") return settleProposals(session, room, outgoing, outcome);
    // Whose commit it was that ended the epoch is seen when it comes: perhaps this one, its answer forgotten.
    if (outcome.kind === "wrongEpoch" && outcome.currentEpoch > outgoing.epoch) return;
    return settleCommit(session, room, outgoing, outcome);
  });
}

async function resendRoom(session: Session, { roomUri, digest, body }: StoredOutgoing): Promise<void> {
  const room = session.rooms.get(roomUri);
  if (room === undefined) return;
  let accepted = true;
  try {
    await session.api.createRoom(roomUri, decode(GroupInfo, body), room.group.public.ratchetTree(), false);
  } catch (error) {
    asRefusal(error);
    accepted = false;
  }
  await session.exclusive(async () => {
    const created = session.rooms.get(roomUri);
    if (created === undefined) return;
    created.status = "member";
    const change = accepted ? saved(created) : ({ change: "forget-room", roomUri } as const);
    await session.write([change, { change: "delete-outgoing", digest }]);
  });
}
