/**
 * Messages put together by hand, one hexadecimal field each, so that a test can spoil one of them.
 * @module
 */

import { ContentError, decode } from "@openmimi/content";

/** The fields of a valid message. They start at octets 0, 1, 18, 19, 20, 21, 22 and 23. */
export const FIELDS = {
  head: "87",
  salt: "50000102030405060708090a0b0c0d0e0f",
  replaces: "f6",
  topicId: "40",
  expires: "f6",
  inReplyTo: "f6",
  mimiExtensions: "a0",
  nestedPart: "85 01 60 01 60 40",
};

/** @returns the octets of two-digit hexadecimal; spaces are left out */
export function hex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits.replaceAll(/\s/g, ""), "hex"));
}

/** @returns `octets` times the same two digits */
export function times(octets: number, digits: string): string {
  return digits.repeat(octets);
}

/** @returns a message of which some fields are other than usual */
export function messageWith(fields: Partial<typeof FIELDS>): Uint8Array {
  return hex(Object.values({ ...FIELDS, ...fields }).join(""));
}

/** @returns what the function throws, which has to be a ContentError */
export function refusal(attempt: () => unknown): ContentError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ContentError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** @returns the refusal of a message with these fields, as `code path @offset` */
export function refusalOf(fields: Partial<typeof FIELDS>): string {
  const { code, path, offset } = refusal(() => decode(messageWith(fields)));
  return `${code} ${path.replace("MimiContent.", "")} @${offset}`;
}
