/**
 * The cryptography of cipher suite 0x0001 with Node's own, for the second path. RFC 9180, RFC 9420 §5.1.
 * @module
 */

import {
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  verify,
} from "node:crypto";

/** RFC 9420 §2.1.2, for octets put together here. */
export function opaque(digits: string): string {
  const size = digits.length / 2;
  if (size < 64) return size.toString(16).padStart(2, "0") + digits;
  return (size < 16384 ? (0x4000 | size).toString(16) : (0x8000_0000 + size).toString(16)) + digits;
}

export const ascii = (value: string): string => Buffer.from(value, "utf8").toString("hex");

/** RFC 9420 §5.1.2: VerifyWithLabel with Ed25519. */
export function verifies(publicKey: string, label: string, content: string, signature: string): boolean {
  return verifiesOctets(publicKey, ascii(label), content, signature);
}

/** RFC 9420 §5.1.2: VerifyWithLabel with Ed25519, with octets for the label. */
export function verifiesOctets(
  publicKey: string,
  label: string,
  content: string,
  signature: string,
): boolean {
  const der = Buffer.from(`302a300506032b6570032100${publicKey}`, "hex");
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  const signContent = Buffer.from(opaque(ascii("MLS 1.0 ") + label) + opaque(content), "hex");
  return verify(null, signContent, key, Buffer.from(signature, "hex"));
}

const hmac = (key: Buffer, data: Buffer): Buffer => createHmac("sha256", key).update(data).digest();
const hex = (digits: string): Buffer => Buffer.from(digits, "hex");
const KEM = ascii("KEM").concat("0020");
const HPKE = ascii("HPKE").concat("002000010001");

/** RFC 9180 §4: LabeledExtract. */
function extract(suite: string, salt: Buffer, label: string, ikm: string): Buffer {
  return hmac(
    salt.length === 0 ? Buffer.alloc(32) : salt,
    hex(ascii("HPKE-v1") + suite + ascii(label) + ikm),
  );
}

/** RFC 9180 §4: LabeledExpand, of at most one block. */
function expand(suite: string, prk: Buffer, label: string, info: string, length: number): Buffer {
  const input = length.toString(16).padStart(4, "0") + ascii("HPKE-v1") + suite + ascii(label) + info;
  return hmac(prk, hex(`${input}01`)).subarray(0, length);
}

/** RFC 9420 §5.1.3: DecryptWithLabel, with text for label and context. */
export function openWithLabel(
  privateKey: string,
  label: string,
  context: string,
  kemOutput: string,
  ciphertext: string,
): string {
  return openWithOctets(privateKey, ascii(label), ascii(context), kemOutput, ciphertext);
}

/** RFC 9420 §5.1.3: DecryptWithLabel, with octets for label and context. */
export function openWithOctets(
  privateKey: string,
  label: string,
  context: string,
  kemOutput: string,
  ciphertext: string,
): string {
  const own = privateKeyOf(privateKey);
  const ownPublic = createPublicKey(own)
    .export({ format: "der", type: "spki" })
    .subarray(-32)
    .toString("hex");
  const dh = diffieHellman({ privateKey: own, publicKey: publicKeyOf(kemOutput) }).toString("hex");
  return openShared({ dh, kemOutput, ownPublic }, label, context, ciphertext);
}

const privateKeyOf = (digits: string) =>
  createPrivateKey({
    key: hex(`302e020100300506032b656e04220420${digits}`),
    format: "der",
    type: "pkcs8",
  });
const publicKeyOf = (digits: string) =>
  createPublicKey({ key: hex(`302a300506032b656e032100${digits}`), format: "der", type: "spki" });

/** What the sender made, opened with the sender's ephemeral private key: both sides have the same secret. */
export function openAsSender(
  ephemeral: string,
  publicKey: string,
  label: string,
  context: string,
  ciphertext: string,
): { readonly kemOutput: string; readonly plaintext: string } {
  const own = privateKeyOf(ephemeral);
  const kemOutput = createPublicKey(own)
    .export({ format: "der", type: "spki" })
    .subarray(-32)
    .toString("hex");
  const dh = diffieHellman({ privateKey: own, publicKey: publicKeyOf(publicKey) }).toString("hex");
  const shared = { dh, kemOutput, ownPublic: publicKey };
  return { kemOutput, plaintext: openShared(shared, ascii(label), ascii(context), ciphertext) };
}

interface Shared {
  readonly dh: string;
  readonly kemOutput: string;
  /** Of the receiver. */
  readonly ownPublic: string;
}

function openShared(
  { dh, kemOutput, ownPublic }: Shared,
  label: string,
  context: string,
  ciphertext: string,
): string {
  const none = Buffer.alloc(0);
  const shared = expand(KEM, extract(KEM, none, "eae_prk", dh), "shared_secret", kemOutput + ownPublic, 32);
  const info = opaque(ascii("MLS 1.0 ") + label) + opaque(context);
  const schedule = `00${extract(HPKE, none, "psk_id_hash", "").toString("hex")}${extract(HPKE, none, "info_hash", info).toString("hex")}`;
  const secret = extract(HPKE, shared, "secret", "");
  const key = expand(HPKE, secret, "key", schedule, 16);
  const nonce = expand(HPKE, secret, "base_nonce", schedule, 12);
  return openAead(key, nonce, "", ciphertext);
}

/** AES-128-GCM, its tag behind the ciphertext. */
export function openAead(key: Uint8Array, nonce: Uint8Array, aad: string, ciphertext: string): string {
  const decipher = createDecipheriv("aes-128-gcm", key, nonce);
  decipher.setAAD(hex(aad));
  decipher.setAuthTag(hex(ciphertext.slice(-32)));
  return Buffer.concat([decipher.update(hex(ciphertext.slice(0, -32))), decipher.final()]).toString("hex");
}

/** RFC 9420 §8: ExpandWithLabel with SHA-256, of at most one block. */
export function expandWithLabel(secret: string, label: string, context: string, length: number): string {
  const info = length.toString(16).padStart(4, "0") + opaque(ascii(`MLS 1.0 ${label}`)) + opaque(context);
  return hmac(hex(secret), hex(`${info}01`))
    .subarray(0, length)
    .toString("hex");
}
