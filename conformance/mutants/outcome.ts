/**
 * What runs against mutants came to, and whether it is what should come of them.
 * @module
 */

import type { ExitCode, Result } from "../src/index.ts";
import type { Mutant } from "./mutant.ts";

/** A run of the suite against one mutant, or against the provider as it is. */
export interface MutantRun {
  /** Absent: the provider as it is. */
  readonly mutant?: string;
  /** By the ids of the cases that ran. */
  readonly results: Readonly<Record<string, Result>>;
  /** For each case that did not pass, what the suite says of it. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly exitCode: ExitCode;
  readonly durationMs: number;
}

/** Something that is not as it should be. */
export interface Finding {
  /** Absent: the provider as it is. */
  readonly mutant?: string;
  readonly caseId?: string;
  readonly message: string;
}

/** Whether a result shows a fault: a MUST that is broken, or a SHOULD that is not met. */
export function notices(result: Result | undefined): boolean {
  return result === "fail" || result === "warn";
}

/**
 * Looks at one run: the provider as it is passes every case, a MAY that is not offered excepted; a mutant is noticed by
 * every case that is named for it, and the run ends accordingly.
 *
 * @param mutant absent: the provider as it is
 * @param run absent: it did not run
 */
export function findingsOf(mutant: Mutant | undefined, run: MutantRun): Finding[] {
  return mutant === undefined ? ofTheProvider(run) : ofMutant(mutant, run);
}

function ofTheProvider({ results, reasons, exitCode }: MutantRun): Finding[] {
  const wrong = Object.entries(results)
    .filter(([, result]) => result !== "pass" && result !== "skip")
    .map(([caseId, result]) => ({ caseId, message: `${result}: ${reasons[caseId] ?? ""}` }));
  if (wrong.length > 0 || exitCode === 0) return wrong;
  return [{ message: `the suite ends with ${exitCode}` }];
}

function ofMutant({ name, caughtBy }: Mutant, { results, reasons, exitCode }: MutantRun): Finding[] {
  const missed = caughtBy
    .filter((caseId) => !notices(results[caseId]))
    .map((caseId) => ({
      mutant: name,
      caseId,
      message: `${results[caseId] ?? "it did not run"}${reasons[caseId] ? `: ${reasons[caseId]}` : ""}`,
    }));
  const failed = caughtBy.some((caseId) => results[caseId] === "fail");
  if (!failed || exitCode === 1) return missed;
  return [...missed, { mutant: name, message: `the suite ends with ${exitCode} although cases fail` }];
}
