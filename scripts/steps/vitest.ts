/**
 * Unit, property, vector and scenario tests, counted one by one.
 * @module
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Counts, run } from "./step.ts";

/** The part that is used of what vitest's JSON reporter writes. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** Counts tests; a file that could not be loaded counts as one failure. */
export function countsOf(report: VitestReport, output: string): Counts {
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + unloaded;
  return {
    passed: report.numPassedTests,
    failed,
    skipped: report.numPendingTests,
    ...(failed > 0 ? { output } : {}),
  };
}

/** Every test counts. */
export async function vitest(): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "openmimi-test-"));
  const file = join(folder, "vitest.json");
  try {
    const { status, output } = await run(
      "vitest",
      ["run", "--reporter=dot", "--reporter=json", `--outputFile.json=${file}`],
      { FORCE_COLOR: "0", NO_COLOR: "1" },
    );
    const counts = countsOf(JSON.parse(readFileSync(file, "utf8")) as VitestReport, output);
    // Errors outside of tests (an unhandled rejection, say) fail the run without failing a test.
    return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1, output } : counts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
