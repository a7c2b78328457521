/**
 * Octets from what people have at hand: hexadecimal, base64, or a file with either or with the octets themselves.
 * @module
 */

import { existsSync, readFileSync } from "node:fs";
import { parseOctets } from "@openmimi/inspect";
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
  const octets = parseOctets(argument);
  if (octets === undefined)
    throw new UsageError(`${argument.slice(0, 40)}: neither a file, nor hexadecimal, nor base64`);
  return octets;
}

/** The octets of a file, unless all of it is a text that spells octets. */
function ofFile(bytes: Uint8Array): Uint8Array {
  if (bytes.some((octet) => octet > 0x7e)) return bytes;
  return parseOctets(Buffer.from(bytes).toString("latin1")) ?? bytes;
}
