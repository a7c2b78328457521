/**
 * What other providers have not confirmed yet, per room and destination in order.
 * @module
 */

import type { BatchLimits, OutboxBatch, WaitingLane } from "../records.ts";
import type { OutboxStore } from "../store.ts";
import { type Database, number, octets, text } from "./database.ts";
import { deadLetterOf, deadLettersAfter, discard, requeue } from "./dead-letters.ts";
import { deleteUnreferencedEvents, laneIdOf } from "./events.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { Listeners } from "./listeners.ts";

export function sqliteOutbox(
  commit: GroupCommit,
  listeners: Listeners<"lanes", { readonly roomUri: string; readonly destination: string }>,
): OutboxStore {
  return {
    lanes: () => commit.read(waitingLanes),

    batch: (lane, limits) =>
      commit.write(({ database }) => {
        const laneId = laneIdOf(database, lane);
        if (laneId === undefined) return undefined;
        return batchUnderWay(database, laneId) ?? compose(database, laneId, limits);
      }),

    delivered: (batch) =>
      commit.write(({ database }) => {
        const laneId = currentLane(database, batch);
        if (laneId === undefined) return;
        const rows = database.all(
          `DELETE FROM outbox WHERE lane_id = ? AND batch_id = ? AND dead_letter_id IS NULL RETURNING event_id`,
          laneId,
          batch.batchId,
        );
        deleteUnreferencedEvents(
          database,
          rows.map((row) => number(row, "event_id")),
        );
        startAfresh(database, laneId);
      }),

    postpone: (batch, nextAttemptAtMs) =>
      commit.write(({ database }) => {
        const laneId = currentLane(database, batch);
        if (laneId === undefined) return;
        database.run(
          "UPDATE lanes SET attempts = attempts + 1, next_attempt_at_ms = ? WHERE lane_id = ?",
          Math.ceil(nextAttemptAtMs),
          laneId,
        );
      }),

    split: (batch) =>
      commit.write(({ database }) => {
        const laneId = currentLane(database, batch);
        if (laneId === undefined || batch.events < 2) return false;
        const positions = positionsOf(database, laneId, batch.batchId);
        mark(database, laneId, positions.slice(0, Math.ceil(positions.length / 2)));
        return true;
      }),

    bury: (batch, burial) =>
      commit.write(({ database }) => {
        const laneId = currentLane(database, batch);
        if (laneId === undefined) return undefined;
        const row = database.get(
          `INSERT INTO dead_letters (lane_id, reason, status, buried_at_ms)
           VALUES (?, ?, ?, ?) RETURNING dead_letter_id`,
          laneId,
          burial.reason,
          burial.status ?? null,
          Math.floor(burial.nowMs),
        );
        const deadLetterId = number(row ?? {}, "dead_letter_id");
        database.run(
          "UPDATE outbox SET dead_letter_id = ? WHERE lane_id = ? AND batch_id = ? AND dead_letter_id IS NULL",
          deadLetterId,
          laneId,
          batch.batchId,
        );
        startAfresh(database, laneId);
        return deadLetterOf(database, deadLetterId);
      }),

    deadLetters: (after, limit) => commit.read((database) => deadLettersAfter(database, after, limit)),
    requeue: (deadLetterId, nowMs) =>
      commit.write((transaction) => requeue(transaction, deadLetterId, nowMs)),
    discard: (deadLetterId) => commit.write(({ database }) => discard(database, deadLetterId)),
    subscribe: (listener) => listeners.add("lanes", listener),
  };
}

function waitingLanes(database: Database): WaitingLane[] {
  return database
    .all(
      `SELECT room_uri, destination, attempts, next_attempt_at_ms FROM lanes
       WHERE EXISTS (SELECT 1 FROM outbox WHERE outbox.lane_id = lanes.lane_id AND dead_letter_id IS NULL)
       ORDER BY next_attempt_at_ms, lane_id`,
    )
    .map((row) => ({
      roomUri: text(row, "room_uri"),
      destination: text(row, "destination"),
      attempts: number(row, "attempts"),
      nextAttemptAtMs: number(row, "next_attempt_at_ms"),
    }));
}

/** The batch's lane, if that batch is still the one under way. */
function currentLane(database: Database, batch: OutboxBatch): number | undefined {
  const row = database.get(
    "SELECT lane_id FROM lanes WHERE room_uri = ? AND destination = ? AND batch_id = ?",
    batch.roomUri,
    batch.destination,
    batch.batchId,
  );
  if (row === undefined) return undefined;
  const laneId = number(row, "lane_id");
  return positionsOf(database, laneId, batch.batchId).length === 0 ? undefined : laneId;
}

function positionsOf(database: Database, laneId: number, batchId: number): number[] {
  return database
    .all(
      `SELECT position FROM outbox WHERE lane_id = ? AND batch_id = ? AND dead_letter_id IS NULL
       ORDER BY position`,
      laneId,
      batchId,
    )
    .map((row) => number(row, "position"));
}

function batchUnderWay(database: Database, laneId: number): OutboxBatch | undefined {
  const lane = database.get(
    "SELECT room_uri, destination, batch_id, attempts, next_attempt_at_ms FROM lanes WHERE lane_id = ?",
    laneId,
  );
  if (lane === undefined) return undefined;
  const batchId = number(lane, "batch_id");
  const events = database.all(
    `SELECT fanout, queued_at_ms FROM outbox JOIN events USING (event_id)
     WHERE lane_id = ? AND batch_id = ? AND dead_letter_id IS NULL ORDER BY position`,
    laneId,
    batchId,
  );
  if (events.length === 0) return undefined;
  return {
    roomUri: text(lane, "room_uri"),
    destination: text(lane, "destination"),
    batchId,
    attempts: number(lane, "attempts"),
    nextAttemptAtMs: number(lane, "next_attempt_at_ms"),
    events: events.length,
    queuedAtMs: Math.max(...events.map((row) => number(row, "queued_at_ms"))),
    body: concatenated(events.map((row) => octets(row, "fanout"))),
  };
}

function compose(database: Database, laneId: number, limits: BatchLimits): OutboxBatch | undefined {
  const rows = database.all(
    `SELECT position, length(fanout) AS octets FROM outbox JOIN events USING (event_id)
     WHERE lane_id = ? AND dead_letter_id IS NULL ORDER BY position LIMIT ?`,
    laneId,
    Math.max(1, limits.maxEvents),
  );
  const positions: number[] = [];
  let size = 0;
  for (const row of rows) {
    size += number(row, "octets");
    if (positions.length > 0 && size > limits.maxOctets) break;
    positions.push(number(row, "position"));
  }
  if (positions.length === 0) return undefined;
  mark(database, laneId, positions);
  return batchUnderWay(database, laneId);
}

/** Makes exactly these the batch under way, under a new id. */
function mark(database: Database, laneId: number, positions: readonly number[]): void {
  database.run("UPDATE lanes SET batch_id = batch_id + 1 WHERE lane_id = ?", laneId);
  for (const position of positions) {
    database.run(
      "UPDATE outbox SET batch_id = (SELECT batch_id FROM lanes WHERE lane_id = ?) WHERE position = ?",
      laneId,
      position,
    );
  }
}

/** The next batch has no failed attempts behind it. */
function startAfresh(database: Database, laneId: number): void {
  database.run("UPDATE lanes SET attempts = 0, next_attempt_at_ms = 0 WHERE lane_id = ?", laneId);
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
