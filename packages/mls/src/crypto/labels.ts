/**
 * Operations with a label in them. RFC 9420 §5.1.2, §5.1.3, §5.2, §8, §9.
 * @module
 */

import { encode, opaque, struct, uint16, uint32, withEncoded } from "@openmimi/tls";
import type { HPKECiphertext } from "../codec/basic.ts";
import { MlsError } from "../errors.ts";
import type { CipherSuite } from "./provider.ts";

const utf8 = new TextEncoder();

const KDFLabel = struct("KDFLabel", { length: uint16, label: opaque(), context: opaque() });
const SignContent = struct("SignContent", { label: opaque(), content: opaque() });
const EncryptContext = struct("EncryptContext", { label: opaque(), context: opaque() });
const RefHashInput = struct("RefHashInput", { label: opaque(), value: opaque() });

const empty = new Uint8Array();
/** The labels of the RFC are few and used all the time; those of applications may be many. */
const mlsLabels = new Map<string, Uint8Array>();

/** "MLS 1.0 " in front of a label; a label can be octets (extensions §4.1). */
function mlsLabel(label: string | Uint8Array): Uint8Array {
  if (typeof label === "string") {
    let octets = mlsLabels.get(label);
    if (octets === undefined) {
      octets = utf8.encode(`MLS 1.0 ${label}`);
      if (mlsLabels.size < 64) mlsLabels.set(label, octets);
    }
    return octets;
  }
  const prefix = utf8.encode("MLS 1.0 ");
  const whole = new Uint8Array(prefix.length + label.length);
  whole.set(prefix);
  whole.set(label, prefix.length);
  return whole;
}

/** RFC 9420 §8. @throws {MlsError} `usage` for more octets than HKDF gives */
export function expandWithLabel(
  suite: CipherSuite,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  // RFC 5869 §2.3
  if (length > 255 * suite.hashLength) {
    throw new MlsError("usage", `a secret of ${length} octets cannot be derived`, "RFC 9420 §8");
  }
  return suite.expand(secret, kdfLabel(length, mlsLabel(label), context), length);
}

/** KDFLabel in octets; a short one, of which every message needs five, is put together by hand. */
function kdfLabel(length: number, label: Uint8Array, context: Uint8Array): Uint8Array {
  if (label.length >= 0x40 || context.length >= 0x40) return encode(KDFLabel, { length, label, context });
  const octets = new Uint8Array(4 + label.length + context.length);
  octets[0] = length >>> 8;
  octets[1] = length;
  octets[2] = label.length;
  octets.set(label, 3);
  octets[3 + label.length] = context.length;
  octets.set(context, 4 + label.length);
  return octets;
}

/** RFC 9420 §8. */
export function deriveSecret(suite: CipherSuite, secret: Uint8Array, label: string): Uint8Array {
  return expandWithLabel(suite, secret, label, empty, suite.hashLength);
}

/** RFC 9420 §9. */
export function deriveTreeSecret(
  suite: CipherSuite,
  secret: Uint8Array,
  label: string,
  generation: number,
  length: number,
): Uint8Array {
  return expandWithLabel(suite, secret, label, encode(uint32, generation), length);
}

/** RFC 9420 §5.1.2. */
export function signWithLabel(
  suite: CipherSuite,
  privateKey: Uint8Array,
  label: string | Uint8Array,
  content: Uint8Array,
): Uint8Array {
  return suite.sign(privateKey, encode(SignContent, { label: mlsLabel(label), content }));
}

/** RFC 9420 §5.1.2. `false` for anything malformed. */
export function verifyWithLabel(
  suite: CipherSuite,
  publicKey: Uint8Array,
  label: string | Uint8Array,
  content: Uint8Array,
  signature: Uint8Array,
): boolean {
  return withEncoded(SignContent, { label: mlsLabel(label), content }, (signed) =>
    suite.verify(publicKey, signed, signature),
  );
}

/** RFC 9420 §5.1.3. @throws {MlsError} `invalid-key` */
export function encryptWithLabel(
  suite: CipherSuite,
  publicKey: Uint8Array,
  label: string | Uint8Array,
  context: Uint8Array,
  plaintext: Uint8Array,
): HPKECiphertext {
  return suite.hpkeSeal(
    publicKey,
    encode(EncryptContext, { label: mlsLabel(label), context }),
    empty,
    plaintext,
  );
}

/** RFC 9420 §5.1.3. @throws {MlsError} `decryption-failed` or `invalid-key` */
export function decryptWithLabel(
  suite: CipherSuite,
  privateKey: Uint8Array,
  label: string | Uint8Array,
  context: Uint8Array,
  ciphertext: HPKECiphertext,
): Uint8Array {
  const info = encode(EncryptContext, { label: mlsLabel(label), context });
  return suite.hpkeOpen(privateKey, ciphertext.kemOutput, info, empty, ciphertext.ciphertext);
}

/** RFC 9420 §5.2. The label is used as it is. */
export function refHash(suite: CipherSuite, label: string, value: Uint8Array): Uint8Array {
  return suite.hash(encode(RefHashInput, { label: utf8.encode(label), value }));
}

/** Compares tags in a time that depends on their length only. */
export function equalOctets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a[index]! ^ b[index]!;
  return difference === 0;
}
