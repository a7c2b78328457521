import { describe, expect, it } from "vitest";
import { seededRandom } from "../../test/seeded-random.ts";
import { backoffMs } from "./backoff.ts";
import { retryAfterMs } from "./retry-after.ts";
import { verdictOf } from "./verdict.ts";

describe("the verdict on a status", () => {
  it.each([
    ["delivered", [200, 201, 202, 204, 299]],
    ["refused", [400, 403, 404, 410]],
    ["tooLarge", [413]],
    ["retry", [408, 425, 429, 500, 502, 503, 504, 599, 100, 301, 307, 401, 405, 415, 421, 0]],
  ] as const)("%s", (verdict, statuses) => {
    for (const status of statuses) expect([status, verdictOf(status)]).toEqual([status, verdict]);
  });
});

describe("Retry-After", () => {
  const now = Date.UTC(1994, 10, 6, 8, 49, 0);

  it.each([
    ["0", 0],
    ["120", 120_000],
    [" 7 ", 7_000],
    ["Sun, 06 Nov 1994 08:49:37 GMT", 37_000],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 37_000],
    ["Sun Nov  6 08:49:37 1994", 37_000],
    ["Sat, 05 Nov 1994 08:49:37 GMT", 0],
    ["Wednesday, 06-Nov-46 08:49:37 GMT", 0],
    ["99999999999999999999999", Number.MAX_SAFE_INTEGER],
  ])("%s", (value, expected) => {
    expect(retryAfterMs(value, now)).toBe(expected);
  });

  it.each([
    undefined,
    "",
    "soon",
    "-1",
    "1.5",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Xyz 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 aa:bb:cc GMT",
  ])("%s says nothing", (value) => {
    expect(retryAfterMs(value, now)).toBeUndefined();
  });

  it("reads two-digit years of this and the next fifty years", () => {
    expect(retryAfterMs("Sunday, 06-Nov-44 08:49:00 GMT", now)).toBe(Date.UTC(2044, 10, 6, 8, 49) - now);
  });
});

describe("the wait before the next attempt", () => {
  const policy = { firstMs: 500, maxMs: 60_000, giveUpMs: 0 };

  it("doubles up to the maximum, the upper half at random", () => {
    const random = seededRandom(1);
    for (const [attempts, full] of [
      [1, 500],
      [2, 1_000],
      [4, 4_000],
      [8, 60_000],
      [5_000, 60_000],
    ] as const) {
      const waits = Array.from({ length: 200 }, () => backoffMs(policy, attempts, undefined, random));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(full / 2);
      expect(Math.max(...waits)).toBeLessThanOrEqual(full);
      expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(full / 4);
      expect(waits.every(Number.isInteger)).toBe(true);
    }
  });

  it("is never shorter than Retry-After, nor than the backoff, nor longer than a day and the jitter", () => {
    expect(backoffMs(policy, 1, 10_000, () => 0)).toBe(10_000);
    expect(backoffMs(policy, 1, 10_000, () => 0.5)).toBe(10_125);
    expect(backoffMs(policy, 8, 10_000, () => 0)).toBe(30_000);
    expect(backoffMs(policy, 1, Number.MAX_SAFE_INTEGER, () => 0)).toBe(86_400_000);
  });
});
