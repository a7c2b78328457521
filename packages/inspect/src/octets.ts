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
const TEXT = /^(?:mimi:\S*|\{\s*["}].*)$/s;
/** What programs print: `[0, 255]`, `{0x00, 0xff}`. */
const LIST = /^[[{(]?\s*(?:0x[0-9a-f]{1,2}|\d{1,3})(?:\s*,\s*(?:0x[0-9a-f]{1,2}|\d{1,3}))*\s*,?\s*[\]})]?$/i;
/** `h'00ff'` of CBOR's diagnostic notation, `"\x00\xff"` of many languages. */
const QUOTED = /^(?:[hb]|)(["'])((?:[0-9a-f]{2}|\\x[0-9a-f]{2}|\s)+)\1$/i;
/** A line of `xxd` or `hexdump -C`: an offset, some octets, and perhaps their text. */
const DUMP_LINE = /^[0-9a-f]{6,8}(?::\s|\s\s)\s*((?:[0-9a-f]{2}\s{0,2}){1,16})(?:\s.{0,80}|\|.{0,20}|)$/i;

/** Hexadecimal digits of rows that a dump leaves out; the decoders take no more than 16 MiB. */
const MAX_DUMP = 2 ** 25;

/**
 * Reads hexadecimal, base64 or base64url; what programs print for octets (`[0, 255]`, `{0x00, 0xff}`, `h'00ff'`,
 * `"\x00\xff"`), and dumps of `xxd` and `hexdump -C`. Spaces, line breaks, colons and a leading 0x are for people. A
 * `mimi:` URI and a JSON object stand for their own octets.
 *
 * @returns undefined when the text spells no octets
 * @example
 * ```ts
 * parseOctets("0x00 01"); // 00 01
 * ```
 */
export function parseOctets(text: string): Uint8Array | undefined {
  const trimmed = text.trim();
  if (TEXT.test(trimmed)) return new TextEncoder().encode(trimmed);
  const quoted = QUOTED.exec(trimmed)?.[2];
  if (quoted !== undefined) return ofHex(quoted.replaceAll(/\\x|\s/g, ""));
  const dumped = ofDump(trimmed);
  if (dumped !== undefined) return dumped;
  if (LIST.test(trimmed) && /[,[{(]/.test(trimmed)) return ofList(trimmed);
  const isHex = /^0x/i.test(trimmed);
  const hex = trimmed.replace(/^0x/i, "").replaceAll(/[\s:]/g, "");
  if (/^([0-9a-f]{2})+$/i.test(hex)) return ofHex(hex);
  return isHex ? undefined : ofBase64(trimmed.replaceAll(/\s/g, ""));
}

function ofHex(hex: string): Uint8Array | undefined {
  if (hex.length % 2 !== 0) return undefined;
  const octets = new Uint8Array(hex.length / 2);
  for (let index = 0; index < octets.length; index++)
    octets[index] = Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16);
  return octets;
}

function ofList(list: string): Uint8Array | undefined {
  const numbers = (list.match(/0x[0-9a-f]+|\d+/gi) ?? []).map(Number);
  return numbers.every((number) => number <= 0xff) ? Uint8Array.from(numbers) : undefined;
}

function ofDump(text: string): Uint8Array | undefined {
  const lines = text.split("\n").map((line) => line.trim());
  let hex = "";
  let row = "";
  for (const [index, line] of lines.entries()) {
    // hexdump writes an asterisk for rows like the one before.
    if (line === "*" && row !== "") continue;
    const octets = DUMP_LINE.exec(line)?.[1]?.replaceAll(/\s/g, "");
    // It ends with the length alone.
    const isLength = index > 0 && index === lines.length - 1 && /^[0-9a-f]{6,8}$/i.test(line);
    if (octets === undefined && !isLength) return undefined;
    // The offset says whether it is one: hexadecimal in groups looks much the same.
    const offset = 2 * Number.parseInt(line, 16);
    if (lines[index - 1] === "*" && offset <= MAX_DUMP) hex = hex.padEnd(offset, row);
    if (offset !== hex.length) return undefined;
    row = octets ?? "";
    hex += row;
  }
  return ofHex(hex);
}

function ofBase64(base64: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) && !/^[A-Za-z0-9_-]+={0,2}$/.test(base64)) return undefined;
  const unpadded = base64.replace(/=+$/, "");
  if (unpadded.length % 4 === 1) return undefined;
  const binary = atob(unpadded.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
