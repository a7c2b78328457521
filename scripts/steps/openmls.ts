/**
 * The program that the interop tests of packages/mls talk to, built from crates of OpenMLS.
 * @module
 */

import { join } from "node:path";
import { ROOT, run } from "./step.ts";

const MANIFEST = join(ROOT, "packages", "mls", "interop", "openmls-peer", "Cargo.toml");
const TARGET = join(ROOT, ".openmimi", "openmls-peer");
/** What OpenMLS 0.9 asks for. */
const OLDEST = 91;

/** Where the program is, or why it cannot be had here. */
export type BuiltPeer =
  | { readonly path: string }
  /** `fault`: the machine has all it needs, and yet. */
  | { readonly path?: undefined; readonly reason: string; readonly fault: boolean; readonly output: string };

/**
 * Whether `cargo fetch` failed for want of a registry that it can reach. Anything else, such as a lock file that does
 * not fit the manifest, is ours to repair.
 */
export function isUnreachable(output: string): boolean {
  if (/--locked/.test(output)) return false;
  return /failed to (download|fetch|get)|download of .* failed|unable to update registry|failed to query replaced source|spurious network error|resolve (host|proxy)|timed? ?out/i.test(
    output,
  );
}

/** Builds it, which takes about a minute the first time. */
export async function buildPeer(): Promise<BuiltPeer> {
  const missing = (reason: string, output = ""): BuiltPeer => ({ reason, fault: false, output });
  const version = await run("cargo", ["--version"]);
  const minor = /^cargo 1\.(\d+)/.exec(version.stdout)?.[1];
  if (version.status !== 0 || minor === undefined) return missing("no cargo here");
  if (Number(minor) < OLDEST) return missing(`cargo 1.${minor} is older than 1.${OLDEST}`);
  const fetched = await run("cargo", ["fetch", "--locked", "--manifest-path", MANIFEST]);
  if (fetched.status !== 0) {
    if (isUnreachable(fetched.output)) return missing("cargo's registry cannot be reached", fetched.output);
    return { reason: "the crates cannot be fetched", fault: true, output: fetched.output };
  }
  const built = await run("cargo", [
    "build",
    "--locked",
    "--offline",
    "--manifest-path",
    MANIFEST,
    "--target-dir",
    TARGET,
  ]);
  if (built.status !== 0) {
    return { reason: "openmls-peer does not build", fault: true, output: built.output };
  }
  const name = process.platform === "win32" ? "openmls-peer.exe" : "openmls-peer";
  return { path: join(TARGET, "debug", name) };
}
