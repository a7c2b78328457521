/**
 * What the implementation makes of vectors of the kind `policy-components`. Policy §3 to §7.
 * @module
 */

import { MimiComponentId as Id } from "@openmimi/protocol";
import { downloadTypes, isLogged, RoomError, roomComponents, roomStateOf } from "@openmimi/room";
import { decode, encode, TlsError } from "@openmimi/tls";
import { type Expected, hex, type Json, textOf, toJson, unhex, type Vector } from "../envelope.ts";
import { componentSchemas } from "./sketch.ts";

/** Components whose updates do not have the format of their data. */
const hasDifferences = (componentId: number): boolean =>
  componentId === Id.joinLinks || componentId === Id.participantList;

/** What the implementation makes of an input of this kind. */
export function evaluateComponent(input: Vector["input"]): Expected {
  const componentId = Number(textOf(input, "componentId"));
  const octets = unhex(textOf(input, "octets"));
  try {
    if (input.updateOctets !== undefined) {
      const updates = (input.updateOctets as string[]).map(unhex);
      const after = roomComponents(componentId, octets, updates);
      const schema = componentSchemas.get(componentId)!;
      return { valid: true, value: toJson(decode(schema, after)), octets: hex(after) };
    }
    // Component logic judges replacements beyond their schema.
    if (!hasDifferences(componentId)) roomComponents(componentId, undefined, [octets]);
    const schema = componentSchemas.get(componentId)!;
    const value = decode(schema, octets);
    if (hex(encode(schema, value)) !== hex(octets)) throw new Error("octets that are written in another way");
    return { valid: true, value: toJson(value), ...readings(componentId, octets) };
  } catch (error) {
    if (error instanceof RoomError) return { valid: false, reason: error.code };
    if (hasDifferences(componentId) && error instanceof TlsError)
      return { valid: false, reason: "invalid-component" };
    throw error;
  }
}

/** What a client reads off the component for its user. */
function readings(componentId: number, octets: Uint8Array): Readonly<Record<string, Json>> {
  const state = roomStateOf((id) => (id === componentId ? octets : undefined));
  if (componentId === Id.loggingPolicy) return { logged: isLogged(state) };
  if (componentId === Id.assetPolicy) return { downloads: [...(downloadTypes(state) ?? [])] };
  return {};
}
