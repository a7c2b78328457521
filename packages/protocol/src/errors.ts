/**
 * The two errors of this package beside the codec's `TlsError`.
 * @module
 */

/** Why a text is no `mimi:` URI, or a path segment holds none. A closed set: tests and callers may switch on it. */
export type IdentifierErrorCode =
  /** It does not begin with `mimi://` in lower case. */
  | "invalid-scheme"
  /** The authority is no lower-case domain name: user information, port, IP address, upper case, bad label. */
  | "invalid-domain"
  /** The path does not begin with u, d, r, g, p or t. */
  | "unknown-kind"
  /** A kind has more or fewer segments than it can have. */
  | "wrong-segment-count"
  /** A segment is empty (also: a slash at the end). */
  | "empty-segment"
  /** A segment is `.` or `..`. */
  | "dot-segment"
  /** A query or a fragment follows. */
  | "query-or-fragment"
  /** A character that has to be percent-encoded, or cannot stand in a URI at all. */
  | "invalid-character"
  /** A percent sign without two hexadecimal digits behind it. */
  | "invalid-percent-encoding"
  /** Lower-case hexadecimal digits, or an encoded unreserved character. */
  | "not-canonical"
  /** The decoded octets are not UTF-8. */
  | "invalid-utf8"
  /** An encoded NUL. */
  | "nul"
  /** More than 4096 octets. */
  | "too-long"
  /** The URI is of another kind than asked for, or a client URI does not name its user. */
  | "wrong-kind";

/**
 * A text is not the identifier that it should be.
 * `offset` counts characters from the start of the text that was given.
 */
export class IdentifierError extends Error {
  override readonly name = "IdentifierError";
  readonly code: IdentifierErrorCode;
  readonly offset: number;
  readonly reason: string;

  constructor(code: IdentifierErrorCode, reason: string, offset: number) {
    super(`${reason}, at character ${offset}`);
    this.code = code;
    this.reason = reason;
    this.offset = offset;
  }
}

/** Why MIMI input or usage was refused. A closed set: tests and callers may switch on it. */
export type ProtocolErrorCode =
  /** A credential names no MIMI identity, or several that contradict each other. */
  | "invalid-credential"
  /** None of the cipher suites that an object names is known here. */
  | "unsupported-cipher-suite"
  /** A signature does not verify. */
  | "invalid-signature"
  /** A public key that cannot be used. */
  | "invalid-key"
  /** Ciphertext that does not open, or that holds something else. */
  | "decryption-failed"
  /** An answer is well-formed but contradicts its request or itself. */
  | "inconsistent-response"
  /** The hub_sender of a GroupInfoResponse is not the hub, or not an external sender of the group. */
  | "untrusted-hub"
  /** A frank does not fit its message. */
  | "invalid-frank"
  /** authenticated_data is no SafeAAD, or its item is of another form. */
  | "invalid-authenticated-data"
  /** The directory document, or one of its URLs, is not what it should be. */
  | "invalid-directory"
  /** A URL template has a variable that is unknown or for which there is no value. */
  | "invalid-template"
  /** An asset's URL may not be fetched through a proxy. */
  | "invalid-download-url"
  /** An argument that no value on the wire could be. */
  | "usage";

/** Thrown by everything here that refuses. `section` names the document and section whose rule is broken. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: ProtocolErrorCode;
  readonly section: string;

  constructor(code: ProtocolErrorCode, message: string, section: string, options?: ErrorOptions) {
    super(`${message} (${section})`, options);
    this.code = code;
    this.section = section;
  }
}
