/**
 * Rooms that other providers host: process once (protocol 5.5, readings ).
 * @module
 */

import type { AcceptedNotification, FollowedRoom, Notification, NotificationOutcome } from "../records.ts";
import type { FollowedRoomStore } from "../store.ts";
import { type Database, number, octets, text } from "./database.ts";
import { clientIdOf, storeEvent } from "./events.ts";
import type { GroupCommit, Transaction } from "./group-commit.ts";
import { forgetRoutes } from "./key-packages.ts";

export function sqliteFollowedRooms(commit: GroupCommit): FollowedRoomStore {
  return {
    find: (roomUri) => commit.read((database) => findRoom(database, roomUri)),

    change: (roomUri, { joined, left }) =>
      commit.write(({ database }) => changeClients(database, roomUri, joined, left)),

    isRepeated: (notification) => commit.read((database) => wasReceived(database, notification)),

    acceptNotification: (notification, accept) =>
      commit.write((transaction) => {
        if (wasReceived(transaction.database, notification)) return { outcome: "repeated" };
        const accepted = accept(findRoom(transaction.database, notification.roomUri));
        return storeNotification(transaction, notification, accepted);
      }),
  };
}

/** Forgets the hashes of what was received before `beforeMs`. */
export function pruneNotifications(database: Database, beforeMs: number): void {
  database.run("DELETE FROM notifications WHERE received_at_ms < ?", beforeMs);
  database.run("DELETE FROM notified_messages WHERE received_at_ms < ?", beforeMs);
}

function wasReceived(database: Database, notification: Notification): boolean {
  const row = database.get(
    "SELECT 1 FROM notifications WHERE body_hash = ? AND hub = ? AND room_uri = ?",
    notification.bodyHash,
    notification.hub,
    notification.roomUri,
  );
  return row !== undefined;
}

function storeNotification(
  transaction: Transaction,
  notification: Notification,
  accepted: AcceptedNotification,
): NotificationOutcome {
  const { database } = transaction;
  const { roomUri, nowMs } = notification;
  database.run(
    "INSERT INTO notifications (hub, room_uri, body_hash, received_at_ms) VALUES (?, ?, ?, ?)",
    notification.hub,
    roomUri,
    notification.bodyHash,
    Math.floor(nowMs),
  );
  changeClients(database, roomUri, accepted.joined, accepted.left);
  // Messages leave it as it is: then the row is not written again.
  const roster = accepted.roster ?? null;
  database.run(
    "UPDATE followed_rooms SET roster = ?1 WHERE room_uri = ?2 AND roster IS NOT ?1",
    roster,
    roomUri,
  );
  forgetRoutes(database, accepted.welcomedKeyPackages);
  let stored = 0;
  for (const event of accepted.events) {
    const isNew = database.run(
      `INSERT INTO notified_messages (room_uri, content_hash, received_at_ms)
       VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
      roomUri,
      event.contentHash,
      Math.floor(nowMs),
    );
    if (isNew === 0) continue;
    stored += 1;
    storeEvent(transaction, {
      roomUri,
      acceptedTimestampMs: event.acceptedTimestampMs,
      fanout: event.fanout,
      destinations: [],
      clients: event.clients,
    });
  }
  return { outcome: "accepted", stored, skipped: accepted.events.length - stored };
}

function findRoom(database: Database, roomUri: string): FollowedRoom {
  const row = database.get("SELECT room_id, roster FROM followed_rooms WHERE room_uri = ?", roomUri);
  if (row === undefined) return { roomUri, known: false, clients: [] };
  const clients = database.all(
    `SELECT client_uri FROM followed_room_clients JOIN clients USING (client_id)
     WHERE room_id = ? ORDER BY client_id`,
    number(row, "room_id"),
  );
  return {
    roomUri,
    known: true,
    clients: clients.map((client) => text(client, "client_uri")),
    ...(row.roster === null ? {} : { roster: octets(row, "roster") }),
  };
}

/** A client that is not registered here is passed over. Who is in both lists has left. */
function changeClients(
  database: Database,
  roomUri: string,
  joined: readonly string[],
  left: readonly string[],
): void {
  for (const clientUri of joined) {
    const clientId = clientIdOf(database, clientUri);
    if (clientId === undefined) continue;
    database.run("INSERT INTO followed_rooms (room_uri) VALUES (?) ON CONFLICT DO NOTHING", roomUri);
    database.run(
      `INSERT INTO followed_room_clients (room_id, client_id)
       SELECT room_id, ? FROM followed_rooms WHERE room_uri = ? ON CONFLICT DO NOTHING`,
      clientId,
      roomUri,
    );
  }
  for (const clientUri of left) {
    database.run(
      `DELETE FROM followed_room_clients
       WHERE room_id = (SELECT room_id FROM followed_rooms WHERE room_uri = ?)
       AND client_id = (SELECT client_id FROM clients WHERE client_uri = ?)`,
      roomUri,
      clientUri,
    );
  }
}
