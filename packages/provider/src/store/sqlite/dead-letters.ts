/**
 * Batches that were given up (reading R-096): kept until an operator decides.
 * @module
 */

import type { DeadLetter } from "../records.ts";
import { type Database, number, text } from "./database.ts";
import { deleteUnreferencedEvents } from "./events.ts";
import type { Transaction } from "./group-commit.ts";

/** Dead letters with a greater id than `after`, oldest first. */
export function deadLettersAfter(database: Database, after: number, limit: number): DeadLetter[] {
  return database
    .all(
      `SELECT dead_letter_id, lanes.room_uri, destination, reason, status, buried_at_ms,
         count(*) AS events, sum(length(fanout)) AS octets
       FROM dead_letters JOIN lanes USING (lane_id)
         JOIN outbox USING (dead_letter_id) JOIN events USING (event_id)
       WHERE dead_letter_id > ? GROUP BY dead_letter_id ORDER BY dead_letter_id LIMIT ?`,
      after,
      limit,
    )
    .map((row) => ({
      deadLetterId: number(row, "dead_letter_id"),
      roomUri: text(row, "room_uri"),
      destination: text(row, "destination"),
      reason: text(row, "reason"),
      ...(row.status === null ? {} : { status: number(row, "status") }),
      buriedAtMs: number(row, "buried_at_ms"),
      events: number(row, "events"),
      octets: number(row, "octets"),
    }));
}

export function deadLetterOf(database: Database, deadLetterId: number): DeadLetter | undefined {
  const [found] = deadLettersAfter(database, deadLetterId - 1, 1);
  return found?.deadLetterId === deadLetterId ? found : undefined;
}

/** Their positions are the old ones, so that they go before what waits in the lane; a batch under way stays as it is. */
export function requeue(transaction: Transaction, deadLetterId: number, nowMs: number): boolean {
  const { database } = transaction;
  const letter = deadLetterOf(database, deadLetterId);
  if (letter === undefined) return false;
  database.run(
    "UPDATE outbox SET dead_letter_id = NULL, batch_id = NULL, queued_at_ms = ? WHERE dead_letter_id = ?",
    Math.floor(nowMs),
    deadLetterId,
  );
  database.run("DELETE FROM dead_letters WHERE dead_letter_id = ?", deadLetterId);
  transaction.wakeLane({ roomUri: letter.roomUri, destination: letter.destination });
  return true;
}

export function discard(database: Database, deadLetterId: number): boolean {
  const rows = database.all("DELETE FROM outbox WHERE dead_letter_id = ? RETURNING event_id", deadLetterId);
  deleteUnreferencedEvents(
    database,
    rows.map((row) => number(row, "event_id")),
  );
  return database.run("DELETE FROM dead_letters WHERE dead_letter_id = ?", deadLetterId) === 1;
}
