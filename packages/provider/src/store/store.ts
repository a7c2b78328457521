/**
 * What a provider remembers, as one interface that SQLite implements and another database can.
 *
 * Every operation is one transaction, and its promise resolves only when the transaction is durable; a
 * rejection means that nothing happened. Operations that were called together may be made durable together.
 * Reads see what is durable. Callbacks that an operation takes run inside its transaction: they are synchronous,
 * so that nothing can come between a check and the write that relies on it.
 * @module
 */

import type {
  Accept,
  Acceptance,
  AcceptanceOutcome,
  AcceptedHandshake,
  AcceptedMessage,
  AcceptedNotification,
  AnswerKey,
  BatchLimits,
  Burial,
  ClaimedClient,
  ClientRecord,
  DeadLetter,
  FollowedRoom,
  HostedRoom,
  InboxEvent,
  JoinLinkRecord,
  KeyPackageClaim,
  KeyPackageRecord,
  KeyPackageRoute,
  KeyPackageTarget,
  Lane,
  NewClient,
  NewRoom,
  Notification,
  NotificationOutcome,
  OutboxBatch,
  Publication,
  Retention,
  RoomHead,
  UserStatus,
  WaitingLane,
} from "./records.ts";

export type * from "./records.ts";

/** Users and clients of this provider. */
export interface ClientStore {
  /**
   * Registers a client, and its user when it is the user's first.
   * @throws StoreError `client-exists` | `user-deleted`
   */
  register(client: NewClient): Promise<void>;
  /** The client that a bearer token belongs to; none after its user was deleted. */
  findByToken(token: string): Promise<ClientRecord | undefined>;
  /** The clients of a user in order of registration; none for an unknown or deleted user. */
  ofUser(userUri: string): Promise<readonly ClientRecord[]>;
  userStatus(userUri: string): Promise<UserStatus>;
  /**
   * Marks a user as deleted, for ever: its tokens, unclaimed KeyPackages, inboxes and memberships are gone.
   * @returns false when there is no such active user
   */
  markUserDeleted(userUri: string, nowMs: number): Promise<boolean>;
}

/** KeyPackages: those of own clients (target side) and where those of others are at home (hub side). */
export interface KeyPackageStore {
  /**
   * Stores KeyPackages of registered clients. A reference is taken once, for ever (protocol 5.2).
   * @throws StoreError `client-unknown` | `user-deleted`, storing none of them
   */
  publish(keyPackages: readonly KeyPackageRecord[]): Promise<Publication>;
  /**
   * Issues one KeyPackage of each client of the user, in order of registration. What is issued is never issued
   * again. Suites are chosen as in reading R-043: the earliest listed one for which the most clients have a
   * KeyPackage, then for each remaining client the earliest that it has.
   */
  claim(claim: KeyPackageClaim): Promise<readonly ClaimedClient[]>;
  /** How many unclaimed, unexpired KeyPackages a client has. */
  available(clientUri: string, nowSeconds: bigint): Promise<number>;
  /** Target side: for each reference its client, until its Welcome was accepted or it expired and was pruned. */
  targets(references: readonly Uint8Array[]): Promise<readonly (KeyPackageTarget | undefined)[]>;
  /** Hub side: remembers at which provider each claimed KeyPackage is at home; before it is handed on. */
  rememberRoutes(routes: readonly KeyPackageRoute[]): Promise<void>;
  /** Hub side: for each reference the target provider's domain, until its Welcome was accepted. */
  routes(references: readonly Uint8Array[]): Promise<readonly (string | undefined)[]>;
}

/** The rooms hosted here: this provider is their hub. */
export interface RoomStore {
  /**
   * Begins to host a room.
   * @returns its accepted timestamp
   * @throws StoreError `room-exists` | `group-exists` | `fixed-room-exists`
   */
  create(room: NewRoom): Promise<{ readonly acceptedTimestampMs: bigint }>;
  /** Without the state: to find out whether a state held in memory is still the current one. */
  head(roomUri: string): Promise<RoomHead | undefined>;
  load(roomUri: string): Promise<HostedRoom | undefined>;
  /** The rooms that depend on this one, or on any; without those that have ended. */
  dependants(parentUri?: string): Promise<readonly string[]>;
  /**
   * Nothing more is accepted in a room, and none takes its place.
   * @returns false when there is no such room, or it has moved on since
   */
  destroy(room: Pick<RoomHead, "roomUri" | "revision">): Promise<boolean>;
  /** What is kept beside the joining links of a room. */
  joinLinks(roomUri: string): Promise<readonly JoinLinkRecord[]>;
  /** The answer of a request that was accepted before (reading R-067). Look here before judging a request. */
  findAnswer(key: AnswerKey): Promise<Uint8Array | undefined>;
  /**
   * Accepts a proposal or commit. In one transaction: looks for an earlier answer; compares epoch and revision
   * with the expected ones; takes the timestamp, max(now, last + 1) (reading R-081); calls `accept`; stores the
   * new state, the events in outboxes and inboxes, and the answer; forgets the routes of the welcomed
   * KeyPackages. The revision grows by one.
   * @throws StoreError `fixed-room-exists`; what `accept` throws
   *
   * @example
   * ```ts
   * const room = await store.rooms.load(roomUri);
   * const staged = groupOf(room).stage(commit); // judge it against this state
   * const result = await store.rooms.acceptHandshake(
   *   { roomUri, expectedEpoch: room.epoch, expectedRevision: room.revision, nowMs: clock.now(), answerKey },
   *   (acceptedTimestampMs) => ({ ...newState(staged), events: fanOut(acceptedTimestampMs), answer: success(acceptedTimestampMs) }),
   * );
   * if (result.outcome === "conflict") return judgeAgain();
   * ```
   */
  acceptHandshake(acceptance: Acceptance, accept: Accept<AcceptedHandshake>): Promise<AcceptanceOutcome>;
  /** Accepts an application message in the same way; the state of the room and its revision stay as they are. */
  acceptMessage(acceptance: Acceptance, accept: Accept<AcceptedMessage>): Promise<AcceptanceOutcome>;
}

/** The rooms that other providers host and own clients take part in. */
export interface FollowedRoomStore {
  find(roomUri: string): Promise<FollowedRoom>;
  /** Notes own clients that came or went otherwise than by a notification (a client's own external commit). */
  change(roomUri: string, change: { joined: readonly string[]; left: readonly string[] }): Promise<void>;
  /** Whether this body was accepted before: worth asking before decoding it. */
  isRepeated(notification: Notification): Promise<boolean>;
  /**
   * Accepts a /notify. In one transaction: a body that the same hub sent before for the same room changes
   * nothing; otherwise `accept` decides about it, events whose message was received before are skipped, the
   * others go into the inboxes. `accept` refuses by throwing: then nothing is remembered.
   */
  acceptNotification(
    notification: Notification,
    accept: (room: FollowedRoom) => AcceptedNotification,
  ): Promise<NotificationOutcome>;
}

/** What each own client has not acknowledged yet. */
export interface InboxStore {
  /** Events with a greater sequence than `after`, oldest first, at most `limit`. */
  read(clientUri: string, after: number, limit: number): Promise<readonly InboxEvent[]>;
  /** Deletes the events up to and including `through`. */
  acknowledge(clientUri: string, through: number): Promise<void>;
  /** Calls the listener after events for the client became durable. @returns the end of the subscription */
  subscribe(clientUri: string, listener: () => void): () => void;
}

/** What other providers have not confirmed yet. */
export interface OutboxStore {
  /** All lanes with something to deliver. */
  lanes(): Promise<readonly WaitingLane[]>;
  /**
   * The lane's oldest batch: the one that is under way, or a new one composed of its oldest events; the
   * composition is durable before it is returned, so that a retry sends the same octets (reading R-087).
   */
  batch(lane: Lane, limits: BatchLimits): Promise<OutboxBatch | undefined>;
  /** The batch has arrived: its events leave the outbox. */
  delivered(batch: OutboxBatch): Promise<void>;
  /** The batch has not arrived: one more failed attempt, and the time of the next. */
  postpone(batch: OutboxBatch, nextAttemptAtMs: number): Promise<void>;
  /** The batch was refused for its size (413): only its first half remains the batch. @returns false for one event */
  split(batch: OutboxBatch): Promise<boolean>;
  /** The batch will not arrive: it becomes a dead letter, and the lane goes on (reading R-096). */
  bury(batch: OutboxBatch, burial: Burial): Promise<DeadLetter | undefined>;
  /** Dead letters, oldest first, with a greater id than `after`, at most `limit`. */
  deadLetters(after: number, limit: number): Promise<readonly DeadLetter[]>;
  /** Puts the events of a dead letter back, before what waits in its lane. @returns false when there is none */
  requeue(deadLetterId: number, nowMs: number): Promise<boolean>;
  /** Deletes a dead letter and its events. @returns false when there is none */
  discard(deadLetterId: number): Promise<boolean>;
  /** Calls the listener after events for a lane became durable. @returns the end of the subscription */
  subscribe(listener: (lane: Lane) => void): () => void;
}

/** What the provider makes once and needs again after every restart: its signing keys and franking keys. */
export interface SecretStore {
  /** The octets under this name; when there are none, those that `make` returns are stored. */
  obtain(name: string, make: () => Uint8Array): Promise<Uint8Array>;
}

/** Everything that a provider remembers. */
export interface Store {
  readonly clients: ClientStore;
  readonly keyPackages: KeyPackageStore;
  readonly rooms: RoomStore;
  readonly followedRooms: FollowedRoomStore;
  readonly inbox: InboxStore;
  readonly outbox: OutboxStore;
  readonly secrets: SecretStore;
  /** Deletes what has served its time: old answers and hashes, expired KeyPackages and routes. */
  prune(retention: Retention): Promise<void>;
  /** Finishes what was called before, then closes. */
  close(): Promise<void>;
}
