/**
 * Octets that are text.
 * @module
 */

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text that octets spell; undefined when they are no UTF-8, or hold control characters that are not white space. */
export function textOf(octets: Uint8Array): string | undefined {
  if (octets.length === 0) return undefined;
  try {
    const text = utf8.decode(octets);
    return /[^\P{Cc}\t\n\r]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
