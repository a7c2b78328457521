/**
 * What the script of a case works with. Everything done through it is recorded.
 * @module
 */

import type { AdapterOperations } from "./adapter/operations.ts";
import type { Fixtures } from "./fixture-kinds.ts";
import type { HeaderFields, Json, Outcome, StopCause } from "./transcript.ts";

/** The endpoints of the directory (protocol 5.1), and the directory itself. */
export const ENDPOINTS = [
  "keyMaterial",
  "update",
  "notify",
  "submitMessage",
  "groupInfo",
  "requestConsent",
  "updateConsent",
  "identifierQuery",
  "reportAbuse",
  "proxyDownload",
] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** The providers that the suite plays. */
export const PEERS = ["hub", "follower1", "follower2"] as const;
export type PeerName = (typeof PEERS)[number];

/** Whose certificate a request shows: a peer's own, one with something wrong, or none. */
export const ODD_IDENTITIES = [
  "none",
  "self-signed",
  "expired",
  "not-yet-valid",
  "foreign-authority",
] as const;
export type Identity = PeerName | (typeof ODD_IDENTITIES)[number];

/** A request that a peer sends to the target. Whatever is left out is as the drafts want it. */
export interface PeerRequest {
  /** The name by which the judge finds the exchange. */
  readonly label: string;
  /** The endpoint whose URL template of the target's directory is used. Required unless `url` is given. */
  readonly endpoint?: Endpoint;
  /** What fills the template's variable, for example a room URI; percent-encoded here. */
  readonly about?: string;
  /** An absolute https URL instead of an endpoint. */
  readonly url?: string;
  /** The request target to send instead of the path of the URL, sent as it is. */
  readonly path?: string;
  /** Default POST. */
  readonly method?: string;
  readonly body?: Uint8Array;
  /** Header fields to set, or with `null` to leave out. Names are compared without case. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
  /** Default: the peer's own. */
  readonly identity?: Identity;
  /** Without TLS. */
  readonly plain?: true;
  /** Default 10 s. */
  readonly timeoutMs?: number;
}

/** What came of a request. `status` is there only if there was an HTTP answer. */
export interface Answer {
  /** The entry of the transcript. */
  readonly n: number;
  readonly outcome: Outcome;
  readonly status?: number;
  readonly headers: HeaderFields;
  readonly body: Uint8Array;
  /** Stops the case unless the status is one of these; for steps that only prepare. Returns the body. */
  expect(...statuses: number[]): Uint8Array;
}

/** A request of the target to a peer. */
export interface ReceivedRequest {
  readonly n: number;
  readonly endpoint?: Endpoint;
  /** The decoded variable of the path. */
  readonly about?: string;
  readonly method: string;
  readonly path: string;
  readonly headers: HeaderFields;
  readonly body: Uint8Array;
  /** dNSNames of the certificate that the target showed as a client; empty when none. */
  readonly certificateNames: readonly string[];
}

/** How a peer answers. */
export interface PeerAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Closes the connection instead of answering. */
  readonly hangUp?: true;
}
export type PeerHandler = (request: ReceivedRequest) => PeerAnswer | Promise<PeerAnswer>;

/** What to wait for. */
export interface Awaited {
  readonly label: string;
  readonly endpoint: Endpoint;
  /** The URI that the path has to name. */
  readonly about?: string;
  /** A further condition. */
  readonly where?: (request: ReceivedRequest) => boolean;
  /** Requests that an earlier wait returned count too: one body can hold several messages. */
  readonly again?: boolean;
  /** Default 10 s. */
  readonly timeoutMs?: number;
}

/** One of the suite's providers: sends to the target, and answers what the target sends. */
export interface Peer {
  readonly name: PeerName;
  /** For example `follower1.suite.example`. */
  readonly domain: string;
  send(request: PeerRequest): Promise<Answer>;
  /** Sends these octets after the handshake instead of an HTTP request, and records whatever comes back. */
  sendRaw(label: string, octets: Uint8Array, identity?: Identity): Promise<Answer>;
  /** Answers requests to that endpoint until the case ends. The default answers 201 to /notify and 404 to the rest. */
  handle(endpoint: Endpoint, handler: PeerHandler): void;
  /** Shows another certificate to whoever connects to the peer, until the case ends. Not for `none`. */
  present(identity: Identity): void;
  /** The first request that fits and that no earlier wait has returned, whether it is here already or still comes. Stops the case when the time runs out. */
  waitFor(awaited: Awaited): Promise<ReceivedRequest>;
  /** What has arrived so far at that endpoint. */
  received(endpoint: Endpoint, about?: string): readonly ReceivedRequest[];
}

/** The provider under test. */
interface Target {
  readonly domain: string;
  /** The URL of an endpoint, after the target's directory. Stops the case when the directory does not give it. */
  url(endpoint: Endpoint, about: string): Promise<string>;
}

/** The adapter, recorded. */
export interface RecordedAdapter {
  /** Performs an operation. Stops the case when it does not succeed. */
  call<K extends keyof AdapterOperations>(
    operation: K,
    args: AdapterOperations[K]["arguments"],
    label?: string,
  ): Promise<AdapterOperations[K]["result"]>;
  /** The same where being refused is what the case is about: undefined instead of stopping. */
  attempt<K extends keyof AdapterOperations>(
    operation: K,
    args: AdapterOperations[K]["arguments"],
    label: string,
  ): Promise<AdapterOperations[K]["result"] | undefined>;
}

/** Repeatable randomness: the same seed and case give the same values. */
export interface Random {
  octets(count: number): Uint8Array;
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
}

/** What a script acts through. */
export interface CaseContext {
  readonly target: Target;
  readonly peers: Readonly<Record<PeerName, Peer>>;
  readonly adapter: RecordedAdapter;
  readonly random: Random;
  /** How long a wait lasts that does not say. */
  readonly patienceMs: number;
  /** Makes a name that no other case and no other run uses: `alice` becomes `alice-3f9k2m-7`. */
  name(base: string): string;
  /** Something the target holds: made by the adapter (L2), or taken from the fixtures file (L1). */
  fixture<K extends keyof Fixtures>(kind: K): Promise<Fixtures[K]>;
  /** Says something to the reader of the report. `as` is the name of a schema in `decode.ts`. */
  note(text: string, octets?: Uint8Array, as?: string): void;
  /** Records a piece of state, to be compared by the judge. */
  observe(label: string, value: Json): void;
  /** Ends the script here. What was recorded is still judged; what was not reached is inconclusive. */
  stop(cause: StopCause, reason: string): never;
}
