/**
 * What a client keeps, and the one way to change it: a list of changes, written in one transaction or not at all.
 *
 * One store belongs to one client and is opened by one process at a time.
 * @module
 */

/** Who this client is. */
export interface StoredClient {
  /** `mimi://a.example/u/alice`. */
  readonly userUri: string;
  /** `mimi://a.example/d/alice/ClientA1`. */
  readonly clientUri: string;
  /** What proves it to the provider. */
  readonly token: string;
  readonly cipherSuite: number;
  readonly signaturePublicKey: Uint8Array;
  readonly signaturePrivateKey: Uint8Array;
}

/** A KeyPackage that was made and not used yet, with its private keys. */
export interface StoredKeyPackage {
  /** Hexadecimal KeyPackageRef. */
  readonly reference: string;
  /** The encoded KeyPackage. */
  readonly keyPackage: Uint8Array;
  readonly initPrivateKey: Uint8Array;
  readonly encryptionPrivateKey: Uint8Array;
}

/**
 * How this client stands to a room.
 *
 * - `creating`, `joining`: it has asked the hub and has no answer yet
 * - `member`
 * - `leaving`: it has proposed its own removal and waits for somebody's commit
 * - `removed`: a commit removed it; the history stays
 * - `diverged`: it refused what the hub accepted; only an external commit brings it back
 */
export type RoomStatus = "creating" | "joining" | "member" | "leaving" | "removed" | "diverged";

/** A room. */
export interface StoredRoom {
  readonly roomUri: string;
  readonly status: RoomStatus;
  /** The first epoch that this client can read. */
  readonly joinedEpoch: bigint;
  /** The serialized MemberGroup: epoch secrets, private path, pending proposals and commit. */
  readonly group: Uint8Array;
}

/** Something sent to the hub whose answer is not known yet. */
export interface StoredOutgoing {
  /** Hexadecimal SHA-256 of the encoded MLSMessage, by which it is known when it comes back. */
  readonly digest: string;
  readonly roomUri: string;
  /** `join` is an external commit. */
  readonly kind: "room" | "commit" | "join" | "proposals" | "message";
  /** The request body; a repetition sends the same octets (reading R-067). Of a new room: its GroupInfo. */
  readonly body: Uint8Array;
  readonly epoch: bigint;
  /** Of a message: the MIMI content that was protected. */
  readonly content?: Uint8Array;
  /** Of a message: the exact application_data, which the frank is over. */
  readonly applicationData?: Uint8Array;
}

/** What the hub's frank is worth. Protocol §5.4.1.3, reading R-080. */
export type Franking = "verified" | "unfranked" | "unverified";

/** The hub's stamp, kept for a later report. Protocol §5.4.1.3. */
export interface StoredFrank {
  readonly serverFrank: Uint8Array;
  readonly cipherSuite: number;
  readonly integritySignature: Uint8Array;
}

/** A message of the history. Its key is (room, acceptedTimestamp, messageId). */
export interface StoredMessage {
  readonly roomUri: string;
  /** The hub's acceptance time in milliseconds since the UNIX epoch; it orders the history. */
  readonly acceptedTimestamp: bigint;
  /** Hexadecimal message ID. Content §3.3. */
  readonly messageId: string;
  readonly senderUri: string;
  readonly senderClientUri: string;
  readonly own: boolean;
  readonly epoch: bigint;
  /** The MIMI content as received. */
  readonly content: Uint8Array;
  /** The exact application_data, which the frank is over. */
  readonly applicationData: Uint8Array;
  readonly franking: Franking;
  readonly frank?: StoredFrank;
  /** Hexadecimal SHA-256 of the encoded MLSMessage. */
  readonly digest: string;
}

/** A handshake that was processed: a repetition of it is ignored. */
export interface StoredHandshake {
  readonly roomUri: string;
  readonly digest: string;
  readonly epoch: bigint;
}

/** One change. A list of them is written in one transaction. */
export type StoreChange =
  | { readonly change: "client"; readonly client: StoredClient }
  | { readonly change: "cursor"; readonly cursor: number }
  | { readonly change: "room"; readonly room: StoredRoom }
  | { readonly change: "forget-room"; readonly roomUri: string }
  | { readonly change: "add-key-package"; readonly keyPackage: StoredKeyPackage }
  | { readonly change: "delete-key-package"; readonly reference: string }
  | { readonly change: "add-outgoing"; readonly outgoing: StoredOutgoing }
  | { readonly change: "delete-outgoing"; readonly digest: string }
  | { readonly change: "add-message"; readonly message: StoredMessage }
  | { readonly change: "add-handshake"; readonly handshake: StoredHandshake }
  /** Forgets the digests of handshakes before an epoch. */
  | { readonly change: "forget-handshakes"; readonly roomUri: string; readonly before: bigint };

/** Everything but the history. */
export interface StoredState {
  readonly client: StoredClient | undefined;
  /** Sequence number of the last inbox event that was processed; 0 at first. */
  readonly cursor: number;
  readonly rooms: readonly StoredRoom[];
  readonly keyPackages: readonly StoredKeyPackage[];
  /** In the order in which they were added. */
  readonly outgoing: readonly StoredOutgoing[];
}

/** The store of one client. What it returns is the caller's to keep. */
export interface ClientStore {
  load(): Promise<StoredState>;
  /** Writes all changes durably in one transaction, or none. @throws {ClientError} `store` */
  write(changes: readonly StoreChange[]): Promise<void>;
  /** The history of a room after a time, by acceptance time and then message ID (reading R-171). */
  messages(roomUri: string, after?: bigint): Promise<readonly StoredMessage[]>;
  /** The message with an ID (hexadecimal), the first one if there are several. Content §3.3. */
  message(roomUri: string, messageId: string): Promise<StoredMessage | undefined>;
  /** Whether there is a message that has this digest, or this time and ID. */
  hasMessage(
    roomUri: string,
    digest: string,
    key?: { acceptedTimestamp: bigint; messageId: string },
  ): Promise<boolean>;
  hasHandshake(roomUri: string, digest: string): Promise<boolean>;
  close(): Promise<void>;
}
