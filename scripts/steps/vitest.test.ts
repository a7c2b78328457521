import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "./step.ts";
import { countsOf, type VitestReport } from "./vitest.ts";

type File = VitestReport["testResults"][number];
const report = (...testResults: File[]): VitestReport => ({
  numPassedTests: 5,
  numPendingTests: 2,
  testResults,
});
const file = (rest: Partial<File>): File => ({
  ...{ name: join(ROOT, "packages/x/src/x.test.ts"), status: "passed", message: "", assertionResults: [] },
  ...rest,
});

it("counts tests", () => {
  const passed = { status: "passed", fullName: "works", failureMessages: [] };
  expect(countsOf(report(file({ assertionResults: [passed] })))).toEqual({
    passed: 5,
    failed: 0,
    skipped: 2,
  });
});

it("says where a failure is and why, in a few lines", () => {
  const failureMessages = [`Error: expected 1 to be 2\n${"    at somewhere\n".repeat(40)}`];
  const failed = { status: "failed", fullName: "works", failureMessages };
  const counts = countsOf(report(file({ status: "failed", assertionResults: [failed] })));
  expect(counts.failed).toBe(1);
  expect(counts.output).toMatch(/^packages\/x\/src\/x\.test\.ts: works\n {4}Error: expected 1 to be 2\n/);
  expect(counts.output?.split("\n").length).toBeLessThan(20);
});

it("counts a file that cannot be loaded", () => {
  const counts = countsOf(report(file({ status: "failed", message: "Cannot find module" })));
  expect(counts.failed).toBe(1);
  expect(counts.output).toContain("Cannot find module");
});
