/**
 * The one error of this package.
 * @module
 */

/** Why bytes or a value were refused. The set is closed: tests and callers may switch on it. */
export type TlsErrorCode =
  /** The bytes end before the value does. */
  | "truncated"
  /** Bytes are left over after the value (or after the last whole element of a vector). */
  | "trailing-bytes"
  /** RFC 9420 §2.1.2: a length uses more octets than it needs. */
  | "non-minimal-length"
  /** RFC 9420 §2.1.2: the length prefix 11 is invalid. */
  | "invalid-length-prefix"
  /** RFC 9420 §2.1.1: a presence octet is neither 0 nor 1. */
  | "invalid-presence"
  /** An enumeration has no such value, or a select no such case. */
  | "unknown-value"
  /** A size or count is over the limit of the schema or of the caller. */
  | "limit-exceeded"
  /** A further rule that a schema states (for example UTF-8, or strict order) is broken. */
  | "invalid-value"
  /** A value handed to `encode` does not fit its schema. */
  | "unencodable";

/**
 * Thrown by every decoder and encoder here, and by nothing else.
 * `offset` counts octets from the start of the input; for a value that cannot be encoded it is -1.
 */
export class TlsError extends Error {
  override readonly name = "TlsError";
  readonly code: TlsErrorCode;
  readonly offset: number;
  readonly reason: string;
  #path: string;

  constructor(code: TlsErrorCode, reason: string, offset = -1) {
    super(reason);
    this.code = code;
    this.reason = reason;
    this.offset = offset;
    this.#path = "";
    this.#describe();
  }

  /** Where in the value, for example `UpdateRequest.bundle.groupInfoOption`. */
  get path(): string {
    return this.#path;
  }

  /** Called by enclosing schemas while the error passes through them, innermost first. */
  within(step: string): this {
    const joint = this.#path === "" || this.#path.startsWith("[") ? "" : ".";
    this.#path = step + joint + this.#path;
    this.#describe();
    return this;
  }

  #describe(): void {
    const where = this.offset < 0 ? "" : `, at byte ${this.offset}`;
    this.message = `${this.#path === "" ? "" : `${this.#path}: `}${this.reason}${where}`;
  }
}
