/**
 * Mutated inputs over all decoders; each decoder counts as one check.
 * @module
 */

import { decoders } from "../soak/decoders.ts";
import { soak } from "../soak/soak.ts";
import type { Step } from "./step.ts";

const INPUTS = 200_000;

export const hostileInput: Step = {
  name: "hostile",
  what: `${INPUTS.toLocaleString("en")} mutated inputs raise nothing but the decoders' own errors`,
  async run() {
    const { inputs, findings } = soak(decoders, { inputs: INPUTS, seed: 1 });
    const broken = new Set(findings.map(({ decoder }) => decoder));
    return {
      passed: decoders.length - broken.size,
      failed: broken.size,
      note: `${inputs.toLocaleString("en")} inputs`,
      output: findings
        .map(({ decoder, input, error }) => `${decoder}: ${error}\n  input ${input}`)
        .join("\n"),
    };
  },
};
