/**
 * An inspection flattened: its fields numbered in the order of a tree that is all open, and for each octet the deepest
 * field that holds it. Arrays of numbers, because an inspection of one mebibyte can have a million fields.
 * @module
 */

import type { InspectedError, InspectedNode, Inspection } from "@openmimi/inspect";

/** Where octets belong to no field: behind an error. */
export const NO_FIELD = -1;

/** An error with the field that it belongs to. */
interface PlacedError {
  readonly error: InspectedError;
  /** The field whose embedded object cannot be read; {@link NO_FIELD} for the error of the whole inspection. */
  readonly field: number;
}

/** The fields of an inspection by number; 0 is the whole object. */
export interface Outline {
  readonly octets: number;
  readonly fields: readonly InspectedNode[];
  /** Number of the field around it; {@link NO_FIELD} for the whole object. */
  readonly parent: Int32Array;
  readonly depth: Uint16Array;
  /** The first field behind it and all that it holds. */
  readonly next: Int32Array;
  /** Which child it is, from 0. */
  readonly position: Int32Array;
  /** For each octet the deepest field that holds it. */
  readonly fieldOf: Int32Array;
  readonly errors: readonly PlacedError[];
}

/** Numbers the fields of an inspection. Takes time linear in octets and fields, times the depth. */
export function outlineOf({ root, octets, error }: Inspection): Outline {
  const fields: InspectedNode[] = [];
  const parents: number[] = [];
  const positions: number[] = [];
  const open: { readonly node: InspectedNode; readonly parent: number; readonly position: number }[] = [
    { node: root, parent: NO_FIELD, position: 0 },
  ];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    const number = fields.push(item.node) - 1;
    parents.push(item.parent);
    positions.push(item.position);
    const { children } = item.node;
    for (let position = children.length - 1; position >= 0; position--)
      open.push({ node: children[position] as InspectedNode, parent: number, position });
  }
  const parent = Int32Array.from(parents);
  const embedded = fields.flatMap((field, number) =>
    field.error === undefined ? [] : [{ error: field.error, field: number }],
  );
  return {
    octets,
    fields,
    parent,
    depth: depthsOf(parent),
    next: nextOf(parent),
    position: Int32Array.from(positions),
    fieldOf: fieldsOf(fields, octets),
    errors: error === undefined ? embedded : [{ error, field: NO_FIELD }, ...embedded],
  };
}

function depthsOf(parent: Int32Array): Uint16Array {
  const depth = new Uint16Array(parent.length);
  for (let number = 1; number < depth.length; number++)
    depth[number] = (depth[parent[number] as number] as number) + 1;
  return depth;
}

function nextOf(parent: Int32Array): Int32Array {
  const next = Int32Array.from(parent, (_, number) => number + 1);
  for (let number = parent.length - 1; number > 0; number--) {
    const around = parent[number] as number;
    next[around] = Math.max(next[around] as number, next[number] as number);
  }
  return next;
}

/** A field comes behind the one around it, so that the deepest is written last. */
function fieldsOf(fields: readonly InspectedNode[], octets: number): Int32Array {
  const fieldOf = new Int32Array(octets).fill(NO_FIELD);
  for (const [number, { start, end }] of fields.entries()) fieldOf.fill(number, start, Math.max(start, end));
  return fieldOf;
}

/** The fields directly in a field. */
export function childrenOf({ fields, next }: Outline, field: number): number[] {
  const children: number[] = [];
  let child = field + 1;
  for (let count = fields[field]?.children.length ?? 0; count > 0; count--) {
    children.push(child);
    child = next[child] as number;
  }
  return children;
}

/** The fields around a field, from the whole object down, with itself. */
export function pathTo({ parent }: Outline, field: number): number[] {
  const path: number[] = [];
  for (let number = field; number !== NO_FIELD; number = parent[number] ?? NO_FIELD) path.unshift(number);
  return path;
}

/** A field by its position in each field around it, which a link can carry: `0.3.1`. */
export function addressOf(outline: Outline, field: number): string {
  return pathTo(outline, field)
    .map((number) => outline.position[number])
    .join(".");
}

/** The field at an address, or undefined when there is none. */
export function fieldAt(outline: Outline, address: string): number | undefined {
  if (!/^0(\.\d{1,7})*$/.test(address)) return undefined;
  return address
    .split(".")
    .slice(1)
    .reduce<number | undefined>(
      (field, step) => (field === undefined ? undefined : childrenOf(outline, field)[Number(step)]),
      0,
    );
}
