/**
 * `openmimi room explain`: whether something is allowed, and by which rules.
 * @module
 */

import { explain } from "@openmimi/room";
import { askPolicy } from "@openmimi/vectors";
import type { Command } from "commander";
import { type Context, withExamples, writeJson } from "../command.ts";
import { UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { type QuestionFlags, questionOf } from "../room/question.ts";

const ACTORS = ["member", "joiner", "externalSender"];

/** Adds the command. */
export function addExplain(parent: Command, context: Context): void {
  const command = parent
    .command("explain [file]")
    .description("say whether something is allowed in a room, and the derivation of that")
    .option("--id <id>", "which vector of the file")
    .option("--state <file>", "the room: JSON with components, as openmimi room preset --json prints it")
    .option("--actor <uri>", "who acts: a user, or a provider")
    .option("--kind <kind>", `what the actor is: ${ACTORS.join(", ")}`, "member")
    .option("--change <file>", "what is done: JSON, one change or a list, as in the policy vectors")
    .addHelpText(
      "after",
      `
FILE holds a question as in vectors/policy-decisions: a vector, its input, or a file of many (--id).
A change of the participant list can be written with URIs instead of octets:
  { "kind": "participants", "add": { "mimi://b.example/u/bob": 2 }, "change": {}, "remove": [] }
The exit code is 0 for what is allowed and 1 for what is denied.`,
    )
    .action((file: string | undefined, flags: QuestionFlags) => {
      if (!ACTORS.includes(flags.kind))
        throw new UsageError(`--kind: expected one of ${ACTORS.join(", ")}, got ${flags.kind}`);
      const decision = askPolicy(questionOf(file, flags));
      context.exit(decision.allowed ? ExitCode.ok : ExitCode.failed);
      if (context.json()) writeJson(context.stdout, decision);
      else context.stdout.write(`${explain(decision)}\n`);
    });
  withExamples(command, [
    ["room explain vectors/policy-decisions/adding.json --id add-participant-held", "a vector"],
    [
      "room explain --state room.json --actor mimi://a.example/u/alice --change add.json",
      "would this commit be allowed?",
    ],
  ]);
}
