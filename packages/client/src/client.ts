/**
 * A user's client. Everything that a member of MIMI rooms does, over its own provider's client API.
 * @module
 */

import { type MimiContent, markdown } from "@openmimi/content";
import { CipherSuiteId, type CryptoProvider, KeyPackage, nobleCrypto } from "@openmimi/mls";
import type { RoomMetaData } from "@openmimi/protocol";
import type { ClaimsSource } from "@openmimi/room";
import { encode } from "@openmimi/tls";
import { Caller } from "./caller.ts";
import {
  leaveProposals,
  planAddition,
  planJoinLinks,
  planKick,
  planMetadata,
  planRemoval,
  planRoleChange,
} from "./changes.ts";
import { createRoom, type RoomInit, renewRoom } from "./creating.ts";
import { ClientError } from "./errors.ts";
import type { ClientEvent } from "./events.ts";
import { type Committed, commitInRoom, type Planner, proposeInRoom } from "./handshake.ts";
import { type Identity, type KeyPackageOptions, makeKeyPackage, toStoredKeyPackage } from "./identity.ts";
import { type JoinOptions, joinExternally } from "./joining.ts";
import { type ClaimedKeyMaterial, claimKeyMaterial } from "./key-material.ts";
import { toHex } from "./octets.ts";
import { defaultLifetime, forgetExpired } from "./own-leaf.ts";
import { commitDue, untilDue } from "./pending-policy.ts";
import { ProviderApi, type ProviderDescription } from "./provider-api.ts";
import { reportDeliveries, reportRead } from "./reports.ts";
import { mustBeMember, type RoomView, viewOf } from "./room.ts";
import type { ReportSettings } from "./room-policies.ts";
import { type Sent, sendContent } from "./sending.ts";
import { Session } from "./session.ts";
import type { ClientStore, StoredMessage } from "./store.ts";
import { pull } from "./sync.ts";
import { DEFAULT_RETRY, type RetryPolicy, type Transport } from "./transport.ts";

/** What a client may be given beside its transport and its store. */
export interface ClientOptions {
  /** Default: `nobleCrypto`, which runs everywhere; in Node take `nodeCrypto` of `@openmimi/client/node`. */
  readonly crypto?: CryptoProvider;
  /** Milliseconds since the UNIX epoch. Default: the system's clock. */
  readonly now?: () => number;
  readonly retry?: RetryPolicy;
  /** How long an operation follows a room that keeps moving on. Default: one minute. */
  readonly patienceMs?: number;
  /** What is reported where a room leaves it open. Policy §6.1. Default: nothing. */
  readonly reports?: ReportSettings;
  /** From 0 to below 1, for random delays. Policy §7. Default: Math.random. */
  readonly random?: () => number;
  /**
   * What credentials claim, for preauthorization (policy §4): the same as the hub believes. Default: the identity of basic
   * ones.
   */
  readonly claims?: ClaimsSource;
}

/** Users that were added, and clients of theirs that could not be. */
export interface Added extends Committed {
  readonly missing: ClaimedKeyMaterial["missing"];
}

/** What a sync did. */
export interface SyncResult {
  /** How many events of the inbox were processed by it. */
  readonly processed: number;
  /** Everything that happened since the last sync, in the hub's order within each room. */
  readonly events: readonly ClientEvent[];
}

/**
 * A client. All its state is in the store: a client that was killed is opened again and goes on, having processed
 * every event exactly once.
 *
 * Every method throws {@link ClientError}. With code `connection` nothing is known of what became of the request; it
 * is kept, and the next sync finds out.
 *
 * @example
 * ```ts
 * const alice = await MimiClient.register(transport, sqliteStore("alice.sqlite"), { user: "alice", device: "ClientA1" });
 * const room = await alice.createRoom({ name: "clubhouse" });
 * await alice.addUser(room, "mimi://b.example/u/bob");
 * await alice.sendText(room, "Welcome");
 * const { events } = await alice.sync({ waitMs: 10_000 });
 * ```
 */
export class MimiClient {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Makes a new client known to its provider and stores who it is.
   *
   * @throws {ClientError} `conflict` if the user has such a device; `usage` if the store holds a client
   */
  static async register(
    transport: Transport,
    store: ClientStore,
    who: { readonly user: string; readonly device: string; readonly cipherSuite?: number },
    options: ClientOptions = {},
  ): Promise<MimiClient> {
    const { client } = await store.load();
    if (client !== undefined)
      throw new ClientError("usage", `the store holds ${client.clientUri} already: open it`);
    const crypto = options.crypto ?? nobleCrypto;
    const cipherSuite = who.cipherSuite ?? CipherSuiteId.MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;
    const keyPair = crypto.suite(cipherSuite).generateSignatureKeyPair();
    const api = new ProviderApi(new Caller(transport, options.retry ?? DEFAULT_RETRY));
    const registered = await api.createClient(who.user, who.device);
    const keys = { signaturePublicKey: keyPair.publicKey, signaturePrivateKey: keyPair.privateKey };
    await store.write([{ change: "client", client: { ...registered, cipherSuite, ...keys } }]);
    return MimiClient.open(transport, store, options);
  }

  /** Opens a client that was registered before. @throws {ClientError} `store` if the store holds none */
  static async open(
    transport: Transport,
    store: ClientStore,
    options: ClientOptions = {},
  ): Promise<MimiClient> {
    const { client } = await store.load();
    const caller = new Caller(transport, options.retry ?? DEFAULT_RETRY, client?.token);
    const session = await Session.load({
      api: new ProviderApi(caller),
      store,
      crypto: options.crypto ?? nobleCrypto,
      now: options.now ?? Date.now,
      patienceMs: options.patienceMs ?? 60_000,
      ...(options.reports === undefined ? {} : { reports: options.reports }),
      ...(options.random === undefined ? {} : { random: options.random }),
      ...(options.claims === undefined ? {} : { claims: options.claims }),
    });
    return new MimiClient(session);
  }

  /** Who this client is. */
  get identity(): Identity {
    return this.#session.identity;
  }
  get userUri(): string {
    return this.identity.userUri;
  }
  get clientUri(): string {
    return this.identity.clientUri;
  }

  /**
   * Makes KeyPackages and publishes them. Protocol §4.3.1. They are stored before the provider has them, so that no
   * Welcome can come for which the private key is missing.
   *
   * @returns their KeyPackageRefs, hexadecimal
   */
  async publishKeyPackages(count: number, options: Partial<KeyPackageOptions> = {}): Promise<string[]> {
    const { crypto, identity, api, now } = this.#session;
    const made = Array.from({ length: count }, () =>
      makeKeyPackage(crypto, identity, { ...defaultLifetime(now()), ...options }),
    );
    const added = made.map(
      (own) => ({ change: "add-key-package", keyPackage: toStoredKeyPackage(own) }) as const,
    );
    const { keyPackages } = this.#session;
    await this.#session.exclusive(() =>
      this.#session.write([...forgetExpired(keyPackages.values(), now()), ...added]),
    );
    await api.publishKeyPackages(made.map(({ keyPackage }) => encode(KeyPackage, keyPackage)));
    return made.map(({ reference }) => toHex(reference));
  }

  /** How many of this client's KeyPackages can still be claimed. */
  availableKeyPackages(): Promise<number> {
    return this.#session.api.availableKeyPackages();
  }

  /** Creates a room at this client's own provider. Protocol §3.1. @returns its URI */
  createRoom(init: RoomInit): Promise<string> {
    return createRoom(this.#session, init);
  }

  /** Founds the next group of a persistent room that has no clients any more. Policy §5. */
  renewRoom(roomUri: string): Promise<void> {
    return renewRoom(this.#session, roomUri);
  }

  /**
   * Has this client's own provider destroy a room that it hosts, for ever and for everybody. Policy §8.6, canDestroyRoom;
   * no message of MIMI does that (reading R-189).
   *
   * @throws {ClientError} `not-allowed`; `not-found` if the provider hosts no such room
   */
  async destroyRoom(roomUri: string): Promise<void> {
    await this.#session.api.destroyRoom(roomUri);
    await this.#session.exclusive(() => this.#session.write([{ change: "forget-room", roomUri }]));
  }

  /** Adds a user with all clients that have KeyPackages. Protocol §3.2, §3.3. */
  addUser(roomUri: string, userUri: string, roleIndex?: number): Promise<Added> {
    return this.addUsers(roomUri, [userUri], roleIndex);
  }

  /** Adds several users in one commit. @throws {ClientError} `no-key-material` if one of them cannot be added */
  async addUsers(roomUri: string, userUris: readonly string[], roleIndex?: number): Promise<Added> {
    const room = mustBeMember(this.#session.rooms.get(roomUri), roomUri);
    const users: ClaimedKeyMaterial[] = [];
    for (const userUri of userUris) users.push(await claimKeyMaterial(this.#session, room, userUri));
    const role = roleIndex === undefined ? {} : { roleIndex };
    const committed = await this.#commit(roomUri, (now) =>
      planAddition(
        now,
        this.userUri,
        users.map((user) => ({ ...user, ...role })),
      ),
    );
    return { ...committed, missing: users.flatMap(({ missing }) => missing) };
  }

  /** Adds the user's own other clients that are not in the room yet. Policy §8.1.1, canAddOwnClient. */
  addOwnClients(roomUri: string): Promise<Added> {
    return this.addUser(roomUri, this.userUri);
  }

  /** Removes a user and all of the user's clients. Policy §8.1.2. */
  removeUser(roomUri: string, userUri: string): Promise<Committed> {
    if (userUri === this.userUri) throw new ClientError("usage", "nobody commits their own removal: leave");
    return this.#commit(roomUri, (room) => planRemoval(room, userUri));
  }

  /** Removes a participant's clients, who may come back at any time. Policy §8.1.2. */
  kickUser(roomUri: string, userUri: string): Promise<Committed> {
    return this.#commit(roomUri, (room) => planKick(room, userUri));
  }

  /**
   * Puts a join link into the room, with which others may join: give it to them in some other way. Policy §6.2.
   *
   * @param link the octets of the joining code; default: 16 random ones
   * @returns the link, for `joiningCode` of `joinExternally`
   */
  async createJoinLink(roomUri: string, link?: Uint8Array): Promise<Uint8Array> {
    const { crypto, identity } = this.#session;
    const made = link ?? crypto.suite(identity.cipherSuite).random(16);
    await this.#commit(roomUri, (room) => planJoinLinks(room, { add: [made] }));
    return made;
  }

  /** Takes a join link out of the room; nobody joins with it any more. Policy §6.2. */
  deleteJoinLink(roomUri: string, link: Uint8Array): Promise<Committed> {
    return this.#commit(roomUri, (room) => planJoinLinks(room, { remove: [link] }));
  }

  /**
   * Gives a policy component of the room other data: roles, preauthorization, base policy, and the others (policy §3 to §7).
   *
   * @param data encoded, for example `encode(RoleData, ...)`
   */
  setPolicy(roomUri: string, componentId: number, data: Uint8Array): Promise<Committed> {
    const appDataUpdate = { componentId, op: "update", update: data } as const;
    return this.#commit(roomUri, () => ({ proposals: [{ proposalType: "appDataUpdate", appDataUpdate }] }));
  }

  /** Gives a participant another role. Policy §8.1.3. */
  changeRole(roomUri: string, userUri: string, roleIndex: number): Promise<Committed> {
    return this.#commit(roomUri, (room) => planRoleChange(room, userUri, roleIndex));
  }

  /** Changes what people see of the room. Protocol §7.6. */
  setMetadata(roomUri: string, change: Partial<Omit<RoomMetaData, "roomUri">>): Promise<Committed> {
    return this.#commit(roomUri, (room) => planMetadata(room, change));
  }

  /** Fresh keys for this client: a commit with a path. RFC 9420 §12.4. */
  update(roomUri: string): Promise<Committed> {
    return this.#commit(roomUri, () => ({ proposals: [], path: true, withPending: true }));
  }

  /** Commits what others have proposed. Protocol §3.5; nothing happens where nothing is pending. */
  commitPending(roomUri: string): Promise<Committed> {
    return this.#commit(roomUri, ({ group }) =>
      group.public.pending.length === 0 ? undefined : { proposals: [], withPending: true },
    );
  }

  /** Leaves: proposals for all clients of the own user and for the participant list. Protocol §3.5. */
  leave(roomUri: string): Promise<void> {
    return proposeInRoom(this.#session, roomUri, (room) => leaveProposals(room, this.userUri));
  }

  /** Joins by external commit. Protocol §3.6. @returns the epoch */
  joinExternally(roomUri: string, options: JoinOptions = {}): Promise<bigint> {
    return joinExternally(this.#session, roomUri, options);
  }

  /** Sends a Markdown message. Content §5.1. */
  sendText(roomUri: string, text: string): Promise<Sent> {
    return this.send(roomUri, markdown(text));
  }

  /** Sends any content; its sender and room are filled in. Protocol §5.4. */
  send(roomUri: string, content: MimiContent): Promise<Sent> {
    return sendContent(this.#session, roomUri, content);
  }

  /** Processes what waits in the inbox; with `waitMs` it waits that long for something to come. */
  async sync(options: { readonly waitMs?: number } = {}): Promise<SyncResult> {
    const session = this.#session;
    const end = performance.now() + (options.waitMs ?? 0);
    let processed = 0;
    for (;;) {
      const left = Math.max(0, end - performance.now());
      const waitMs = untilDue(session) ?? (processed > 0 ? 0 : left);
      processed += await pull(session, Math.ceil(Math.min(left, waitMs)));
      await commitDue(session);
      // Policy §7: a commit that falls due within the wait is made, whatever else comes.
      if ((untilDue(session) ?? Number.POSITIVE_INFINITY) > end - performance.now()) break;
    }
    const events = session.news.splice(0);
    await reportDeliveries(session, events);
    return { processed, events };
  }

  /** What this client reports where a room leaves it open. Policy §6.1. */
  setReports(settings: ReportSettings): void {
    this.#session.reports = settings;
  }

  /**
   * The user has read messages: a receipt is sent where the room requires it, or leaves it open and the user wants it.
   * Policy §6.1.
   *
   * @param messageIds hexadecimal
   * @returns whether a receipt was sent
   */
  markRead(roomUri: string, messageIds: readonly string[]): Promise<boolean> {
    return reportRead(this.#session, roomUri, messageIds);
  }

  /** The rooms that this client knows, also those that it was removed from. */
  rooms(): readonly RoomView[] {
    return [...this.#session.rooms.values()].map(viewOf);
  }

  /** A room as of the last sync. @throws {ClientError} `not-a-member` if it is not known */
  roomView(roomUri: string): RoomView {
    const room = this.#session.rooms.get(roomUri);
    if (room === undefined) throw new ClientError("not-a-member", `this client is in no room ${roomUri}`);
    return viewOf(room);
  }

  /** The history of a room, in the hub's order. */
  messages(roomUri: string, after?: bigint): Promise<readonly StoredMessage[]> {
    return this.#session.store.messages(roomUri, after);
  }

  /** Closes the store. The transport stays its owner's: several clients may share it. */
  close(): Promise<void> {
    return this.#session.store.close();
  }

  #commit(roomUri: string, plan: Planner): Promise<Committed> {
    return commitInRoom(this.#session, roomUri, plan);
  }
}

/** What a provider says of itself: for those who have no client there yet. */
export function describeProvider(
  transport: Transport,
  retry: RetryPolicy = DEFAULT_RETRY,
): Promise<ProviderDescription> {
  return new ProviderApi(new Caller(transport, retry)).provider();
}
