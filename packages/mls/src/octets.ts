/**
 * Comparing and naming byte strings that are not secret.
 * @module
 */

/** Whether two public byte strings are the same. For tags use `equalOctets` of the labels module. */
export function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

const digits = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal; a key for maps. */
export function toHex(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets) text += digits[octet];
  return text;
}
