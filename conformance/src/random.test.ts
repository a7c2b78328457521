import { expect, it } from "vitest";
import { seededRandom } from "./random.ts";

it("repeats for the same seed and case, and only for them", () => {
  const take = (seed: string, purpose: string) =>
    Buffer.from(seededRandom(seed, purpose).octets(40)).toString("hex");
  expect(take("7", "a/b")).toBe(take("7", "a/b"));
  expect(new Set([take("7", "a/b"), take("8", "a/b"), take("7", "a/c"), take("7,", "a/b")]).size).toBe(4);
});

it("does not repeat itself, and keeps within its limit", () => {
  const random = seededRandom("7", "a/b");
  expect(random.octets(16)).not.toEqual(random.octets(16));
  const seen = new Set(Array.from({ length: 200 }, () => random.below(3)));
  expect([...seen].sort()).toEqual([0, 1, 2]);
  expect(() => random.below(0)).toThrow(RangeError);
});
