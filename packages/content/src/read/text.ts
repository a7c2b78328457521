/**
 * Text strings: content §6.2 asks for valid UTF-8, RFC 3629.
 * @module
 */

/** Texts up to this many octets are put together here; for longer ones a TextDecoder is faster. */
const SHORT_OCTETS = 48;

// A leading U+FEFF is part of the text: it would be lost on encoding again.
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
const { fromCharCode } = String;

/** @returns the text of these octets, or undefined if they are no UTF-8 */
export function textOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (start === end) return "";
  const short = end - start <= SHORT_OCTETS ? asciiText(bytes, start, end) : undefined;
  if (short !== undefined) return short;
  try {
    return utf8.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

/** @returns the text, or undefined if an octet is not ASCII */
function asciiText(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  let at = start;
  for (; at + 8 <= end; at += 8) {
    const a = bytes[at]!;
    const b = bytes[at + 1]!;
    const c = bytes[at + 2]!;
    const d = bytes[at + 3]!;
    const e = bytes[at + 4]!;
    const f = bytes[at + 5]!;
    const g = bytes[at + 6]!;
    const h = bytes[at + 7]!;
    if ((a | b | c | d | e | f | g | h) > 0x7f) return undefined;
    text += fromCharCode(a, b, c, d, e, f, g, h);
  }
  if (at + 4 <= end) {
    const a = bytes[at]!;
    const b = bytes[at + 1]!;
    const c = bytes[at + 2]!;
    const d = bytes[at + 3]!;
    if ((a | b | c | d) > 0x7f) return undefined;
    text += fromCharCode(a, b, c, d);
    at += 4;
  }
  for (; at < end; at++) {
    const octet = bytes[at]!;
    if (octet > 0x7f) return undefined;
    text += fromCharCode(octet);
  }
  return text;
}
