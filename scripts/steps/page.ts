/**
 * The inspector's page, built and used in headless Chromium.
 * @module
 */

import { findChromium } from "./chromium.ts";
import type { Counts } from "./step.ts";
import { vitest } from "./vitest.ts";

/** Every test counts. Where there is no Chromium and none can be had, the step is skipped and says why. */
export async function page(): Promise<Counts> {
  const found = await findChromium();
  if (found.path === undefined) return { passed: 0, failed: 0, skipped: 1, note: `not run: ${found.reason}` };
  return vitest(["--config", "inspector/test/vitest.config.ts"], { OPENMIMI_CHROMIUM: found.path });
}
