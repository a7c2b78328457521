import * as nodeModule from "node:crypto";
import { describe, expect, it } from "vitest";
import { text } from "../../test/actors.ts";
import { coded, flipped } from "../../test/forge.ts";
import { CipherSuiteId } from "../codec/index.ts";
import {
  decryptWithLabel,
  encryptWithLabel,
  equalOctets,
  expandWithLabel,
  signWithLabel,
  verifyWithLabel,
} from "./labels.ts";
import { nobleCrypto } from "./noble.ts";
import { createNodeCrypto } from "./node.ts";
import type { CryptoProvider } from "./provider.ts";

const empty = new Uint8Array();
const nodeCrypto = createNodeCrypto(nodeModule);
/** As Node 24 and 25, which read public keys out of DER only. */
const olderNodeCrypto = createNodeCrypto({
  ...nodeModule,
  createPublicKey: (key) => {
    if (key.format === "raw-public") throw new TypeError("The property 'options.format' is invalid");
    return nodeModule.createPublicKey(key);
  },
});
const providers: readonly CryptoProvider[] = [nobleCrypto, nodeCrypto];
const everySuite = providers.flatMap((provider) =>
  Object.entries(CipherSuiteId).map(([name, id]) => ({ provider, by: provider.name, name, id })),
);

it.each([1, 4])("suite %i on a Node that reads keys out of DER only", (id) => {
  const [suite, older] = [nodeCrypto.suite(id), olderNodeCrypto.suite(id)];
  const { publicKey, privateKey } = suite.generateSignatureKeyPair();
  const signature = suite.sign(privateKey, text("content"));
  expect(older.verify(publicKey.slice(), text("content"), signature)).toBe(true);
  expect(older.verify(publicKey.slice(), text("contents"), signature)).toBe(false);
  const keys = suite.generateHpkeKeyPair();
  const sealed = encryptWithLabel(older, keys.publicKey.slice(), "Label", text("context"), text("secret"));
  expect(decryptWithLabel(suite, keys.privateKey, "Label", text("context"), sealed)).toEqual(text("secret"));
});

it("verifies on threads as at once", async () => {
  const suite = nodeCrypto.suite(1);
  const { publicKey, privateKey } = suite.generateSignatureKeyPair();
  const signature = suite.sign(privateKey, text("content"));
  expect(await suite.verifyAsync?.(publicKey, text("content"), signature)).toBe(true);
  expect(await suite.verifyAsync?.(publicKey, text("contents"), signature)).toBe(false);
  expect(await suite.verifyAsync?.(empty, text("content"), signature)).toBe(false);
  expect(await suite.verifyAsync?.(publicKey, text("content"), empty)).toBe(false);
  // Whoever lends octets takes them back at once.
  const [lentContent, lentSignature] = [text("content"), signature.slice()];
  const verdict = suite.verifyAsync?.(publicKey, lentContent, lentSignature);
  lentContent.fill(0);
  lentSignature.fill(0);
  expect(await verdict).toBe(true);
});

describe.each(everySuite)("$name by $by", ({ provider, name, id }) => {
  const suite = provider.suite(id);

  it("is what its name says, and is made once", () => {
    expect(suite).toMatchObject({ id, name });
    expect(provider.suite(id)).toBe(suite);
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

describe.each(providers)("$name", (provider) => {
  it("refuses X25519 keys that give an all-zero secret (RFC 9180 §7.1.4)", () => {
    const suite = provider.suite(1);
    expect(() => encryptWithLabel(suite, new Uint8Array(32), "Label", empty, empty)).toThrow(
      coded("invalid-key"),
    );
  });

  it("refuses cipher suites that it does not have", () => {
    for (const id of [0, 8, 0x0a0a]) {
      expect(() => provider.suite(id)).toThrow(coded("unsupported-cipher-suite"));
    }
  });

  it("expands to several blocks, and to no more than RFC 5869 §2.3 allows", () => {
    const suite = provider.suite(1);
    const long = suite.expand(new Uint8Array(32), text("info"), 1000);
    expect(long).toEqual(nobleCrypto.suite(1).expand(new Uint8Array(32), text("info"), 1000));
    expect(() => suite.expand(new Uint8Array(32), text("info"), 255 * 32 + 1)).toThrow();
    for (const length of [255 * 32 + 1, 2 ** 16, 2 ** 40]) {
      const derive = () => expandWithLabel(suite, new Uint8Array(32), "label", empty, length);
      expect(derive).toThrow(coded("usage"));
    }
    const whole = expandWithLabel(suite, new Uint8Array(32), "l".repeat(100), new Uint8Array(100), 255 * 32);
    expect(whole).toHaveLength(255 * 32);
  });
});

describe.each(Object.entries(CipherSuiteId))("%s: both providers do the same", (_name, id) => {
  const noble = nobleCrypto.suite(id);
  const node = nodeCrypto.suite(id);
  const both = [
    [noble, node],
    [node, noble],
  ] as const;

  it.each(both)("in what is derived", (a, b) => {
    const secret = a.random(a.hashLength);
    expect(a.deriveHpkeKeyPair(secret)).toEqual(b.deriveHpkeKeyPair(secret));
    expect(a.hash(secret)).toEqual(b.hash(secret));
    expect(a.mac(secret, text("data"))).toEqual(b.mac(secret, text("data")));
    expect(a.extract(secret, text("data"))).toEqual(b.extract(secret, text("data")));
    expect(a.expand(secret, text("info"), 100)).toEqual(b.expand(secret, text("info"), 100));
  });

  it.each(both)("with keys and messages of the other", (a, b) => {
    const key = a.random(a.keyLength);
    const nonce = a.random(a.nonceLength);
    const sealed = a.seal(key, nonce, text("aad"), text("plaintext"));
    expect(b.open(key, nonce, text("aad"), sealed)).toEqual(text("plaintext"));
    const signer = a.generateSignatureKeyPair();
    expect(b.verify(signer.publicKey, text("message"), b.sign(signer.privateKey, text("message")))).toBe(
      true,
    );
    expect(b.verify(signer.publicKey, text("message"), a.sign(signer.privateKey, text("message")))).toBe(
      true,
    );
    const { publicKey, privateKey } = a.generateHpkeKeyPair();
    const message = encryptWithLabel(b, publicKey, "Label", empty, text("secret"));
    expect(decryptWithLabel(a, privateKey, "Label", empty, message)).toEqual(text("secret"));
  });

  it("refuse compressed points alike", () => {
    if (noble.generateHpkeKeyPair().publicKey[0] !== 0x04) return;
    for (const suite of [noble, node]) {
      const { publicKey, privateKey } = suite.generateSignatureKeyPair();
      const signature = suite.sign(privateKey, text("message"));
      const compressed = publicKey.slice(0, (publicKey.length + 1) / 2);
      compressed[0] = 2 + (publicKey.at(-1)! & 1);
      expect(suite.verify(compressed, text("message"), signature)).toBe(false);
      expect(() => encryptWithLabel(suite, compressed, "Label", empty, empty)).toThrow(coded("invalid-key"));
    }
  });
});

it("compares tags", () => {
  expect(equalOctets(text("abc"), text("abc"))).toBe(true);
  expect(equalOctets(text("abc"), text("abd"))).toBe(false);
  expect(equalOctets(text("abc"), text("ab"))).toBe(false);
});
