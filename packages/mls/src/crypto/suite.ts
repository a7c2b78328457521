/**
 * Cipher suites put together from a group, a KDF, an AEAD and a signature scheme. RFC 9420 §17.1.
 * @module
 */

import { CipherSuiteId } from "../codec/registry.ts";
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
  readonly verifyAsync?: CipherSuite["verifyAsync"];
}

/** The primitives of one provider, by the names of the suites that use them. */
export interface Primitives {
  readonly groups: Readonly<Record<"x25519" | "x448" | "p256" | "p384" | "p521", DhGroup>>;
  readonly hashes: Readonly<Record<"sha256" | "sha384" | "sha512", HashFunction>>;
  readonly aeads: Readonly<Record<"aes128gcm" | "aes256gcm" | "chacha20poly1305", Aead>>;
  readonly signatures: Readonly<Record<"ed25519" | "ed448" | "p256" | "p384" | "p521", SignatureScheme>>;
}

type SuiteName = keyof typeof CipherSuiteId;
type SuiteShape = readonly [
  keyof Primitives["groups"],
  keyof Primitives["hashes"],
  keyof Primitives["aeads"],
  keyof Primitives["signatures"],
];

/** RFC 9420 §17.1. The KEM's own hash (RFC 9180 §7.1) is the hash of the suite in all of them. */
const shapes: Readonly<Record<SuiteName, SuiteShape>> = {
  MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519: ["x25519", "sha256", "aes128gcm", "ed25519"],
  MLS_128_DHKEMP256_AES128GCM_SHA256_P256: ["p256", "sha256", "aes128gcm", "p256"],
  MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519: ["x25519", "sha256", "chacha20poly1305", "ed25519"],
  MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448: ["x448", "sha512", "aes256gcm", "ed448"],
  MLS_256_DHKEMP521_AES256GCM_SHA512_P521: ["p521", "sha512", "aes256gcm", "p521"],
  MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448: ["x448", "sha512", "chacha20poly1305", "ed448"],
  MLS_256_DHKEMP384_AES256GCM_SHA384_P384: ["p384", "sha384", "aes256gcm", "p384"],
};
const names = new Map<number, SuiteName>(
  Object.entries(CipherSuiteId).map(([name, id]) => [id, name as SuiteName]),
);

/** A provider of all seven suites, which are put together when they are first asked for. */
export function makeProvider(
  name: string,
  random: (octets: number) => Uint8Array,
  primitives: Primitives,
): CryptoProvider {
  const made = new Map<number, CipherSuite>();
  const provider: CryptoProvider = {
    name,
    random,
    suite: (id) => {
      const known = made.get(id);
      if (known !== undefined) return known;
      const suiteName = names.get(id);
      if (suiteName === undefined) {
        throw new MlsError(
          "unsupported-cipher-suite",
          `cipher suite ${id} is not supported by ${name}`,
          "RFC 9420 §17.1",
        );
      }
      const suite = makeSuite(id, suiteName, provider, primitives);
      made.set(id, suite);
      return suite;
    },
  };
  return provider;
}

function makeSuite(
  id: number,
  name: SuiteName,
  provider: CryptoProvider,
  primitives: Primitives,
): CipherSuite {
  const [groupName, hashName, aeadName, signatureName] = shapes[name];
  const hash = primitives.hashes[hashName];
  const aead = primitives.aeads[aeadName];
  const signature = primitives.signatures[signatureName];
  const hpke = new Hpke(primitives.groups[groupName], hash, hash, aead);
  return {
    id,
    name,
    sibling: provider.suite,
    hashLength: hash.hashLength,
    keyLength: aead.keyLength,
    nonceLength: aead.nonceLength,
    random: provider.random,
    hash: hash.hash,
    mac: hash.mac,
    extract: hash.extract,
    expand: hash.expand,
    seal: aead.seal,
    open: aead.open,
    generateSignatureKeyPair: signature.generate,
    sign: signature.sign,
    verify: signature.verify,
    verifyAsync: signature.verifyAsync,
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
