/**
 * Rows of a client's SQLite file as values. The tables are STRICT, so a column holds its type or NULL.
 * @module
 */

import type { SQLOutputValue } from "node:sqlite";
import { ClientError } from "../errors.ts";
import type {
  Franking,
  RoomStatus,
  StoredClient,
  StoredFrank,
  StoredKeyPackage,
  StoredMessage,
  StoredOutgoing,
  StoredRoom,
} from "../store.ts";

/** A row, its integers as bigints. */
export type Row = Record<string, SQLOutputValue>;

export function toClient(row: Row): StoredClient {
  return {
    userUri: textOf(row, "user_uri"),
    clientUri: textOf(row, "client_uri"),
    token: textOf(row, "token"),
    cipherSuite: Number(integerOf(row, "cipher_suite")),
    signaturePublicKey: octetsOf(row, "signature_public_key"),
    signaturePrivateKey: octetsOf(row, "signature_private_key"),
  };
}

export function toRoom(row: Row): StoredRoom {
  return {
    roomUri: textOf(row, "room_uri"),
    status: oneOf<RoomStatus>(row, "status", [
      "creating",
      "joining",
      "member",
      "leaving",
      "removed",
      "diverged",
    ]),
    joinedEpoch: integerOf(row, "joined_epoch"),
    group: octetsOf(row, "member_group"),
  };
}

export function toKeyPackage(row: Row): StoredKeyPackage {
  return {
    reference: textOf(row, "reference"),
    keyPackage: octetsOf(row, "key_package"),
    initPrivateKey: octetsOf(row, "init_private_key"),
    encryptionPrivateKey: octetsOf(row, "encryption_private_key"),
  };
}

export function toOutgoing(row: Row): StoredOutgoing {
  return {
    digest: textOf(row, "digest"),
    roomUri: textOf(row, "room_uri"),
    kind: oneOf<StoredOutgoing["kind"]>(row, "kind", ["room", "commit", "join", "proposals", "message"]),
    body: octetsOf(row, "body"),
    epoch: integerOf(row, "epoch"),
    ...(row.content === null ? {} : { content: octetsOf(row, "content") }),
    ...(row.application_data === null ? {} : { applicationData: octetsOf(row, "application_data") }),
  };
}

export function toMessage(row: Row): StoredMessage {
  return {
    roomUri: textOf(row, "room_uri"),
    acceptedTimestamp: integerOf(row, "accepted_timestamp"),
    messageId: textOf(row, "message_id"),
    senderUri: textOf(row, "sender_uri"),
    senderClientUri: textOf(row, "sender_client_uri"),
    own: integerOf(row, "own") === 1n,
    epoch: integerOf(row, "epoch"),
    content: octetsOf(row, "content"),
    applicationData: octetsOf(row, "application_data"),
    franking: oneOf<Franking>(row, "franking", ["verified", "unfranked", "unverified"]),
    ...(row.server_frank === null ? {} : { frank: toFrank(row) }),
    digest: textOf(row, "digest"),
  };
}

function toFrank(row: Row): StoredFrank {
  return {
    serverFrank: octetsOf(row, "server_frank"),
    cipherSuite: Number(integerOf(row, "frank_cipher_suite")),
    integritySignature: octetsOf(row, "frank_signature"),
  };
}

function textOf(row: Row, column: string): string {
  const value = row[column];
  return typeof value === "string" ? value : unexpected(column);
}

function integerOf(row: Row, column: string): bigint {
  const value = row[column];
  return typeof value === "bigint" ? value : unexpected(column);
}

function octetsOf(row: Row, column: string): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? value : unexpected(column);
}

function oneOf<T extends string>(row: Row, column: string, values: readonly T[]): T {
  return values.find((value) => value === row[column]) ?? unexpected(column);
}

function unexpected(column: string): never {
  throw new ClientError("store", `column ${column} does not hold what it should`);
}
