/**
 * `openmimi inspect`: what is this object?
 * @module
 */

import { InspectError, type Inspection, inspect, objectNames } from "@openmimi/inspect";
import type { Command } from "commander";
import { type Context, withExamples, writeJson } from "../command.ts";
import { UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { readOctets } from "../inspect/octets.ts";
import { treeText } from "../inspect/text.ts";

/** Adds the command. */
export function addInspect(program: Command, context: Context): void {
  const command = program
    .command("inspect [input]")
    .description("say what a MIMI, MLS or content object is, field by field with the octets of each")
    .option("--as <name>", "what it has to be, for example KeyPackage (default: found out)")
    .option("--names", "list the names that --as takes")
    .addHelpText("after", "\nInput is hexadecimal, base64, a file, or - for standard input (the default).")
    .action(async (input: string | undefined, flags: { readonly as?: string; readonly names?: boolean }) => {
      if (flags.names === true) return listNames(context);
      const octets = await readOctets(input, context.readStdin);
      const found = inspected(octets, flags.as);
      const { name, error, whole, others } = found;
      context.exit(error === undefined ? ExitCode.ok : ExitCode.failed);
      if (context.json()) return writeJson(context.stdout, found);
      const { stdout } = context;
      const nearest = flags.as === undefined ? "no object that is known; nearest to " : "";
      stdout.write(`${error === undefined ? "" : nearest}${name}, ${octets.length} octets\n`);
      stdout.write(treeText(found, stdout.isTTY === true ? (stdout.columns ?? 100) : undefined));
      if (!whole) stdout.write("only parts of objects fit; --as NAME shows where an object is wrong\n");
      if (others.length > 0) stdout.write(`also fits: ${others.join(", ")}\n`);
    });
  withExamples(command, [
    ["inspect 0001000500010001...", "a KeyPackage in an MLSMessage, in hexadecimal"],
    ["inspect message.cbor", "a file"],
    ["inspect --as UpdateRequest body.bin", "the body of a request: where is it wrong?"],
  ]);
}

function inspected(octets: Uint8Array, as: string | undefined): Inspection {
  try {
    return inspect(octets, as === undefined ? {} : { as });
  } catch (error) {
    if (!(error instanceof InspectError)) throw error;
    throw new UsageError(`--as: ${error.message}; openmimi inspect --names lists them`);
  }
}

function listNames(context: Context): void {
  if (context.json()) writeJson(context.stdout, objectNames);
  else context.stdout.write(`${objectNames.join("\n")}\n`);
}
