/**
 * An inspected object as rows: one per field, with its octets.
 * @module
 */

import { type Description, describe } from "@openmimi/content";
import { type Annotation, annotate, type Schema } from "@openmimi/tls";

/** One field. `end` is the offset after its last octet. */
export interface Row {
  /** 0 for the whole object. */
  readonly depth: number;
  readonly name: string;
  readonly type?: string;
  readonly start: number;
  readonly end: number;
  /** Absent where the fields below say it. */
  readonly value?: string | number;
}

/** An object with its fields, up to the first error. */
export interface Inspected {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly error?: { readonly message: string; readonly offset: number };
}

/** Reads octets as a struct of the presentation language. */
export function inspectStruct(name: string, schema: Schema<unknown>, bytes: Uint8Array): Inspected {
  const { tree, error } = annotate(schema, bytes);
  const rows = rowsOf(tree, 0);
  if (error === undefined) return { name, rows };
  return { name, rows, error: { message: error.message, offset: error.offset } };
}

function rowsOf({ name, type, start, end, value, children }: Annotation, depth: number): Row[] {
  const row = { depth, name, type, start, end };
  const own = value === undefined ? row : { ...row, value: shown(value) };
  return [own, ...children.flatMap((child) => rowsOf(child, depth + 1))];
}

function shown(value: unknown): string | number {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return typeof value === "number" ? value : String(value);
}

/** Reads octets as MIMI content or as a status report: CBOR. */
export function inspectContent(
  name: string,
  format: "mimi-content" | "mimi-message-status",
  bytes: Uint8Array,
): Inspected {
  const { items, error }: Description = describe(bytes, { format });
  const open: { readonly path: string; readonly end: number }[] = [];
  const rows = items.map(({ path, start, end, value, note }) => {
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= start) open.pop();
    const parent = open.at(-1)?.path;
    const depth = open.length;
    open.push({ path, end });
    const own = parent !== undefined && path.startsWith(parent) ? path.slice(parent.length) : path;
    const label = own.replace(/^\./, "");
    return { depth, name: label, start, end, value: note === undefined ? value : `${value}  ${note}` };
  });
  if (error === undefined) return { name, rows };
  return { name, rows, error: { message: `${error.path}: ${error.message}`, offset: error.offset } };
}
