/**
 * The structure of a message: draft-ietf-mimi-content-08 §4 and Appendix B.1.
 *
 * One pass over the octets checks everything that the draft asks of them, before any value is built.
 * @module
 */

import { CONTENT } from "../errors.ts";
import { MAX_TOPIC_ID_OCTETS, MESSAGE_ID_OCTETS, SALT_OCTETS } from "../model.ts";
import { type Cursor, Major } from "./cursor.ts";
import { type ExtensionSpan, scanExtensions } from "./extensions.ts";
import { boolean, byteString, isNull, nullOrByteString, unsigned } from "./fields.ts";
import { PartScan } from "./part.ts";

const FIELDS = 7;

/** Where things are in a message that was found to be right. */
export interface MessageSpans {
  readonly extensions: readonly ExtensionSpan[];
  /** The first octet of the extensions map. */
  readonly extensionsStart: number;
  /** The octet after it: the first of the nestedPart. */
  readonly extensionsEnd: number;
}

/**
 * Reads a whole message and nothing after it.
 *
 * @throws {ContentError}
 */
export function scanMessage(cursor: Cursor): MessageSpans {
  // Content §4.1.
  cursor.section = `${CONTENT} §4.1`;
  cursor.head();
  cursor.expect(Major.array);
  const container = cursor.open();
  if (cursor.argument !== FIELDS)
    cursor.fail("wrong-length", `expected ${FIELDS} elements, got ${cursor.argument}`);
  byteString(cursor, "salt", SALT_OCTETS);
  nullOrByteString(cursor, "replaces", MESSAGE_ID_OCTETS);
  scanTopicId(cursor);
  scanExpiration(cursor);
  nullOrByteString(cursor, "inReplyTo", MESSAGE_ID_OCTETS);
  const extensionsStart = cursor.offset;
  const extensions = scanExtensions(cursor);
  const extensionsEnd = cursor.offset;
  new PartScan(cursor).scan("nestedPart", 1);
  cursor.close(container);
  cursor.finish();
  return { extensions, extensionsStart, extensionsEnd };
}

function scanTopicId(cursor: Cursor): void {
  const start = cursor.offset;
  const length = byteString(cursor, "topicId");
  // Content §9.1.
  if (length > MAX_TOPIC_ID_OCTETS) {
    cursor.enter("topicId");
    cursor.fail("too-large", `${length} octets, over ${MAX_TOPIC_ID_OCTETS}`, `${CONTENT} §9.1`, start);
  }
}

function scanExpiration(cursor: Cursor): void {
  cursor.enter("expires");
  cursor.head();
  if (!isNull(cursor)) {
    cursor.expect(Major.array, " or null");
    const container = cursor.open();
    if (cursor.argument !== 2) cursor.fail("wrong-length", `expected 2 elements, got ${cursor.argument}`);
    boolean(cursor, "relative");
    unsigned(cursor, "time", 4, () => "seconds");
    cursor.close(container);
  }
  cursor.leave();
}
