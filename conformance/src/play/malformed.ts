/**
 * Octets that are no longer what they were: made from a valid body by changing one thing. Protocol §5; RFC 9420 §2.1.
 * @module
 */

/** Without its last octets. */
export function truncated(octets: Uint8Array, count = 1): Uint8Array {
  return octets.slice(0, Math.max(0, octets.length - count));
}

/** With one octet more at the end. */
export function withTrailingOctet(octets: Uint8Array): Uint8Array {
  return withOctets(octets, octets.length, 0, [0]);
}

/** With the octet at that place replaced. */
export function withOctet(octets: Uint8Array, at: number, value: number): Uint8Array {
  return withOctets(octets, at, 1, [value]);
}

/** With the length of the vector that begins there written in more octets than it needs. RFC 9420 §2.1.2. */
export function withLongLength(octets: Uint8Array, at: number): Uint8Array {
  const [first = 0, second = 0] = octets.slice(at);
  if (first < 0x40) return withOctets(octets, at, 1, [0x40, first]);
  if (first < 0x80) return withOctets(octets, at, 2, [0x80, 0, first & 0x3f, second]);
  throw new RangeError("no short vector begins there: a defect of the case");
}

/** With some octets replaced by others, perhaps more or fewer. */
export function withOctets(
  octets: Uint8Array,
  at: number,
  remove: number,
  insert: readonly number[],
): Uint8Array {
  return joined(octets.slice(0, at), Uint8Array.from(insert), octets.slice(at + remove));
}

/** The last octet of something like a signature, changed. */
export function withLastBitFlipped(octets: Uint8Array): Uint8Array {
  const last = octets.at(-1);
  if (last === undefined) throw new RangeError("there is no octet: a defect of the case");
  return withOctet(octets, octets.length - 1, last ^ 1);
}

/** Several pieces in a row. */
export function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}
