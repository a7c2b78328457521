/**
 * Mutated inputs over all decoders, in one process.
 * @module
 */

import { decoders } from "../soak/decoders.ts";
import { soak } from "../soak/soak.ts";
import type { Counts } from "./step.ts";

const INPUTS = 200_000;
const CONTENT_INPUTS = 100_000;

/** Each decoder counts as one check. */
export async function hostileInput(): Promise<Counts> {
  const { inputs, findings } = soak(decoders, { inputs: INPUTS, contentInputs: CONTENT_INPUTS, seed: 1 });
  const broken = new Set(findings.map(({ decoder }) => decoder));
  return {
    passed: decoders.length - broken.size,
    failed: broken.size,
    note: `${inputs.toLocaleString("en")} inputs`,
    output: findings.map(({ decoder, input, error }) => `${decoder}: ${error}\n  input ${input}`).join("\n"),
  };
}
