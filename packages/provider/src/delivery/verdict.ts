/**
 * What the status of a /notify answer means for the batch. Protocol 5.5; readings.
 * @module
 */

/**
 * - `delivered`: the follower has it.
 * - `tooLarge`: a smaller body may pass.
 * - `refused`: the same octets will never be accepted.
 * - `retry`: later.
 */
export type Verdict = "delivered" | "tooLarge" | "refused" | "retry";

/**
 * Judges a status.
 *
 * @example
 * ```ts
 * verdictOf(201); // "delivered"
 * verdictOf(503); // "retry"
 * ```
 */
export function verdictOf(status: number): Verdict {
  // Protocol 5.5 pairs the number 201 with the name Accepted: any 2xx is success (reading R-017).
  if (status >= 200 && status < 300) return "delivered";
  // RFC 9110 section 15.5.14. Other providers' limits are not known beforehand.
  if (status === 413) return "tooLarge";
  // Reading R-096: malformed, wrong hub, room unknown, gone.
  if (status === 400 || status === 403 || status === 404 || status === 410) return "refused";
  // 408, 429 and 5xx are temporary by their meaning. What is left (401, 405, 415, 421, redirects...) speaks of how
  // the two servers are set up, not of the body: when that is repaired the same octets will pass.
  return "retry";
}
