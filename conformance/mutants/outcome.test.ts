import { describe, expect, it } from "vitest";
import type { Mutant } from "./mutant.ts";
import { findingsOf, type MutantRun, notices } from "./outcome.ts";

const mutant: Mutant = {
  name: "deaf",
  fault: "It hears nothing.",
  section: "protocol §5",
  parts: () => ({}),
  caughtBy: ["a/one", "a/two"],
};
const run = (rest: Partial<MutantRun>): MutantRun => ({
  results: {},
  reasons: {},
  exitCode: 0,
  durationMs: 1,
  ...rest,
});

it("takes a broken MUST and an unmet SHOULD for a sign of the fault, and nothing else", () => {
  const all = ["fail", "warn", "pass", "inconclusive", "skip", "waived"] as const;
  expect(all.filter(notices)).toEqual(["fail", "warn"]);
  expect(notices(undefined)).toBe(false);
});

describe("the provider as it is", () => {
  it("passes, but for what is optional", () => {
    expect(findingsOf(undefined, run({ results: { "a/one": "pass", "a/may": "skip" } }))).toEqual([]);
  });

  it.each(["fail", "inconclusive", "warn", "waived"] as const)("does not pass with %s", (result) => {
    const findings = findingsOf(
      undefined,
      run({ results: { "a/one": result }, reasons: { "a/one": "why" } }),
    );
    expect(findings).toEqual([{ caseId: "a/one", message: `${result}: why` }]);
  });

  it("does not pass where the suite ends otherwise", () => {
    expect(findingsOf(undefined, run({ results: { "a/one": "pass" }, exitCode: 2 }))).toEqual([
      { message: "the suite ends with 2" },
    ]);
  });
});

describe("a mutant", () => {
  it("is as it should be when every case that is named for it notices it", () => {
    const results = { "a/one": "fail", "a/two": "warn", "a/three": "inconclusive" } as const;
    expect(findingsOf(mutant, run({ results, exitCode: 1 }))).toEqual([]);
  });

  it("may be noticed by a SHOULD alone, which ends with 0", () => {
    expect(findingsOf({ ...mutant, caughtBy: ["a/two"] }, run({ results: { "a/two": "warn" } }))).toEqual([]);
  });

  it("is found out about by each case that does not notice it", () => {
    const results = { "a/one": "pass" } as const;
    expect(findingsOf(mutant, run({ results }))).toEqual([
      { mutant: "deaf", caseId: "a/one", message: "pass" },
      { mutant: "deaf", caseId: "a/two", message: "it did not run" },
    ]);
    const twin = run({ results: { "a/one": "inconclusive", "a/two": "fail" }, exitCode: 1 });
    expect(findingsOf(mutant, { ...twin, reasons: { "a/one": "its twin" } })).toEqual([
      { mutant: "deaf", caseId: "a/one", message: "inconclusive: its twin" },
    ]);
  });

  it("makes the suite end with 1", () => {
    const results = { "a/one": "fail", "a/two": "fail" } as const;
    expect(findingsOf(mutant, run({ results, exitCode: 0 }))).toEqual([
      { mutant: "deaf", message: "the suite ends with 0 although cases fail" },
    ]);
  });
});
