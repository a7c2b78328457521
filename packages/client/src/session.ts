/**
 * The state of an opened client: what the store holds, decoded, and the only way to change both.
 * @module
 */

import { type CryptoProvider, MemberGroup, type MemberOptions, MLSMessage } from "@openmimi/mls";
import { basicClaims, type ClaimsSource, roomComponents } from "@openmimi/room";
import { encode } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import type { ClientEvent } from "./events.ts";
import { type Identity, identityOfClient } from "./identity.ts";
import { Lock } from "./lock.ts";
import { messagePolicy, padding } from "./message-policy.ts";
import { toHex } from "./octets.ts";
import type { ProviderApi } from "./provider-api.ts";
import type { Room } from "./room.ts";
import type { DueCommit, ReportSettings } from "./room-policies.ts";
import type { ClientStore, StoreChange, StoredKeyPackage, StoredOutgoing, StoredRoom } from "./store.ts";

/** What a session is made of. */
export interface SessionParts {
  readonly api: ProviderApi;
  readonly store: ClientStore;
  readonly crypto: CryptoProvider;
  /** Milliseconds since the UNIX epoch. */
  readonly now: () => number;
  /** How long an operation follows a room that keeps moving on before it gives up. */
  readonly patienceMs: number;
  /** What is reported where a room leaves it open. Default: nothing. */
  readonly reports?: ReportSettings;
  /** From 0 to below 1, for delays. Default: Math.random. */
  readonly random?: () => number;
  /** What credentials claim. Default: the identity of basic ones. */
  readonly claims?: ClaimsSource;
}

/** A client's state in memory. Change it in {@link Session.exclusive} work only, and store it with {@link Session.write}. */
export class Session {
  readonly api: ProviderApi;
  readonly store: ClientStore;
  readonly crypto: CryptoProvider;
  readonly now: () => number;
  readonly identity: Identity;
  readonly rooms = new Map<string, Room>();
  readonly keyPackages = new Map<string, StoredKeyPackage>();
  readonly outgoing = new Map<string, StoredOutgoing>();
  /** Digests of outgoing requests that some operation of this process is waiting for. */
  readonly inFlight = new Set<string>();
  /** Events that no caller of sync has been given yet. */
  readonly news: ClientEvent[] = [];
  /** By room. */
  readonly dueCommits = new Map<string, DueCommit>();
  reports: ReportSettings;
  cursor = 0;
  readonly random: () => number;
  readonly claims: ClaimsSource;
  readonly #patienceMs: number;
  readonly #lock = new Lock();

  private constructor(parts: SessionParts, identity: Identity) {
    this.api = parts.api;
    this.store = parts.store;
    this.crypto = parts.crypto;
    this.now = parts.now;
    this.#patienceMs = parts.patienceMs;
    this.reports = parts.reports ?? {};
    this.random = parts.random ?? Math.random;
    this.claims = parts.claims ?? basicClaims;
    this.identity = identity;
  }

  /** @throws {ClientError} `store` if the store holds no client */
  static async load(parts: SessionParts): Promise<Session> {
    const { client } = await parts.store.load();
    if (client === undefined) throw new ClientError("store", "the store holds no client: register one");
    const session = new Session(parts, identityOfClient(client));
    await session.#reload();
    return session;
  }

  /** When an operation that begins now gives up following its room, on the monotonic clock. */
  deadline(): number {
    return performance.now() + this.#patienceMs;
  }

  /** How the group of a room is made and read, by the room's own policy for messages. Policy §7. */
  memberOptions(roomUri: string): MemberOptions {
    const policy = () => messagePolicy(this.rooms.get(roomUri));
    return {
      components: roomComponents,
      now: () => BigInt(Math.floor(this.now() / 1000)),
      padding: (length) => padding(length, policy()?.padToSize),
      window: {
        get forward() {
          // Reading R-183: zero means no limit; then the one of the MLS engine holds.
          return policy()?.maxGenerationsSkipahead || undefined;
        },
      },
    };
  }

  /**
   * Runs `work` alone. Groups change before they are stored; if anything fails, everything in memory is read again
   * from the store, so that memory never runs ahead of what a crash would leave. Rooms found before are stale then.
   */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    return this.#lock.run(async () => {
      try {
        return await work();
      } catch (error) {
        await this.#reload();
        throw error;
      }
    });
  }

  /** Stores changes in one transaction, then shows them. @throws {ClientError} `store` */
  async write(changes: readonly StoreChange[]): Promise<void> {
    await this.store.write(changes);
    for (const change of changes) this.#show(change);
  }

  /** The digest by which a message is known when it comes back or is repeated: hexadecimal hash of its octets. */
  digest(message: MLSMessage): string {
    return toHex(this.crypto.suite(this.identity.cipherSuite).hash(encode(MLSMessage, message)));
  }

  #restore({ roomUri, status, joinedEpoch, group }: StoredRoom): Room {
    const member = MemberGroup.deserialize(this.crypto, group, this.memberOptions(roomUri));
    return { uri: roomUri, status, joinedEpoch, group: member };
  }

  async #reload(): Promise<void> {
    const state = await this.store.load();
    this.cursor = state.cursor;
    this.rooms.clear();
    for (const room of state.rooms) this.rooms.set(room.roomUri, this.#restore(room));
    this.keyPackages.clear();
    for (const keyPackage of state.keyPackages) this.keyPackages.set(keyPackage.reference, keyPackage);
    this.outgoing.clear();
    for (const outgoing of state.outgoing) this.outgoing.set(outgoing.digest, outgoing);
  }

  /** Rooms are shown by whoever changes them: the object in the map is the one that was stored. */
  #show(change: StoreChange): void {
    switch (change.change) {
      case "cursor":
        this.cursor = change.cursor;
        break;
      case "forget-room":
        this.rooms.delete(change.roomUri);
        break;
      case "add-key-package":
        this.keyPackages.set(change.keyPackage.reference, change.keyPackage);
        break;
      case "delete-key-package":
        this.keyPackages.delete(change.reference);
        break;
      case "add-outgoing":
        this.outgoing.set(change.outgoing.digest, change.outgoing);
        break;
      case "delete-outgoing":
        this.outgoing.delete(change.digest);
        break;
      case "client":
      case "room":
      case "add-message":
      case "add-handshake":
      case "forget-handshakes":
        break;
    }
  }
}
