/**
 * The whole conformance suite against the reference provider, in a process of its own, with its adapter.
 * @module
 */

import { onStage } from "../../conformance/mutants/stage.ts";
import { consoleSummary, runConformance } from "../../conformance/src/index.ts";
import type { Step } from "./step.ts";

export const suite: Step = {
  name: "suite",
  what: "the reference provider passes the conformance suite",
  async run() {
    const { report } = await onStage(undefined, (scene) => runConformance(scene));
    const { pass, warn, waived, skip } = report.counts;
    return {
      passed: pass,
      // Of ours nothing may be waived, inconclusive or less than the draft's SHOULD.
      failed: report.cases.length - pass - skip,
      skipped: skip,
      note: warn + waived > 0 ? `${warn} warned, ${waived} waived` : "level L2",
      output: consoleSummary(report),
    };
  },
};
