/**
 * Cryptography without chance: whatever would be random comes out of a seed, so that vectors can be made again to the
 * same octets. Never use it for anything else.
 * @module
 */

import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import {
  type CipherSuite,
  type CryptoProvider,
  type HpkeExport,
  type HpkeMessage,
  nobleCrypto,
} from "@openmimi/mls";
import { nativeCrypto } from "./native.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A stream of octets: SHA-256 of the seed, a zero octet and a counter of four octets, block after block. */
export function seededOctets(seed: string): (count: number) => Uint8Array {
  const prefix = concat(ascii(`openmimi vectors: ${seed}`), Uint8Array.of(0));
  let counter = 0;
  let block = new Uint8Array();
  return (count) => {
    const octets = new Uint8Array(count);
    for (let at = 0; at < count; ) {
      if (block.length === 0) {
        const number = new Uint8Array(4);
        new DataView(number.buffer).setUint32(0, counter++);
        block = sha256(concat(prefix, number));
      }
      const part = block.subarray(0, count - at);
      octets.set(part, at);
      block = block.subarray(part.length);
      at += part.length;
    }
    return octets;
  };
}

// RFC 9180 §7: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM.
const KEM_SUITE = concat(ascii("KEM"), Uint8Array.of(0x00, 0x20));
const HPKE_SUITE = concat(ascii("HPKE"), Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, 0x01));
const EMPTY = new Uint8Array();

/** RFC 9180 §4, §4.1, §5.1: base mode, with the ephemeral key given from outside. */
export class HpkeSender {
  readonly #suite: CipherSuite;
  readonly kemOutput: Uint8Array;
  readonly #secret: Uint8Array;
  readonly #context: Uint8Array;

  constructor(suite: CipherSuite, ephemeral: Uint8Array, publicKey: Uint8Array, info: Uint8Array) {
    this.#suite = suite;
    this.kemOutput = x25519.getPublicKey(ephemeral);
    const kemContext = concat(this.kemOutput, publicKey);
    const eaePrk = this.#extract(KEM_SUITE, EMPTY, "eae_prk", x25519.getSharedSecret(ephemeral, publicKey));
    const shared = this.#expand(KEM_SUITE, eaePrk, "shared_secret", kemContext, 32);
    const pskIdHash = this.#extract(HPKE_SUITE, EMPTY, "psk_id_hash", EMPTY);
    const infoHash = this.#extract(HPKE_SUITE, EMPTY, "info_hash", info);
    this.#context = concat(Uint8Array.of(0), pskIdHash, infoHash);
    this.#secret = this.#extract(HPKE_SUITE, shared, "secret", EMPTY);
  }

  #extract(suiteId: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array {
    return this.#suite.extract(salt, concat(ascii("HPKE-v1"), suiteId, ascii(label), ikm));
  }

  #expand(suiteId: Uint8Array, prk: Uint8Array, label: string, info: Uint8Array, length: number): Uint8Array {
    const prefix = concat(
      Uint8Array.of(length >>> 8, length & 0xff),
      ascii("HPKE-v1"),
      suiteId,
      ascii(label),
    );
    return this.#suite.expand(prk, concat(prefix, info), length);
  }

  seal(aad: Uint8Array, plaintext: Uint8Array): HpkeMessage {
    const key = this.#expand(HPKE_SUITE, this.#secret, "key", this.#context, 16);
    const nonce = this.#expand(HPKE_SUITE, this.#secret, "base_nonce", this.#context, 12);
    return { kemOutput: this.kemOutput, ciphertext: this.#suite.seal(key, nonce, aad, plaintext) };
  }

  export(exporterContext: Uint8Array, length: number): HpkeExport {
    const exporter = this.#expand(HPKE_SUITE, this.#secret, "exp", this.#context, 32);
    return {
      kemOutput: this.kemOutput,
      secret: this.#expand(HPKE_SUITE, exporter, "sec", exporterContext, length),
    };
  }
}

/** Further suites: their keys come out of the seed, and their signatures are the same each time. */
function seededKeys(id: number, random: (count: number) => Uint8Array): CipherSuite {
  const suite = nobleCrypto.suite(id);
  const notSeeded = (): never => {
    throw new Error(`HPKE of cipher suite ${id} is not seeded`);
  };
  return {
    ...suite,
    random,
    generateSignatureKeyPair: () => {
      // Suite 2: ECDSA and DHKEM have the same curve, and so the same keys.
      if (id === 2) return suite.deriveHpkeKeyPair(random(32));
      const privateKey = random(32);
      return { privateKey, publicKey: ed25519.getPublicKey(privateKey) };
    },
    generateHpkeKeyPair: () => suite.deriveHpkeKeyPair(random(32)),
    hpkeSeal: notSeeded,
    hpkeExportSender: notSeeded,
  };
}

/** Cipher suite 0x0001 whose every choice comes from one seed; of suites 0x0002 and 0x0003 the keys do. */
export function seededCrypto(seed: string): CryptoProvider {
  const random = seededOctets(seed);
  const suite = nativeCrypto.suite(1);
  const seeded: CipherSuite = {
    ...suite,
    random,
    generateSignatureKeyPair: () => {
      const privateKey = random(32);
      return { privateKey, publicKey: ed25519.getPublicKey(privateKey) };
    },
    generateHpkeKeyPair: () => suite.deriveHpkeKeyPair(random(32)),
    hpkeSeal: (publicKey, info, aad, plaintext) =>
      new HpkeSender(suite, random(32), publicKey, info).seal(aad, plaintext),
    hpkeExportSender: (publicKey, info, exporterContext, length) =>
      new HpkeSender(suite, random(32), publicKey, info).export(exporterContext, length),
  };
  const suiteOf = (id: number): CipherSuite => {
    if (id === suite.id) return seeded;
    return id === 2 || id === 3 ? seededKeys(id, random) : nobleCrypto.suite(id);
  };
  return { name: "seeded", random, suite: suiteOf };
}

/** Cipher suite 0x0001 whose next encryption uses this ephemeral private key, in place of one that is made by chance. */
export function cryptoWithEphemeralKey(ephemeral: Uint8Array): CryptoProvider {
  const suite = nobleCrypto.suite(1);
  const fixed: CipherSuite = {
    ...suite,
    hpkeSeal: (publicKey, info, aad, plaintext) => {
      // For its check of the public key.
      suite.hpkeSeal(publicKey, info, aad, plaintext);
      return new HpkeSender(suite, ephemeral, publicKey, info).seal(aad, plaintext);
    },
  };
  return { ...nobleCrypto, suite: (id) => (id === suite.id ? fixed : nobleCrypto.suite(id)) };
}
