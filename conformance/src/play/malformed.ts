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
  return spliced(octets, octets.length, 0, [0]);
}

/** With the octet at that place replaced. */
export function withOctet(octets: Uint8Array, at: number, value: number): Uint8Array {
  return spliced(octets, at, 1, [value]);
}

/**
 * With the length of the vector that begins there written in two octets where one would do (RFC 9420 §2.1.2). The
 * vector has to have less than 64 octets.
 */
export function withLongLength(octets: Uint8Array, at: number): Uint8Array {
  const length = octets[at];
  if (length === undefined || length > 63)
    throw new RangeError("no one-octet length there: a defect of the case");
  return spliced(octets, at, 1, [0x40, length]);
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

function spliced(octets: Uint8Array, at: number, remove: number, insert: readonly number[]): Uint8Array {
  return joined(octets.slice(0, at), Uint8Array.from(insert), octets.slice(at + remove));
}
