/**
 * What a status says after another one: draft-mahy-mimi-message-status-01 §3.
 *
 * The draft leaves the transitions to the implementer. Here every status has a rank, and a later report takes effect
 * only if it does not fall back behind what is known:
 *
 * | Rank | Statuses                                        | Takes effect after                 |
 * | ---- | ----------------------------------------------- | ---------------------------------- |
 * | 0    | error                                           | nothing                            |
 * | 1    | delivered                                       | error                              |
 * | 2    | unread, read, hidden, and those without a name  | error, delivered, another of rank 2 |
 * | 3    | expired, deleted                                | whatever is not of rank 3          |
 *
 * So a second device that receives a message late does not undo `read`, and nothing comes after `deleted`. Because of
 * the ranks reports may also arrive in any order: the outcome is that of the hub's order.
 * @module
 */

import { MessageStatus } from "./status-report.ts";

const RANK: ReadonlyMap<number, number> = new Map([
  [MessageStatus.error, 0],
  [MessageStatus.delivered, 1],
  [MessageStatus.expired, 3],
  [MessageStatus.deleted, 3],
]);
/** Of statuses that are told apart by what came last. */
const CHANGING = 2;

/** @returns 0 to 3, see above; {@link CHANGING} for statuses without a name too */
function rankOf(status: number): number {
  return RANK.get(status) ?? CHANGING;
}

/**
 * Whether a report that the hub accepted later changes what is known of one user and one message.
 *
 * @param from the status that is known, undefined for none
 * @example
 * ```ts
 * statusChanges(MessageStatus.deleted, MessageStatus.delivered); // false: it makes no sense (status §3)
 * ```
 */
export function statusChanges(from: number | undefined, to: number): boolean {
  if (from === undefined) return true;
  if (from === to) return false;
  const [before, after] = [rankOf(from), rankOf(to)];
  return after > before || (after === CHANGING && before === CHANGING);
}

/** A status and its place in the hub's order. */
export interface OrderedStatus {
  readonly status: number;
  /** Compared with `<`. */
  readonly order: string;
}

/** @returns which of two statuses stands, whichever was heard of first */
export function standingStatus<T extends OrderedStatus>(known: T | undefined, heard: T): T {
  if (known === undefined) return heard;
  const [first, last] = known.order <= heard.order ? [known, heard] : [heard, known];
  const [before, after] = [rankOf(first.status), rankOf(last.status)];
  // Of two that say the same the later one stands if a third, between them, could change it.
  return after > before || (after === CHANGING && before === CHANGING) ? last : first;
}
