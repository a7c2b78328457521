/**
 * `openmimi conformance run` and `rejudge`: a verdict and its reports.
 * @module
 */

import { type ConformanceResult, consoleSummary, rejudge, runConformance } from "@openmimi/conformance";
import type { Command } from "commander";
import { type Context, repeated, withExamples, writeJson } from "../command.ts";
import { progressOn } from "../surroundings.ts";
import { type RunFlags, runOptions } from "./run-options.ts";

/** Adds `run`. */
export function addRun(parent: Command, context: Context): void {
  const command = parent
    .command("run")
    .description("judge a provider: run the cases, write the reports")
    .requiredOption("--target <url>", "where the provider listens: https://host:port")
    .requiredOption("--pki <dir>", "the folder that `openmimi conformance pki` made")
    .option("--domain <domain>", "the provider's domain (default: the one of --pki)")
    .option("--adapter <url>", "its adapter, which unlocks the cases of level L2")
    .option("--fixtures <file>", "a fixtures file, which unlocks the cases of level L1 without an adapter")
    .option("--level <level>", "run no case that needs more than L0, L1 or L2")
    .option("--role <role>", "only cases for this role; may be repeated", repeated)
    .option("--only <id>", "only this case, or those whose id begins so; may be repeated", repeated)
    .option("--seed <text>", "make the run's choices the same again")
    .option(
      "--resolve <host=host:port>",
      "where another host of the provider's URLs is; may be repeated",
      repeated,
    )
    .option("--listen <peer=host:port>", "where the suite's hub, follower1 or follower2 listens", repeated)
    .option("--patience <seconds>", "how long a case waits for the provider to send something (default: 10)")
    .option("--timeout <seconds>", "how long a case may take (default: 60)")
    .option("--waivers <file>", "known failures that are to be shown but not counted")
    .option("--output <dir>", "where the reports and the record go", "report")
    .option("--verbose", "show passed and skipped cases too")
    .action(async (flags: RunFlags & { readonly verbose?: boolean }) => {
      const progress = progressOn(context.stderr);
      const result = await runConformance({
        ...runOptions(flags),
        onProgress: (now) =>
          progress.show(
            now.kind === "adapter" ? `adapter: ${now.what}` : `${now.index + 1}/${now.count} ${now.caseId}`,
          ),
      }).finally(progress.clear);
      show(result, flags.verbose === true, context);
    });
  withExamples(command, [
    ["conformance run --target https://127.0.0.1:8443 --pki pki", "what can be judged from the wire alone"],
    [
      "conformance run --target https://127.0.0.1:8443 --pki pki --adapter http://127.0.0.1:9440",
      "everything, with the provider's adapter",
    ],
    ["conformance run --target https://127.0.0.1:8443 --pki pki --only transport", "one area"],
  ]);
}

/** Adds `rejudge`. */
export function addRejudge(parent: Command, context: Context): void {
  const command = parent
    .command("rejudge <run.json>")
    .description("judge a recorded run with the cases of this version, without the provider")
    .option("--output <dir>", "where the reports go (default: nowhere)")
    .option("--verbose", "show passed and skipped cases too")
    .action(async (file: string, flags: { readonly output?: string; readonly verbose?: boolean }) => {
      const { output, verbose = false } = flags;
      show(await rejudge(file, output === undefined ? {} : { output }), verbose, context);
    });
  withExamples(command, [
    ["conformance rejudge report/run.json", "the summary"],
    ["conformance rejudge report/run.json --output again", "and the reports"],
  ]);
}

function show({ report, files }: ConformanceResult, verbose: boolean, context: Context): void {
  const { stdout } = context;
  if (context.json()) writeJson(stdout, report);
  else {
    stdout.write(consoleSummary(report, { colour: stdout.isTTY === true, verbose }));
    if (files.html !== undefined) stdout.write(`report ${files.html}\n`);
  }
  context.exit(report.exitCode);
}
