/**
 * `openmimi room presets` and `preset`: what the example rooms of the policy draft hold. Policy appendix A.
 * @module
 */

import { IdentifierError, parseMimiUri } from "@openmimi/protocol";
import {
  capabilityName,
  type PresetName,
  presetComponents,
  presetNames,
  type RoleRules,
  roomStateOf,
} from "@openmimi/room";
import type { Command } from "commander";
import { type Context, withExamples, writeJson } from "../command.ts";
import { UsageError } from "../errors.ts";
import { componentNamed, componentRows } from "../room/components.ts";

const ROOM = "mimi://a.example/r/clubhouse";
const CREATOR = "mimi://a.example/u/alice";

/** @throws {UsageError} for a name that no example has */
export function presetNamed(name: string): PresetName {
  const found = presetNames.find((one) => one === name);
  if (found === undefined)
    throw new UsageError(`there is no preset ${name}: expected one of ${presetNames.join(", ")}`);
  return found;
}

/** Adds `presets`. */
export function addPresets(parent: Command, context: Context): void {
  const command = parent
    .command("presets")
    .description("list the example rooms with their roles (policy appendix A)")
    .action(() => {
      const presets = presetNames.map((name) => ({ name, ...describe(name) }));
      if (context.json()) return writeJson(context.stdout, presets);
      for (const { name, roles, creator } of presets) {
        context.stdout.write(`${name}\n`);
        for (const { roleIndex, roleName, capabilities, changes } of roles) {
          const mark = roleIndex === creator ? "  (the creator's)" : "";
          const many = `${capabilities.length} capabilities, ${changes} role changes`;
          context.stdout.write(`  ${String(roleIndex).padStart(2)}  ${roleName.padEnd(16)}${many}${mark}\n`);
        }
      }
    });
  withExamples(command, [
    ["room presets", "names and roles"],
    ["room presets --json", "every capability of every role"],
  ]);
}

function describe(name: PresetName) {
  const components = presetComponents(name, { roomUri: ROOM, creator: CREATOR });
  const state = roomStateOf((id) => components.get(id));
  const roles = [...state.roles.values()].map(({ role, transitions }: RoleRules) => ({
    roleIndex: role.roleIndex,
    roleName: role.roleName,
    capabilities: role.roleCapabilities.map((number) => capabilityName(number) ?? String(number)),
    changes: [...transitions.values()].reduce((sum, targets) => sum + targets.size, 0),
  }));
  return { creator: state.participants[0]?.roleIndex ?? 0, roles };
}

interface PresetFlags {
  readonly room: string;
  readonly creator: string;
  readonly title?: string;
  readonly hex?: boolean;
}

/** Adds `preset`. */
export function addPreset(parent: Command, context: Context): void {
  const command = parent
    .command("preset <name>")
    .description("print the components of an example room, with their octets")
    .option("--room <uri>", "what the room is called", ROOM)
    .option("--creator <uri>", "its first participant", CREATOR)
    .option("--title <text>", "the name that people see")
    .option("--hex", "component and octets only, one component a line")
    .action((name: string, { room, creator, title, hex }: PresetFlags) => {
      const preset = presetNamed(name);
      const components = componentsOf(preset, { room, creator, title });
      if (context.json()) {
        const octets = [...components].map(([id, data]) => [componentNamed(id).id, data]);
        return writeJson(context.stdout, {
          preset,
          components: Object.fromEntries(octets),
          room: Object.fromEntries(componentRows(components).map(({ id, value }) => [id, value])),
        });
      }
      for (const { id, name: of, octets, value } of componentRows(components)) {
        const data = Buffer.from(octets).toString("hex");
        if (hex === true) context.stdout.write(`${id} ${data}\n`);
        else context.stdout.write(`${id} ${of}, ${octets.length} octets\n${indented(value)}\n  ${data}\n`);
      }
    });
  withExamples(command, [
    ["room preset moderated", "annotated JSON and the octets"],
    ["room preset cooperative --room mimi://a.example/r/den --title Den --hex", "octets only"],
    ["room preset cooperative --json > state.json", "a state for openmimi room explain"],
  ]);
}

function componentsOf(
  preset: PresetName,
  { room, creator, title }: Pick<PresetFlags, "room" | "creator"> & { readonly title: string | undefined },
): ReadonlyMap<number, Uint8Array> {
  mustBe("room", room, "--room");
  mustBe("user", creator, "--creator");
  const name = title === undefined ? {} : { name: title };
  return presetComponents(preset, { roomUri: room, creator, ...name });
}

function mustBe(kind: "room" | "user", uri: string, option: string): void {
  try {
    const found = parseMimiUri(uri).kind;
    if (found !== kind) throw new UsageError(`${option}: ${uri}: a ${found} is no ${kind}`);
  } catch (error) {
    if (error instanceof IdentifierError) throw new UsageError(`${option}: ${uri}: ${error.message}`);
    throw error;
  }
}

/** Lists of names and numbers stay in one line: capabilities and transitions are long otherwise. */
function indented(value: unknown): string {
  const text = JSON.stringify(
    value,
    (_, item: unknown) => (typeof item === "bigint" ? String(item) : item),
    2,
  );
  return text
    .replaceAll(/\[\s+((?:"[^"]*"|\d+)(?:,\s+(?:"[^"]*"|\d+))*)\s+\]/g, (_, items: string) => {
      return `[${items.replaceAll(/,\s+/g, ", ")}]`;
    })
    .replaceAll(/^/gm, "  ");
}
