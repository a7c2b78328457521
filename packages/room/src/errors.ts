/**
 * The one error of this package. Refusals by policy are not errors but denials (see `Decision`).
 * @module
 */

/** Why a room's state or an update cannot be read. A closed set: tests and callers may switch on it. */
export type RoomErrorCode =
  /** The data of a component are not what its schema says. */
  | "invalid-component"
  /** Components that contradict themselves or each other, for example two roles with one index. */
  | "invalid-state"
  /** An update that cannot be applied to the data that it is for. */
  | "invalid-update"
  /** A component that MIMI does not define. */
  | "unknown-component"
  /** A leaf or a proposal whose credential names nobody. */
  | "unknown-identity";

/** Thrown by everything here that cannot go on. `section` names the document and section whose rule is broken. */
export class RoomError extends Error {
  override readonly name = "RoomError";
  readonly code: RoomErrorCode;
  readonly section: string;

  constructor(code: RoomErrorCode, message: string, section: string, options?: ErrorOptions) {
    super(`${message} (${section})`, options);
    this.code = code;
    this.section = section;
  }
}
