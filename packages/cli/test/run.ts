/**
 * Runs the command inside a test.
 * @module
 */

import { type ExitCode, runOpenmimi } from "../src/index.ts";

/** What it said. */
export interface Ran {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** How it is run. */
export interface Running {
  readonly stdin?: Uint8Array;
  /** Called with everything on standard output so far; a command that runs until it is stopped stops when it resolves. */
  readonly until?: (stdout: () => string) => Promise<void>;
}

/** Runs the command to its end. Commands that wait to be stopped are stopped at once, or when `until` resolves. */
export async function run(args: readonly string[], running: Running = {}): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  const code = await runOpenmimi(args, {
    stdout: {
      write: (text) => {
        stdout += text;
      },
    },
    stderr: {
      write: (text) => {
        stderr += text;
      },
    },
    readStdin: async () => running.stdin ?? new Uint8Array(),
    stopped: async () => running.until?.(() => stdout),
  });
  return { code, stdout, stderr };
}
