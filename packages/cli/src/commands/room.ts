/**
 * `openmimi room`: the example rooms of the policy draft, and why something is allowed in a room or not.
 * @module
 */

import type { Command } from "commander";
import { type Context, withExamples } from "../command.ts";
import { addCreate } from "./room-create.ts";
import { addExplain } from "./room-explain.ts";
import { addPreset, addPresets } from "./room-presets.ts";

/** Adds the command with its subcommands. */
export function addRoom(program: Command, context: Context): void {
  const room = program
    .command("room")
    .description("the example rooms of the policy draft, and decisions in rooms");
  withExamples(room, [
    ["room presets", "which rooms are there?"],
    ["room explain vectors/policy-decisions/adding.json --id add-participant-held", "why is it so?"],
  ]);
  addPresets(room, context);
  addPreset(room, context);
  addExplain(room, context);
  addCreate(room, context);
}
