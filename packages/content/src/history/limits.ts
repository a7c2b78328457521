/**
 * How much a history keeps.
 * @module
 */

/** Limits of one history. What is over them is forgotten, the oldest first, or not taken. */
export interface HistoryLimits {
  /** Messages of all kinds, edits and reactions included. Default 10,000. */
  readonly messages?: number;
  /** Edits of one message by one sender, allowed or not, and as many deletes. Nobody uses up the limit of others. Default 100. */
  readonly changesPerMessage?: number;
  /** Reactions of one sender to one version of a message. Default 100. */
  readonly reactionsPerMessage?: number;
  /** Users whose status is kept for one message. Default 10,000. */
  readonly statusesPerMessage?: number;
  /** Messages not received yet of which a status is kept. Default 1,000. */
  readonly impliedStatuses?: number;
  /** Steps of one reply chain. Default 1,000. */
  readonly replyChain?: number;
  /** Octets in the bodies that are kept, estimated. Default 64 MiB. */
  readonly octets?: number;
}

/** @internal */
export const DEFAULT_LIMITS: Required<HistoryLimits> = {
  messages: 10_000,
  changesPerMessage: 100,
  reactionsPerMessage: 100,
  statusesPerMessage: 10_000,
  impliedStatuses: 1_000,
  replyChain: 1_000,
  octets: 64 * 1024 * 1024,
};
