/**
 * Octets as people write them.
 * @module
 */

/** @internal @returns two lower-case digits for each octet */
export function toHex(bytes: Uint8Array): string {
  let digits = "";
  for (const octet of bytes) digits += octet.toString(16).padStart(2, "0");
  return digits;
}
