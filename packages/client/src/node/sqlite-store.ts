/**
 * A client's store in one SQLite file, by node:sqlite.
 * @module
 */

import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { ClientError } from "../errors.ts";
import type { ClientStore, StoreChange, StoredMessage, StoredOutgoing, StoredState } from "../store.ts";
import { type Row, toClient, toKeyPackage, toMessage, toOutgoing, toRoom } from "./sqlite-rows.ts";
import { SCHEMA, SCHEMA_VERSION } from "./sqlite-schema.ts";

/**
 * Opens the store in a file, which is made if it is not there.
 *
 * Everything is durable when {@link ClientStore.write} returns: write-ahead log, synchronous=FULL.
 *
 * @param file a path, or `:memory:` for a client that need not survive
 * @throws {ClientError} `store` for a file that holds something else
 * @example
 * ```ts
 * const store = sqliteStore("alice.sqlite");
 * ```
 */
export function sqliteStore(file: string): ClientStore {
  return new SqliteStore(guarded(() => openDatabase(file)));
}

function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
  const version = database.prepare("PRAGMA user_version").get()?.user_version;
  if (version === 0) {
    database.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
  } else if (version !== SCHEMA_VERSION) {
    database.close();
    throw new ClientError("store", `${file}: expected store version ${SCHEMA_VERSION}, found ${version}`);
  }
  return database;
}

class SqliteStore implements ClientStore {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  async load(): Promise<StoredState> {
    return guarded(() => {
      const client = this.#all("SELECT * FROM client")[0];
      return {
        client: client === undefined ? undefined : toClient(client),
        cursor: Number(this.#all("SELECT cursor FROM inbox")[0]?.cursor ?? 0),
        rooms: this.#all("SELECT * FROM room ORDER BY room_uri").map(toRoom),
        keyPackages: this.#all("SELECT * FROM key_package ORDER BY rowid").map(toKeyPackage),
        outgoing: this.#all("SELECT * FROM outgoing ORDER BY position").map(toOutgoing),
      };
    });
  }

  async write(changes: readonly StoreChange[]): Promise<void> {
    guarded(() => {
      this.#database.exec("BEGIN IMMEDIATE");
      try {
        for (const change of changes) this.#apply(change);
        this.#database.exec("COMMIT");
      } catch (error) {
        this.#database.exec("ROLLBACK");
        throw error;
      }
    });
  }

  async messages(roomUri: string, after = -1n): Promise<readonly StoredMessage[]> {
    const query =
      "SELECT * FROM message WHERE room_uri = ? AND accepted_timestamp > ? ORDER BY accepted_timestamp, message_id";
    return guarded(() => this.#all(query, roomUri, after).map(toMessage));
  }

  async message(roomUri: string, messageId: string): Promise<StoredMessage | undefined> {
    const query =
      "SELECT * FROM message WHERE room_uri = ? AND message_id = ? ORDER BY accepted_timestamp LIMIT 1";
    return guarded(() => this.#all(query, roomUri, messageId).map(toMessage)[0]);
  }

  async hasMessage(
    roomUri: string,
    digest: string,
    key?: { acceptedTimestamp: bigint; messageId: string },
  ): Promise<boolean> {
    const query = `SELECT 1 FROM message WHERE room_uri = ?1
      AND (digest = ?2 OR (accepted_timestamp = ?3 AND message_id = ?4)) LIMIT 1`;
    const found = this.#all(query, roomUri, digest, key?.acceptedTimestamp ?? -1n, key?.messageId ?? "");
    return found.length > 0;
  }

  async hasHandshake(roomUri: string, digest: string): Promise<boolean> {
    return this.#all("SELECT 1 FROM handshake WHERE room_uri = ? AND digest = ?", roomUri, digest).length > 0;
  }

  async close(): Promise<void> {
    this.#database.close();
  }

  #apply(change: StoreChange): void {
    switch (change.change) {
      case "client": {
        const { userUri, clientUri, token, cipherSuite, signaturePublicKey, signaturePrivateKey } =
          change.client;
        const values = [userUri, clientUri, token, cipherSuite, signaturePublicKey, signaturePrivateKey];
        this.#run("INSERT INTO client VALUES (1, ?, ?, ?, ?, ?, ?)", ...values);
        break;
      }
      case "cursor":
        this.#run("UPDATE inbox SET cursor = ?", change.cursor);
        break;
      case "room": {
        const { roomUri, status, joinedEpoch, group } = change.room;
        this.#run("INSERT OR REPLACE INTO room VALUES (?, ?, ?, ?)", roomUri, status, joinedEpoch, group);
        break;
      }
      case "forget-room":
        this.#run("DELETE FROM room WHERE room_uri = ?", change.roomUri);
        break;
      case "add-key-package": {
        const { reference, keyPackage, initPrivateKey, encryptionPrivateKey } = change.keyPackage;
        const values = [reference, keyPackage, initPrivateKey, encryptionPrivateKey];
        this.#run("INSERT INTO key_package VALUES (?, ?, ?, ?)", ...values);
        break;
      }
      case "delete-key-package":
        this.#run("DELETE FROM key_package WHERE reference = ?", change.reference);
        break;
      case "add-outgoing":
        this.#addOutgoing(change.outgoing);
        break;
      case "delete-outgoing":
        this.#run("DELETE FROM outgoing WHERE digest = ?", change.digest);
        break;
      case "add-message":
        this.#addMessage(change.message);
        break;
      case "add-handshake": {
        const { roomUri, digest, epoch } = change.handshake;
        this.#run("INSERT OR IGNORE INTO handshake VALUES (?, ?, ?)", roomUri, digest, epoch);
        break;
      }
      case "forget-handshakes":
        this.#run("DELETE FROM handshake WHERE room_uri = ? AND epoch < ?", change.roomUri, change.before);
        break;
    }
  }

  #addOutgoing(outgoing: StoredOutgoing): void {
    const { digest, roomUri, kind, body, epoch, content, applicationData } = outgoing;
    this.#run(
      `INSERT INTO outgoing (digest, room_uri, kind, body, epoch, content, application_data)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ...[digest, roomUri, kind, body, epoch, content ?? null, applicationData ?? null],
    );
  }

  #addMessage(message: StoredMessage): void {
    const { frank } = message;
    this.#run(
      "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      message.roomUri,
      message.acceptedTimestamp,
      message.messageId,
      message.senderUri,
      message.senderClientUri,
      message.own ? 1 : 0,
      message.epoch,
      message.content,
      message.applicationData,
      message.franking,
      frank?.serverFrank ?? null,
      frank?.cipherSuite ?? null,
      frank?.integritySignature ?? null,
      message.digest,
    );
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      // Times and epochs are 64 bits wide.
      statement.setReadBigInts(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  #all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values);
  }
}

/** Turns what SQLite throws into this package's error. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ClientError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClientError("store", `the store failed: ${reason}`, { cause: error });
  }
}
