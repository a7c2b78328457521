/**
 * Numbers, ranges and values as people read them.
 * @module
 */

/** Longer values are cut, with a note; the octets themselves can be copied whole. */
const MAX_VALUE = 4096;

/** `1 octet`, `1,344 octets` */
export function count(number: number, one: string): string {
  return `${number.toLocaleString("en")} ${one}${number === 1 ? "" : "s"}`;
}

/** `12–17`, both included; `12` for one octet, and `none` for none. */
export function range(start: number, end: number): string {
  if (end <= start) return "none";
  return end === start + 1 ? String(start) : `${start}–${end - 1}`;
}

/** One line without control characters, which could turn a line around or hide what is in it. */
export function oneLine(value: string | number, limit: number): string {
  const text = String(value).slice(0, limit + 1);
  const clean = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\u{fffd}");
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean;
}

/** A value for the details: whole, unless it is very long. */
export function wholeValue(value: string | number): string {
  const text = oneLine(value, MAX_VALUE);
  return String(value).length > MAX_VALUE
    ? `${text} (cut: ${count(String(value).length, "character")})`
    : text;
}

/** Two hexadecimal digits. */
export function hexOf(octet: number): string {
  return octet.toString(16).padStart(2, "0");
}

/** The character of a printable ASCII octet, otherwise a dot. */
export function characterOf(octet: number): string {
  return octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : "·";
}
