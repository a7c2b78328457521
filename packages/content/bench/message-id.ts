/**
 * The ID of a message beside one SHA-256 over the same octets. Prints one JSON line.
 * @module
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { messageId } from "@openmimi/content";
import { manyMessages, ROOM, SENDER } from "./lib/corpus.ts";
import { compare, report } from "./lib/measure.ts";

report(
  "content.message-id.beside-sha-256",
  "messages/s",
  compare(
    { prepare: manyMessages, work: (bytes: Uint8Array) => messageId(bytes, SENDER, ROOM) },
    { prepare: manyMessages, work: (bytes: Uint8Array) => sha256(bytes) },
  ),
  0.5,
);
