/**
 * Problems as adapter/openapi.yaml has them.
 * @module
 */

import { ClientError, type ClientErrorCode } from "@openmimi/client";

/** The codes of a Problem with their statuses. */
const STATUS = {
  "invalid-argument": 400,
  "not-found": 404,
  refused: 409,
  unsupported: 501,
  failed: 500,
  timeout: 504,
} as const;

/** Why an operation was not done. */
export class AdapterProblem extends Error {
  override readonly name = "AdapterProblem";
  readonly code: keyof typeof STATUS;

  constructor(code: keyof typeof STATUS, detail: string) {
    super(detail);
    this.code = code;
  }

  get status(): number {
    return STATUS[this.code];
  }
}

/** What an error of a client says about the provider: a refusal, or that something went wrong. */
const OF_CLIENT: Readonly<Record<ClientErrorCode, keyof typeof STATUS>> = {
  connection: "timeout",
  unauthorized: "failed",
  "not-found": "not-found",
  conflict: "refused",
  "bad-request": "refused",
  "provider-failure": "failed",
  "malformed-answer": "failed",
  "not-allowed": "refused",
  "invalid-proposal": "refused",
  "too-many-retries": "timeout",
  "no-key-material": "refused",
  "not-a-member": "not-found",
  diverged: "refused",
  "invalid-message": "failed",
  usage: "invalid-argument",
  store: "failed",
};

/** Turns whatever an operation threw into a problem. */
export function problemOf(error: unknown): AdapterProblem {
  if (error instanceof AdapterProblem) return error;
  if (error instanceof ClientError) {
    return new AdapterProblem(OF_CLIENT[error.code], `${error.code}: ${error.message}`);
  }
  return new AdapterProblem(
    "failed",
    error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  );
}
