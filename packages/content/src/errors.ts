/**
 * The one error of this package.
 * @module
 */

/** Why bytes or a value were refused. The set is closed: tests and callers may switch on it. */
export type ContentErrorCode =
  /** RFC 8949 §3: the bytes end before the item does. */
  | "truncated"
  /** Bytes are left over after the item. */
  | "trailing-bytes"
  /** RFC 8949 §3: a reserved additional information, a stray break, or a two-octet simple value below 32. */
  | "not-well-formed"
  /** Content §6.1: an integer, length, tag or float takes more octets than it needs. */
  | "not-shortest"
  /** Content §6.1: a string, array or map of indefinite length. */
  | "indefinite-length"
  /** Content §6.1: map keys are not in the bytewise order of their encodings. */
  | "unsorted-keys"
  /** Content §4.3: a map key stands twice. */
  | "duplicate-key"
  /** Content §4.3, §6.2: a map key of a type, range or length that is not allowed there. */
  | "invalid-key"
  /** Content §6.2: a text string is not UTF-8. */
  | "invalid-utf8"
  /** Content §6.2: a NaN other than the half-width quiet one. */
  | "invalid-nan"
  /** Content §6.1: a bignum that fits an integer, has leading zeros, or is no byte string. */
  | "invalid-bignum"
  /** An item of another type than the field has. */
  | "wrong-type"
  /** An array or a byte string of another length than the field has. */
  | "wrong-length"
  /** An integer outside the width of its field. */
  | "out-of-range"
  /** A cardinality or part semantics that is not defined. */
  | "unknown-value"
  /** Content §4.5: encAlg, key, nonce and aad, or hashAlg and contentHash, contradict each other. */
  | "inconsistent"
  /** Content §6.3: parts or extension values nested too deeply. */
  | "too-deep"
  /** Content §9.1: more than 1024 parts. */
  | "too-many-parts"
  /** Content §9.1, §3.3: the message, its topicId or a URI is over the limit. */
  | "too-large"
  /** Content §4.5: external content is past its time. */
  | "expired"
  /** Content §4.5: an algorithm or kind of URL that cannot be handled here. */
  | "unsupported"
  /** Content §4.5: downloaded octets are not those of the hash. */
  | "hash-mismatch"
  /** RFC 5116 §2.2: downloaded octets cannot be decrypted. */
  | "not-authentic"
  /** Content §3.3: the URI inside the message is not the one derived from MLS. */
  | "uri-mismatch"
  /** An argument or a value to encode that is not of the documented type. */
  | "invalid-argument";

/** The draft that a section number of this package refers to. */
export const CONTENT = "draft-ietf-mimi-content-08";
export const STATUS = "draft-mahy-mimi-message-status-01";

/**
 * Thrown by every function here, and by none of them anything else.
 *
 * `path` says where in the value (`MimiContent.nestedPart.parts[2].url`), `section` which rule is broken, and
 * `offset` counts octets from the start of the input; it is -1 for a value that was to be encoded.
 */
export class ContentError extends Error {
  override readonly name = "ContentError";
  readonly code: ContentErrorCode;
  readonly offset: number;
  readonly path: string;
  readonly reason: string;
  readonly section: string;

  constructor(code: ContentErrorCode, reason: string, section: string, path: string, offset = -1) {
    super(`${path}: ${reason}${offset < 0 ? "" : `, at byte ${offset}`} (${section})`);
    this.code = code;
    this.reason = reason;
    this.section = section;
    this.path = path;
    this.offset = offset;
  }
}

/** @internal The error of an argument that is not of the documented type. */
export function invalidArgument(path: string, reason: string, section = CONTENT): ContentError {
  return new ContentError("invalid-argument", reason, section, path);
}
