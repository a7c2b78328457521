/**
 * The tables of a client's SQLite file.
 * @module
 */

/** Kept in the file's user_version. */
export const SCHEMA_VERSION = 1;

export const SCHEMA = `
CREATE TABLE client (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  user_uri TEXT NOT NULL,
  client_uri TEXT NOT NULL,
  token TEXT NOT NULL,
  cipher_suite INTEGER NOT NULL,
  signature_public_key BLOB NOT NULL,
  signature_private_key BLOB NOT NULL
) STRICT;
CREATE TABLE inbox (cursor INTEGER NOT NULL) STRICT;
INSERT INTO inbox VALUES (0);
CREATE TABLE room (
  room_uri TEXT PRIMARY KEY,
  status TEXT NOT NULL,
  joined_epoch INTEGER NOT NULL,
  member_group BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE key_package (
  reference TEXT NOT NULL UNIQUE,
  key_package BLOB NOT NULL,
  init_private_key BLOB NOT NULL,
  encryption_private_key BLOB NOT NULL
) STRICT;
CREATE TABLE outgoing (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  digest TEXT NOT NULL UNIQUE,
  room_uri TEXT NOT NULL,
  kind TEXT NOT NULL,
  body BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  content BLOB,
  application_data BLOB
) STRICT;
CREATE TABLE message (
  room_uri TEXT NOT NULL,
  accepted_timestamp INTEGER NOT NULL,
  message_id TEXT NOT NULL,
  sender_uri TEXT NOT NULL,
  sender_client_uri TEXT NOT NULL,
  own INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  content BLOB NOT NULL,
  application_data BLOB NOT NULL,
  franking TEXT NOT NULL,
  server_frank BLOB,
  frank_cipher_suite INTEGER,
  frank_signature BLOB,
  digest TEXT NOT NULL,
  PRIMARY KEY (room_uri, accepted_timestamp, message_id),
  UNIQUE (room_uri, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_by_id ON message (room_uri, message_id);
CREATE TABLE handshake (
  room_uri TEXT NOT NULL,
  digest TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  PRIMARY KEY (room_uri, digest)
) STRICT, WITHOUT ROWID;
`;
