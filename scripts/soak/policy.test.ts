import { expect, it } from "vitest";
import type { Comparison } from "../../packages/room/test/oracle/index.ts";
import { soakPolicy } from "./policy.ts";

const nothing: Comparison = { decisions: [], disagreements: [] };

it("asks the rules and the oracle about changes and messages", () => {
  const { decisions, allowed, findings } = soakPolicy({ questions: 2_000, seed: 5 });
  expect(findings).toEqual([]);
  expect(decisions).toBeGreaterThan(1_500);
  expect(allowed).toBeGreaterThan(50);
  expect(allowed).toBeLessThan(decisions);
});

it("asks the same for the same seed, and something else for another", () => {
  const askedWith = (seed: number) => {
    const asked: string[] = [];
    soakPolicy({ questions: 100, seed }, (octets, about) => {
      asked.push(`${about} ${Buffer.from(octets).toString("hex")}`);
      return nothing;
    });
    return asked;
  };
  expect(askedWith(3)).toHaveLength(100);
  expect(askedWith(3)).toEqual(askedWith(3));
  expect(askedWith(3)).not.toEqual(askedWith(4));
  expect(askedWith(3).filter((each) => each.startsWith("message"))).toHaveLength(13);
});

it("reports disagreements and exceptions, with the octets that do it again", () => {
  const asked: Uint8Array[] = [];
  const { findings } = soakPolicy({ questions: 2, seed: 1 }, (octets) => {
    asked.push(octets);
    if (asked.length === 2) throw new RangeError("out of bounds");
    return { decisions: [], disagreements: [{ asked: {}, what: "they differ" }] };
  });
  const [first, second] = asked.map((octets) => Buffer.from(octets).toString("hex"));
  expect(findings).toEqual([
    { input: first, what: "they differ" },
    { input: second, what: "RangeError: out of bounds" },
  ]);
});
