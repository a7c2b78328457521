/**
 * Octets from what people have at hand: hexadecimal, base64, or a file with either or with the octets themselves.
 * @module
 */

import { existsSync, readFileSync } from "node:fs";
import { UsageError } from "../errors.ts";

/**
 * Reads an argument.
 *
 * @param argument hexadecimal, base64 or base64url, a file's name, or `-` for standard input
 * @throws UsageError when it is none of them
 */
export async function readOctets(
  argument: string | undefined,
  readStdin: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  if (argument === undefined || argument === "-") return ofFile(await readStdin());
  if (existsSync(argument)) return ofFile(new Uint8Array(readFileSync(argument)));
  const octets = ofText(argument);
  if (octets === undefined)
    throw new UsageError(`${argument.slice(0, 40)}: neither a file, nor hexadecimal, nor base64`);
  return octets;
}

/** The octets of a file, unless all of it is a text that spells octets. */
function ofFile(bytes: Uint8Array): Uint8Array {
  if (bytes.some((octet) => octet > 0x7e)) return bytes;
  return ofText(Buffer.from(bytes).toString("latin1")) ?? bytes;
}

/** Spaces, line breaks, colons and a leading 0x are for people. */
function ofText(text: string): Uint8Array | undefined {
  const hex = text.replace(/^\s*0x/i, "").replaceAll(/[\s:]/g, "");
  if (/^([0-9a-f]{2})+$/i.test(hex)) return new Uint8Array(Buffer.from(hex, "hex"));
  const base64 = text.replaceAll(/\s/g, "");
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(base64) || /^[A-Za-z0-9_-]+={0,2}$/.test(base64);
  const unpadded = base64.replace(/=+$/, "").length;
  return isBase64 && unpadded % 4 !== 1 ? new Uint8Array(Buffer.from(base64, "base64")) : undefined;
}
