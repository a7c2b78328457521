import { describe, expect, it } from "vitest";
import { Choices } from "./random.ts";
import { RandomGroup } from "./random-group.ts";

describe("after every commit all members and the server agree", () => {
  for (let seed = 1; seed <= 6; seed++) {
    it(`seed ${seed}`, () => {
      const group = new RandomGroup(new Choices(seed));
      let largest = 0;
      for (let step = 0; step < 20; step++) {
        group.step();
        largest = Math.max(largest, group.members.length);
      }
      expect(largest).toBeGreaterThan(2);
    });
  }
});
