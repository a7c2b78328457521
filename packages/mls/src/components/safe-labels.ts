/**
 * Keys of MLS used by application components, each under a label of its own. Extensions §4.1, §4.2, §4.3, §4.5.
 * @module
 */

import { encode } from "@openmimi/tls";
import { ComponentOperationLabel, type HPKECiphertext, type PreSharedKeyID } from "../codec/index.ts";
import { decryptWithLabel, encryptWithLabel, signWithLabel, verifyWithLabel } from "../crypto/labels.ts";
import type { CipherSuite } from "../crypto/provider.ts";

const utf8 = new TextEncoder();
const baseLabel = utf8.encode("MLS Component");

/** Extensions §4.1: what stands for the label of an operation, so that no component can act in place of another. */
export function componentLabel(componentId: number, label: string): Uint8Array {
  return encode(ComponentOperationLabel, { baseLabel, componentId, label: utf8.encode(label) });
}

/**
 * SafeSignWithLabel, extensions §4.3.
 *
 * @param componentId the component that signs, never another one
 */
export function safeSignWithLabel(
  suite: CipherSuite,
  privateKey: Uint8Array,
  componentId: number,
  label: string,
  content: Uint8Array,
): Uint8Array {
  return signWithLabel(suite, privateKey, componentLabel(componentId, label), content);
}

/** SafeVerifyWithLabel, extensions §4.3. `false` for anything malformed. */
export function safeVerifyWithLabel(
  suite: CipherSuite,
  publicKey: Uint8Array,
  componentId: number,
  label: string,
  content: Uint8Array,
  signature: Uint8Array,
): boolean {
  return verifyWithLabel(suite, publicKey, componentLabel(componentId, label), content, signature);
}

/** SafeEncryptWithLabel, extensions §4.2. @throws {MlsError} `invalid-key` */
export function safeEncryptWithLabel(
  suite: CipherSuite,
  publicKey: Uint8Array,
  componentId: number,
  label: string,
  context: Uint8Array,
  plaintext: Uint8Array,
): HPKECiphertext {
  return encryptWithLabel(suite, publicKey, componentLabel(componentId, label), context, plaintext);
}

/**
 * SafeDecryptWithLabel, extensions §4.2.
 *
 * @param componentId the component that decrypts, never another one
 * @throws {MlsError} `decryption-failed` or `invalid-key`
 */
export function safeDecryptWithLabel(
  suite: CipherSuite,
  privateKey: Uint8Array,
  componentId: number,
  label: string,
  context: Uint8Array,
  ciphertext: HPKECiphertext,
): Uint8Array {
  return decryptWithLabel(suite, privateKey, componentLabel(componentId, label), context, ciphertext);
}

/** The id of a component's PSK with a fresh nonce, for a PreSharedKey proposal. Extensions §4.5, RFC 9420 §8.4. */
export function applicationPsk(suite: CipherSuite, componentId: number, pskId: Uint8Array): PreSharedKeyID {
  return { pskType: "application", componentId, pskId, pskNonce: suite.random(suite.hashLength) };
}
