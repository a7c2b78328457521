import { expect, it } from "vitest";
import type { Verdict } from "./judge.ts";
import { applyWaivers, parseWaivers } from "./waivers.ts";

const WAIVER = "- { case: a/b, owner: Ann, expires: 2026-03-01, reason: known }";
const verdict = (result: Verdict["result"]): Verdict => ({
  caseId: "a/b",
  result,
  expected: "",
  saw: "",
  readings: [],
  checks: [],
});

it("waives a failure until its day is over", () => {
  const waivers = parseWaivers(WAIVER);
  const on = (result: Verdict["result"], day: string) => {
    const applied = applyWaivers([verdict(result)], waivers, day);
    return [applied.verdicts[0]?.result, applied.waivers[0]?.use];
  };
  expect(on("fail", "2026-03-01")).toEqual(["waived", "used"]);
  expect(on("fail", "2026-03-02")).toEqual(["fail", "expired"]);
  expect(on("pass", "2026-03-01")).toEqual(["pass", "unused"]);
  expect(on("inconclusive", "2026-03-01")).toEqual(["inconclusive", "unused"]);
});

it.each([
  ["no list", "a: b"],
  ["no owner", "- { case: a/b, expires: 2026-03-01, reason: x }"],
  ["no day", "- { case: a/b, owner: x, expires: soon, reason: x }"],
  ["a day that does not exist", "- { case: a/b, owner: x, expires: 2026-13-01, reason: x }"],
  ["a case twice", `${WAIVER}\n${WAIVER}`],
])("refuses %s", (_, text) => {
  expect(() => parseWaivers(text)).toThrow(TypeError);
});

it("takes an empty file for no waivers", () => {
  expect(parseWaivers("")).toEqual([]);
});
