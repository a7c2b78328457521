/**
 * Salts from a secret of the group: draft-ietf-mimi-content-08 §9.2.
 * @module
 */

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { CONTENT, invalidArgument } from "./errors.ts";
import { SALT_OCTETS } from "./model.ts";
import { checkOctets } from "./write/fields.ts";

/**
 * The label under which the secret is exported from the MLS key schedule. The draft calls the secret
 * `franking_base_secret` once, which is a slip (reading R-167); no octet on the wire depends on the name.
 */
export const SALT_SECRET_LABEL = "salt_base_secret";

const SECTION = `${CONTENT} §9.2`;
/** Less than a salt has would not be "cryptographically random" (content §4.1). */
const LEAST_OCTETS = SALT_OCTETS;

/**
 * Derives the salt of one message: the first 16 octets of HMAC-SHA-256 over a nonce. It is as good as the better of the
 * secret and the nonce, so a weak random source of the device alone does not give salts that repeat.
 *
 * @param saltBaseSecret exported with {@link SALT_SECRET_LABEL}, 16 octets or more
 * @param nonce from the local random source, 16 octets or more, a new one for each message
 * @throws {ContentError} `invalid-argument` if either is shorter
 * @example
 * ```ts
 * const salt = deriveSalt(saltBaseSecret, crypto.getRandomValues(new Uint8Array(32)));
 * const content = text("Hi", { salt });
 * ```
 */
export function deriveSalt(saltBaseSecret: Uint8Array, nonce: Uint8Array): Uint8Array {
  const secret = longEnough("saltBaseSecret", saltBaseSecret);
  return hmac(sha256, secret, longEnough("nonce", nonce)).slice(0, SALT_OCTETS);
}

function longEnough(name: string, octets: Uint8Array): Uint8Array {
  const { length } = checkOctets(name, octets);
  if (length >= LEAST_OCTETS) return octets;
  throw invalidArgument(name, `expected ${LEAST_OCTETS} octets or more, got ${length}`, SECTION);
}
