/**
 * The one error of this package, beside those of the packages below it.
 * @module
 */

/** Why something could not be done. A closed set: tests and callers may switch on it. */
export type ClientErrorCode =
  /** The provider could not be reached, or did not answer, for as long as the retry policy allows. */
  | "connection"
  /** The provider does not accept the client's token. */
  | "unauthorized"
  /** The provider knows no such user, client or room. */
  | "not-found"
  /** The provider has such a client or room already. */
  | "conflict"
  /** The provider refused the request as malformed or too large: a fault of this client. */
  | "bad-request"
  /** The provider failed. */
  | "provider-failure"
  /** The provider's answer is not what its client API promises, or a signature in it does not verify. */
  | "malformed-answer"
  /** The hub, or this client's own check, found that the room's policy forbids it. */
  | "not-allowed"
  /** The hub found a proposal invalid. */
  | "invalid-proposal"
  /** The room kept moving on faster than this client could follow. */
  | "too-many-retries"
  /** The target user has no usable KeyPackage, or gave no consent. */
  | "no-key-material"
  /** This client is not a member of the room, or knows of no such room. */
  | "not-a-member"
  /** This client refused a commit that the hub accepted: it must rejoin. */
  | "diverged"
  /** What was received breaks a rule of the drafts. */
  | "invalid-message"
  /** What the caller asked for makes no sense. */
  | "usage"
  /** The store could not read or write. */
  | "store";

/** Thrown by the operations of a client. `status` is the HTTP status where one was the reason. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly code: ClientErrorCode;
  readonly status: number | undefined;

  constructor(code: ClientErrorCode, message: string, options: ErrorOptions & { status?: number } = {}) {
    super(message, options);
    this.code = code;
    this.status = options.status;
  }
}
