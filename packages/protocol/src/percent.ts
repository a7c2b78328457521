/**
 * Percent-encoding, strict. RFC 3986 §2.1, §2.3.
 * @module
 */

import { IdentifierError } from "./errors.ts";

/** RFC 3986 §2.3: letters, digits, `-`, `.`, `_` and `~` stand for themselves. */
export function isUnreserved(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x5f ||
    code === 0x7e
  );
}

const utf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();

/**
 * Encodes everything but unreserved characters, octet by octet of UTF-8, with upper-case digits. RFC 6570 §3.2.2.
 *
 * @throws {IdentifierError} `invalid-utf8` for a lone surrogate
 */
export function percentEncode(text: string): string {
  if (!text.isWellFormed()) throw new IdentifierError("invalid-utf8", "a lone surrogate", 0);
  let out = "";
  for (const octet of utf8Encoder.encode(text)) {
    out += isUnreserved(octet)
      ? String.fromCharCode(octet)
      : `%${octet.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}

function digit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x41 && code <= 0x46) return code - 0x37;
  if (code >= 0x61 && code <= 0x66) return code - 0x57;
  return -1;
}

/** The octet that stands encoded at `at`, where a percent sign is. @throws {IdentifierError} */
export function encodedOctet(text: string, at: number): number {
  const high = digit(text.charCodeAt(at + 1));
  const low = digit(text.charCodeAt(at + 2));
  if (high < 0 || low < 0) {
    throw new IdentifierError("invalid-percent-encoding", "% without two hexadecimal digits", at);
  }
  const octet = high * 16 + low;
  // Reading R-022: an encoded NUL is refused wherever it stands.
  if (octet === 0) throw new IdentifierError("nul", "an encoded NUL", at);
  return octet;
}

/**
 * Decodes exactly once: every `%XX` becomes one octet, and all of them together must be UTF-8.
 *
 * @throws {IdentifierError} `invalid-percent-encoding`, `nul`, `invalid-utf8`; `offset` counts from `base`
 */
export function percentDecode(text: string, base = 0): string {
  if (!text.includes("%")) return text;
  const octets: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x25) {
      octets.push(shifted(base, () => encodedOctet(text, at)));
      at += 2;
    } else if (code < 0x80) {
      octets.push(code);
    } else {
      throw new IdentifierError("invalid-character", "a character beyond ASCII", base + at);
    }
  }
  try {
    return utf8Decoder.decode(Uint8Array.from(octets));
  } catch {
    throw new IdentifierError("invalid-utf8", "the encoded octets are not UTF-8", base);
  }
}

/** Runs `read` and moves the offset of its error by `base`. */
export function shifted<T>(base: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (base === 0 || !(error instanceof IdentifierError)) throw error;
    throw new IdentifierError(error.code, error.reason, error.offset + base);
  }
}
