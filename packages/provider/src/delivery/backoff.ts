/**
 * When a failed delivery is tried again.
 * @module
 */

/** How deliveries are repeated. Times in milliseconds. */
export interface RetryPolicy {
  /** The wait after the first failure; it doubles with each further one. */
  readonly firstMs: number;
  /** The longest wait. */
  readonly maxMs: number;
  /** A batch whose events have waited so long in vain is given up. */
  readonly giveUpMs: number;
}

/** A follower's Retry-After is respected up to here: one day. Longer ones are mistakes. */
const MAX_RETRY_AFTER_MS = 86_400_000;

/**
 * The wait before the next attempt, in whole milliseconds: exponential, of which the upper half is random so that
 * many lanes to one provider do not come back at the same moment; and never earlier than Retry-After.
 *
 * @param attempts failed attempts so far, at least 1
 * @param retryAfter what the follower asked for, in milliseconds
 * @param random gives numbers in [0, 1)
 */
export function backoffMs(
  policy: RetryPolicy,
  attempts: number,
  retryAfter: number | undefined,
  random: () => number,
): number {
  const full = Math.min(policy.maxMs, policy.firstMs * 2 ** Math.max(0, attempts - 1));
  const half = full / 2;
  if (retryAfter === undefined) return Math.ceil(half + half * random());
  return Math.ceil(Math.max(half, Math.min(retryAfter, MAX_RETRY_AFTER_MS)) + half * random());
}
