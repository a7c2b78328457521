/**
 * Mutants of the reference provider are noticed by the cases that are named for them.
 * @module
 */

import { availableParallelism } from "node:os";
import { mutants } from "../../conformance/mutants/index.ts";
import { runMutants } from "../../conformance/mutants/run.ts";
import type { Counts } from "./step.ts";

/** One in three, always the same ones, so that npm test stays quick; `node conformance/mutants/run.ts` plays all. */
const EACH = 3;

/** Each mutant counts. Most of the time is spent on waiting for what a mutant never sends, so several wait at once. */
export async function allMutants(): Promise<Counts> {
  const { passed, failed, findings } = await runMutants({
    names: mutants.filter((_, index) => index % EACH === 0).map(({ name }) => name),
    cases: "named",
    threads: 2 * availableParallelism(),
  });
  const output = findings.map(({ mutant, caseId = "", message }) => `${mutant}: ${caseId} ${message}`);
  const note = `of ${mutants.length}`;
  return { passed, failed, note, output: output.join("\n") };
}
