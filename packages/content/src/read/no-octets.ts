/**
 * The empty byte string.
 * @module
 */

/** Making an empty array costs more than copying 60 octets, and many fields are empty: all of them share this one. */
let none = new Uint8Array();

/** @returns an array without octets. Nobody can write to it; but where it was transferred away, there is a new one. */
export function noOctets(): Uint8Array {
  if (none.buffer.detached) none = new Uint8Array();
  return none;
}
