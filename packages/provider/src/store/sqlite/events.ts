/**
 * Events: each FanoutMessage is stored once, and rows in inbox and outbox point to it.
 * @module
 */

import type { Database } from "./database.ts";
import { number, text } from "./database.ts";
import type { Transaction } from "./group-commit.ts";

/** An event with its receivers. */
interface NewEvent {
  readonly roomUri: string;
  readonly acceptedTimestampMs: bigint;
  readonly fanout: Uint8Array;
  readonly destinations: readonly string[];
  readonly clients: readonly string[];
}

/** Stores the event for its receivers, in the order of the calls. Without any receiver nothing is stored. */
export function storeEvent(transaction: Transaction, event: NewEvent): void {
  const { database } = transaction;
  const destinations = new Set(event.destinations);
  const entries: { clientUri: string; clientId: number; sequence: number }[] = [];
  for (const clientUri of new Set(event.clients)) {
    // One counter per client, so that a sequence is never used again after its event was acknowledged.
    const row = database.get(
      `UPDATE clients SET last_sequence = last_sequence + 1
       WHERE client_uri = ? AND token_hash IS NOT NULL RETURNING client_id, last_sequence`,
      clientUri,
    );
    if (row === undefined) continue;
    entries.push({ clientUri, clientId: number(row, "client_id"), sequence: number(row, "last_sequence") });
  }
  if (destinations.size + entries.length === 0) return;

  const eventId = number(
    database.get(
      "INSERT INTO events (room_uri, accepted_ms, fanout) VALUES (?, ?, ?) RETURNING event_id",
      event.roomUri,
      event.acceptedTimestampMs,
      event.fanout,
    ) ?? {},
    "event_id",
  );
  for (const { clientUri, clientId, sequence } of entries) {
    database.run(
      "INSERT INTO inbox (client_id, sequence, event_id) VALUES (?, ?, ?)",
      clientId,
      sequence,
      eventId,
    );
    transaction.wakeClient(clientUri);
  }
  for (const destination of destinations) {
    const lane = { roomUri: event.roomUri, destination };
    database.run(
      "INSERT INTO outbox (lane_id, event_id, queued_at_ms) VALUES (?, ?, ?)",
      obtainLane(database, lane),
      eventId,
      event.acceptedTimestampMs,
    );
    transaction.wakeLane(lane);
  }
}

function obtainLane(database: Database, lane: { roomUri: string; destination: string }): number {
  const known = laneIdOf(database, lane);
  if (known !== undefined) return known;
  const row = database.get(
    "INSERT INTO lanes (room_uri, destination) VALUES (?, ?) RETURNING lane_id",
    lane.roomUri,
    lane.destination,
  );
  return number(row ?? {}, "lane_id");
}

/** The row of a lane, if anything was ever sent on it. */
export function laneIdOf(
  database: Database,
  lane: { roomUri: string; destination: string },
): number | undefined {
  const row = database.get(
    "SELECT lane_id FROM lanes WHERE room_uri = ? AND destination = ?",
    lane.roomUri,
    lane.destination,
  );
  return row && number(row, "lane_id");
}

/** Deletes those of the events that no inbox and no outbox points to any more. */
export function deleteUnreferencedEvents(database: Database, eventIds: Iterable<number>): void {
  for (const eventId of eventIds) {
    database.run(
      `DELETE FROM events WHERE event_id = ?1
       AND NOT EXISTS (SELECT 1 FROM inbox WHERE event_id = ?1)
       AND NOT EXISTS (SELECT 1 FROM outbox WHERE event_id = ?1)`,
      eventId,
    );
  }
}

/** Deletes a client's inbox up to and including `through`. */
export function deleteInbox(database: Database, clientId: number, through: number): void {
  const rows = database.all(
    "DELETE FROM inbox WHERE client_id = ? AND sequence <= ? RETURNING event_id",
    clientId,
    through,
  );
  deleteUnreferencedEvents(
    database,
    rows.map((row) => number(row, "event_id")),
  );
}

/** The row of a client that is registered and not deleted. */
export function clientIdOf(database: Database, clientUri: string): number | undefined {
  const row = database.get(
    "SELECT client_id FROM clients WHERE client_uri = ? AND token_hash IS NOT NULL",
    clientUri,
  );
  return row && number(row, "client_id");
}

/** The user of a client, deleted or not. */
export function userOf(database: Database, clientUri: string): string | undefined {
  const row = database.get("SELECT user_uri FROM clients WHERE client_uri = ?", clientUri);
  return row && text(row, "user_uri");
}
