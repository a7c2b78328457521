/**
 * Cipher suites put together from a group, a KDF, an AEAD and a signature scheme. RFC 9420 §17.1.
 * @module
 */

import { MlsError } from "../errors.ts";
import { type Aead, type DhGroup, Hpke, type Kdf } from "./hpke.ts";
import type { CipherSuite, CryptoProvider, KeyPair } from "./provider.ts";

/** A hash with what is built on it. */
export interface HashFunction extends Kdf {
  hash(data: Uint8Array): Uint8Array;
  mac(key: Uint8Array, data: Uint8Array): Uint8Array;
}

/** One signature scheme; `verify` is false for anything malformed. */
export interface SignatureScheme {
  generate(): KeyPair;
  sign(privateKey: Uint8Array, message: Uint8Array): Uint8Array;
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

/** What a provider offers for one suite. */
export interface SuiteParts {
  readonly name: string;
  readonly group: DhGroup;
  /** The KDF of the KEM (RFC 9180 §7.1). */
  readonly kemKdf: Kdf;
  readonly hash: HashFunction;
  readonly aead: Aead;
  readonly signature: SignatureScheme;
}

/** A provider that makes its suites when they are first asked for. */
export function makeProvider(
  name: string,
  random: (octets: number) => Uint8Array,
  table: Readonly<Record<number, () => SuiteParts>>,
): CryptoProvider {
  const made = new Map<number, CipherSuite>();
  return {
    name,
    random,
    suite: (id) => {
      const known = made.get(id);
      if (known !== undefined) return known;
      const parts = table[id];
      if (parts === undefined) {
        throw new MlsError(
          "unsupported-cipher-suite",
          `cipher suite ${id} is not supported by ${name}`,
          "RFC 9420 §17.1",
        );
      }
      const suite = makeSuite(id, random, parts());
      made.set(id, suite);
      return suite;
    },
  };
}

function makeSuite(id: number, random: (octets: number) => Uint8Array, parts: SuiteParts): CipherSuite {
  const { hash, aead, signature } = parts;
  const hpke = new Hpke(parts.group, parts.kemKdf, hash, aead);
  return {
    id,
    name: parts.name,
    hashLength: hash.hashLength,
    keyLength: aead.keyLength,
    nonceLength: aead.nonceLength,
    random,
    hash: hash.hash,
    mac: hash.mac,
    extract: hash.extract,
    expand: hash.expand,
    seal: aead.seal,
    open: aead.open,
    generateSignatureKeyPair: signature.generate,
    sign: signature.sign,
    verify: signature.verify,
    deriveHpkeKeyPair: (ikm) => hpke.deriveKeyPair(ikm),
    generateHpkeKeyPair: () => hpke.generateKeyPair(),
    hpkeSeal: (publicKey, info, aad, plaintext) => hpke.seal(publicKey, info, aad, plaintext),
    hpkeOpen: (privateKey, kemOutput, info, aad, ciphertext) =>
      hpke.open(privateKey, kemOutput, info, aad, ciphertext),
    hpkeExportSender: (publicKey, info, context, length) =>
      hpke.exportSender(publicKey, info, context, length),
    hpkeExportReceiver: (privateKey, kemOutput, info, context, length) =>
      hpke.exportReceiver(privateKey, kemOutput, info, context, length),
  };
}

/** @returns the same failure for every reason that an AEAD can have */
export function decryptionFailed(cause: unknown): MlsError {
  return new MlsError("decryption-failed", "the ciphertext does not open", "RFC 9420 §5.1", { cause });
}
