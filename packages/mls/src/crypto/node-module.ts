/**
 * What this package uses of `node:crypto`, by its shape: nothing here depends on Node, and whoever has the module
 * passes it in.
 * @module
 */

/** RFC 7518 §6.2, RFC 8037 §2: the octets of a key in base64url. */
export interface JsonWebKeyOctets {
  readonly x?: string;
  readonly y?: string;
  readonly d?: string;
}

/** A key that the module holds. */
export interface NodeKey {
  export(options: { readonly format: "jwk" }): JsonWebKeyOctets;
}

/** A public key as it stands on the wire, to be imported: Node 26 reads it without a detour. */
interface RawKey {
  readonly key: Uint8Array;
  readonly format: "raw-public";
  readonly asymmetricKeyType: "x25519" | "x448" | "ed25519" | "ed448";
}

/** A key in DER, to be imported. */
interface EncodedKey<T extends "spki" | "pkcs8"> {
  readonly key: Uint8Array;
  readonly format: "der";
  readonly type: T;
}

interface NodeHmac {
  update(data: Uint8Array): NodeHmac;
  digest(): Uint8Array;
}

interface NodeCipher {
  setAAD(aad: Uint8Array, options: { plaintextLength: number }): unknown;
  update(data: Uint8Array): Uint8Array;
  final(): Uint8Array;
}

interface NodeSealing extends NodeCipher {
  getAuthTag(): Uint8Array;
}

interface NodeOpening extends NodeCipher {
  setAuthTag(tag: Uint8Array): unknown;
}

/** A private key of a NIST curve with its public key. */
interface NodeECDH {
  setPrivateKey(privateKey: Uint8Array): unknown;
  getPublicKey(): Uint8Array;
  computeSecret(otherPublicKey: Uint8Array): Uint8Array;
}

/** Node's crypto module, as `import * as crypto from "node:crypto"` gives it. */
export interface NodeCrypto {
  randomBytes(octets: number): Uint8Array;
  hash(algorithm: string, data: Uint8Array, outputEncoding: "buffer"): Uint8Array;
  createHmac(algorithm: string, key: Uint8Array): NodeHmac;
  createCipheriv(
    algorithm: string,
    key: Uint8Array,
    nonce: Uint8Array,
    options: { authTagLength: number },
  ): NodeSealing;
  createDecipheriv(
    algorithm: string,
    key: Uint8Array,
    nonce: Uint8Array,
    options: { authTagLength: number },
  ): NodeOpening;
  createECDH(curve: string): NodeECDH;
  createPublicKey(key: EncodedKey<"spki"> | RawKey): NodeKey;
  createPrivateKey(key: EncodedKey<"pkcs8">): NodeKey;
  generateKeyPairSync(type: string, options: object): { readonly privateKey: unknown };
  diffieHellman(options: { privateKey: unknown; publicKey: unknown }): Uint8Array;
  sign(digest: string | null, data: Uint8Array, key: unknown): Uint8Array;
  verify(digest: string | null, data: Uint8Array, key: unknown, signature: Uint8Array): boolean;
  /** On one of Node's threads. */
  verify(
    digest: string | null,
    data: Uint8Array,
    key: unknown,
    signature: Uint8Array,
    done: (error: Error | null, verified: boolean) => void,
  ): void;
}
