import fc from "fast-check";
import { expect, it } from "vitest";
import { Schedule } from "./expiry.ts";

it("gives what is due, the earliest first, and nothing else", () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: 0n, max: 50n })),
      fc.bigInt({ min: 0n, max: 50n }),
      (times, nowMs) => {
        const schedule = new Schedule<bigint>();
        for (const atMs of times) schedule.add(atMs, atMs);
        const due: bigint[] = [];
        for (let item = schedule.takeDue(nowMs); item !== undefined; item = schedule.takeDue(nowMs))
          due.push(item);
        const sorted = times.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        expect(due).toEqual(sorted.filter((atMs) => atMs <= nowMs));
        expect(schedule.size).toBe(times.length - due.length);
      },
    ),
  );
});
