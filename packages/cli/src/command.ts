/**
 * What every subcommand is built with: examples in its help, `--json`, an exit code.
 * @module
 */

import type { Command } from "commander";
import type { ExitCode } from "./exit-code.ts";
import type { Output, Surroundings } from "./surroundings.ts";

/** Given to every subcommand. */
export interface Context extends Surroundings {
  /** Whether `--json` was given; known when an action runs. */
  readonly json: () => boolean;
  /** Sets the exit code; without a call it is 0. */
  readonly exit: (code: ExitCode) => void;
}

/** Adds examples to the help of a command: what to type, and what it is good for. */
export function withExamples(command: Command, examples: readonly (readonly [string, string])[]): Command {
  const lines = examples.map(([line, what]) => `  # ${what}\n  openmimi ${line}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}

/** Collects an option that may be given more than once. */
export function repeated(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** Writes a value as JSON. Byte strings become hexadecimal and 64-bit numbers decimal text. */
export function writeJson(output: Output, value: unknown): void {
  const text = JSON.stringify(
    value,
    (_, item: unknown) =>
      item instanceof Uint8Array
        ? Buffer.from(item).toString("hex")
        : typeof item === "bigint"
          ? item.toString()
          : item,
    2,
  );
  output.write(`${text}\n`);
}
