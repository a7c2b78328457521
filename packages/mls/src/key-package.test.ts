import { encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { crypto, keysOf, mimiCapabilities, suite, suiteId, text } from "../test/actors.ts";
import { coded, flipped } from "../test/forge.ts";
import { type KeyPackage, KeyPackageTBS } from "./codec/index.ts";
import { signWithLabel } from "./crypto/labels.ts";
import {
  createKeyPackage,
  defaultCapabilities,
  keyPackageReference,
  nextLeaf,
  signLeafNode,
} from "./key-package.ts";
import { validateKeyPackage, validateLeafNode } from "./tree/validate.ts";

const own = keysOf("alice");
const { leafNode } = own.keyPackage;

/** With changes, signed again from the inside out. */
function changed(changes: Partial<KeyPackage>, leaf: object = {}): KeyPackage {
  const { signature: _, ...unsigned } = { ...leafNode, ...leaf };
  const body = {
    ...own.keyPackage,
    leafNode: signLeafNode(suite, unsigned as typeof leafNode, own.signaturePrivateKey),
    ...changes,
  };
  const signature = signWithLabel(
    suite,
    own.signaturePrivateKey,
    "KeyPackageTBS",
    encode(KeyPackageTBS, body),
  );
  return { ...body, signature };
}

describe("RFC 9420 §10.1: KeyPackage validation", () => {
  it("accepts what createKeyPackage makes", () => {
    validateKeyPackage(suite, own.keyPackage, { now: 1_800_000_000n });
    validateKeyPackage(suite, changed({}));
    expect(own.reference).toEqual(keyPackageReference(suite, own.keyPackage));
    expect(keysOf("alice").reference).not.toEqual(own.reference);
  });

  const bad: [string, string, KeyPackage][] = [
    ["is of another cipher suite", "invalid-key-package", changed({ cipherSuite: 3 })],
    ["has one key for two purposes", "invalid-key-package", changed({ initKey: leafNode.encryptionKey })],
    [
      "has an extension twice",
      "invalid-extension",
      changed({ extensions: [1, 1].map(() => ({ extensionType: 9, extensionData: text("") })) }),
    ],
    [
      "is not signed by its leaf",
      "invalid-signature",
      { ...own.keyPackage, signature: flipped(own.keyPackage.signature) },
    ],
    [
      "has a leaf that is not signed",
      "invalid-signature",
      changed({ leafNode: { ...leafNode, signature: flipped(leafNode.signature) } }),
    ],
    [
      "has a leaf from an Update",
      "invalid-leaf-node",
      changed({ leafNode: { ...nextLeaf(leafNode), leafNodeSource: "update", signature: new Uint8Array() } }),
    ],
    [
      "does not list its credential's type",
      "invalid-leaf-node",
      changed({}, { capabilities: { ...mimiCapabilities, credentials: [2] } }),
    ],
    [
      "has a dictionary that is not sorted",
      "invalid-extension",
      changed({}, { extensions: [{ extensionType: 6, extensionData: Uint8Array.of(6, 0, 2, 0, 0, 1, 0) }] }),
    ],
    [
      "has a leaf extension that it does not list",
      "invalid-leaf-node",
      changed({}, { extensions: [{ extensionType: 0x0a0a, extensionData: text("") }] }),
    ],
  ];
  it.each(bad)("refuses one that %s", (_name, code, keyPackage) => {
    expect(() => validateKeyPackage(suite, keyPackage)).toThrow(coded(code));
  });

  it("checks the lifetime, both ends included, if the time is given", () => {
    const keys = createKeyPackage(crypto, suiteId, {
      credential: { credentialType: "basic", identity: text("alice") },
      lifetime: { notBefore: 100n, notAfter: 200n },
    });
    for (const now of [100n, 150n, 200n]) validateKeyPackage(suite, keys.keyPackage, { now });
    for (const now of [99n, 201n]) {
      expect(() => validateKeyPackage(suite, keys.keyPackage, { now })).toThrow(coded("invalid-leaf-node"));
    }
    validateKeyPackage(suite, keys.keyPackage);
  });

  it("RFC 9420 §13.5: GREASE is ignored in capabilities, and in extensions that are listed", () => {
    const grease = [0x0a0a, 0xeaea];
    const extensions = [{ extensionType: 0x1a1a, extensionData: text("anything") }];
    const keys = createKeyPackage(crypto, suiteId, {
      credential: { credentialType: "basic", identity: text("grease") },
      capabilities: {
        versions: [1, ...grease],
        cipherSuites: [...grease, suiteId],
        extensions: [0x1a1a, ...grease],
        proposals: grease,
        credentials: [...grease, 1],
      },
      lifetime: { notBefore: 0n, notAfter: 2n ** 64n - 1n },
      leafExtensions: extensions,
      keyPackageExtensions: extensions,
    });
    validateKeyPackage(suite, keys.keyPackage);
  });
});

it("RFC 9420 §7.2: a leaf in a group is signed for its place", () => {
  const groupId = text("group");
  const place = { groupId, leafIndex: 3 };
  const leaf = signLeafNode(suite, nextLeaf(leafNode), own.signaturePrivateKey, place);
  validateLeafNode(suite, leaf, { source: "update", ...place });
  for (const other of [
    { groupId, leafIndex: 4 },
    { groupId: text("other"), leafIndex: 3 },
  ]) {
    expect(() => validateLeafNode(suite, leaf, other)).toThrow(coded("invalid-signature"));
  }
  expect(() => validateLeafNode(suite, leaf, {})).toThrow(coded("invalid-leaf-node"));
});

it("a client that says nothing supports what the RFC gives everyone", () => {
  expect(defaultCapabilities(1)).toEqual({
    versions: [1],
    cipherSuites: [1],
    extensions: [],
    proposals: [],
    credentials: [1],
  });
});
