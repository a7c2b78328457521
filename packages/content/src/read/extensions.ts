/**
 * The extensions map: draft-ietf-mimi-content-08 §4.3.
 * @module
 */

import { CONTENT } from "../errors.ts";
import type { ExtensionKey, Extensions } from "../model.ts";
import type { Cursor } from "./cursor.ts";
import { checkIntegerKey, scanValue } from "./extension-value.ts";
import { Major } from "./major.ts";
import { checkKeyOrder, keyStep } from "./map-keys.ts";

/** The extension keys that the draft itself defines. Content §8.2.1. */
export const ExtensionNumber = { senderUri: 1, roomUri: 2 } as const;

/** The longest text key, in octets of UTF-8. Content §4.3. */
const MAX_TEXT_KEY_OCTETS = 255;

const EXTENSIONS = `${CONTENT} §4.3`;

/** Reads the extensions map. */
export function readExtensions(cursor: Cursor): Extensions {
  cursor.enter("mimiExtensions");
  cursor.section = EXTENSIONS;
  cursor.head();
  cursor.expect(Major.map);
  const container = cursor.open();
  const count = cursor.count();
  const unknownExtensions = new Map<ExtensionKey, Uint8Array>();
  let senderUri: string | undefined;
  let roomUri: string | undefined;
  let keyBefore = cursor.offset;
  let keyBeforeEnd = keyBefore;
  for (let index = 0; index < count; index++) {
    cursor.at("keys", index);
    cursor.head();
    const key = readKey(cursor);
    cursor.note("extension key");
    if (index > 0) checkKeyOrder(cursor, keyBefore, keyBeforeEnd);
    keyBefore = cursor.start;
    keyBeforeEnd = cursor.offset;
    if (key === ExtensionNumber.senderUri) senderUri = readUri(cursor, key, "senderUri");
    else if (key === ExtensionNumber.roomUri) roomUri = readUri(cursor, key, "roomUri");
    else unknownExtensions.set(key, readUnknown(cursor));
  }
  cursor.close(container);
  cursor.leave();
  if (senderUri !== undefined && roomUri !== undefined) return { senderUri, roomUri, unknownExtensions };
  return {
    ...(senderUri === undefined ? {} : { senderUri }),
    ...(roomUri === undefined ? {} : { roomUri }),
    unknownExtensions,
  };
}

function readKey(cursor: Cursor): ExtensionKey {
  switch (cursor.majorType) {
    case Major.unsigned:
      // Content §8.2.1: 0 is reserved.
      if (cursor.argument === 0)
        cursor.fail("invalid-key", "extension key 0 is reserved", `${CONTENT} §8.2.1`);
      checkIntegerKey(cursor);
      return cursor.argument as number;
    case Major.negative:
      checkIntegerKey(cursor);
      return -1 - (cursor.argument as number);
    case Major.text: {
      // Content §4.3: 1 to 255 octets of UTF-8.
      const { argument } = cursor;
      if (argument < 1 || argument > MAX_TEXT_KEY_OCTETS)
        cursor.fail("invalid-key", `a text key has 1 to ${MAX_TEXT_KEY_OCTETS} octets, got ${argument}`);
      return cursor.text();
    }
    default:
      return cursor.fail("invalid-key", `an extension key is an integer or a text, not ${cursor.typeName()}`);
  }
}

function readUri(cursor: Cursor, key: number, name: string): string {
  cursor.at(key);
  cursor.head();
  cursor.expect(Major.text);
  const uri = cursor.text();
  cursor.note(name);
  return uri;
}

/** The encoded value. */
function readUnknown(cursor: Cursor): Uint8Array {
  const start = cursor.offset;
  cursor.enter(keyStep(cursor));
  scanValue(cursor, 1);
  cursor.leave();
  return cursor.octetsFrom(start);
}
