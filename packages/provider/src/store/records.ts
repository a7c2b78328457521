/**
 * What goes into the store and what comes out, in the terms of protocol 5.2 to 5.6.
 *
 * Times: `...Ms` are milliseconds since the UNIX epoch, `...Seconds` are seconds (as in an MLS Lifetime).
 * What appears in a wire struct as a uint64 is a bigint; what is ours alone is a number.
 * @module
 */

/** A client registered at this provider. */
export interface ClientRecord {
  readonly userUri: string;
  readonly clientUri: string;
}

/** A client to register. Only the SHA-256 of the token is kept. */
export interface NewClient extends ClientRecord {
  /** Bearer token of the client API; at least 128 bits of randomness. */
  readonly token: string;
  readonly nowMs: number;
}

/** What is known here about a user (protocol 5.2: userUnknown and userDeleted are different answers). */
export type UserStatus = "unknown" | "active" | "deleted";

/** A KeyPackage that waits to be claimed. */
export interface KeyPackageRecord {
  /** KeyPackageRef (RFC 9420 section 5.2). */
  readonly reference: Uint8Array;
  readonly clientUri: string;
  readonly cipherSuite: number;
  /** leaf_node.lifetime of the KeyPackage; what is later than 2^63 - 1 is kept as that. */
  readonly notBeforeSeconds: bigint;
  readonly notAfterSeconds: bigint;
  /** Marked as last resort: claimed only when no other fits, and once like every other (reading R-041). */
  readonly lastResort: boolean;
  /** The encoded KeyPackage, without an MLSMessage around it (reading R-040). */
  readonly octets: Uint8Array;
}

/** What became of the KeyPackages in a publication. */
export interface Publication {
  /** References stored now. */
  readonly published: readonly Uint8Array[];
  /** References that were here before, claimed or not: they are never taken a second time. */
  readonly refused: readonly Uint8Array[];
}

/** A request for one KeyPackage of each of a user's clients (protocol 5.2). */
export interface KeyPackageClaim {
  readonly userUri: string;
  /** Acceptable cipher suites, the preferred one first. */
  readonly cipherSuites: readonly number[];
  readonly nowSeconds: bigint;
  /** KeyPackages that expire within so many seconds are not issued (reading R-042). */
  readonly marginSeconds: bigint;
  /** Domain of the provider that asked: a Welcome for the KeyPackage is expected through it. */
  readonly claimedBy: string;
  /** Synchronous check of the request's requiredCapabilities; runs inside the transaction. Default: all fit. */
  readonly compatible?: (candidate: KeyPackageRecord) => boolean;
}

/** The outcome of a claim for one client; the names are those of KeyMaterialClientCode. */
export type ClaimedClient =
  | { readonly clientUri: string; readonly status: "success"; readonly keyPackage: KeyPackageRecord }
  | { readonly clientUri: string; readonly status: "keyMaterialExhausted" | "nothingCompatible" };

/** Target side: whose KeyPackage it is, so that a Welcome finds its client (protocol 5.2). */
export interface KeyPackageTarget {
  readonly clientUri: string;
  /** Domain of the provider that claimed it; absent while it is unclaimed. */
  readonly claimedBy?: string;
}

/** Hub side: at which provider a claimed KeyPackage is at home (protocol 5.2). */
export interface KeyPackageRoute {
  readonly reference: Uint8Array;
  /** Domain of the target provider. */
  readonly domain: string;
  readonly notAfterSeconds: bigint;
}

/** What is kept beside a joining link of a room from the moment when it was put there (policy §6.2, reading R-105). */
export interface JoinLinkRecord {
  /** The octets of the code. */
  readonly link: Uint8Array;
  readonly createdMs: bigint;
  /** Absent: it does not expire. */
  readonly expiresMs?: bigint;
  /** Whether more than one user may join with it. */
  readonly multiuser: boolean;
  /** How many users have joined with it. */
  readonly uses: number;
}

/** A joining link as it stands in a room's join_links, and how long a new one is good for. */
export interface JoinLinkTerms extends Pick<JoinLinkRecord, "link" | "multiuser"> {
  /** Absent: it does not expire. */
  readonly lifetimeMs?: bigint;
}

/** What has to be known of a room without looking into its state. */
export interface RoomRelations {
  /** The room that it depends on (policy §5). */
  readonly parentUri?: string | undefined;
  /** Of a fixed-membership room: its set of participants, hashed. No other room has the same (policy §5). */
  readonly fixedParticipants?: Uint8Array | undefined;
  /** All of its joining links; what is kept of those that were there before stays as it is. Absent: the same as before. */
  readonly joinLinks?: readonly JoinLinkTerms[] | undefined;
  /** No client is left in its group: how the room was, is kept, and nothing more is accepted. */
  readonly ended: boolean;
}

/** A room to host. */
export interface NewRoom {
  readonly roomUri: string;
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  /** The serialized PublicGroup. */
  readonly publicGroup: Uint8Array;
  /** The encoded GroupInfo of this epoch. */
  readonly groupInfo: Uint8Array;
  /** Default: it depends on no other room, everybody may be in it, it has no links, and it has clients. */
  readonly relations?: RoomRelations;
  /** Takes the place of the room that was there and was abandoned (policy §5: persistent_room). */
  readonly renews?: boolean;
  readonly nowMs: number;
}

/** A room hosted here, without its state: cheap to read, and enough to know whether a cached state is current. */
export interface RoomHead {
  readonly roomUri: string;
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  /** Grows with every accepted handshake, also with a proposal, which leaves the epoch as it is. */
  readonly revision: number;
  readonly lastAcceptedTimestampMs: bigint;
  /** No client is left in its group (policy §5), or somebody destroyed it (policy §8.6). */
  readonly ended?: "abandoned" | "destroyed";
}

/** A proposal that the next commit must contain, as GroupInfoRatchetTreeTBE lists it (protocol 5.6). */
export interface PendingProposalRecord {
  readonly acceptedTimestampMs: bigint;
  /** The encoded MLSMessage. */
  readonly message: Uint8Array;
}

/** A room hosted here, whole. */
export interface HostedRoom extends RoomHead {
  readonly publicGroup: Uint8Array;
  readonly groupInfo: Uint8Array;
  /** In order of acceptance (reading R-104). */
  readonly pendingProposals: readonly PendingProposalRecord[];
}

/** What makes a request the same request (reading R-067). */
export interface AnswerKey {
  /** Domain of the requesting provider, or the client URI for a request of an own client. */
  readonly source: string;
  readonly path: string;
  /** SHA-256 of the request's body. */
  readonly bodyHash: Uint8Array;
}

/** One FanoutMessage and where it goes. Of several in one acceptance, the first is delivered first. */
export interface RoomEvent {
  /** One encoded FanoutMessage (protocol 5.5); kept once however many receive it. */
  readonly fanout: Uint8Array;
  /** Domains of the providers that get it by /notify; not the own one. */
  readonly destinations: readonly string[];
  /** Own clients that find it in their inbox. Those not registered here are skipped. */
  readonly clients: readonly string[];
}

/** What is checked before anything is accepted: the state that the caller has judged must still be the state. */
export interface Acceptance {
  readonly roomUri: string;
  readonly expectedEpoch: bigint;
  readonly expectedRevision: number;
  readonly nowMs: number;
  /** Under which the answer is kept; absent when a repetition cannot occur (proposals of the hub itself). */
  readonly answerKey?: AnswerKey;
}

/** What accepting an application message leaves behind. */
export interface AcceptedMessage {
  readonly events: readonly RoomEvent[];
  /** The encoded response body. */
  readonly answer: Uint8Array;
}

/** What accepting a proposal or commit leaves behind. */
export interface AcceptedHandshake extends AcceptedMessage {
  readonly epoch: bigint;
  readonly publicGroup: Uint8Array;
  readonly groupInfo: Uint8Array;
  /** True for a commit: the proposals of the epoch that ends are gone. */
  readonly clearPendingProposals: boolean;
  /** Encoded MLSMessages that are pending now, with this acceptance's timestamp. */
  readonly newPendingProposals: readonly Uint8Array[];
  /** References in the Welcome: their routes have served and are forgotten. */
  readonly welcomedKeyPackages: readonly Uint8Array[];
  /** Absent: as they were. */
  readonly relations?: RoomRelations | undefined;
  /** The joining link with which somebody joins: used once more. */
  readonly usedJoinLink?: Uint8Array | undefined;
}

/** An acceptance, called inside the transaction: no await, no other use of the store. What it throws undoes it. */
export type Accept<T extends AcceptedMessage> = (acceptedTimestampMs: bigint) => T;

/** How an acceptance ended. */
export type AcceptanceOutcome =
  /** Durable now. */
  | { readonly outcome: "accepted"; readonly acceptedTimestampMs: bigint; readonly answer: Uint8Array }
  /** The same request was accepted before; this is its answer, and nothing was changed (reading R-067). */
  | { readonly outcome: "repeated"; readonly answer: Uint8Array }
  /** The room moved on since the caller looked: load it again, judge again. Nothing was changed. */
  | { readonly outcome: "conflict"; readonly epoch: bigint; readonly revision: number }
  | { readonly outcome: "unknownRoom" };

/** A /notify request as it arrived (protocol 5.5). */
export interface Notification {
  /** Domain of the hub, as authenticated. */
  readonly hub: string;
  readonly roomUri: string;
  /** SHA-256 of the request's body. */
  readonly bodyHash: Uint8Array;
  readonly nowMs: number;
}

/** One FanoutMessage of a /notify body. */
export interface NotifiedEvent {
  readonly fanout: Uint8Array;
  /** SHA-256 of the MLSMessage inside: the same message in another body is skipped (reading R-087). */
  readonly contentHash: Uint8Array;
  readonly acceptedTimestampMs: bigint;
  /** Own clients that get it. */
  readonly clients: readonly string[];
}

/** What a /notify leaves behind. */
export interface AcceptedNotification {
  /** In the order of the body. */
  readonly events: readonly NotifiedEvent[];
  /** Own clients that are in the room from now on (their Welcome, or their own external commit). */
  readonly joined: readonly string[];
  /** Own clients that are not in the room any more; it prevails over `joined`. */
  readonly left: readonly string[];
  /** References in the Welcomes: their routes have served. */
  readonly welcomedKeyPackages: readonly Uint8Array[];
  /** The follower's record of the room's leaves from now on; absent: none. Opaque to the store. */
  readonly roster?: Uint8Array | undefined;
}

/** What the decision about a /notify is made on: read inside the transaction. */
export interface FollowedRoom {
  readonly roomUri: string;
  /** False before the first Welcome: the room is unknown here (reading R-096: 404 unless it is a Welcome). */
  readonly known: boolean;
  /** Own clients in the room. */
  readonly clients: readonly string[];
  /** What the last accepted notification left as its record of the room's leaves. */
  readonly roster?: Uint8Array;
}

/** How a /notify ended; both are answered alike (protocol 5.5). */
export type NotificationOutcome =
  | { readonly outcome: "accepted"; readonly stored: number; readonly skipped: number }
  | { readonly outcome: "repeated" };

/** An event in a client's inbox. */
export interface InboxEvent {
  /** Strictly increasing per client, never used again. */
  readonly sequence: number;
  readonly roomUri: string;
  readonly acceptedTimestampMs: bigint;
  /** One encoded FanoutMessage. */
  readonly fanout: Uint8Array;
}

/** Events to one provider about one room stay in order and wait for each other (reading R-088). */
export interface Lane {
  readonly roomUri: string;
  /** Domain of the provider. */
  readonly destination: string;
}

/** A lane with something to deliver. */
export interface WaitingLane extends Lane {
  /** Failed attempts at its oldest batch. */
  readonly attempts: number;
  /** Not before; 0 when no attempt was made. */
  readonly nextAttemptAtMs: number;
}

/** How much goes into one /notify body. A single larger event goes alone. */
export interface BatchLimits {
  readonly maxOctets: number;
  readonly maxEvents: number;
}

/** The oldest events of a lane as one body. Its composition is durable: every attempt sends the same octets. */
export interface OutboxBatch extends WaitingLane {
  /** Names the composition; the operations on a batch do nothing once the lane has moved on. */
  readonly batchId: number;
  readonly events: number;
  /** When its newest event came into the outbox, or came back. */
  readonly queuedAtMs: number;
  /** Concatenated FanoutMessages (reading R-086). */
  readonly body: Uint8Array;
}

/** Why a batch is not tried any more. */
export interface Burial {
  readonly reason: string;
  /** The HTTP status that ended it; absent when there was no answer. */
  readonly status?: number;
  readonly nowMs: number;
}

/** A batch that was given up: an operator looks at it, and requeues or discards it. */
export interface DeadLetter extends Lane {
  readonly deadLetterId: number;
  readonly reason: string;
  readonly status?: number;
  readonly buriedAtMs: number;
  readonly events: number;
  readonly octets: number;
}

/** What `prune` may delete. */
export interface Retention {
  readonly nowMs: number;
  /** How long the answers of accepted requests are kept (reading R-067). */
  readonly answersMs: number;
  /** How long hashes of notifications and their messages are kept (reading R-087). */
  readonly notificationsMs: number;
}
