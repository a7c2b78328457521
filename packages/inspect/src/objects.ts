/**
 * What octets can be: MIMI content, status reports, and every struct of mls and protocol, by name.
 * @module
 */

import * as mls from "@openmimi/mls";
import * as protocol from "@openmimi/protocol";
import type { Schema } from "@openmimi/tls";
import { readContent } from "./content.ts";
import { type Read, readStruct } from "./struct.ts";

/** What travels or is stored by itself; anything else is a part of one of these. */
const WHOLE = new Set([
  ...["MimiContent", "MessageStatusReport", "MLSMessage", "KeyPackage", "RatchetTreeNodes"],
  ...["KeyMaterialRequest", "KeyMaterialResponse", "UpdateRequest", "UpdateRoomResponse"],
  ...["SubmitMessageRequest", "SubmitMessageResponse", "FanoutMessages", "GroupInfoRequest"],
  ...["GroupInfoResponse", "ConsentEntry", "IdentifierRequest", "IdentifierResponse", "AbuseReport"],
]);

function isSchema(value: unknown): value is Schema<unknown> {
  return typeof value === "object" && value !== null && "shape" in value && "annotate" in value;
}

/** Structs only: a lone number or byte string would fit anything. */
function isStruct(schema: Schema<unknown>): boolean {
  const { shape } = schema;
  if (shape.kind === "refined" || shape.kind === "embedded") return isStruct(shape.of);
  return shape.kind === "struct" || shape.kind === "select" || shape.kind === "vector";
}

/** One thing that octets can be. */
export interface KnownObject {
  readonly name: string;
  /** Whether it stands by itself. */
  readonly whole: boolean;
  read(octets: Uint8Array): Read;
}

const known = (name: string, read: KnownObject["read"]): KnownObject => ({
  name,
  whole: WHOLE.has(name),
  read,
});

/** Everything that is known. */
export const OBJECTS: readonly KnownObject[] = [
  known("MimiContent", (octets) => readContent("MimiContent", "mimi-content", octets)),
  known("MessageStatusReport", (octets) => readContent("MessageStatusReport", "mimi-message-status", octets)),
  ...Object.entries({ ...mls, ...protocol } as Record<string, unknown>).flatMap(([name, schema]) =>
    isSchema(schema) && isStruct(schema) ? [known(name, (octets) => readStruct(name, schema, octets))] : [],
  ),
];

/** What {@link InspectOptions.as} can be. */
export const objectNames: readonly string[] = OBJECTS.map(({ name }) => name).sort();
