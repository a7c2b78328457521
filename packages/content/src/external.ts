/**
 * What is behind an ExternalPart: draft-ietf-mimi-content-08 §4.5. Nothing here fetches anything.
 *
 * Size and hash are those of the octets at the URL, so of the ciphertext with its tag where there is encryption
 * (reading R-162).
 * @module
 */

import { gcm } from "@noble/ciphers/aes.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { CONTENT, ContentError, invalidArgument } from "./errors.ts";
import type { ExternalPart } from "./model.ts";
import { checkOctets } from "./write/fields.ts";

const SECTION = `${CONTENT} §4.5`;

/** The AEAD algorithms that are supported, by IANA number (RFC 5116 §6). */
export const AeadAlgorithm = { none: 0, aes128Gcm: 1 } as const;

/** The hash algorithms that are supported, by number in the IANA Named Information registry. */
export const HashAlgorithm = { none: 0, sha256: 1, sha384: 7, sha512: 8 } as const;

const HASHES = new Map<number, (octets: Uint8Array) => Uint8Array>([
  [HashAlgorithm.sha256, sha256],
  [HashAlgorithm.sha384, sha384],
  [HashAlgorithm.sha512, sha512],
]);

/** @internal The octets of a whole hash, by algorithm. */
export const HASH_OCTETS: ReadonlyMap<number, number> = new Map([
  [HashAlgorithm.sha256, 32],
  [HashAlgorithm.sha384, 48],
  [HashAlgorithm.sha512, 64],
]);

const KEY_OCTETS = 16;
const NONCE_OCTETS = 12;
const TAG_OCTETS = 16;

/** The most octets that are downloaded or decrypted unless said otherwise: 100 MiB. */
export const DEFAULT_MAX_EXTERNAL_OCTETS = 100 * 1024 * 1024;

/** What the fields of a part have to say about its content. */
export type ExternalProtection = Pick<
  ExternalPart,
  "size" | "encAlg" | "key" | "nonce" | "aad" | "hashAlg" | "contentHash"
>;

/** The octets to upload, and the fields that go with them. */
export interface ProtectedExternal {
  readonly octets: Uint8Array;
  readonly fields: ExternalProtection;
}

/** How to protect. */
export interface ProtectOptions {
  /** Gives `octets` random octets; default: `globalThis.crypto.getRandomValues`. */
  readonly random?: (octets: number) => Uint8Array;
  /** Empty unless an extension says otherwise (content §4.5). */
  readonly aad?: Uint8Array;
}

/**
 * Encrypts content for uploading (content §4.5), with AES-128-GCM under a key that is made for it alone.
 *
 * @returns the octets to upload, 16 more than the content has, and the fields to decrypt and to check them
 * @throws {ContentError} `invalid-argument` for what are no octets, or too few random ones
 * @example
 * ```ts
 * const { octets, fields } = encryptExternal(video);
 * const url = await upload(octets);
 * const content = attachment({ contentType: "video/mp4", url, ...fields });
 * ```
 */
export function encryptExternal(plaintext: Uint8Array, options: ProtectOptions = {}): ProtectedExternal {
  const random = options.random ?? secureRandom;
  const key = exactly("key", random(KEY_OCTETS), KEY_OCTETS);
  const nonce = exactly("nonce", random(NONCE_OCTETS), NONCE_OCTETS);
  const aad = checkOctets("aad", options.aad ?? new Uint8Array());
  const octets = gcm(key, nonce, aad).encrypt(checkOctets("plaintext", plaintext));
  return { octets, fields: { ...hashed(octets), encAlg: AeadAlgorithm.aes128Gcm, key, nonce, aad } };
}

/**
 * Describes content that everybody may read, and so is uploaded as it is (content §4.5).
 *
 * @returns the octets to upload, and the fields with their size and SHA-256
 * @throws {ContentError} `invalid-argument` for what are no octets
 * @example
 * ```ts
 * const { octets, fields } = plainExternal(logo);
 * const content = attachment({ contentType: "image/png", url: await upload(octets), ...fields });
 * ```
 */
export function plainExternal(content: Uint8Array): ProtectedExternal {
  const none = new Uint8Array();
  const octets = checkOctets("content", content);
  return {
    octets,
    fields: { ...hashed(octets), encAlg: AeadAlgorithm.none, key: none, nonce: none, aad: none },
  };
}

function hashed(octets: Uint8Array): Pick<ExternalPart, "size" | "hashAlg" | "contentHash"> {
  return { size: BigInt(octets.length), hashAlg: HashAlgorithm.sha256, contentHash: sha256(octets) };
}

/** What a receiver allows. */
export interface ExternalPolicy {
  /** The receiver's clock, in milliseconds since the UNIX epoch. */
  readonly nowMs: bigint;
  /** The most octets to download. Default {@link DEFAULT_MAX_EXTERNAL_OCTETS}. */
  readonly maxOctets?: number;
}

/**
 * Checks, before anything is fetched, whether there is something to fetch and whether it could be read.
 *
 * @returns the most octets that the download may have
 * @example
 * ```ts
 * const most = checkExternal(part, { nowMs: BigInt(Date.now()) });
 * const content = openExternal(part, await download(part.url, most), { nowMs: BigInt(Date.now()) });
 * ```
 * @throws {ContentError} `expired`, `too-large`, `unsupported` (an algorithm, or a URL that is neither https nor http),
 *   or `inconsistent` for a part that `decode` would not accept, or whose hash is too short or too long to be one
 */
export function checkExternal(part: ExternalPart, { nowMs, maxOctets }: ExternalPolicy): number {
  const most = maxOctets ?? DEFAULT_MAX_EXTERNAL_OCTETS;
  // Content §7.1: clients download http and https. The URL itself is checked by whoever opens it.
  if (!/^https?:\/\//i.test(part.url))
    throw refusal("unsupported", "url", "the URL is neither https nor http");
  // Content §4.5: "a timestamp after which the external content is invalid"; 0 for never.
  if (part.expires !== 0 && nowMs > BigInt(part.expires) * 1000n)
    throw refusal("expired", "expires", `the content expired at second ${part.expires}`);
  if (part.encAlg !== AeadAlgorithm.none && part.encAlg !== AeadAlgorithm.aes128Gcm)
    throw refusal("unsupported", "encAlg", `AEAD algorithm ${part.encAlg} is not supported`);
  if (part.hashAlg !== HashAlgorithm.none && !HASHES.has(part.hashAlg))
    throw refusal("unsupported", "hashAlg", `hash algorithm ${part.hashAlg} is not supported`);
  checkLengths(part);
  if (part.size > BigInt(most)) throw refusal("too-large", "size", `${part.size} octets, over ${most}`);
  return part.size === 0n ? most : Number(part.size);
}

/**
 * Checks what was downloaded and decrypts it.
 *
 * @param downloaded exactly the octets at the URL
 * @returns the content, newly allocated
 * @throws {ContentError} what {@link checkExternal} throws; `wrong-length` for another size than announced,
 *   `too-large`, `hash-mismatch`, or `not-authentic` if it cannot be decrypted under the key, nonce and aad
 */
export function openExternal(part: ExternalPart, downloaded: Uint8Array, policy: ExternalPolicy): Uint8Array {
  const most = checkExternal(part, policy);
  const { length } = checkOctets("downloaded", downloaded);
  if (part.size !== 0n && BigInt(length) !== part.size)
    throw refusal("wrong-length", "size", `${length} octets instead of ${part.size}`);
  if (length > most) throw refusal("too-large", "size", `${length} octets, over ${most}`);
  // The hash comes before the key: nothing is decrypted that is not what was sent.
  const hash = HASHES.get(part.hashAlg);
  if (hash !== undefined && !sameOctets(hash(downloaded), part.contentHash))
    throw refusal("hash-mismatch", "contentHash", "the octets at the URL are others than those sent");
  return part.encAlg === AeadAlgorithm.none ? downloaded.slice() : decrypt(part, downloaded);
}

function decrypt({ key, nonce, aad }: ExternalPart, ciphertext: Uint8Array): Uint8Array {
  if (ciphertext.length < TAG_OCTETS)
    throw refusal("not-authentic", "key", `${ciphertext.length} octets are less than an authentication tag`);
  try {
    return gcm(key, nonce, aad).decrypt(ciphertext);
  } catch {
    // There is one reason left: the tag. Lengths are checked above.
    throw refusal("not-authentic", "key", "the content was not encrypted under this key, nonce and aad");
  }
}

function checkLengths(part: ExternalPart): void {
  const isEncrypted = part.encAlg !== AeadAlgorithm.none;
  const lengths = [part.key.length, part.nonce.length];
  const expected = isEncrypted ? [KEY_OCTETS, NONCE_OCTETS] : [0, 0];
  if (lengths[0] !== expected[0]) throw refusal("inconsistent", "key", `expected ${expected[0]} octets`);
  if (lengths[1] !== expected[1]) throw refusal("inconsistent", "nonce", `expected ${expected[1]} octets`);
  if (!isEncrypted && part.aad.length > 0) throw refusal("inconsistent", "aad", "expected 0 octets");
  const hash = part.hashAlg === HashAlgorithm.none ? 0 : HASH_OCTETS.get(part.hashAlg);
  if (part.contentHash.length !== hash)
    throw refusal("inconsistent", "contentHash", `expected ${hash} octets`);
}

function refusal(
  code:
    | "expired"
    | "too-large"
    | "unsupported"
    | "wrong-length"
    | "hash-mismatch"
    | "not-authentic"
    | "inconsistent",
  field: string,
  reason: string,
): ContentError {
  return new ContentError(code, reason, SECTION, `ExternalPart.${field}`);
}

function exactly(name: string, octets: Uint8Array, length: number): Uint8Array {
  if (checkOctets(name, octets).length === length) return octets;
  throw invalidArgument(name, `the random source gave ${octets.length} octets instead of ${length}`, SECTION);
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index]);
}

function secureRandom(octets: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(octets));
}
