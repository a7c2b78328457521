/**
 * The errors of the suite itself. What the provider under test does wrong is never one of these.
 * @module
 */

import type { StopCause } from "./transcript.ts";

export type SuiteErrorCode =
  | "bad-option"
  | "bad-pki"
  | "bad-run-file"
  | "bad-waivers"
  | "bad-fixtures"
  | "bad-case"
  | "unknown-case"
  | "port-in-use";

/** The suite cannot do what it was asked, because of how it was asked. */
export class SuiteError extends Error {
  readonly code: SuiteErrorCode;
  constructor(code: SuiteErrorCode, message: string) {
    super(message);
    this.name = "SuiteError";
    this.code = code;
  }
}

/** Ends the script of a case early. What it recorded until then is still judged. */
export class CaseStopped extends Error {
  override readonly cause: StopCause;
  constructor(cause: StopCause, reason: string) {
    super(reason);
    this.name = "CaseStopped";
    this.cause = cause;
  }
}

/** The text of anything that was thrown, on one line and without a stack. */
export function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 500);
}
