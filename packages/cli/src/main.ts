#!/usr/bin/env node
/**
 * The `openmimi` command.
 * @module
 */

import { buffer } from "node:stream/consumers";
import { runOpenmimi } from "./program.ts";

/** Ends kindly at the first signal; a second one ends the process as usual. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

// Whoever reads our output may stop reading: `openmimi conformance list | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await runOpenmimi(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  readStdin: async () => new Uint8Array(await buffer(process.stdin)),
  stopped,
});
