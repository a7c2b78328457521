/**
 * What each own client has not acknowledged yet.
 * @module
 */

import { StoreError } from "../errors.ts";
import type { InboxStore } from "../store.ts";
import { integer, number, octets, text } from "./database.ts";
import { clientIdOf, deleteInbox } from "./events.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { Listeners } from "./listeners.ts";

export function sqliteInbox(commit: GroupCommit, listeners: Listeners<string, void>): InboxStore {
  return {
    read: (clientUri, after, limit) =>
      commit.read((database) => {
        if (!Number.isSafeInteger(after) || !Number.isSafeInteger(limit) || limit < 0) {
          throw new StoreError("usage", "after and limit are whole numbers, limit at least 0");
        }
        const clientId = clientIdOf(database, clientUri);
        if (clientId === undefined) return [];
        return database
          .all(
            `SELECT sequence, room_uri, accepted_ms, fanout FROM inbox JOIN events USING (event_id)
             WHERE client_id = ? AND sequence > ? ORDER BY sequence LIMIT ?`,
            clientId,
            after,
            limit,
          )
          .map((row) => ({
            sequence: number(row, "sequence"),
            roomUri: text(row, "room_uri"),
            acceptedTimestampMs: integer(row, "accepted_ms"),
            fanout: octets(row, "fanout"),
          }));
      }),

    acknowledge: (clientUri, through) =>
      commit.write(({ database }) => {
        if (!Number.isSafeInteger(through)) throw new StoreError("usage", "through is a whole number");
        const clientId = clientIdOf(database, clientUri);
        if (clientId !== undefined) deleteInbox(database, clientId, through);
      }),

    subscribe: (clientUri, listener) => listeners.add(clientUri, listener),
  };
}
