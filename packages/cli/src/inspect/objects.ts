/**
 * What octets can be: MIMI content, status reports, and every struct of mls and protocol, by name.
 * @module
 */

import * as mls from "@openmimi/mls";
import * as protocol from "@openmimi/protocol";
import type { Schema } from "@openmimi/tls";
import { type Inspected, inspectContent, inspectStruct } from "./row.ts";

type Inspect = (bytes: Uint8Array) => Inspected;

/** What travels or is stored by itself; anything else is a part of one of these. */
const WHOLE = [
  ...["MimiContent", "MessageStatusReport", "MLSMessage", "KeyPackage", "RatchetTreeNodes"],
  ...["KeyMaterialRequest", "KeyMaterialResponse", "UpdateRequest", "UpdateRoomResponse"],
  ...["SubmitMessageRequest", "SubmitMessageResponse", "FanoutMessages", "GroupInfoRequest"],
  ...["GroupInfoResponse", "ConsentEntry", "IdentifierRequest", "IdentifierResponse", "AbuseReport"],
];

function isSchema(value: unknown): value is Schema<unknown> {
  return typeof value === "object" && value !== null && "shape" in value && "annotate" in value;
}

/** Structs only: a lone number or byte string would fit anything. */
function isStruct(schema: Schema<unknown>): boolean {
  const { kind } = schema.shape;
  if (schema.shape.kind === "refined" || schema.shape.kind === "embedded") return isStruct(schema.shape.of);
  return kind === "struct" || kind === "select" || kind === "vector";
}

const OBJECTS: ReadonlyMap<string, Inspect> = new Map<string, Inspect>([
  ["MimiContent", (bytes) => inspectContent("MimiContent", "mimi-content", bytes)],
  ["MessageStatusReport", (bytes) => inspectContent("MessageStatusReport", "mimi-message-status", bytes)],
  ...Object.entries({ ...mls, ...protocol } as Record<string, unknown>).flatMap(([name, schema]) =>
    isSchema(schema) && isStruct(schema)
      ? [[name, (bytes: Uint8Array) => inspectStruct(name, schema, bytes)] as const]
      : [],
  ),
]);

/** The names that `--as` takes. */
export const objectNames: readonly string[] = [...OBJECTS.keys()].sort();

/** Reads octets as the named object; undefined when there is no such name. */
export function inspectAs(name: string, bytes: Uint8Array): Inspected | undefined {
  const found = objectNames.find((known) => known.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : OBJECTS.get(found)?.(bytes);
}

/** What the octets most likely are. */
export interface Recognized {
  readonly best: Inspected;
  /** Whether it is something that stands by itself. Octets often fit some small part by chance. */
  readonly whole: boolean;
  /** Names of other objects that the same octets would be, too. */
  readonly others: readonly string[];
}

/**
 * Tries everything. What fits to the last octet wins, what stands by itself before mere parts, more fields before
 * fewer; where nothing fits, the object that was read the furthest.
 */
export function recognize(bytes: Uint8Array): Recognized {
  const tried = [...OBJECTS].map(([name, inspect]) => ({ whole: WHOLE.includes(name), ...inspect(bytes) }));
  const fitting = tried
    .filter(({ error }) => error === undefined)
    .sort((a, b) => Number(b.whole) - Number(a.whole) || b.rows.length - a.rows.length);
  const [first, ...rest] = fitting;
  if (first !== undefined)
    return { best: stripped(first), whole: first.whole, others: rest.map(({ name }) => name) };
  const [furthest] = tried
    .filter(({ whole }) => whole)
    .sort((a, b) => (b.error?.offset ?? 0) - (a.error?.offset ?? 0) || b.rows.length - a.rows.length);
  return { best: stripped(furthest as Inspected), whole: true, others: [] };
}

function stripped({ name, rows, error }: Inspected): Inspected {
  return error === undefined ? { name, rows } : { name, rows, error };
}
