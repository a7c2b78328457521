/**
 * What processing an event results in.
 * @module
 */

import { ContentError } from "@openmimi/content";
import { type MLSMessage, MlsError } from "@openmimi/mls";
import { type Frank, IdentifierError, ProtocolError } from "@openmimi/protocol";
import { RoomError } from "@openmimi/room";
import { TlsError } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import type { ClientEvent } from "./events.ts";
import type { Room } from "./room.ts";
import type { Session } from "./session.ts";
import type { StoreChange, StoredFrank } from "./store.ts";

/** What an event did. The changes are stored together with the inbox cursor. */
export interface Receipt {
  readonly events: readonly ClientEvent[];
  readonly changes: readonly StoreChange[];
}

/** An event that is not, or no longer, of interest. */
export const NOTHING: Receipt = { events: [], changes: [] };

/** Where a message stands. */
export interface Arrival {
  readonly roomUri: string;
  readonly acceptedTimestamp: bigint;
  readonly message: MLSMessage;
  readonly digest: string;
}

/** A frank as it is stored. */
export function storedFrank(frank: Frank): StoredFrank {
  return {
    serverFrank: frank.serverFrank.slice(),
    cipherSuite: frank.frankingSignatureCiphersuite,
    integritySignature: frank.frankingIntegritySignature.slice(),
  };
}

/** The epoch that a message of a group is for. */
export function epochOf(message: MLSMessage): bigint {
  if (message.wireFormat === "publicMessage") return message.publicMessage.content.epoch;
  if (message.wireFormat === "privateMessage") return message.privateMessage.epoch;
  if (message.wireFormat === "semiPrivateMessage") return message.semiPrivateMessage.epoch;
  throw new ClientError("invalid-message", `a ${message.wireFormat} has no epoch`);
}

/**
 * Reports what is not valid.
 *
 * @throws whatever is none of the errors that refuse input: that is a fault of ours
 */
export function refused(
  what: Extract<ClientEvent, { kind: "refused" }>["what"],
  roomUri: string,
  acceptedTimestamp: bigint,
  error: unknown,
): Receipt {
  const expected =
    error instanceof TlsError ||
    error instanceof MlsError ||
    error instanceof ProtocolError ||
    error instanceof IdentifierError ||
    error instanceof ContentError ||
    error instanceof RoomError ||
    error instanceof ClientError;
  if (!expected) throw error;
  const { code, message: reason } = error;
  return { events: [{ kind: "refused", roomUri, acceptedTimestamp, what, code, reason }], changes: [] };
}

/** For how many epochs the digests of handshakes are kept, to know a repetition. */
const REMEMBERED_EPOCHS = 8n;

/** What is stored once a commit has begun an epoch: its digest is known, and what was sent before it is void. */
export function handshakeRecords(session: Session, room: Room, digest: string): StoreChange[] {
  const { epoch } = room.group;
  const changes: StoreChange[] = [
    { change: "add-handshake", handshake: { roomUri: room.uri, digest, epoch } },
    { change: "forget-handshakes", roomUri: room.uri, before: epoch - REMEMBERED_EPOCHS },
  ];
  for (const outgoing of session.outgoing.values()) {
    const handshake = outgoing.kind === "commit" || outgoing.kind === "proposals";
    if (handshake && outgoing.roomUri === room.uri && outgoing.epoch < epoch) {
      changes.push({ change: "delete-outgoing", digest: outgoing.digest });
    }
  }
  return changes;
}
