/**
 * The one error of this package beside the codec's `TlsError`.
 * @module
 */

/** Why MLS input, state or usage was refused. A closed set: tests and callers may switch on it. */
export type MlsErrorCode =
  // What cannot be done here
  | "unsupported-cipher-suite"
  | "unsupported-protocol-version"
  | "unsupported-proposal"
  | "unsupported-credential"
  | "unsupported-stored-version"
  | "usage"
  | "pending-proposals"
  // What cryptography refused
  | "decryption-failed"
  | "invalid-signature"
  | "invalid-membership-tag"
  | "invalid-confirmation-tag"
  | "invalid-key"
  // Where a message stands
  | "wrong-group"
  | "wrong-epoch"
  | "wrong-wire-format"
  | "unknown-sender"
  | "own-message"
  | "generation-consumed"
  | "generation-too-far"
  | "secret-consumed"
  // What is in it
  | "invalid-key-package"
  | "invalid-leaf-node"
  | "invalid-tree"
  | "invalid-parent-hash"
  | "invalid-tree-hash"
  | "invalid-group-info"
  | "invalid-welcome"
  | "invalid-proposal"
  | "invalid-proposal-list"
  | "unknown-proposal-reference"
  | "invalid-commit"
  | "invalid-update-path"
  | "missing-path"
  | "invalid-extension"
  | "missing-capability"
  | "invalid-credential"
  | "invalid-app-data-update"
  | "invalid-app-ephemeral"
  | "invalid-psk"
  | "missing-psk"
  | "invalid-authenticated-data"
  | "not-a-member";

/** Which kind of check refused: what was asked for, cryptography, or the rules. Octets are the codec's (`TlsError`). */
export type MlsErrorLayer = "usage" | "cryptography" | "validation";

const usage: ReadonlySet<MlsErrorCode> = new Set([
  "unsupported-cipher-suite",
  "unsupported-protocol-version",
  "unsupported-proposal",
  "unsupported-credential",
  "unsupported-stored-version",
  "usage",
  "pending-proposals",
  "secret-consumed",
  "missing-psk",
  "own-message",
  "not-a-member",
]);
const cryptography: ReadonlySet<MlsErrorCode> = new Set([
  "decryption-failed",
  "invalid-signature",
  "invalid-membership-tag",
  "invalid-confirmation-tag",
  "invalid-key",
]);

/** Thrown by everything here that refuses. `section` names the document and section whose rule is broken. */
export class MlsError extends Error {
  override readonly name = "MlsError";
  readonly code: MlsErrorCode;
  readonly section: string;

  constructor(code: MlsErrorCode, message: string, section: string, options?: ErrorOptions) {
    super(`${message} (${section})`, options);
    this.code = code;
    this.section = section;
  }

  /** Which kind of check refused. */
  get layer(): MlsErrorLayer {
    if (usage.has(this.code)) return "usage";
    return cryptography.has(this.code) ? "cryptography" : "validation";
  }
}
