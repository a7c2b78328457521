import { describe, expect, it } from "vitest";
import { text } from "../../test/actors.ts";
import { coded, flipped } from "../../test/forge.ts";
import { CipherSuiteId } from "../codec/index.ts";
import { decryptWithLabel, encryptWithLabel, equalOctets, signWithLabel, verifyWithLabel } from "./labels.ts";
import { nobleCrypto } from "./noble.ts";

const empty = new Uint8Array();

describe.each(Object.entries(CipherSuiteId))("%s", (name, id) => {
  const suite = nobleCrypto.suite(id);

  it("is what its name says, and is made once", () => {
    expect(suite).toMatchObject({ id, name });
    expect(nobleCrypto.suite(id)).toBe(suite);
    expect(suite.random(suite.hashLength)).toHaveLength(suite.hashLength);
  });

  it("signs, and refuses everything that is not quite the signature", () => {
    const { publicKey, privateKey } = suite.generateSignatureKeyPair();
    const signature = signWithLabel(suite, privateKey, "Label", text("content"));
    const verify = (key: Uint8Array, label: string, content: string, sig: Uint8Array) =>
      verifyWithLabel(suite, key, label, text(content), sig);
    expect(verify(publicKey, "Label", "content", signature)).toBe(true);
    expect(verify(publicKey, "Labels", "content", signature)).toBe(false);
    expect(verify(publicKey, "Label", "contents", signature)).toBe(false);
    expect(verify(publicKey, "Label", "content", flipped(signature, signature.length - 1))).toBe(false);
    for (const junk of [empty, signature.subarray(1), new Uint8Array(signature.length)]) {
      expect(verify(publicKey, "Label", "content", junk)).toBe(false);
      expect(verify(junk, "Label", "content", signature)).toBe(false);
    }
  });

  it("encrypts to a key, and opens for its owner, label and context only", () => {
    const { publicKey, privateKey } = suite.generateHpkeKeyPair();
    const sealed = encryptWithLabel(suite, publicKey, "Label", text("context"), text("secret"));
    const open = (label: string, context: string, ciphertext = sealed) =>
      decryptWithLabel(suite, privateKey, label, text(context), ciphertext);
    expect(open("Label", "context")).toEqual(text("secret"));
    expect(() => open("Other", "context")).toThrow(coded("decryption-failed"));
    expect(() => open("Label", "other")).toThrow(coded("decryption-failed"));
    const damaged = { ...sealed, ciphertext: flipped(sealed.ciphertext) };
    expect(() => open("Label", "context", damaged)).toThrow(coded("decryption-failed"));
    expect(() => open("Label", "context", { ...sealed, ciphertext: empty })).toThrow(
      coded("decryption-failed"),
    );
    expect(() => open("Label", "context", { ...sealed, kemOutput: empty })).toThrow(coded("invalid-key"));
  });

  it("refuses public keys that are none", () => {
    for (const length of [0, 1, 31, 33]) {
      expect(() => encryptWithLabel(suite, new Uint8Array(length), "Label", empty, empty)).toThrow(
        coded("invalid-key"),
      );
    }
  });

  it("exports the same secret on both sides", () => {
    const { publicKey, privateKey } = suite.generateHpkeKeyPair();
    const { kemOutput, secret } = suite.hpkeExportSender(publicKey, empty, text("exporter context"), 32);
    expect(suite.hpkeExportReceiver(privateKey, kemOutput, empty, text("exporter context"), 32)).toEqual(
      secret,
    );
  });

  it("derives key pairs from secrets", () => {
    const secret = suite.random(suite.hashLength);
    const pair = suite.deriveHpkeKeyPair(secret);
    expect(suite.deriveHpkeKeyPair(secret)).toEqual(pair);
    const sealed = encryptWithLabel(suite, pair.publicKey, "Label", empty, text("secret"));
    expect(decryptWithLabel(suite, pair.privateKey, "Label", empty, sealed)).toEqual(text("secret"));
  });
});

it("refuses X25519 keys that give an all-zero secret (RFC 9180 §7.1.4)", () => {
  const suite = nobleCrypto.suite(1);
  expect(() => encryptWithLabel(suite, new Uint8Array(32), "Label", empty, empty)).toThrow(
    coded("invalid-key"),
  );
});

it("refuses cipher suites that it does not have", () => {
  for (const id of [0, 8, 0x0a0a]) {
    expect(() => nobleCrypto.suite(id)).toThrow(coded("unsupported-cipher-suite"));
  }
});

it("compares tags", () => {
  expect(equalOctets(text("abc"), text("abc"))).toBe(true);
  expect(equalOctets(text("abc"), text("abd"))).toBe(false);
  expect(equalOctets(text("abc"), text("ab"))).toBe(false);
});
