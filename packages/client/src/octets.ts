/**
 * Octets as text and back. RFC 4648.
 * @module
 */

import { ClientError } from "./errors.ts";

/** RFC 4648 §4, with padding. */
export function toBase64(octets: Uint8Array): string {
  let text = "";
  // In pieces, since an argument list has a limit.
  for (let start = 0; start < octets.length; start += 8192) {
    text += String.fromCharCode(...octets.subarray(start, start + 8192));
  }
  return globalThis.btoa(text);
}

/** @throws {ClientError} `malformed-answer` for what is not base64 */
export function fromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = globalThis.atob(text);
  } catch (error) {
    throw new ClientError("malformed-answer", "expected base64", { cause: error });
  }
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Lower-case hexadecimal. */
export function toHex(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets) text += octet.toString(16).padStart(2, "0");
  return text;
}

/** @throws {ClientError} `usage` for what is not hexadecimal */
export function fromHex(text: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/i.test(text)) throw new ClientError("usage", "expected hexadecimal");
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  );
}

/** Whether both hold the same octets. Not for secrets. */
export function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index]);
}
