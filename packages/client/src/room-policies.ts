/**
 * What a client keeps in mind to do what rooms ask of their members. Policy §6.1, §7.
 * @module
 */

/** What a user's client reports where a room leaves it open. */
export interface ReportSettings {
  /** That a message has arrived. Default: false. */
  readonly delivery?: boolean;
  /** That a message was read. Default: false. */
  readonly read?: boolean;
}

/** When a client commits the pending proposals of a room, on the monotonic clock, and in which epoch. */
export interface DueCommit {
  readonly epoch: bigint;
  readonly atMs: number;
}
