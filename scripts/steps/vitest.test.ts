import { expect, it } from "vitest";
import { countsOf, type VitestReport } from "./vitest.ts";

const report = (rest: Partial<VitestReport>): VitestReport => ({
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 0,
  testResults: [],
  ...rest,
});

it("counts tests, and shows the output of a failure only", () => {
  expect(countsOf(report({ numPendingTests: 2 }), "long")).toEqual({ passed: 5, failed: 0, skipped: 2 });
  expect(countsOf(report({ numFailedTests: 1 }), "why")).toMatchObject({ failed: 1, output: "why" });
});

it("counts a file that cannot be loaded", () => {
  const testResults = [
    { status: "failed", assertionResults: [] },
    { status: "failed", assertionResults: [{}] },
    { status: "passed", assertionResults: [{}] },
  ];
  expect(countsOf(report({ numFailedTests: 1, testResults }), "why").failed).toBe(2);
});
