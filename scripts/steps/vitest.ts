/**
 * Unit, property, vector and scenario tests, counted one by one.
 * @module
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type Counts, ROOT, run } from "./step.ts";

/** The part that is used of what vitest's JSON reporter writes. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    /** The file. */
    readonly name: string;
    readonly status: string;
    /** Why the file could not be loaded. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Lines of one failure that are shown. */
const MAX_LINES = 16;

/** Counts tests, and says of each that failed where it is and why; a file that cannot be loaded is one failure. */
export function countsOf({ numPassedTests, numPendingTests, testResults }: VitestReport): Counts {
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(ROOT, name);
    if (status === "failed" && assertionResults.length === 0) return [`${file}\n${shortened(message)}`];
    return assertionResults
      .filter((result) => result.status === "failed")
      .map(
        ({ fullName, failureMessages }) => `${file}: ${fullName}\n${shortened(failureMessages.join("\n"))}`,
      );
  });
  const counts = { passed: numPassedTests, failed: failures.length, skipped: numPendingTests };
  return failures.length === 0 ? counts : { ...counts, output: failures.join("\n") };
}

function shortened(text: string): string {
  const lines = text
    .trimEnd()
    .split("\n")
    .filter((line) => !/^\s+at .*(node_modules|node:internal|new Promise)/.test(line));
  const shown = lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), "..."] : lines;
  return shown.map((line) => `    ${line}`).join("\n");
}

/**
 * Every test counts.
 *
 * @param args further arguments of vitest, for example another configuration
 */
export async function vitest(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "openmimi-test-"));
  const file = join(folder, "vitest.json");
  try {
    const { status, output } = await run(
      "vitest",
      ["run", "--reporter=dot", "--reporter=json", `--outputFile.json=${file}`, ...args],
      { NO_COLOR: "1", ...env },
    );
    const counts = countsOf(JSON.parse(readFileSync(file, "utf8")) as VitestReport);
    // Errors outside of tests (an unhandled rejection, say) fail the run without failing a test.
    return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1, output } : counts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
