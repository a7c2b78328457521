/**
 * The whole conformance suite against the reference provider, in a process of its own, with its adapter.
 * @module
 */

import { onStage } from "../../conformance/mutants/stage.ts";
import { consoleSummary, runConformance } from "../../conformance/src/index.ts";
import type { Counts } from "./step.ts";

/** Every case counts. Of ours none may be waived, inconclusive or less than the draft's SHOULD. */
export async function suite(): Promise<Counts> {
  const { report } = await onStage(undefined, (scene) => runConformance(scene));
  const { pass, skip } = report.counts;
  return {
    passed: pass,
    failed: report.cases.length - pass - skip,
    skipped: skip,
    note: `level ${report.run.level}`,
    output: consoleSummary(report),
  };
}
