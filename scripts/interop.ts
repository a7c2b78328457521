/**
 * `npm run interop`: builds openmls-peer, and runs the interop tests of packages/mls against it.
 *
 *     npm run interop                    all of them
 *     npm run interop -- divergences     one file
 *     npm run interop -- --freeze        makes the vectors anew that the tests without Rust read
 * @module
 */

import { spawnSync } from "node:child_process";
import { helpIfAsked } from "./help.ts";
import { buildPeer } from "./steps/openmls.ts";
import { ROOT } from "./steps/step.ts";

helpIfAsked(import.meta.url);
const peer = await buildPeer();
if (peer.path === undefined) {
  process.stderr.write(`${peer.output}\nOpenMLS cannot be tested against: ${peer.reason}\n`);
  process.exit(1);
}
const args = process.argv.slice(2);
const tests = ["run", "--config", "packages/mls/interop/vitest.config.ts", ...args];
const options = { cwd: ROOT, env: { ...process.env, OPENMLS_PEER: peer.path }, stdio: "inherit" as const };
const ended = args.includes("--freeze")
  ? spawnSync("node", ["packages/mls/interop/freeze.ts"], options)
  : spawnSync("vitest", tests, options);
process.exitCode = ended.status ?? 1;
