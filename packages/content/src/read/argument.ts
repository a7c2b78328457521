/**
 * The argument of a head: RFC 8949 §3.
 * @module
 */

/**
 * Reads the octets behind an initial byte whose additional information is 24 to 27.
 *
 * @param at the first of 1, 2, 4 or 8 octets, which must be there
 * @returns the argument, a bigint only above 2^53-1
 */
export function argumentAt(bytes: Uint8Array, at: number, additional: number): number | bigint {
  if (additional === 24) return bytes[at]!;
  if (additional === 25) return (bytes[at]! << 8) | bytes[at + 1]!;
  const high = uint32At(bytes, at);
  if (additional === 26) return high;
  const low = uint32At(bytes, at + 4);
  // 2^53-1 has 21 bits above its lower 32.
  return high < 0x200000 ? high * 2 ** 32 + low : (BigInt(high) << 32n) | BigInt(low);
}

/** @returns the four octets from `at` as a big-endian number */
function uint32At(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
