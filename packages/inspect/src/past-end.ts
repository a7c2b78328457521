/**
 * Octets that end too early. A decoder refuses them at the first length that leads beyond their end, and that can be the
 * length of nearly everything; for people the fields behind it are read as far as there are octets.
 * @module
 */

import { type Annotation, annotate, type Schema } from "@openmimi/tls";

/** The most octets that are missing, beside as many as there are. */
const MAX_MISSING = 0x4000;

/** RFC 9420 §2.1.2: where a field ends whose length stands at an offset; undefined where no length can be read. */
function announcedEnd(octets: Uint8Array, offset: number): number | undefined {
  const first = octets[offset];
  if (first === undefined || first >>> 6 === 3) return undefined;
  const prefix = 1 << (first >>> 6);
  if (offset + prefix > octets.length) return undefined;
  let size = first & 0x3f;
  for (let at = offset + 1; at < offset + prefix; at++) size = size * 256 + (octets[at] ?? 0);
  return offset + prefix + size;
}

/**
 * Reads on behind the end, as if what is missing were zeros, and leaves out what is not there.
 *
 * @param offset of the length that leads beyond the end
 * @returns undefined where that does not help: then it is the length that is wrong
 */
export function annotatePastEnd(
  schema: Schema<unknown>,
  octets: Uint8Array,
  offset: number,
): Annotation | undefined {
  const end = announcedEnd(octets, offset);
  if (end === undefined || end <= octets.length || end - octets.length > octets.length + MAX_MISSING)
    return undefined;
  const padded = new Uint8Array(end);
  padded.set(octets);
  const { tree, error } = annotate(schema, padded);
  return error !== undefined && error.offset < octets.length ? undefined : clipped(tree, octets.length);
}

function clipped(node: Annotation, length: number): Annotation {
  if (node.end <= length) return node;
  const children = node.children.filter(({ start }) => start < length).map((child) => clipped(child, length));
  const { value } = node;
  const missing = node.end - length;
  const rest =
    value instanceof Uint8Array ? value.subarray(0, Math.max(0, value.length - missing)) : undefined;
  const { name, type, shape, start } = node;
  return {
    ...{ name, type, shape, start, end: length, children },
    ...(rest === undefined ? {} : { value: rest }),
  };
}
