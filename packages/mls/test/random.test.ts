import { describe, expect, it } from "vitest";
import { Choices } from "./random.ts";
import { RandomGroup } from "./random-group.ts";

describe("after every commit all members and the server agree", () => {
  const runs = [12, 12, 12, 32, 32, 32].map((limit, index) => ({ seed: index + 1, limit }));
  it.each(runs)("seed $seed, up to $limit members", ({ seed, limit }) => {
    const group = new RandomGroup(new Choices(seed), limit);
    let largest = 0;
    for (let step = 0; step < 25; step++) {
      group.step();
      largest = Math.max(largest, group.members.length);
    }
    expect(largest).toBeGreaterThan(limit / 3);
  });
});
