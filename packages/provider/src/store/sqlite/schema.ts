/**
 * The tables, as a list of migrations. A released migration is never changed; a new one is appended.
 * @module
 */

import { StoreError } from "../errors.ts";

/** What a migration needs of a connection; integers come as bigints. */
interface Connection {
  readonly inTransaction: boolean;
  exec(sql: string): void;
  get(sql: string): Readonly<Record<string, unknown>> | undefined;
}

/** Marks the file as ours ("MIMI"). */
const APPLICATION_ID = 0x4d494d49;

const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE secrets (name TEXT PRIMARY KEY, octets BLOB NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE users (user_uri TEXT PRIMARY KEY, deleted_at_ms INTEGER) STRICT, WITHOUT ROWID;
  CREATE TABLE clients (
    client_id INTEGER PRIMARY KEY,
    client_uri TEXT NOT NULL UNIQUE,
    user_uri TEXT NOT NULL REFERENCES users,
    token_hash BLOB UNIQUE,              -- null once the user is deleted
    registered_at_ms INTEGER NOT NULL,
    last_sequence INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX clients_by_user ON clients (user_uri, client_id);

  CREATE TABLE key_packages (
    key_package_id INTEGER PRIMARY KEY,
    reference BLOB NOT NULL UNIQUE,      -- the row stays for ever: a reference is taken once
    client_id INTEGER NOT NULL REFERENCES clients,
    cipher_suite INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    last_resort INTEGER NOT NULL,
    octets BLOB,                         -- null once it is claimed or expired
    claimed_by TEXT,
    routable INTEGER NOT NULL DEFAULT 1  -- 0 once its Welcome was accepted or it expired
  ) STRICT;
  CREATE INDEX key_packages_available
    ON key_packages (client_id, cipher_suite, last_resort, not_after, key_package_id) WHERE octets IS NOT NULL;
  CREATE INDEX key_packages_by_expiry ON key_packages (not_after) WHERE routable = 1;
  CREATE TABLE key_package_routes (
    reference BLOB PRIMARY KEY,
    domain TEXT NOT NULL,
    not_after INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX key_package_routes_by_expiry ON key_package_routes (not_after);

  CREATE TABLE rooms (
    room_id INTEGER PRIMARY KEY,
    room_uri TEXT NOT NULL UNIQUE,
    group_id BLOB NOT NULL UNIQUE,
    epoch INTEGER NOT NULL,              -- a uint64 as signed integer
    revision INTEGER NOT NULL,
    last_accepted_ms INTEGER NOT NULL
  ) STRICT;
  -- Beside rooms, because a message changes the timestamp alone and SQLite writes whole rows.
  CREATE TABLE room_states (
    room_id INTEGER PRIMARY KEY REFERENCES rooms,
    public_group BLOB NOT NULL,
    group_info BLOB NOT NULL
  ) STRICT;
  CREATE TABLE pending_proposals (
    pending_proposal_id INTEGER PRIMARY KEY,
    room_id INTEGER NOT NULL REFERENCES rooms,
    accepted_ms INTEGER NOT NULL,
    message BLOB NOT NULL
  ) STRICT;
  CREATE INDEX pending_proposals_by_room ON pending_proposals (room_id, pending_proposal_id);
  CREATE TABLE answers (
    source TEXT NOT NULL,
    path TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    answer BLOB NOT NULL,
    stored_at_ms INTEGER NOT NULL,
    PRIMARY KEY (body_hash, source, path)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX answers_by_age ON answers (stored_at_ms);

  -- A FanoutMessage is stored once and deleted with its last row in inbox and outbox.
  CREATE TABLE events (
    event_id INTEGER PRIMARY KEY AUTOINCREMENT,
    room_uri TEXT NOT NULL,
    accepted_ms INTEGER NOT NULL,
    fanout BLOB NOT NULL
  ) STRICT;
  CREATE TABLE inbox (
    client_id INTEGER NOT NULL REFERENCES clients,
    sequence INTEGER NOT NULL,
    event_id INTEGER NOT NULL REFERENCES events,
    PRIMARY KEY (client_id, sequence)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX inbox_by_event ON inbox (event_id);

  CREATE TABLE lanes (
    lane_id INTEGER PRIMARY KEY,
    room_uri TEXT NOT NULL,
    destination TEXT NOT NULL,
    batch_id INTEGER NOT NULL DEFAULT 0, -- of the latest composition
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at_ms INTEGER NOT NULL DEFAULT 0,
    UNIQUE (room_uri, destination)
  ) STRICT;
  CREATE TABLE dead_letters (
    dead_letter_id INTEGER PRIMARY KEY AUTOINCREMENT,
    lane_id INTEGER NOT NULL REFERENCES lanes,
    reason TEXT NOT NULL,
    status INTEGER,
    buried_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX dead_letters_by_lane ON dead_letters (lane_id);
  CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    lane_id INTEGER NOT NULL REFERENCES lanes,
    event_id INTEGER NOT NULL REFERENCES events,
    queued_at_ms INTEGER NOT NULL,
    batch_id INTEGER,                    -- equal to the lane's: part of the batch under way
    dead_letter_id INTEGER REFERENCES dead_letters
  ) STRICT;
  CREATE INDEX outbox_waiting ON outbox (lane_id, position) WHERE dead_letter_id IS NULL;
  CREATE INDEX outbox_by_dead_letter ON outbox (dead_letter_id, position) WHERE dead_letter_id IS NOT NULL;
  CREATE INDEX outbox_by_event ON outbox (event_id);

  CREATE TABLE followed_rooms (
    room_id INTEGER PRIMARY KEY,
    room_uri TEXT NOT NULL UNIQUE,
    roster BLOB
  ) STRICT;
  CREATE TABLE followed_room_clients (
    room_id INTEGER NOT NULL REFERENCES followed_rooms,
    client_id INTEGER NOT NULL REFERENCES clients,
    PRIMARY KEY (room_id, client_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX followed_rooms_by_client ON followed_room_clients (client_id);
  CREATE TABLE notifications (
    hub TEXT NOT NULL,
    room_uri TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    received_at_ms INTEGER NOT NULL,
    PRIMARY KEY (body_hash, hub, room_uri)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX notifications_by_age ON notifications (received_at_ms);
  CREATE TABLE notified_messages (
    room_uri TEXT NOT NULL,
    content_hash BLOB NOT NULL,
    received_at_ms INTEGER NOT NULL,
    PRIMARY KEY (content_hash, room_uri)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX notified_messages_by_age ON notified_messages (received_at_ms);
  `,
  `
  ALTER TABLE rooms ADD COLUMN parent_uri TEXT;
  ALTER TABLE rooms ADD COLUMN fixed_participants BLOB;
  ALTER TABLE rooms ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX rooms_by_parent ON rooms (parent_uri) WHERE parent_uri IS NOT NULL;
  CREATE INDEX rooms_by_participants ON rooms (fixed_participants) WHERE fixed_participants IS NOT NULL;
  CREATE TABLE join_links (
    room_id INTEGER NOT NULL REFERENCES rooms,
    link BLOB NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER,                  -- null: it does not expire
    multiuser INTEGER NOT NULL,
    uses INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (room_id, link)
  ) STRICT, WITHOUT ROWID;
  `,
];

/**
 * Brings the file to the current schema, in one transaction.
 * @throws StoreError `wrong-schema` for a file of a newer version or of another program
 */
export function migrate(database: Connection, migrations: readonly string[] = MIGRATIONS): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    const version = pragma(database, "user_version");
    const application = pragma(database, "application_id");
    const tables = Number(database.get("SELECT count(*) AS tables FROM sqlite_schema")?.tables);
    if (application !== APPLICATION_ID && (version !== 0 || tables !== 0)) {
      throw new StoreError("wrong-schema", "the database file belongs to another program");
    }
    if (version > migrations.length) {
      throw new StoreError(
        "wrong-schema",
        `the database has schema ${version}, this version knows schemas up to ${migrations.length}`,
      );
    }
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}`);
    database.exec("COMMIT");
  } catch (error) {
    if (database.inTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function pragma(database: Connection, name: "user_version" | "application_id"): number {
  return Number(database.get(`PRAGMA ${name}`)?.[name]);
}
