import { describe, expect, it } from "vitest";
import { Choices } from "./random.ts";
import { RandomGroup } from "./random-group.ts";

describe("after every commit all members and the server agree, and nobody takes a changed one", () => {
  const runs = [2, 3, 12, 24, 32].map((limit, index) => ({ seed: index + 1, limit }));
  it.each(runs)("seed $seed, up to $limit members", { timeout: 60_000 }, ({ seed, limit }) => {
    const group = new RandomGroup(new Choices(seed), limit);
    let largest = 0;
    for (let step = 0; step < 25; step++) {
      group.step();
      largest = Math.max(largest, group.size);
    }
    expect(largest).toBeGreaterThan(limit / 3);
    const { seen } = group;
    expect(seen.corrupted).toBeGreaterThan(60);
    if (limit < 12) return;
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(0);
  });
});
