/**
 * The store in one SQLite file (node:sqlite): WAL, synchronous=FULL, group commit.
 * @module
 */

import type { Lane } from "./records.ts";
import { sqliteClients } from "./sqlite/clients.ts";
import { Database, octets } from "./sqlite/database.ts";
import { pruneNotifications, sqliteFollowedRooms } from "./sqlite/followed-rooms.ts";
import { GroupCommit } from "./sqlite/group-commit.ts";
import { sqliteInbox } from "./sqlite/inbox.ts";
import { pruneKeyPackages, sqliteKeyPackages } from "./sqlite/key-packages.ts";
import { Listeners } from "./sqlite/listeners.ts";
import { sqliteOutbox } from "./sqlite/outbox.ts";
import { pruneAnswers, sqliteRooms } from "./sqlite/rooms.ts";
import type { SecretStore, Store } from "./store.ts";

/** How the file is used. */
export interface SqliteOptions {
  /** At most so many operations are made durable by one commit; 1 gives each its own. Default 500. */
  readonly maxOperationsPerCommit?: number;
}

/**
 * Opens the store in a SQLite file, which is created when it does not exist.
 *
 * @throws StoreError `storage-failed` when the file cannot be opened, `wrong-schema` when it is not ours
 * @example
 * ```ts
 * const store = openSqliteStore("/var/lib/mimi/a.example.db");
 * await store.clients.register({ userUri, clientUri, token, nowMs: Date.now() });
 * await store.close();
 * ```
 */
export function openSqliteStore(path: string, options: SqliteOptions = {}): Store {
  const clients = new Listeners<string, void>();
  const lanes = new Listeners<"lanes", Lane>();
  const commit = new GroupCommit(new Database(path), options.maxOperationsPerCommit ?? 500, (wakeups) => {
    for (const clientUri of wakeups.clients) clients.call(clientUri, undefined);
    for (const lane of wakeups.lanes) lanes.call("lanes", lane);
  });
  return {
    clients: sqliteClients(commit),
    keyPackages: sqliteKeyPackages(commit),
    rooms: sqliteRooms(commit),
    followedRooms: sqliteFollowedRooms(commit),
    inbox: sqliteInbox(commit, clients),
    outbox: sqliteOutbox(commit, lanes),
    secrets: sqliteSecrets(commit),
    prune: ({ nowMs, answersMs, notificationsMs }) =>
      commit.write(({ database }) => {
        pruneKeyPackages(database, BigInt(Math.floor(nowMs / 1000)));
        pruneAnswers(database, Math.floor(nowMs - answersMs));
        pruneNotifications(database, Math.floor(nowMs - notificationsMs));
      }),
    close: async () => commit.close(),
  };
}

function sqliteSecrets(commit: GroupCommit): SecretStore {
  return {
    obtain: (name, make) =>
      commit.write(({ database }) => {
        const row = database.get("SELECT octets FROM secrets WHERE name = ?", name);
        if (row !== undefined) return octets(row, "octets");
        const made = make();
        database.run("INSERT INTO secrets (name, octets) VALUES (?, ?)", name, made);
        return made;
      }),
  };
}
