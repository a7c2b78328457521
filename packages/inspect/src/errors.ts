/**
 * The one error of this package.
 * @module
 */

/** The set is closed. */
export type InspectErrorCode =
  /** `as` is none of {@link objectNames}. */
  "unknown-object";

/** A question that cannot be answered. Octets, however wrong, are never a reason for it. */
export class InspectError extends Error {
  override readonly name = "InspectError";
  readonly code: InspectErrorCode;

  constructor(code: InspectErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
