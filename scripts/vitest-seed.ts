/**
 * One seed for every property test, so that a run can be repeated: `OPENMIMI_SEED=7 npm test` tries other values.
 * @module
 */

import fc from "fast-check";

const DEFAULT_SEED = 20_261_124;

fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  seed: Number(process.env.OPENMIMI_SEED ?? DEFAULT_SEED),
});
