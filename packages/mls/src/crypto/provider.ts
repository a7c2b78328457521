/**
 * What MLS needs of cryptography, and nothing else. RFC 9420 §5.1.
 * Everything is synchronous, so that no state change waits in the middle.
 * @module
 */

/** Raw keys as they stand on the wire. */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** The operations of one cipher suite. Imported keys are cached by the `Uint8Array` object that holds them. */
export interface CipherSuite {
  /** RFC 9420 §17.1. */
  readonly id: number;
  readonly name: string;
  /** Another suite of the same provider. @throws {MlsError} `unsupported-cipher-suite` */
  sibling(id: number): CipherSuite;
  /** Nh: octets of a hash, and of every secret. */
  readonly hashLength: number;
  /** Nk: octets of an AEAD key. */
  readonly keyLength: number;
  /** Nn: octets of an AEAD nonce. */
  readonly nonceLength: number;
  random(octets: number): Uint8Array;
  hash(data: Uint8Array): Uint8Array;
  /** HMAC with the suite's hash. */
  mac(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** HKDF-Extract. */
  extract(salt: Uint8Array, ikm: Uint8Array): Uint8Array;
  /** HKDF-Expand. */
  expand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** @throws {MlsError} `decryption-failed` */
  open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array;
  generateSignatureKeyPair(): KeyPair;
  sign(privateKey: Uint8Array, message: Uint8Array): Uint8Array;
  /** `false` for anything malformed; never throws. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /**
   * The same on another thread, where the provider has threads; never rejects. The octets may change as soon as it has
   * returned. A suite that has it is a plain object of functions that need no `this`.
   */
  readonly verifyAsync?:
    | ((publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => Promise<boolean>)
    | undefined;
  deriveHpkeKeyPair(ikm: Uint8Array): KeyPair;
  generateHpkeKeyPair(): KeyPair;
  /** RFC 9180 base mode, one message. @throws {MlsError} `invalid-key` */
  hpkeSeal(publicKey: Uint8Array, info: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): HpkeMessage;
  /** @throws {MlsError} `decryption-failed` */
  hpkeOpen(
    privateKey: Uint8Array,
    kemOutput: Uint8Array,
    info: Uint8Array,
    aad: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array;
  /** RFC 9180 §5.3, for external commits. @throws {MlsError} `invalid-key` */
  hpkeExportSender(
    publicKey: Uint8Array,
    info: Uint8Array,
    exporterContext: Uint8Array,
    length: number,
  ): HpkeExport;
  /** @throws {MlsError} `invalid-key` */
  hpkeExportReceiver(
    privateKey: Uint8Array,
    kemOutput: Uint8Array,
    info: Uint8Array,
    exporterContext: Uint8Array,
    length: number,
  ): Uint8Array;
}

/** The result of sealing to a public key. */
export interface HpkeMessage {
  readonly kemOutput: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** The sender's side of an exported secret. */
export interface HpkeExport {
  readonly kemOutput: Uint8Array;
  readonly secret: Uint8Array;
}

/** A source of cipher suites: `noble` (portable) or `node` (native). */
export interface CryptoProvider {
  readonly name: string;
  random(octets: number): Uint8Array;
  /** @throws {MlsError} `unsupported-cipher-suite` */
  suite(id: number): CipherSuite;
}
