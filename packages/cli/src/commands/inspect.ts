/**
 * `openmimi inspect`: what is this object?
 * @module
 */

import {
  InspectError,
  type Inspection,
  type InspectOptions,
  inspect,
  objectNames,
  parseOctets,
  sectionOf,
} from "@openmimi/inspect";
import type { Command } from "commander";
import { type Context, withExamples, writeJson } from "../command.ts";
import { UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { readOctets } from "../inspect/octets.ts";
import { errorText, factsText, headline, othersText } from "../inspect/report.ts";
import { treeText } from "../inspect/tree.ts";

interface Flags {
  readonly as?: string;
  readonly names?: boolean;
  readonly full?: boolean;
  readonly sender?: string;
  readonly room?: string;
  readonly frankingKey?: string;
}

/** Adds the command. */
export function addInspect(program: Command, context: Context): void {
  const command = program
    .command("inspect [input]")
    .description("say what a MIMI, MLS or content object is, field by field with the octets of each")
    .option("--as <name>", "what it has to be, for example KeyPackage (default: found out)")
    .option("--sender <uri>", "who sent the message, for its ID, where it does not say so itself")
    .option("--room <uri>", "in which room")
    .option("--franking-key <hex>", "for the franking tag (default: the salt of the message)")
    .option("--full", "lists of numbers line by line, long values uncut")
    .option("--names", "list the names that --as takes")
    .addHelpText(
      "after",
      "\nInput is hexadecimal, base64, [0, 255], a dump of xxd or hexdump -C, or the text of a mimi: URI or" +
        "\ndirectory; a file with any of these or with the octets; or - for standard input (the default)." +
        "\nLines are cut to the width of a terminal; in a pipe they are not.",
    )
    .action(async (input: string | undefined, flags: Flags) => {
      if (flags.names === true) return listNames(context);
      const octets = await readOctets(input, context.readStdin);
      const found = inspected(octets, optionsOf(flags));
      context.exit(found.error === undefined ? ExitCode.ok : ExitCode.failed);
      if (context.json()) writeJson(context.stdout, found);
      else writeText(context, octets, found, flags);
    });
  withExamples(command, [
    ["inspect 0001000500010001...", "a KeyPackage in an MLSMessage, in hexadecimal"],
    [
      "inspect message.cbor --sender mimi://a.example/u/alice --room mimi://a.example/r/club",
      "a message in a file, with its ID",
    ],
    ["inspect --as UpdateRequest body.bin", "the body of a request: where is it wrong?"],
    ["inspect --as participant_list 00", "the data of a component, by its name in the draft"],
    ["inspect --json < body.bin | jq .facts", "for programs"],
  ]);
}

function writeText({ stdout }: Context, octets: Uint8Array, found: Inspection, flags: Flags): void {
  const full = flags.full === true;
  const width = stdout.isTTY === true && !full ? (stdout.columns ?? 100) : undefined;
  const parts = [
    `${headline(found, flags.as !== undefined)}\n`,
    treeText(found, { width, full }),
    errorText(octets, found, width),
    factsText(found.facts, width),
    othersText(found, width),
  ];
  stdout.write(parts.filter((part) => part !== "").join("\n"));
}

function optionsOf({ as, sender, room, frankingKey }: Flags): InspectOptions {
  const key = frankingKey === undefined ? undefined : parseOctets(frankingKey);
  if (frankingKey !== undefined && key === undefined)
    throw new UsageError("--franking-key: neither hexadecimal nor base64");
  return {
    ...(as === undefined ? {} : { as }),
    ...(sender === undefined ? {} : { senderUri: sender }),
    ...(room === undefined ? {} : { roomUri: room }),
    ...(key === undefined ? {} : { frankingKey: key }),
  };
}

function inspected(octets: Uint8Array, options: InspectOptions): Inspection {
  try {
    return inspect(octets, options);
  } catch (error) {
    if (!(error instanceof InspectError)) throw error;
    throw new UsageError(`--as: ${error.message}; openmimi inspect --names lists them`);
  }
}

function listNames(context: Context): void {
  if (context.json()) writeJson(context.stdout, objectNames);
  else for (const name of objectNames) context.stdout.write(`${name.padEnd(34)}  ${sectionOf(name)}\n`);
}
