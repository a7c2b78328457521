/**
 * `openmimi serve`: runs a provider until it is told to stop.
 * @module
 */

import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { checkConfig, startProvider } from "@openmimi/provider";
import type { Command } from "commander";
import { parse, YAMLParseError } from "yaml";
import { type Context, withExamples, writeJson } from "../command.ts";
import { UsageError } from "../errors.ts";

/** Adds the command. */
export function addServe(program: Command, context: Context): void {
  const command = program
    .command("serve")
    .description("run a provider: hub and follower, with its client API and its database")
    .requiredOption("--config <file>", "the configuration, YAML or JSON")
    .action(async ({ config }: { config: string }) => {
      const provider = await startProvider(checkConfig(readConfig(config), dirname(config)));
      const { mimiUrl, clientUrl } = provider;
      if (context.json()) writeJson(context.stdout, { mimiUrl, clientUrl });
      else context.stdout.write(`providers  ${mimiUrl}\nclients    ${clientUrl}\n`);
      await context.stopped();
      await provider.close();
    });
  withExamples(command, [
    ["serve --config examples/a.example.yaml", "until Ctrl-C; the log is one JSON line per event on stderr"],
    ["serve --config a.json --json", "the two addresses as JSON, for a program that started it"],
  ]);
}

function readConfig(file: string): unknown {
  const text = readFileSync(file, "utf8");
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new UsageError(`${file}: ${error.message.split("\n")[0]}`);
  }
}
