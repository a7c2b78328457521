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
}
