/**
 * What a case leaves behind: everything that happened, in order, as plain data that survives JSON.
 * A verdict is a function of this and of nothing else.
 * @module
 */

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Octets in base64, as they stood on the wire. */
type Base64 = string;

/** Header fields in the order and spelling in which they were sent, duplicates included. */
export type HeaderFields = readonly (readonly [name: string, value: string])[];

export interface RecordedRequest {
  readonly method: string;
  /** The request target exactly as sent, still percent-encoded. */
  readonly path: string;
  readonly headers: HeaderFields;
  readonly body: Base64;
}

/**
 * How an exchange ended. Only `answer` is an answer: a connection that closes, times out or yields something
 * that is not HTTP is an outcome of its own and never counts as a refusal.
 */
export type Outcome =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: HeaderFields;
      readonly body: Base64;
    }
  /** Nobody listens, the handshake was refused, or the connection ended before the answer did. */
  | {
      readonly kind: "closed";
      readonly phase: ConnectionPhase;
      readonly detail: string;
      /** The alert with which TLS ended, in OpenSSL's words, for example `unknown ca`. */
      readonly alert?: string;
    }
  | { readonly kind: "timeout"; readonly phase: ConnectionPhase; readonly afterMs: number }
  /** Octets came, but no HTTP answer within the limits. */
  | { readonly kind: "malformed"; readonly detail: string };

/** How far a connection came. */
export type ConnectionPhase = "connect" | "handshake" | "answer";

/** What the TLS layer showed. Names are the dNSNames and iPAddresses of subjectAltName. */
export interface TlsFacts {
  readonly protocol?: string;
  /** The suite's identity whose certificate was presented; `none` when there was none. */
  readonly suiteIdentity: string;
  readonly suiteCertificateNames: readonly string[];
  readonly targetCertificateNames: readonly string[];
  /** Whether the target's certificate chains to the suite's trust anchor and names the host. */
  readonly targetAuthorized: boolean;
  readonly targetError?: string;
}

interface EntryBase {
  /** Position within the case, from 0. Verdicts point at it. */
  readonly n: number;
  /** Milliseconds since the case began. */
  readonly atMs: number;
}

/** One HTTP exchange: `sent` by a peer of the suite to the target, or `received` from the target. */
export interface ExchangeEntry extends EntryBase {
  readonly kind: "exchange";
  readonly direction: "sent" | "received";
  /** The name by which the judge finds it; absent for what the target sent unasked. */
  readonly label?: string;
  readonly from: string;
  readonly to: string;
  /** The endpoint of the directory, where it is known. */
  readonly endpoint?: string;
  readonly request: RecordedRequest;
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly tls?: TlsFacts;
}

/** One call of the adapter. */
export interface AdapterEntry extends EntryBase {
  readonly kind: "adapter";
  readonly label?: string;
  readonly operation: string;
  readonly arguments: Json;
  readonly outcome:
    | { readonly kind: "result"; readonly result: Json }
    | { readonly kind: "error"; readonly code: string; readonly detail: string };
  readonly durationMs: number;
}

/** Something for the reader of the report: a word, with the octets it speaks of and the struct they hold. */
interface NoteEntry extends EntryBase {
  readonly kind: "note";
  readonly text: string;
  readonly octets?: Base64;
  /** The name of a schema in `decode.ts`. */
  readonly as?: string;
}

/** A piece of state as it was at that moment; two of one label are compared by the judge. */
export interface ObservationEntry extends EntryBase {
  readonly kind: "observation";
  readonly label: string;
  readonly value: Json;
}

/** The script waited for the target to send something. */
export interface WaitEntry extends EntryBase {
  readonly kind: "wait";
  readonly label: string;
  /** What was awaited, in words. */
  readonly expected: string;
  /** The exchange that ended the wait; absent when the time ran out. */
  readonly exchange?: number;
  readonly timeoutMs: number;
}

export type Entry = ExchangeEntry | AdapterEntry | NoteEntry | ObservationEntry | WaitEntry;

/** How the script ended. `stopped`: it could not go on. `broken`: it threw, which is a defect of the suite. */
export type ScriptEnd =
  | { readonly kind: "completed" }
  | { readonly kind: "stopped"; readonly reason: string; readonly cause: StopCause }
  | { readonly kind: "broken"; readonly reason: string };

/** Why a script stopped early. */
export type StopCause = "answer" | "wait" | "adapter" | "directory" | "fixture" | "timeout" | "decode";

/** What one case recorded. */
export interface CaseTranscript {
  readonly caseId: string;
  /** `valid` for the inline valid twin of that case. */
  readonly part: "case" | "valid";
  readonly startedAt: string;
  readonly durationMs: number;
  readonly entries: readonly Entry[];
  readonly end: ScriptEnd;
}
