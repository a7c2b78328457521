/**
 * A step of `npm test`: something that runs by itself and can be counted.
 * @module
 */

import { spawn } from "node:child_process";
import { join } from "node:path";

/** The repository. */
export const ROOT: string = join(import.meta.dirname, "..", "..");

/** What came of a step. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped?: number;
  /** A few words beside the numbers. */
  readonly note?: string;
  /** What to show of a failed step: as much as it takes to see why. */
  readonly output?: string;
}

/** One step. */
export interface Step {
  readonly name: string;
  /** What passing means, for `--list`. */
  readonly what: string;
  /** Too long for every day, or in need of other tools: run when it is asked for by name. */
  readonly onlyByName?: boolean;
  run(): Promise<Counts>;
}

/** What a program said and how it ended. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  /** Standard output and standard error in the order in which they came. */
  readonly output: string;
}

/** Runs a program in the repository to its end; never throws for what the program does. */
export function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
    child.on("error", (error) => resolve({ status: 127, stdout, output: `${command}: ${error.message}` }));
    child.on("close", (status) => resolve({ status: status ?? 1, stdout, output }));
  });
}

/** A step that is one program: it passes when the program ends with 0. */
export function program(name: string, what: string, command: string, ...args: string[]): Step {
  return {
    name,
    what,
    async run() {
      const { status, output } = await run(command, args);
      return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, output };
    },
  };
}
