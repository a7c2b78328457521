/**
 * Operations with a label in them. RFC 9420 §5.1.2, §5.1.3, §5.2, §8, §9.
 * @module
 */

import { encode, opaque, struct, uint16, uint32 } from "@openmimi/tls";
import type { HPKECiphertext } from "../codec/basic.ts";
import type { CipherSuite } from "./provider.ts";

const utf8 = new TextEncoder();

const KDFLabel = struct("KDFLabel", { length: uint16, label: opaque(), context: opaque() });
const SignContent = struct("SignContent", { label: opaque(), content: opaque() });
const EncryptContext = struct("EncryptContext", { label: opaque(), context: opaque() });
const RefHashInput = struct("RefHashInput", { label: opaque(), value: opaque() });

const empty = new Uint8Array();

/** "MLS 1.0 " in front of a label; a label can be octets (extensions §4.1). */
function mlsLabel(label: string | Uint8Array): Uint8Array {
  if (typeof label === "string") return utf8.encode(`MLS 1.0 ${label}`);
  const prefix = utf8.encode("MLS 1.0 ");
  const whole = new Uint8Array(prefix.length + label.length);
  whole.set(prefix);
  whole.set(label, prefix.length);
  return whole;
}

/** RFC 9420 §8. */
export function expandWithLabel(
  suite: CipherSuite,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  return suite.expand(secret, encode(KDFLabel, { length, label: mlsLabel(label), context }), length);
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
  return suite.verify(publicKey, encode(SignContent, { label: mlsLabel(label), content }), signature);
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
