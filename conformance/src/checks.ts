/**
 * What a judge can ask of a transcript. Every check is a pure function of recorded data.
 * @module
 */

import type { Schema } from "@openmimi/tls";
import type { ExchangeEntry, Json } from "./transcript.ts";

/** Whether one expectation held. `unknown`: the transcript does not say, for example because the script stopped before. */
export interface Check {
  readonly holds: "yes" | "no" | "unknown";
  readonly expected: string;
  readonly saw: string;
  /** The entry of the transcript that it points at. */
  readonly at?: number;
  /** Makes an unmet check of a MUST case a warning only. */
  readonly level?: "SHOULD";
  /** Which of the accepted readings the target follows. */
  readonly reading?: ObservedReading;
  /** Two engines disagree, so the target cannot be blamed. */
  readonly disputed?: boolean;
}

export interface ObservedReading {
  /** For example `R-017`. */
  readonly id: string;
  /** Its letter. */
  readonly observed: string;
}

/** A status, or a family of them. */
type ExpectedStatus = number | "2xx" | "4xx";

/**
 * What counts as the right answer: one of the statuses, or one of the in-body codes with status 200 (or, where the
 * code is a refusal, with a status 4xx: reading R-012).
 */
export interface ExpectedAnswer {
  readonly status?: readonly ExpectedStatus[];
  /** Names of codes of that endpoint, for example `wrongEpoch`. */
  readonly code?: readonly string[];
}

/** The checks a judge has at hand, bound to the transcript of its case. Labels are those that the script gave. */
export interface Checks {
  /** The exchange of that label was answered as expected. */
  answered(label: string, expected: ExpectedAnswer): Check;
  /**
   * The exchange of that label was refused as expected. A success, a status 5xx, a closed connection and a timeout
   * are no refusals. Without an expectation any status 4xx will do, and any in-body code that is no success.
   */
  refused(label: string, expected?: ExpectedAnswer): Check;
  /**
   * As {@link refused}, for a peer whose certificate is not good: TLS itself may also end the connection with an alert.
   * A connection that just closes is a warning, since nobody can tell why.
   */
  turnedAway(label: string, expected?: ExpectedAnswer): Check;
  /** The first and the last observation of that label are equal. */
  unchanged(label: string): Check;
  /** The first and the last observation of that label differ. */
  changed(label: string): Check;
  /** The last observation of that label is that value. */
  observed(label: string, expected: Json): Check;
  /** What the script waited for under that label arrived. */
  arrived(label: string): Check;
  /** The target sent nothing to that endpoint (about that URI) up to the end of the script. */
  silent(endpoint: string, about?: string): Check;
  /** The adapter call of that label gave a result. */
  succeeded(label: string): Check;
  /** The adapter call of that label was refused by the provider. */
  failed(label: string): Check;
  /** Both MLS engines found valid what was observed under that label with `opinionsToJson`. */
  agreed(label: string): Check;
  /** Two values are equal; `what` names them. As {@link that} after a script that stopped. */
  equals(what: string, actual: Json, expected: Json, at?: number): Check;
  /** Anything else, said in words; `at` is an entry. Without one it is unknown, not unmet, after a script that stopped. */
  that(condition: boolean, expected: string, saw: string, at?: number): Check;
  /** Something that the transcript does not show. */
  unknown(expected: string, saw: string): Check;
  /** Lowers a check to a SHOULD. */
  should(check: Check): Check;
  /** Names the reading that was observed: which letter, if the check holds. */
  reading(id: string, observed: string, check: Check): Check;

  /** The last observation of that label. */
  observation(label: string): Json | undefined;
  /** The exchange of that label, or the one that ended the wait of that label. */
  exchange(label: string): ExchangeEntry | undefined;
  /** The body of an answer, or of a request that was received; undefined if there is none of that label. */
  octets(label: string): Uint8Array | undefined;
  /** The same, decoded; undefined also when it does not decode. */
  decoded<T>(label: string, schema: Schema<T>): T | undefined;
}
