/**
 * HPKE in base mode: DHKEM, key schedule, one message or one export. RFC 9180 §4.1, §5.1, §5.3, §6.1.
 * @module
 */

import { MlsError } from "../errors.ts";
import type { HpkeExport, HpkeMessage, KeyPair } from "./provider.ts";

/** The Diffie-Hellman group of a KEM. */
export interface DhGroup {
  /** RFC 9180 §7.1. */
  readonly kemId: number;
  /** Nsecret. */
  readonly secretLength: number;
  /** Nsk. */
  readonly privateKeyLength: number;
  /** Npk: points of NIST curves are not compressed. */
  readonly publicKeyLength: number;
  generate(): KeyPair;
  publicKey(privateKey: Uint8Array): Uint8Array;
  /** @throws anything for a bad key */
  sharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array;
  /** RFC 9180 §7.1.3: for NIST curves, the bit mask of the first octet of a candidate; absent for X25519 and X448. */
  readonly candidateMask?: number;
  /** For NIST curves: whether a candidate is a private key. */
  isPrivateKey?(candidate: Uint8Array): boolean;
}

/** Extract and expand of one hash. */
export interface Kdf {
  /** RFC 9180 §7.2. */
  readonly kdfId: number;
  readonly hashLength: number;
  extract(salt: Uint8Array, ikm: Uint8Array): Uint8Array;
  expand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array;
}

/** One AEAD. */
export interface Aead {
  /** RFC 9180 §7.3. */
  readonly aeadId: number;
  readonly keyLength: number;
  readonly nonceLength: number;
  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array;
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

const uint16 = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value & 0xff);
const empty = new Uint8Array();
const version = ascii("HPKE-v1");

/** HPKE over one KEM, KDF and AEAD. The KEM's own KDF has the hash of its curve (RFC 9180 §7.1). */
export class Hpke {
  readonly #group: DhGroup;
  readonly #kemKdf: Kdf;
  readonly #kdf: Kdf;
  readonly #aead: Aead;
  readonly #kemSuite: Uint8Array;
  readonly #hpkeSuite: Uint8Array;

  constructor(group: DhGroup, kemKdf: Kdf, kdf: Kdf, aead: Aead) {
    this.#group = group;
    this.#kemKdf = kemKdf;
    this.#kdf = kdf;
    this.#aead = aead;
    this.#kemSuite = concat(ascii("KEM"), uint16(group.kemId));
    this.#hpkeSuite = concat(ascii("HPKE"), uint16(group.kemId), uint16(kdf.kdfId), uint16(aead.aeadId));
  }

  /** RFC 9180 §7.1.3. */
  deriveKeyPair(ikm: Uint8Array): KeyPair {
    const { candidateMask, privateKeyLength } = this.#group;
    const prk = labeledExtract(this.#kemKdf, this.#kemSuite, empty, "dkp_prk", ikm);
    if (candidateMask === undefined) {
      const privateKey = labeledExpand(this.#kemKdf, this.#kemSuite, prk, "sk", empty, privateKeyLength);
      return { privateKey, publicKey: this.#group.publicKey(privateKey) };
    }
    for (let counter = 0; counter < 256; counter++) {
      const candidate = labeledExpand(
        this.#kemKdf,
        this.#kemSuite,
        prk,
        "candidate",
        Uint8Array.of(counter),
        privateKeyLength,
      );
      candidate[0] = candidate[0]! & candidateMask;
      if (this.#group.isPrivateKey?.(candidate)) {
        return { privateKey: candidate, publicKey: this.#group.publicKey(candidate) };
      }
    }
    throw new MlsError("invalid-key", "no private key can be derived from this secret", "RFC 9180 §7.1.3");
  }

  generateKeyPair(): KeyPair {
    return this.#group.generate();
  }

  seal(publicKey: Uint8Array, info: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): HpkeMessage {
    const { kemOutput, sharedSecret } = this.#encapsulate(publicKey);
    const { key, nonce } = this.#schedule(sharedSecret, info);
    return { kemOutput, ciphertext: this.#aead.seal(key, nonce, aad, plaintext) };
  }

  open(
    privateKey: Uint8Array,
    kemOutput: Uint8Array,
    info: Uint8Array,
    aad: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array {
    const { key, nonce } = this.#schedule(this.#decapsulate(privateKey, kemOutput), info);
    return this.#aead.open(key, nonce, aad, ciphertext);
  }

  exportSender(
    publicKey: Uint8Array,
    info: Uint8Array,
    exporterContext: Uint8Array,
    length: number,
  ): HpkeExport {
    const { kemOutput, sharedSecret } = this.#encapsulate(publicKey);
    return { kemOutput, secret: this.#export(sharedSecret, info, exporterContext, length) };
  }

  exportReceiver(
    privateKey: Uint8Array,
    kemOutput: Uint8Array,
    info: Uint8Array,
    exporterContext: Uint8Array,
    length: number,
  ): Uint8Array {
    return this.#export(this.#decapsulate(privateKey, kemOutput), info, exporterContext, length);
  }

  /** RFC 9180 §5.3. */
  #export(
    sharedSecret: Uint8Array,
    info: Uint8Array,
    exporterContext: Uint8Array,
    length: number,
  ): Uint8Array {
    const { exporterSecret } = this.#schedule(sharedSecret, info);
    return labeledExpand(this.#kdf, this.#hpkeSuite, exporterSecret, "sec", exporterContext, length);
  }

  /** RFC 9180 §4.1. */
  #encapsulate(publicKey: Uint8Array): { kemOutput: Uint8Array; sharedSecret: Uint8Array } {
    const ephemeral = this.#group.generate();
    const shared = this.#sharedSecret(ephemeral.privateKey, publicKey);
    const kemContext = concat(ephemeral.publicKey, publicKey);
    return { kemOutput: ephemeral.publicKey, sharedSecret: this.#extractAndExpand(shared, kemContext) };
  }

  /** RFC 9180 §4.1. */
  #decapsulate(privateKey: Uint8Array, kemOutput: Uint8Array): Uint8Array {
    const shared = this.#sharedSecret(privateKey, kemOutput);
    return this.#extractAndExpand(shared, concat(kemOutput, this.#group.publicKey(privateKey)));
  }

  #sharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
    const { publicKeyLength } = this.#group;
    if (publicKey.length !== publicKeyLength) {
      throw new MlsError(
        "invalid-key",
        `an HPKE public key has ${publicKey.length} octets, expected ${publicKeyLength}`,
        "RFC 9180 §7.1.1",
      );
    }
    try {
      return this.#group.sharedSecret(privateKey, publicKey);
    } catch (cause) {
      throw new MlsError("invalid-key", "an HPKE key is not valid in its group", "RFC 9180 §7.1.4", {
        cause,
      });
    }
  }

  #extractAndExpand(shared: Uint8Array, kemContext: Uint8Array): Uint8Array {
    const prk = labeledExtract(this.#kemKdf, this.#kemSuite, empty, "eae_prk", shared);
    return labeledExpand(
      this.#kemKdf,
      this.#kemSuite,
      prk,
      "shared_secret",
      kemContext,
      this.#group.secretLength,
    );
  }

  /** RFC 9180 §5.1, mode_base. */
  #schedule(
    sharedSecret: Uint8Array,
    info: Uint8Array,
  ): { key: Uint8Array; nonce: Uint8Array; exporterSecret: Uint8Array } {
    const pskIdHash = labeledExtract(this.#kdf, this.#hpkeSuite, empty, "psk_id_hash", empty);
    const infoHash = labeledExtract(this.#kdf, this.#hpkeSuite, empty, "info_hash", info);
    const context = concat(Uint8Array.of(0), pskIdHash, infoHash);
    const secret = labeledExtract(this.#kdf, this.#hpkeSuite, sharedSecret, "secret", empty);
    const expand = (label: string, length: number) =>
      labeledExpand(this.#kdf, this.#hpkeSuite, secret, label, context, length);
    return {
      key: expand("key", this.#aead.keyLength),
      nonce: expand("base_nonce", this.#aead.nonceLength),
      exporterSecret: expand("exp", this.#kdf.hashLength),
    };
  }
}

/** RFC 9180 §4. */
function labeledExtract(
  kdf: Kdf,
  suiteId: Uint8Array,
  salt: Uint8Array,
  label: string,
  ikm: Uint8Array,
): Uint8Array {
  return kdf.extract(salt, concat(version, suiteId, ascii(label), ikm));
}

/** RFC 9180 §4. */
function labeledExpand(
  kdf: Kdf,
  suiteId: Uint8Array,
  prk: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return kdf.expand(prk, concat(uint16(length), version, suiteId, ascii(label), info), length);
}
