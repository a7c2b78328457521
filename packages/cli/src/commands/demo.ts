/**
 * `openmimi demo`: the draft's example flow, played by three providers.
 * @module
 */

import type { Command } from "commander";
import { type Context, withExamples } from "../command.ts";
import { jsonReport, playDemo, textReport } from "../demo/index.ts";
import { ExitCode } from "../exit-code.ts";

/** Adds the command. */
export function addDemo(program: Command, context: Context): void {
  const command = program
    .command("demo")
    .description(
      "play the example flow of the protocol draft: three providers on loopback, one of them killed",
    )
    .action(async () => {
      const { stdout } = context;
      const write = (text: string) => void stdout.write(text);
      const report = context.json() ? jsonReport(write) : textReport(write, stdout.isTTY === true);
      const { ok } = await playDemo({ report });
      context.exit(ok ? ExitCode.ok : ExitCode.failed);
    });
  withExamples(command, [
    ["demo", "with a readable trace"],
    ["demo --json", "one JSON object per line, for a program"],
  ]);
}
