/**
 * The MLS engine against OpenMLS, live.
 * @module
 */

import { buildPeer } from "./openmls.ts";
import type { Counts } from "./step.ts";
import { vitest } from "./vitest.ts";

/** Every test counts. Without a Rust toolchain nothing is tested here: what OpenMLS made is kept as vectors. */
export async function interop(): Promise<Counts> {
  const peer = await buildPeer();
  if (peer.path === undefined) {
    return { passed: 0, failed: peer.fault ? 1 : 0, note: `not run: ${peer.reason}`, output: peer.output };
  }
  return vitest(["--config", "packages/mls/interop/vitest.config.ts"], { OPENMLS_PEER: peer.path });
}
