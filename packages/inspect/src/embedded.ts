/**
 * What stands inside of octets, where something beside them says it or where it can only be guessed.
 * @module
 */

import { STATUS_MEDIA_TYPE } from "@openmimi/content";
import type { Annotation } from "@openmimi/tls";
import { componentObject, extensionObject, updateObject } from "./components.ts";

/** A field of the struct around that was read before. */
export type Before = (field: string) => Annotation | undefined;

/** What octets may be. */
export interface Candidates {
  readonly objects: readonly string[];
  /** Whether they have to be: otherwise octets that are something else are nothing wrong. */
  readonly certain: boolean;
}

/** RFC 9420 §17.10, content §7.1, status §7.1. */
const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ["application/mimi-content", "MimiContent"],
  [STATUS_MEDIA_TYPE, "MessageStatusReport"],
  ["message/mls", "MLSMessage"],
]);

/** What is of a media type, without its parameters. */
export function objectOfMediaType(mediaType: string): string | undefined {
  const [essence = ""] = mediaType.split(";");
  return MEDIA_TYPES.get(essence.trim().toLowerCase());
}

const number = (before: Before, field: string): number => Number(before(field)?.value);

const certainly = (object: string | undefined): Candidates | undefined =>
  object === undefined ? undefined : { objects: [object], certain: true };

/** Extensions §6.2.4 frames it in rooms with content_media_types; others hold the content itself. */
const APPLICATION_DATA: Candidates = {
  objects: ["MimiContent", "ApplicationFraming", "MessageStatusReport"],
  certain: false,
};

type Rule = (before: Before) => Candidates | undefined;

/** By `Struct.field`, or by the field alone. */
const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["extensionData", (before) => certainly(extensionObject(number(before, "extensionType")))],
  ["ComponentData.data", (before) => certainly(componentObject(number(before, "componentId")))],
  ["AppEphemeral.data", (before) => certainly(componentObject(number(before, "componentId")))],
  ["aadItemData", (before) => certainly(componentObject(number(before, "componentId")))],
  ["AppDataUpdate.update", (before) => certainly(updateObject(number(before, "componentId")))],
  // In groups without the safe_aad component it is whatever the application likes.
  ["authenticatedData", () => ({ objects: ["SafeAAD"], certain: false })],
  ["applicationData", () => APPLICATION_DATA],
  ["messageContent", () => APPLICATION_DATA],
  ["innerApplicationContent", (before) => framedContent(before("mediaType"))],
]);

function framedContent(mediaType: Annotation | undefined): Candidates | undefined {
  const type = mediaType?.children[0]?.value;
  // Extensions §6.2.4: an empty media type stands for the first one of the group.
  if (type === undefined || type === "") return { objects: ["MimiContent"], certain: false };
  return certainly(objectOfMediaType(String(type)));
}

/**
 * What may be inside of a field's octets.
 *
 * @param struct the name of the struct around
 */
export function candidatesOf(struct: string, field: string, before: Before): Candidates | undefined {
  return (RULES.get(`${struct}.${field}`) ?? RULES.get(field))?.(before);
}

/** Said of octets that are no object, or that were not looked into. */
export function notRead({ objects, certain }: Candidates): string {
  return certain ? `${objects.join()}, too deep to be read here` : `no ${objects.join(", no ")}`;
}
