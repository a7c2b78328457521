/**
 * Users, clients and their tokens.
 * @module
 */

import { createHash } from "node:crypto";
import { StoreError } from "../errors.ts";
import type { ClientRecord } from "../records.ts";
import type { ClientStore } from "../store.ts";
import { type Database, number, text } from "./database.ts";
import { deleteInbox } from "./events.ts";
import type { GroupCommit } from "./group-commit.ts";

/** Tokens are random and long, so a plain hash suffices: a copy of the database opens no inbox. */
function hashOfToken(token: string): Uint8Array {
  return createHash("sha256").update(token, "utf8").digest();
}

export function sqliteClients(commit: GroupCommit): ClientStore {
  return {
    register: (client) =>
      commit.write(({ database }) => {
        if (statusOfUser(database, client.userUri) === "deleted") {
          throw new StoreError("user-deleted", `${client.userUri} was deleted`);
        }
        if (database.get("SELECT 1 FROM clients WHERE client_uri = ?", client.clientUri) !== undefined) {
          throw new StoreError("client-exists", `${client.clientUri} is registered already`);
        }
        const tokenHash = hashOfToken(client.token);
        if (database.get("SELECT 1 FROM clients WHERE token_hash = ?", tokenHash) !== undefined) {
          throw new StoreError("usage", "the token belongs to another client");
        }
        database.run("INSERT INTO users (user_uri) VALUES (?) ON CONFLICT DO NOTHING", client.userUri);
        database.run(
          "INSERT INTO clients (client_uri, user_uri, token_hash, registered_at_ms) VALUES (?, ?, ?, ?)",
          client.clientUri,
          client.userUri,
          tokenHash,
          client.nowMs,
        );
      }),

    findByToken: (token) =>
      commit.read((database) => {
        const row = database.get(
          "SELECT user_uri, client_uri FROM clients WHERE token_hash = ?",
          hashOfToken(token),
        );
        return row && { userUri: text(row, "user_uri"), clientUri: text(row, "client_uri") };
      }),

    ofUser: (userUri) => commit.read((database) => clientsOfUser(database, userUri)),

    userStatus: (userUri) => commit.read((database) => statusOfUser(database, userUri)),

    markUserDeleted: (userUri, nowMs) =>
      commit.write(({ database }) => {
        const mark = "UPDATE users SET deleted_at_ms = ? WHERE user_uri = ? AND deleted_at_ms IS NULL";
        if (database.run(mark, nowMs, userUri) === 0) return false;
        const clients = database.all("SELECT client_id FROM clients WHERE user_uri = ?", userUri);
        for (const clientId of clients.map((row) => number(row, "client_id"))) {
          database.run("UPDATE clients SET token_hash = NULL WHERE client_id = ?", clientId);
          database.run("UPDATE key_packages SET octets = NULL, routable = 0 WHERE client_id = ?", clientId);
          database.run("DELETE FROM followed_room_clients WHERE client_id = ?", clientId);
          deleteInbox(database, clientId, Number.MAX_SAFE_INTEGER);
        }
        return true;
      }),
  };
}

function statusOfUser(database: Database, userUri: string): "unknown" | "active" | "deleted" {
  const row = database.get(
    "SELECT deleted_at_ms IS NOT NULL AS deleted FROM users WHERE user_uri = ?",
    userUri,
  );
  if (row === undefined) return "unknown";
  return number(row, "deleted") === 1 ? "deleted" : "active";
}

function clientsOfUser(database: Database, userUri: string): ClientRecord[] {
  return database
    .all(
      `SELECT client_uri FROM clients
       WHERE user_uri = ? AND token_hash IS NOT NULL ORDER BY client_id`,
      userUri,
    )
    .map((row) => ({ userUri, clientUri: text(row, "client_uri") }));
}
