/**
 * What octets without any structure can be, by their number.
 * @module
 */

/** RFC 9420 §5.1, §17.1; content §3.3, §4.1; protocol §5.4.1. */
const KINDS: ReadonlyMap<number, string> = new Map([
  [12, "a nonce of an AEAD"],
  [16, "a salt, or a key of AES-128"],
  [32, "a key of Ed25519 or X25519, a SHA-256 hash, a reference, a franking tag"],
  [48, "a SHA-384 hash, a private key of P-384"],
  [56, "a key of X448"],
  [57, "a key of Ed448"],
  [64, "a signature of Ed25519, a SHA-512 hash"],
  [65, "a public key of P-256"],
  [97, "a public key of P-384"],
  [114, "a signature of Ed448"],
  [133, "a public key of P-521"],
]);

/** Content §3.3: a message ID begins with the number of its hash algorithm, SHA-256. */
function isMessageId(octets: Uint8Array): boolean {
  return octets.length === 32 && octets[0] === 1;
}

/** @returns undefined for a number of octets that says nothing */
export function unstructuredKind(octets: Uint8Array): string | undefined {
  const kind = KINDS.get(octets.length);
  return kind !== undefined && isMessageId(octets) ? `a message ID, ${kind}` : kind;
}
