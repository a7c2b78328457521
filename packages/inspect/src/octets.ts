/**
 * Octets from text that people have at hand.
 * @module
 */

const HEX = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal. */
export function toHex(octets: Uint8Array): string {
  let hex = "";
  for (let at = 0; at < octets.length; at++) hex += HEX[octets[at] as number];
  return hex;
}

/** A `mimi:` URI, or a JSON object: a directory. */
const TEXT = /^\s*(mimi:\S*|\{.*\})\s*$/s;

/**
 * Reads hexadecimal, base64 or base64url. Spaces, line breaks, colons and a leading 0x are for people. A `mimi:` URI
 * and a JSON object stand for their own octets.
 *
 * @returns undefined when the text spells no octets
 * @example
 * ```ts
 * parseOctets("0x00 01"); // 00 01
 * ```
 */
export function parseOctets(text: string): Uint8Array | undefined {
  const ownOctets = TEXT.exec(text)?.[1];
  if (ownOctets !== undefined) return new TextEncoder().encode(ownOctets);
  const isHex = /^\s*0x/i.test(text);
  const hex = text.replace(/^\s*0x/i, "").replaceAll(/[\s:]/g, "");
  if (/^([0-9a-f]{2})+$/i.test(hex)) return ofHex(hex);
  if (isHex) return undefined;
  const base64 = text.replaceAll(/\s/g, "");
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(base64) || /^[A-Za-z0-9_-]+={0,2}$/.test(base64);
  const unpadded = base64.replace(/=+$/, "");
  return isBase64 && unpadded.length % 4 !== 1 ? ofBase64(unpadded) : undefined;
}

function ofHex(hex: string): Uint8Array {
  const octets = new Uint8Array(hex.length / 2);
  for (let index = 0; index < octets.length; index++)
    octets[index] = Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16);
  return octets;
}

function ofBase64(unpadded: string): Uint8Array {
  const binary = atob(unpadded.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
