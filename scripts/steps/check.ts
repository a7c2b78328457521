/**
 * The vectors, checked by the second implementation in Python, and the tests of that.
 * @module
 */

import { join } from "node:path";
import { pythonForVectors } from "./python.ts";
import { type Counts, type Ended, ROOT, run } from "./step.ts";

const CHECK = join(ROOT, "vectors", "check", "check.py");

/** The part that is used of what `check.py --json` prints. */
export interface CheckReport {
  readonly passed: number;
  readonly failed: number;
  readonly kinds: Readonly<Record<string, { readonly passed: number; readonly failed: number }>>;
  readonly problems: readonly { readonly id: string; readonly message: string }[];
}

/** Problems that are shown. */
const MOST_SHOWN = 20;

/** Counts the vectors; a report without any, or that is none, is a failure. */
export function countsOfVectors({ status, stdout, output }: Ended): Counts {
  let report: CheckReport;
  try {
    report = JSON.parse(stdout) as CheckReport;
  } catch {
    return { passed: 0, failed: 1, output };
  }
  const { passed, failed, kinds, problems } = report;
  const note = `${Object.keys(kinds).length} kinds of vectors`;
  if (failed === 0) return status === 0 ? { passed, failed, note } : { passed, failed: 1, note, output };
  const shown = problems.slice(0, MOST_SHOWN).map(({ id, message }) => `${id}: ${message}`);
  const rest = problems.length > MOST_SHOWN ? [`... and ${problems.length - MOST_SHOWN} more`] : [];
  return { passed, failed, note, output: [...shown, ...rest].join("\n") };
}

/** Counts the tests of the checker, by its last line. */
export function countsOfTests({ status, stdout, output }: Ended): Counts {
  const [, passed, failed] =
    /^(\d+) passed, (\d+) failed$/m.exec(stdout.trimEnd().split("\n").at(-1) ?? "") ?? [];
  if (status === 0 && Number(passed) > 0 && failed === "0") return { passed: Number(passed), failed: 0 };
  return { passed: Number(passed ?? 0), failed: Math.max(1, Number(failed ?? 1)), output };
}

/**
 * Every vector counts, and every test of the checker. Where there is no Python, or no registry to install its packages
 * from, the step counts as skipped and says why.
 */
export async function check(): Promise<Counts> {
  const python = await pythonForVectors();
  if (python.path === undefined) {
    const { fault, reason, output } = python;
    return { passed: 0, failed: fault ? 1 : 0, skipped: fault ? 0 : 1, note: `not run: ${reason}`, output };
  }
  const env = { PYTHONDONTWRITEBYTECODE: "1" };
  const vectors = countsOfVectors(await run(python.path, [CHECK, "--json"], env));
  const tests = countsOfTests(await run(python.path, [CHECK, "--self-test"], env));
  const output = [vectors.output, tests.output].filter((text) => text !== undefined).join("\n");
  return {
    passed: vectors.passed + tests.passed,
    failed: vectors.failed + tests.failed,
    ...(vectors.note === undefined ? {} : { note: vectors.note }),
    ...(output === "" ? {} : { output }),
  };
}
