/**
 * The portable provider, on noble's curves, hashes and ciphers. The default, in Node and in browsers.
 * @module
 */

import { gcm } from "@noble/ciphers/aes.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed448, x448 } from "@noble/curves/ed448.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { randomBytes } from "@noble/hashes/utils.js";
import type { Aead, DhGroup } from "./hpke.ts";
import type { CryptoProvider } from "./provider.ts";
import { decryptionFailed, type HashFunction, makeProvider, type SignatureScheme } from "./suite.ts";

const random = (octets: number): Uint8Array => randomBytes(octets);

function hashFunction(hash: typeof sha256 | typeof sha384 | typeof sha512, kdfId: number): HashFunction {
  return {
    kdfId,
    hashLength: hash.outputLen,
    hash: (data) => hash(data),
    mac: (key, data) => hmac(hash, key, data),
    extract: (salt, ikm) => extract(hash, ikm, salt),
    expand: (prk, info, length) => expand(hash, prk, info, length),
  };
}

function aead(cipher: typeof gcm | typeof chacha20poly1305, aeadId: number, keyLength: number): Aead {
  return {
    aeadId,
    keyLength,
    nonceLength: 12,
    seal: (key, nonce, aad, plaintext) => cipher(key, nonce, aad).encrypt(plaintext),
    open: (key, nonce, aad, ciphertext) => {
      try {
        return cipher(key, nonce, aad).decrypt(ciphertext);
      } catch (cause) {
        throw decryptionFailed(cause);
      }
    },
  };
}

function montgomery(curve: typeof x25519, kemId: number, length: number, secretLength: number): DhGroup {
  return {
    kemId,
    secretLength,
    privateKeyLength: length,
    publicKeyLength: length,
    generate: () => {
      const privateKey = random(length);
      return { privateKey, publicKey: curve.getPublicKey(privateKey) };
    },
    publicKey: (privateKey) => curve.getPublicKey(privateKey),
    sharedSecret: (privateKey, publicKey) => curve.getSharedSecret(privateKey, publicKey),
  };
}

function nist(
  curve: typeof p256,
  kemId: number,
  length: number,
  secretLength: number,
  candidateMask: number,
): DhGroup {
  return {
    kemId,
    secretLength,
    privateKeyLength: length,
    publicKeyLength: 2 * length + 1,
    candidateMask,
    isPrivateKey: (candidate) => curve.utils.isValidSecretKey(candidate),
    generate: () => {
      const privateKey = curve.utils.randomSecretKey();
      return { privateKey, publicKey: curve.getPublicKey(privateKey, false) };
    },
    publicKey: (privateKey) => curve.getPublicKey(privateKey, false),
    // RFC 9180 §4.1: the shared secret is the x coordinate.
    sharedSecret: (privateKey, publicKey) =>
      curve.getSharedSecret(privateKey, publicKey, false).subarray(1, 1 + length),
  };
}

function verified(verify: () => boolean): boolean {
  try {
    return verify();
  } catch {
    return false;
  }
}

function edwards(curve: typeof ed25519): SignatureScheme {
  return {
    generate: () => {
      const privateKey = curve.utils.randomSecretKey();
      return { privateKey, publicKey: curve.getPublicKey(privateKey) };
    },
    sign: (privateKey, message) => curve.sign(message, privateKey),
    // RFC 8032 §5.1.7, without the additional points that ZIP 215 admits.
    verify: (publicKey, message, signature) =>
      verified(() => curve.verify(signature, message, publicKey, { zip215: false })),
  };
}

/** RFC 9420 §5.1.2: ECDSA signatures are DER, public keys uncompressed points. */
function ecdsa(curve: typeof p256): SignatureScheme {
  return {
    generate: () => {
      const privateKey = curve.utils.randomSecretKey();
      return { privateKey, publicKey: curve.getPublicKey(privateKey, false) };
    },
    sign: (privateKey, message) => curve.sign(message, privateKey, { format: "der", lowS: false }),
    verify: (publicKey, message, signature) =>
      publicKey.length === curve.lengths.publicKeyUncompressed &&
      verified(() => curve.verify(signature, message, publicKey, { format: "der", lowS: false })),
  };
}

/** All seven cipher suites of RFC 9420 §17.1, in JavaScript. */
export const nobleCrypto: CryptoProvider = makeProvider("noble", random, {
  groups: {
    x25519: montgomery(x25519, 0x0020, 32, 32),
    x448: montgomery(x448, 0x0021, 56, 64),
    p256: nist(p256, 0x0010, 32, 32, 0xff),
    p384: nist(p384, 0x0011, 48, 48, 0xff),
    p521: nist(p521, 0x0012, 66, 64, 0x01),
  },
  hashes: {
    sha256: hashFunction(sha256, 0x0001),
    sha384: hashFunction(sha384, 0x0002),
    sha512: hashFunction(sha512, 0x0003),
  },
  aeads: {
    aes128gcm: aead(gcm, 0x0001, 16),
    aes256gcm: aead(gcm, 0x0002, 32),
    chacha20poly1305: aead(chacha20poly1305, 0x0003, 32),
  },
  signatures: {
    ed25519: edwards(ed25519),
    ed448: edwards(ed448),
    p256: ecdsa(p256),
    p384: ecdsa(p384),
    p521: ecdsa(p521),
  },
});
