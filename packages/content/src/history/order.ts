/**
 * The order of messages: by the hub's accepted timestamp, and at the same millisecond the lexically lower message ID
 * first. draft-ietf-mimi-content-08 §3.4 and §5.11 (reading R-171: everywhere, and not only within a topic).
 * @module
 */

import { invalidArgument } from "../errors.ts";
import { MESSAGE_ID_OCTETS, type MessageId } from "../model.ts";
import { checkOctets } from "../write/fields.ts";

/** @internal A message ID as a string of one code unit for each octet: a key for maps, in the order of the octets. */
export function keyOf(messageId: MessageId): string {
  const { length } = checkOctets("messageId", messageId);
  if (length !== MESSAGE_ID_OCTETS)
    throw invalidArgument("messageId", `expected ${MESSAGE_ID_OCTETS} octets, got ${length}`);
  return octetString(messageId);
}

/** @internal Octets as a string of one code unit each. */
export function octetString(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets) text += String.fromCharCode(octet);
  return text;
}

/** @internal The message ID of a key. */
export function idOf(key: string): MessageId {
  return Uint8Array.from(key, (unit) => unit.charCodeAt(0));
}

/**
 * @internal The place of a message as a string, to be compared with `<`: 64 bits of time in four code units, and the key.
 */
export function orderOf(acceptedTimestampMs: bigint, key: string): string {
  if (typeof acceptedTimestampMs !== "bigint" || acceptedTimestampMs < 0n || acceptedTimestampMs >= 2n ** 64n)
    throw invalidArgument("acceptedTimestampMs", "expected a bigint of 64 bits");
  const units = [48n, 32n, 16n, 0n].map((shift) => Number((acceptedTimestampMs >> shift) & 0xffffn));
  return String.fromCharCode(...units) + key;
}
