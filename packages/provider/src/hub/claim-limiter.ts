/**
 * How often KeyPackages may be claimed. A signed request has no freshness, so a replay is a claim (reading R-044).
 * @module
 */

import type { KeyMaterialRequest } from "@openmimi/protocol";
import { ProviderError } from "../errors.ts";
import { retryAfter } from "../http/problem.ts";
import { type Source, sourceName } from "../source.ts";

const WINDOW_MS = 60_000;
const MAX_WINDOWS = 50_000;

/** Counts claims per source, requester and target in windows of one minute. */
export class ClaimLimiter {
  readonly #perMinute: number;
  readonly #nowMs: () => number;
  readonly #windows = new Map<string, { readonly untilMs: number; count: number }>();

  constructor(perMinute: number, nowMs: () => number) {
    this.#perMinute = perMinute;
    this.#nowMs = nowMs;
  }

  /** @throws {ProviderError} `too-many-requests` */
  count(source: Source, { requestingUser, targetUser }: KeyMaterialRequest): void {
    const nowMs = this.#nowMs();
    const key = `${sourceName(source)} ${requestingUser} ${targetUser}`;
    const known = this.#windows.get(key);
    const window =
      known !== undefined && known.untilMs > nowMs ? known : { untilMs: nowMs + WINDOW_MS, count: 0 };
    if (window.count >= this.#perMinute) {
      const seconds = Math.ceil((window.untilMs - nowMs) / 1000);
      throw new ProviderError("too-many-requests", "too many claims for this user", "reading R-044", {
        headers: retryAfter(seconds),
      });
    }
    window.count++;
    this.#windows.delete(key);
    this.#windows.set(key, window);
    const oldest = this.#windows.keys().next();
    if (this.#windows.size > MAX_WINDOWS && !oldest.done) this.#windows.delete(oldest.value);
  }
}
