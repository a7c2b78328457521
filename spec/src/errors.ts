/**
 * The one error of this package: a data file under `spec/` is wrong, and where.
 * @module
 */

/** Why a file was refused. The set is closed: tests and callers may switch on it. */
export type SpecErrorCode =
  /** The file is not well-formed JSON, YAML or front matter. */
  | "malformed"
  /** A field that every entry must have is absent. */
  | "missing-field"
  /** A field that no entry has, usually a spelling mistake. */
  | "unknown-field"
  /** A field's value is of the wrong type or outside its closed set. */
  | "invalid-value"
  /** Two entries claim one id. */
  | "duplicate-id"
  /** An id that was retired is used again, or an issued id is gone without being retired. */
  | "reused-id"
  /** A short name that drafts.json does not define. */
  | "unknown-draft"
  /** The ledger does not balance (see `assertLedger`). */
  | "ledger";

/** Where an error is: the file, the line in it (1 is the first, 0 is the whole file), and the entry. */
export interface SpecLocation {
  readonly file: string;
  readonly line: number;
  /** An id such as `PROTO-TR-01`, or a position such as `#3` while no id is known; empty for a whole file. */
  readonly entry: string;
}

/** Thrown by every loader here, and by nothing else. */
export class SpecError extends Error {
  override readonly name = "SpecError";
  readonly code: SpecErrorCode;
  readonly file: string;
  readonly line: number;
  readonly entry: string;

  constructor(code: SpecErrorCode, reason: string, at: SpecLocation) {
    const line = at.line === 0 ? "" : `:${at.line}`;
    const entry = at.entry === "" ? "" : ` ${at.entry}:`;
    super(`${at.file}${line}:${entry} ${reason}`);
    this.code = code;
    this.file = at.file;
    this.line = at.line;
    this.entry = at.entry;
  }
}
