/**
 * Rooms hosted here: accept once. All that accepting an event means is one transaction.
 * @module
 */

import { StoreError } from "../errors.ts";
import type {
  Accept,
  Acceptance,
  AcceptanceOutcome,
  AcceptedHandshake,
  AcceptedMessage,
  AnswerKey,
  HostedRoom,
  NewRoom,
  RoomHead,
} from "../records.ts";
import type { RoomStore } from "../store.ts";
import { type Database, fromUint64, integer, number, octets, toUint64 } from "./database.ts";
import { storeEvent } from "./events.ts";
import type { GroupCommit, Transaction } from "./group-commit.ts";
import { forgetRoutes } from "./key-packages.ts";
import { countUse, DESTROYED, dependantsOf, destroyRoom, joinLinksOf, storeRelations } from "./relations.ts";

export function sqliteRooms(commit: GroupCommit): RoomStore {
  return {
    create: (room) => commit.write(({ database }) => createRoom(database, room)),

    head: (roomUri) => commit.read((database) => headOf(database, roomUri)?.head),

    load: (roomUri) => commit.read((database) => loadRoom(database, roomUri)),

    dependants: (parentUri) => commit.read((database) => dependantsOf(database, parentUri)),

    destroy: ({ roomUri, revision }) =>
      commit.write(({ database }) => destroyRoom(database, roomUri, revision)),

    joinLinks: (roomUri) => commit.read((database) => joinLinksOf(database, roomUri)),

    findAnswer: (key) => commit.read((database) => answerOf(database, key)),

    acceptHandshake: (acceptance, accept) =>
      commit.write((transaction) =>
        acceptEvent(transaction, acceptance, accept, (roomId, accepted, acceptedTimestampMs) => {
          storeState(transaction.database, roomId, accepted, acceptedTimestampMs);
          forgetRoutes(transaction.database, accepted.welcomedKeyPackages);
        }),
      ),

    acceptMessage: (acceptance, accept) =>
      commit.write((transaction) => acceptEvent(transaction, acceptance, accept, () => {})),
  };
}

function createRoom(database: Database, room: NewRoom): { acceptedTimestampMs: bigint } {
  const { roomUri, groupId, epoch, publicGroup, groupInfo, relations } = room;
  const earlier = headOf(database, roomUri);
  const renewed = room.renews === true && earlier?.head.ended === "abandoned" ? earlier : undefined;
  if (earlier !== undefined && renewed === undefined) {
    throw new StoreError("room-exists", `${roomUri} is hosted already`);
  }
  if (database.get("SELECT 1 FROM rooms WHERE group_id = ?", groupId) !== undefined) {
    throw new StoreError("group-exists", "another room has this group ID");
  }
  const nowMs = milliseconds(room.nowMs);
  const last = renewed?.head.lastAcceptedTimestampMs ?? -1n;
  const acceptedTimestampMs = nowMs > last ? nowMs : last + 1n;
  if (renewed !== undefined) database.run("DELETE FROM pending_proposals WHERE room_id = ?", renewed.roomId);
  const row = database.get(
    `INSERT INTO rooms (room_uri, group_id, epoch, revision, last_accepted_ms) VALUES (?, ?, ?, 0, ?)
     ON CONFLICT (room_uri) DO UPDATE SET group_id = excluded.group_id, epoch = excluded.epoch,
       revision = revision + 1, last_accepted_ms = excluded.last_accepted_ms, ended = 0
     RETURNING room_id`,
    roomUri,
    groupId,
    fromUint64(epoch),
    acceptedTimestampMs,
  );
  const roomId = number(row ?? {}, "room_id");
  database.run(
    `INSERT INTO room_states (room_id, public_group, group_info) VALUES (?, ?, ?)
     ON CONFLICT (room_id) DO UPDATE SET public_group = excluded.public_group, group_info = excluded.group_info`,
    roomId,
    publicGroup,
    groupInfo,
  );
  if (relations !== undefined) storeRelations(database, roomId, relations, acceptedTimestampMs);
  return { acceptedTimestampMs };
}

/** Forgets the answers of requests before `beforeMs` (reading R-067). */
export function pruneAnswers(database: Database, beforeMs: number): void {
  database.run("DELETE FROM answers WHERE stored_at_ms < ?", beforeMs);
}

function acceptEvent<T extends AcceptedMessage>(
  transaction: Transaction,
  acceptance: Acceptance,
  accept: Accept<T>,
  store: (roomId: number, accepted: T, acceptedTimestampMs: bigint) => void,
): AcceptanceOutcome {
  const { database } = transaction;
  const { roomUri, answerKey } = acceptance;
  const earlier = answerKey && answerOf(database, answerKey);
  if (earlier !== undefined) return { outcome: "repeated", answer: earlier };

  const room = headOf(database, roomUri);
  if (room === undefined) return { outcome: "unknownRoom" };
  const { epoch, revision, lastAcceptedTimestampMs } = room.head;
  if (epoch !== acceptance.expectedEpoch || revision !== acceptance.expectedRevision) {
    return { outcome: "conflict", epoch, revision };
  }

  // Strictly increasing per room, so that the order of events is total (reading R-081).
  const nowMs = milliseconds(acceptance.nowMs);
  const acceptedTimestampMs = nowMs > lastAcceptedTimestampMs ? nowMs : lastAcceptedTimestampMs + 1n;
  database.run("UPDATE rooms SET last_accepted_ms = ? WHERE room_id = ?", acceptedTimestampMs, room.roomId);
  const accepted = accept(acceptedTimestampMs);
  store(room.roomId, accepted, acceptedTimestampMs);
  for (const event of accepted.events) storeEvent(transaction, { roomUri, acceptedTimestampMs, ...event });
  if (answerKey !== undefined) {
    database.run(
      "INSERT INTO answers (source, path, body_hash, answer, stored_at_ms) VALUES (?, ?, ?, ?, ?)",
      answerKey.source,
      answerKey.path,
      answerKey.bodyHash,
      accepted.answer,
      milliseconds(acceptance.nowMs),
    );
  }
  return { outcome: "accepted", acceptedTimestampMs, answer: accepted.answer };
}

function storeState(
  database: Database,
  roomId: number,
  accepted: AcceptedHandshake,
  acceptedTimestampMs: bigint,
): void {
  database.run(
    "UPDATE rooms SET epoch = ?, revision = revision + 1 WHERE room_id = ?",
    fromUint64(accepted.epoch),
    roomId,
  );
  database.run(
    "UPDATE room_states SET public_group = ?, group_info = ? WHERE room_id = ?",
    accepted.publicGroup,
    accepted.groupInfo,
    roomId,
  );
  if (accepted.clearPendingProposals) {
    database.run("DELETE FROM pending_proposals WHERE room_id = ?", roomId);
  }
  const { relations, usedJoinLink } = accepted;
  if (relations !== undefined) storeRelations(database, roomId, relations, acceptedTimestampMs);
  if (usedJoinLink !== undefined) countUse(database, roomId, usedJoinLink);
  for (const message of accepted.newPendingProposals) {
    database.run(
      "INSERT INTO pending_proposals (room_id, accepted_ms, message) VALUES (?, ?, ?)",
      roomId,
      acceptedTimestampMs,
      message,
    );
  }
}

function headOf(
  database: Database,
  roomUri: string,
): { readonly roomId: number; readonly head: RoomHead } | undefined {
  const row = database.get(
    "SELECT room_id, group_id, epoch, revision, last_accepted_ms, ended FROM rooms WHERE room_uri = ?",
    roomUri,
  );
  if (row === undefined) return undefined;
  return {
    roomId: number(row, "room_id"),
    head: {
      roomUri,
      groupId: octets(row, "group_id"),
      epoch: toUint64(integer(row, "epoch")),
      revision: number(row, "revision"),
      lastAcceptedTimestampMs: integer(row, "last_accepted_ms"),
      ...ending(number(row, "ended")),
    },
  };
}

function ending(ended: number): Pick<RoomHead, "ended"> {
  if (ended === 0) return {};
  return { ended: ended === DESTROYED ? "destroyed" : "abandoned" };
}

function loadRoom(database: Database, roomUri: string): HostedRoom | undefined {
  const room = headOf(database, roomUri);
  if (room === undefined) return undefined;
  const state = database.get(
    "SELECT public_group, group_info FROM room_states WHERE room_id = ?",
    room.roomId,
  );
  const pending = database.all(
    "SELECT accepted_ms, message FROM pending_proposals WHERE room_id = ? ORDER BY pending_proposal_id",
    room.roomId,
  );
  return {
    ...room.head,
    publicGroup: octets(state ?? {}, "public_group"),
    groupInfo: octets(state ?? {}, "group_info"),
    pendingProposals: pending.map((row) => ({
      acceptedTimestampMs: integer(row, "accepted_ms"),
      message: octets(row, "message"),
    })),
  };
}

function answerOf(database: Database, key: AnswerKey): Uint8Array | undefined {
  const row = database.get(
    "SELECT answer FROM answers WHERE body_hash = ? AND source = ? AND path = ?",
    key.bodyHash,
    key.source,
    key.path,
  );
  return row && octets(row, "answer");
}

/** Clocks with fractions of a millisecond are cut: the wire has whole ones. */
function milliseconds(nowMs: number): bigint {
  return BigInt(Math.floor(nowMs));
}
