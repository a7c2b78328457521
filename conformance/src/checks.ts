/**
 * What a judge can ask of a transcript. Every check is a pure function of recorded data.
 * @module
 */

import type { Json } from "./transcript.ts";

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

/** What counts as the right answer: one of the statuses, or status 200 with one of the codes in the body. */
export interface ExpectedAnswer {
  /** HTTP statuses that are right whatever the body says. A family is written `"4xx"`. */
  readonly status?: readonly (number | "2xx" | "4xx")[];
  /** Names of in-body codes of that endpoint, for example `wrongEpoch`; right with status 200, and with 4xx. */
  readonly code?: readonly string[];
}

/** The checks a judge has at hand, bound to the transcript of its case. Labels are those that the script gave. */
export interface Checks {
  /** The exchange of that label was answered as expected. */
  answered(label: string, expected: ExpectedAnswer): Check;
  /** As {@link answered}, for a refusal: a success, a 5xx, a closed connection and a timeout all fail. */
  refused(label: string, expected: ExpectedAnswer): Check;
  /** The first and the last observation of that label are equal. */
  unchanged(label: string): Check;
  /** The first and the last observation of that label differ. */
  changed(label: string): Check;
  /** The last observation of that label is that value. */
  observed(label: string, expected: Json): Check;
  /** What the script waited for under that label arrived. */
  arrived(label: string): Check;
  /** The target sent nothing to that endpoint whose path names that URI (anywhere in the case). */
  silent(endpoint: string, about?: string): Check;
  /** The adapter call of that label gave a result. */
  succeeded(label: string): Check;
  /** The adapter call of that label was refused by the provider. */
  failed(label: string): Check;
  /** Anything else, said in words. */
  that(condition: boolean, expected: string, saw: string, at?: number): Check;
  /** Lowers a check to a SHOULD. */
  should(check: Check): Check;
}
