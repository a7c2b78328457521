/**
 * The native provider, on Node's crypto module, which is passed in from outside: nothing here imports it.
 * Keys are imported once and held for as long as the octets that they came from. RFC 9420 §5.1, RFC 9180 §7.
 * @module
 */

import type { Aead, DhGroup } from "./hpke.ts";
import { type Curve, curves, holding, nodeKeys, plain } from "./node-keys.ts";
import type { NodeCrypto } from "./node-module.ts";
import type { CryptoProvider } from "./provider.ts";
import { decryptionFailed, type HashFunction, makeProvider, type SignatureScheme } from "./suite.ts";

/**
 * All seven cipher suites of RFC 9420 §17.1, in native code.
 *
 * @param module what `import * as crypto from "node:crypto"` gives
 * @example
 * ```ts
 * import * as crypto from "node:crypto";
 * const provider = createNodeCrypto(crypto);
 * const group = MemberGroup.create(provider, init);
 * ```
 */
export function createNodeCrypto(module: NodeCrypto): CryptoProvider {
  const random = pooledRandom(module);
  const hash = (name: string, length: number, kdfId: number) => hashFunction(module, name, length, kdfId);
  const cipher = (name: string, aeadId: number, keyLength: number) => aead(module, name, aeadId, keyLength);
  const group = (curve: Curve, kemId: number, secretLength: number) =>
    curve.kind === "nist"
      ? nist(module, curve, kemId, secretLength)
      : montgomery(module, curve, kemId, secretLength);
  return makeProvider("node", random, {
    groups: {
      x25519: group(curves.x25519, 0x0020, 32),
      x448: group(curves.x448, 0x0021, 64),
      p256: group(curves.p256, 0x0010, 32),
      p384: group(curves.p384, 0x0011, 48),
      p521: group(curves.p521, 0x0012, 64),
    },
    hashes: {
      sha256: hash("sha256", 32, 0x0001),
      sha384: hash("sha384", 48, 0x0002),
      sha512: hash("sha512", 64, 0x0003),
    },
    aeads: {
      aes128gcm: cipher("aes-128-gcm", 0x0001, 16),
      aes256gcm: cipher("aes-256-gcm", 0x0002, 32),
      chacha20poly1305: cipher("chacha20-poly1305", 0x0003, 32),
    },
    signatures: {
      ed25519: signatures(module, curves.ed25519, null),
      ed448: signatures(module, curves.ed448, null),
      p256: signatures(module, curves.p256, "sha256"),
      p384: signatures(module, curves.p384, "sha384"),
      p521: signatures(module, curves.p521, "sha512"),
    },
  });
}

/** The octets that are drawn at a time, and the most that are taken from them. */
const POOL = 4096;
const SMALL = 256;

/** Random octets: small ones from a pool, for every call into the system costs more than a hash. */
function pooledRandom(module: NodeCrypto): (octets: number) => Uint8Array {
  let pool: Uint8Array = new Uint8Array();
  let used = 0;
  return (octets) => {
    if (octets > SMALL) return plain(module.randomBytes(octets));
    if (used + octets > pool.length) {
      pool = plain(module.randomBytes(POOL));
      used = 0;
    }
    const drawn = pool.slice(used, used + octets);
    pool.fill(0, used, used + octets);
    used += octets;
    return drawn;
  };
}

function hashFunction(module: NodeCrypto, name: string, hashLength: number, kdfId: number): HashFunction {
  const mac = (key: Uint8Array, data: Uint8Array): Uint8Array =>
    plain(module.createHmac(name, key).update(data).digest());
  return {
    kdfId,
    hashLength,
    hash: (data) => plain(module.hash(name, data, "buffer")),
    mac,
    // RFC 5869 §2.2
    extract: mac,
    expand: (prk, info, length) => expand(mac, hashLength, prk, info, length),
  };
}

/** RFC 5869 §2.3. Nearly always one block, for which nothing has to be put together. */
function expand(
  mac: HashFunction["mac"],
  hashLength: number,
  prk: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  if (length <= hashLength) {
    const only = new Uint8Array(info.length + 1);
    only.set(info);
    only[info.length] = 1;
    const made = mac(prk, only);
    return length === hashLength ? made : made.slice(0, length);
  }
  const blocks = Math.ceil(length / hashLength);
  if (blocks > 255) throw new RangeError(`HKDF expands to ${255 * hashLength} octets at most`);
  const output = new Uint8Array(blocks * hashLength);
  const input = new Uint8Array(hashLength + info.length + 1);
  input.set(info, hashLength);
  for (let block = 1; block <= blocks; block++) {
    input[input.length - 1] = block;
    const made = mac(prk, block === 1 ? input.subarray(hashLength) : input);
    input.set(made);
    output.set(made, (block - 1) * hashLength);
  }
  return output.length === length ? output : output.slice(0, length);
}

const tagLength = 16;

function aead(module: NodeCrypto, name: string, aeadId: number, keyLength: number): Aead {
  return {
    aeadId,
    keyLength,
    nonceLength: 12,
    seal: (key, nonce, aad, plaintext) => {
      const cipher = module.createCipheriv(name, key, nonce, { authTagLength: tagLength });
      cipher.setAAD(aad, { plaintextLength: plaintext.length });
      const sealed = new Uint8Array(plaintext.length + tagLength);
      sealed.set(cipher.update(plaintext));
      cipher.final();
      sealed.set(cipher.getAuthTag(), plaintext.length);
      return sealed;
    },
    open: (key, nonce, aad, ciphertext) => {
      try {
        const end = ciphertext.length - tagLength;
        if (end < 0) throw new RangeError("the ciphertext is shorter than its tag");
        const cipher = module.createDecipheriv(name, key, nonce, { authTagLength: tagLength });
        cipher.setAAD(aad, { plaintextLength: end });
        cipher.setAuthTag(ciphertext.subarray(end));
        const opened = plain(cipher.update(ciphertext.subarray(0, end)));
        cipher.final();
        return opened;
      } catch (cause) {
        throw decryptionFailed(cause);
      }
    },
  };
}

function montgomery(module: NodeCrypto, curve: Curve, kemId: number, secretLength: number): DhGroup {
  const keys = nodeKeys(module, curve);
  return {
    kemId,
    secretLength,
    privateKeyLength: curve.length,
    publicKeyLength: curve.length,
    generate: keys.generate,
    publicKey: keys.publicKeyOf,
    sharedSecret: (privateKey, publicKey) =>
      plain(
        module.diffieHellman({
          privateKey: keys.privateKey(privateKey),
          publicKey: keys.publicKey(publicKey),
        }),
      ),
  };
}

/** RFC 9180 §4.1: of NIST curves, the shared secret is the x coordinate. */
function nist(module: NodeCrypto, curve: Curve, kemId: number, secretLength: number): DhGroup {
  const held = holding((privateKey) => {
    const key = module.createECDH(curve.name);
    key.setPrivateKey(privateKey);
    return key;
  });
  const publicKey = (privateKey: Uint8Array): Uint8Array => plain(held(privateKey).getPublicKey());
  return {
    kemId,
    secretLength,
    privateKeyLength: curve.length,
    publicKeyLength: 2 * curve.length + 1,
    candidateMask: curve.name === curves.p521.name ? 0x01 : 0xff,
    isPrivateKey: (candidate) => {
      try {
        held(candidate);
        return true;
      } catch {
        return false;
      }
    },
    generate: nodeKeys(module, curve).generate,
    publicKey,
    sharedSecret: (privateKey, other) => plain(held(privateKey).computeSecret(other)),
  };
}

/** RFC 9420 §5.1.2: ECDSA signatures are DER; EdDSA hashes for itself. */
function signatures(module: NodeCrypto, curve: Curve, digest: string | null): SignatureScheme {
  const keys = nodeKeys(module, curve);
  const publicKeyLength = curve.kind === "nist" ? 2 * curve.length + 1 : curve.length;
  return {
    generate: keys.generate,
    sign: (privateKey, message) => plain(module.sign(digest, message, keys.privateKey(privateKey))),
    verify: (publicKey, message, signature) => {
      if (publicKey.length !== publicKeyLength) return false;
      try {
        return module.verify(digest, message, keys.publicKey(publicKey), signature);
      } catch {
        return false;
      }
    },
    verifyAsync: (publicKey, message, signature) =>
      new Promise((resolve) => {
        if (publicKey.length !== publicKeyLength) return resolve(false);
        try {
          module.verify(digest, message, keys.publicKey(publicKey), signature, (error, verified) =>
            resolve(error === null && verified),
          );
        } catch {
          resolve(false);
        }
      }),
  };
}
