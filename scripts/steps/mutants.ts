/**
 * Every mutant of the reference provider is noticed by the cases that are named for it.
 * @module
 */

import { mutants } from "../../conformance/mutants/index.ts";
import { runMutants } from "../../conformance/mutants/run.ts";
import type { Counts } from "./step.ts";

/** Each mutant counts. */
export async function allMutants(): Promise<Counts> {
  const { passed, failed, findings } = await runMutants({
    names: mutants.map(({ name }) => name),
    cases: "named",
  });
  const output = findings.map(({ mutant, caseId = "", message }) => `${mutant}: ${caseId} ${message}`);
  return { passed, failed, output: output.join("\n") };
}
