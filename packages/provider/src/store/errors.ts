/**
 * The one error of the store.
 * @module
 */

/** Why the store refused. A closed set: callers may switch on it. */
export type StoreErrorCode =
  /** The client URI is registered already. */
  | "client-exists"
  /** The user was deleted and gets no new clients or KeyPackages. */
  | "user-deleted"
  /** No such client is registered here. */
  | "client-unknown"
  /** A room with this URI is hosted here already. */
  | "room-exists"
  /** Another room hosted here has this MLS group ID. */
  | "group-exists"
  /** Another fixed-membership room hosted here has the same participants. */
  | "fixed-room-exists"
  /** An argument is outside its range. */
  | "usage"
  /** The database could not make the operation durable; nothing of it happened. */
  | "storage-failed"
  /** The database was written by a newer version, or is not ours. */
  | "wrong-schema"
  /** The store is closed. */
  | "closed";

/**
 * Thrown (as a rejection) by every operation of the store that refuses.
 *
 * @example
 * ```ts
 * if (error instanceof StoreError && error.code === "client-exists") return problem(409);
 * ```
 */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
