/**
 * The MLS engine against OpenMLS, live.
 * @module
 */

import { buildPeer } from "./openmls.ts";
import type { Counts } from "./step.ts";
import { vitest } from "./vitest.ts";

/**
 * Every test counts. Without a Rust toolchain, or crates to build with, the step counts as skipped and says why: what
 * OpenMLS made is kept as vectors, which every `npm test` reads. A program that does not build is a failure.
 */
export async function interop(): Promise<Counts> {
  const peer = await buildPeer();
  if (peer.path === undefined) {
    const { fault, reason, output } = peer;
    return { passed: 0, failed: fault ? 1 : 0, skipped: fault ? 0 : 1, note: `not run: ${reason}`, output };
  }
  return vitest(["--config", "packages/mls/interop/vitest.config.ts"], { OPENMLS_PEER: peer.path });
}
