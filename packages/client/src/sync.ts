/**
 * Following the hub: resending what has no answer, pulling the inbox, waiting for what others do.
 * @module
 */

import { ClientError } from "./errors.ts";
import { receive } from "./receive.ts";
import { resend } from "./resend.ts";
import type { Room } from "./room.ts";
import type { Session } from "./session.ts";

/** Events per pull. */
const PULL_LIMIT = 200;

/** The longest that one request waits for something to come. */
const HOLD_MS = 5000;

/**
 * Pulls what waits in the inbox and processes it, each event in one transaction with its place in the inbox; only
 * then the provider may forget it. Protocol §5.5.
 *
 * @param waitMs how long to wait for something to come
 * @returns how many events were processed; what they meant is among the session's news
 */
export async function pull(session: Session, waitMs = 0): Promise<number> {
  await resend(session);
  const events = await session.api.inbox(session.cursor, waitMs, PULL_LIMIT);
  let processed = 0;
  await session.exclusive(async () => {
    for (const event of events) {
      // Another pull may have been faster.
      if (event.sequence <= session.cursor) continue;
      const receipt = await receive(session, event);
      await session.write([...receipt.changes, { change: "cursor", cursor: event.sequence }]);
      session.news.push(...receipt.events);
      processed += 1;
    }
  });
  if (processed > 0) await session.api.acknowledge(session.cursor);
  return processed;
}

/**
 * Follows a room until something holds there.
 *
 * @param reached asked after every pull
 * @param deadline from {@link Session.deadline}
 * @throws {ClientError} `diverged`; `too-many-retries` at the deadline
 */
export async function follow(
  session: Session,
  roomUri: string,
  reached: (room: Room) => boolean,
  deadline: number,
): Promise<void> {
  for (;;) {
    const room = session.rooms.get(roomUri);
    if (room === undefined) throw new ClientError("not-a-member", `this client is in no room ${roomUri}`);
    if (room.status === "diverged") {
      throw new ClientError(
        "diverged",
        `${roomUri}: this client refused what the hub accepted; join externally`,
      );
    }
    if (reached(room)) return;
    const left = deadline - performance.now();
    if (left <= 0)
      throw new ClientError("too-many-retries", `${roomUri}: what the hub has accepted did not come`);
    await pull(session, Math.min(left, HOLD_MS));
  }
}
