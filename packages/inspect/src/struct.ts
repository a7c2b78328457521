/**
 * A struct of the presentation language as a tree of fields.
 * @module
 */

import { type Annotation, annotate, type Schema } from "@openmimi/tls";
import type { InspectedError, InspectedNode } from "./model.ts";
import { toHex } from "./octets.ts";

/** A tree up to the first error. */
export interface Read {
  readonly root: InspectedNode;
  readonly error?: InspectedError;
}

/** Reads octets as a struct. */
export function readStruct(name: string, schema: Schema<unknown>, octets: Uint8Array): Read {
  const { tree, error } = annotate(schema, octets);
  const root = { ...nodeOf(tree), name };
  if (error === undefined) return { root };
  const { reason: message, path, offset, code } = error;
  return { root, error: { message, path, offset, code } };
}

function nodeOf({ name, type, start, end, value, children }: Annotation): InspectedNode {
  const node = { name, type, start, end, children: children.map(nodeOf) };
  return value === undefined ? node : { ...node, value: shown(value) };
}

function shown(value: unknown): string | number {
  if (value instanceof Uint8Array) return toHex(value);
  return typeof value === "number" ? value : String(value);
}
