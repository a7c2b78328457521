/**
 * Octets to MIMI content and back: draft-ietf-mimi-content-08.
 * @module
 */

import { CONTENT, ContentError } from "./errors.ts";
import { type ContentLimits, DEFAULT_MAX_OCTETS, type MimiContent } from "./model.ts";
import { Cursor, type TracedItem } from "./read/cursor.ts";
import { readMessage } from "./read/message.ts";
import { checkOctets } from "./write/fields.ts";
import { MESSAGE_ROOT, writeMessage } from "./write/message.ts";
import { Writer } from "./write/writer.ts";

/**
 * Decodes one message (content §4, §6). Accepts exactly what the draft allows, in its one deterministic encoding.
 *
 * @param bytes the content as received, without media-type framing or MLS padding
 * @returns plain values that share no memory with `bytes`
 * @throws {ContentError} for anything else, and never another error
 * @example
 * ```ts
 * const content = decode(bytes);
 * if (content.nestedPart.cardinality === "single") show(content.nestedPart.contentType);
 * ```
 */
export function decode(bytes: Uint8Array, limits?: ContentLimits): MimiContent {
  const cursor = openCursor(bytes, MESSAGE_ROOT, limits);
  return readMessage(cursor);
}

/**
 * Encodes one message (content §4, §6). What it returns, {@link decode} accepts, and gives back the same value.
 *
 * @returns newly allocated octets
 * @throws {ContentError} with offset -1 if the content breaks a rule of the draft
 * @example
 * ```ts
 * const bytes = encode(markdown("Hi _everyone_", { senderUri, roomUri }));
 * ```
 */
export function encode(content: MimiContent, limits?: ContentLimits): Uint8Array {
  return encodeChecked(MESSAGE_ROOT, (writer) => writeMessage(writer, content), readMessage, limits);
}

/** @internal Writes, and refuses what reading would refuse: each rule is stated once, there. */
export function encodeChecked(
  root: string,
  write: (writer: Writer) => void,
  read: (cursor: Cursor) => unknown,
  limits?: ContentLimits,
): Uint8Array {
  const writer = new Writer(root);
  try {
    write(writer);
    const bytes = writer.finish();
    const cursor = openCursor(bytes, root, limits);
    cursor.copies = false;
    read(cursor);
    return bytes;
  } catch (error) {
    if (!(error instanceof ContentError) || error.offset < 0) throw error;
    throw new ContentError(error.code, error.reason, error.section, error.path);
  }
}

/** @internal A cursor at the start of octets that are not over the limit. */
export function openCursor(
  bytes: Uint8Array,
  root: string,
  limits: ContentLimits | undefined,
  trace?: TracedItem[],
): Cursor {
  const octets = plainOctets(root, bytes);
  const maxOctets = limits?.maxOctets ?? DEFAULT_MAX_OCTETS;
  // Content §9.1: too large, by local policy.
  if (octets.length > maxOctets)
    throw new ContentError(
      "too-large",
      `${octets.length} octets are over the limit of ${maxOctets}`,
      `${CONTENT} §9.1`,
      root,
      0,
    );
  return new Cursor(octets, root, CONTENT, trace);
}

/** A Uint8Array of this realm and of no subclass: a Buffer's `slice` would not copy. */
function plainOctets(root: string, bytes: Uint8Array): Uint8Array {
  if (bytes instanceof Uint8Array && bytes.constructor === Uint8Array && bytes.length > 0) return bytes;
  const octets = checkOctets(root, bytes);
  return new Uint8Array(octets.buffer, octets.byteOffset, octets.length);
}
