/**
 * The structure of a message: draft-ietf-mimi-content-08 §4 and Appendix B.1.
 *
 * One pass over the octets checks everything that the draft asks of them, and makes the values of what it has checked.
 * @module
 */

import { CONTENT } from "../errors.ts";
import {
  type Expiration,
  MAX_TOPIC_ID_OCTETS,
  MESSAGE_ID_OCTETS,
  type MimiContent,
  SALT_OCTETS,
} from "../model.ts";
import type { Cursor } from "./cursor.ts";
import { readExtensions } from "./extensions.ts";
import { boolean, byteString, isNull, nullOrByteString, unsigned } from "./fields.ts";
import { Major } from "./major.ts";
import { PartReader } from "./part.ts";

const FIELDS = 7;
const BEHAVIOUR = `${CONTENT} §4.1`;

/**
 * Reads a whole message and nothing after it.
 *
 * @throws {ContentError} at the first octet that breaks a rule
 */
export function readMessage(cursor: Cursor): MimiContent {
  // Content §4.1.
  cursor.section = BEHAVIOUR;
  cursor.head();
  cursor.expect(Major.array);
  const container = cursor.open();
  if (cursor.argument !== FIELDS)
    cursor.fail("wrong-length", `expected ${FIELDS} elements, got ${cursor.argument}`);
  const content: MimiContent = {
    salt: byteString(cursor, "salt", SALT_OCTETS),
    replaces: nullOrByteString(cursor, "replaces", MESSAGE_ID_OCTETS),
    topicId: readTopicId(cursor),
    expires: readExpiration(cursor),
    inReplyTo: nullOrByteString(cursor, "inReplyTo", MESSAGE_ID_OCTETS),
    mimiExtensions: readExtensions(cursor),
    nestedPart: new PartReader(cursor).read("nestedPart", 1),
  };
  cursor.close(container);
  cursor.finish();
  return content;
}

function readTopicId(cursor: Cursor): Uint8Array {
  const topicId = byteString(cursor, "topicId");
  // Content §9.1.
  if (topicId.length > MAX_TOPIC_ID_OCTETS)
    cursor.fail("too-large", `${topicId.length} octets, over ${MAX_TOPIC_ID_OCTETS}`, `${CONTENT} §9.1`);
  return topicId;
}

function readExpiration(cursor: Cursor): Expiration | null {
  cursor.at("expires");
  cursor.head();
  if (isNull(cursor)) return null;
  cursor.expect(Major.array, " or null");
  const container = cursor.open();
  if (cursor.argument !== 2) cursor.fail("wrong-length", `expected 2 elements, got ${cursor.argument}`);
  cursor.enter("expires");
  const relative = boolean(cursor, "relative");
  const time = unsigned(cursor, "time", 4);
  cursor.note("seconds");
  cursor.close(container);
  cursor.leave();
  return { relative, time };
}
