/**
 * How often the same may be asked. Signed requests have no freshness, so that a replay is a request like any other.
 * Protocol §5.2, §5.6; readings.
 * @module
 */

import { ProviderError } from "../errors.ts";
import { retryAfter } from "../http/problem.ts";
import { type Source, sourceName } from "../source.ts";

const WINDOW_MS = 60_000;
const MAX_WINDOWS = 50_000;

/** Counts requests per source and subject in windows of one minute. */
export class RequestLimiter {
  readonly #perMinute: number;
  readonly #nowMs: () => number;
  readonly #windows = new Map<string, { readonly untilMs: number; count: number }>();

  constructor(perMinute: number, nowMs: () => number) {
    this.#perMinute = perMinute;
    this.#nowMs = nowMs;
  }

  /**
   * @param subject whose request it is and what it is about, for example requester and target of a claim
   * @throws {ProviderError} `too-many-requests`
   */
  count(source: Source, ...subject: readonly string[]): void {
    const nowMs = this.#nowMs();
    const key = [sourceName(source), ...subject].join(" ");
    const known = this.#windows.get(key);
    const window =
      known !== undefined && known.untilMs > nowMs ? known : { untilMs: nowMs + WINDOW_MS, count: 0 };
    if (window.count >= this.#perMinute) {
      const headers = retryAfter(Math.ceil((window.untilMs - nowMs) / 1000));
      throw new ProviderError("too-many-requests", "this was asked too often", "reading R-044", { headers });
    }
    window.count++;
    this.#windows.delete(key);
    this.#windows.set(key, window);
    const oldest = this.#windows.keys().next();
    if (this.#windows.size > MAX_WINDOWS && !oldest.done) this.#windows.delete(oldest.value);
  }
}
