/**
 * What is kept of rooms beside their states: parents, sets of participants, joining links. Policy §5, §6.2.
 * @module
 */

import { toHex } from "../../octets.ts";
import { StoreError } from "../errors.ts";
import type { JoinLinkRecord, JoinLinkTerms, RoomRelations } from "../records.ts";
import { type Database, integer, number, octets } from "./database.ts";

/** In the column `ended`: 0 for a room that goes on, 1 for one without clients. */
export const DESTROYED = 2;

/** @throws StoreError `fixed-room-exists` */
export function storeRelations(
  database: Database,
  roomId: number,
  { parentUri, fixedParticipants, joinLinks, ended }: RoomRelations,
  acceptedTimestampMs: bigint,
): void {
  if (fixedParticipants !== undefined) checkUnique(database, roomId, fixedParticipants);
  database.run(
    "UPDATE rooms SET parent_uri = ?, fixed_participants = ?, ended = ? WHERE room_id = ?",
    parentUri ?? null,
    fixedParticipants ?? null,
    ended ? 1 : 0,
    roomId,
  );
  if (joinLinks !== undefined) storeJoinLinks(database, roomId, joinLinks, acceptedTimestampMs);
}

/** What is kept of links that were there before stays as it is. */
function storeJoinLinks(
  database: Database,
  roomId: number,
  joinLinks: readonly JoinLinkTerms[],
  acceptedTimestampMs: bigint,
): void {
  const known = new Set(linksOf(database, roomId).map(({ link }) => toHex(link)));
  for (const { link, multiuser, lifetimeMs } of joinLinks) {
    if (known.delete(toHex(link))) continue;
    database.run(
      `INSERT INTO join_links (room_id, link, created_ms, expires_ms, multiuser) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
      roomId,
      link,
      acceptedTimestampMs,
      lifetimeMs === undefined ? null : acceptedTimestampMs + lifetimeMs,
      multiuser ? 1 : 0,
    );
  }
  for (const link of known) {
    database.run("DELETE FROM join_links WHERE room_id = ? AND link = ?", roomId, Buffer.from(link, "hex"));
  }
}

/** Policy §5: one fixed-membership room for a set of participants; one that has ended is none any more. */
function checkUnique(database: Database, roomId: number, fixedParticipants: Uint8Array): void {
  const other = database.get(
    "SELECT room_uri FROM rooms WHERE fixed_participants = ? AND room_id <> ? AND ended = 0",
    fixedParticipants,
    roomId,
  );
  if (other !== undefined) {
    throw new StoreError(
      "fixed-room-exists",
      `${other.room_uri} is a fixed-membership room of the same participants`,
    );
  }
}

/** @returns whether there was such a room in this state */
export function destroyRoom(database: Database, roomUri: string, revision: number): boolean {
  const row = database.get(
    `UPDATE rooms SET ended = ?, revision = revision + 1 WHERE room_uri = ? AND revision = ? AND ended <> ?
     RETURNING room_id`,
    DESTROYED,
    roomUri,
    revision,
    DESTROYED,
  );
  return row !== undefined;
}

/** Somebody has joined with this link. */
export function countUse(database: Database, roomId: number, link: Uint8Array): void {
  database.run("UPDATE join_links SET uses = uses + 1 WHERE room_id = ? AND link = ?", roomId, link);
}

export function dependantsOf(database: Database, parentUri: string | undefined): readonly string[] {
  const rows =
    parentUri === undefined
      ? database.all("SELECT room_uri FROM rooms WHERE parent_uri IS NOT NULL AND ended = 0")
      : database.all("SELECT room_uri FROM rooms WHERE parent_uri = ? AND ended = 0", parentUri);
  return rows.map(({ room_uri: roomUri }) => String(roomUri));
}

export function joinLinksOf(database: Database, roomUri: string): readonly JoinLinkRecord[] {
  const room = database.get("SELECT room_id FROM rooms WHERE room_uri = ?", roomUri);
  return room === undefined ? [] : linksOf(database, number(room, "room_id"));
}

function linksOf(database: Database, roomId: number): JoinLinkRecord[] {
  return database
    .all("SELECT * FROM join_links WHERE room_id = ? ORDER BY created_ms, link", roomId)
    .map((row) => ({
      link: octets(row, "link"),
      createdMs: integer(row, "created_ms"),
      ...(row.expires_ms === null ? {} : { expiresMs: integer(row, "expires_ms") }),
      multiuser: number(row, "multiuser") === 1,
      uses: number(row, "uses"),
    }));
}
