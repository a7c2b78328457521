/**
 * The extensions map: draft-ietf-mimi-content-08 §4.3.
 * @module
 */

import { CONTENT } from "../errors.ts";
import type { ExtensionKey } from "../model.ts";
import { type Cursor, Major } from "./cursor.ts";
import { checkIntegerKey, scanValue } from "./extension-value.ts";
import { integerOf, KeyOrder, keyStep } from "./map-keys.ts";

/** The extension keys that the draft itself defines. Content §8.2.1. */
export const ExtensionNumber = { senderUri: 1, roomUri: 2 } as const;

/** The longest text key, in octets of UTF-8. Content §4.3. */
const MAX_TEXT_KEY_OCTETS = 255;

/** Where one extension stands. */
export interface ExtensionSpan {
  readonly key: ExtensionKey;
  /** The first octet of the encoded value. */
  readonly start: number;
  /** The first octet of the text, behind its head, if the value is a URI. */
  readonly uri: number;
  /** The octet after the value. */
  readonly end: number;
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Reads the extensions map. @returns where its values are, in order */
export function scanExtensions(cursor: Cursor): ExtensionSpan[] {
  cursor.enter("mimiExtensions");
  cursor.section = `${CONTENT} §4.3`;
  cursor.head();
  cursor.expect(Major.map);
  const container = cursor.open();
  const count = cursor.count();
  const order = new KeyOrder(cursor);
  const spans: ExtensionSpan[] = [];
  for (let index = 0; index < count; index++) {
    cursor.enter(`keys[${index}]`);
    cursor.head();
    const key = scanKey(cursor);
    cursor.note(() => "extension key");
    order.next();
    cursor.leave();
    cursor.enter(keyStep(cursor));
    const start = cursor.offset;
    let uri = start;
    if (key === ExtensionNumber.senderUri || key === ExtensionNumber.roomUri) uri = scanUri(cursor, key);
    else scanValue(cursor, 1);
    cursor.leave();
    spans.push({ key, start, uri, end: cursor.offset });
  }
  cursor.close(container);
  cursor.leave();
  return spans;
}

function scanKey(cursor: Cursor): ExtensionKey {
  switch (cursor.majorType) {
    case Major.unsigned:
      // Content §8.2.1: 0 is reserved.
      if (cursor.argument === 0)
        cursor.fail("invalid-key", "extension key 0 is reserved", `${CONTENT} §8.2.1`);
      checkIntegerKey(cursor);
      return integerOf(cursor);
    case Major.negative:
      checkIntegerKey(cursor);
      return integerOf(cursor);
    case Major.text: {
      // Content §4.3: 1 to 255 octets of UTF-8.
      const { argument } = cursor;
      if (argument < 1 || argument > MAX_TEXT_KEY_OCTETS)
        cursor.fail("invalid-key", `a text key has 1 to ${MAX_TEXT_KEY_OCTETS} octets, got ${argument}`);
      const start = cursor.offset;
      cursor.skipString();
      return utf8.decode(cursor.bytes.subarray(start, cursor.offset));
    }
    default:
      return cursor.fail("invalid-key", `an extension key is an integer or a text, not ${cursor.typeName()}`);
  }
}

/** @returns where the text starts, behind its head */
function scanUri(cursor: Cursor, key: number): number {
  cursor.head();
  cursor.expect(Major.text);
  const start = cursor.offset;
  cursor.skipString();
  cursor.note(() => (key === ExtensionNumber.senderUri ? "senderUri" : "roomUri"));
  return start;
}
