/**
 * About how much memory a message takes: whatever a sender can make large counts.
 * @module
 */

import type { NestedPart } from "../model.ts";

/** What an object takes, about. */
const PART_OCTETS = 128;

/** @internal What a body takes. */
export function octetsOf(part: NestedPart): number {
  const header = PART_OCTETS + inMemory(part.language);
  switch (part.cardinality) {
    case "nullpart":
      return header;
    case "single":
      return header + inMemory(part.contentType) + part.content.length;
    case "external":
      return (
        header +
        inMemory(part.contentType, part.url, part.description, part.filename) +
        part.key.length +
        part.nonce.length +
        part.aad.length +
        part.contentHash.length
      );
    case "multi":
      return part.parts.reduce((sum, nested) => sum + octetsOf(nested), header);
  }
}

/** @internal What a topic takes: its octets, and a key that is made of them. */
export function octetsOfTopic(topicId: Uint8Array): number {
  return 3 * topicId.length;
}

/** A character may take two octets. */
function inMemory(...texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + 2 * text.length, 0);
}
