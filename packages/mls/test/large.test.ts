/**
 * Inputs on which anything that compares everything with everything would take minutes: each of these is done within
 * the time of its test, with room to spare.
 */

import { type LeafNode, type Node, RatchetTreeNodes } from "@openmimi/mls";
import { decode, encode } from "@openmimi/tls";
import { describe, expect, it, vi } from "vitest";
import { checkAllSupport } from "../src/commit/leaves.ts";
import { checkSupport, demandsNoMore, demandsOf } from "../src/support.ts";
import { RatchetTree } from "../src/tree/ratchet-tree.ts";
import { validateTree } from "../src/tree/validate.ts";
import { keysOf, mimiCapabilities, suite } from "./actors.ts";
import { coded } from "./forge.ts";

const { leafNode } = keysOf("alice").keyPackage;
/** A leaf that no other is like. Nobody verifies it here. */
const leafOf = (index: number): LeafNode => {
  const key = new Uint8Array(32);
  new DataView(key.buffer).setUint32(0, index);
  return { ...leafNode, encryptionKey: key, signatureKey: key };
};
const leaf = (index: number): Node => ({ nodeType: "leaf", leafNode: leafOf(index) });
const LEAVES = 2 ** 15;
const indexes = Array.from({ length: LEAVES }, (_, index) => index);

/** A tree of this many leaves in which nothing but the path of leaf 0 was ever set. */
function unmergedTree(): RatchetTree {
  const nodes = indexes.flatMap((index): (Node | undefined)[] => [leaf(index), undefined]).slice(0, -1);
  for (let width = 1; width < LEAVES; width *= 2) {
    const unmergedLeaves = indexes.slice(1, 2 * width);
    const encryptionKey = new Uint8Array(33).fill(Math.log2(width));
    const parentNode = { encryptionKey, parentHash: new Uint8Array(32), unmergedLeaves };
    nodes[2 * width - 1] = { nodeType: "parent", parentNode };
  }
  return RatchetTree.fromNodes(nodes);
}

/** How many elements of arrays are looked at one by one while something is done. */
function lookedAt(action: () => unknown): number {
  const spy = vi.spyOn(Array.prototype, "includes");
  try {
    action();
    return spy.mock.contexts.reduce((sum: number, array) => sum + (array as unknown[]).length, 0);
  } finally {
    spy.mockRestore();
  }
}

const believing = { ...suite, verify: () => true };

describe("trees", { timeout: 20_000 }, () => {
  it("with all leaves unmerged at every parent of a path", () => {
    // Every list is looked through before the parent hashes are found to be wrong.
    const validate = () => validateTree(believing, unmergedTree(), { groupId: new Uint8Array() });
    expect(lookedAt(() => expect(validate).toThrow(coded("invalid-parent-hash")))).toBeLessThan(50 * LEAVES);
  });

  it("hashed as they were before very many leaves were added", () => {
    const tree = unmergedTree();
    const hash = () => tree.originalTreeHash(suite, tree.root, indexes.slice(1));
    expect(lookedAt(hash)).toBeLessThan(50 * LEAVES);
    expect(hash()).not.toEqual(tree.treeHash(suite, tree.root));
  });

  it("to which very many leaves are added, below parents that note each of them", () => {
    const tree = unmergedTree();
    const { leafIndexes, tree: grown } = tree.addLeaves(indexes.map((index) => leafOf(LEAVES + index)));
    expect(leafIndexes.at(-1)).toBe(2 * LEAVES - 1);
    expect(grown.leaves()).toHaveLength(2 * LEAVES);
    const filled = unmergedTree().removeLeaves(indexes.slice(2)).addLeaves(indexes.slice(2).map(leafOf)).tree;
    expect(filled.leaves()).toHaveLength(LEAVES);
  });

  it("from which very many leaves are removed while the last one stays", () => {
    const nodes = indexes.flatMap((index): (Node | undefined)[] => [leaf(index), undefined]).slice(0, -1);
    const left = RatchetTree.fromNodes(nodes).removeLeaves(indexes.slice(1, -1));
    expect(left.leaves().map(({ leafIndex }) => leafIndex)).toEqual([0, LEAVES - 1]);
    expect(left.leafCount).toBe(LEAVES);
    expect(left.removeLeaves([LEAVES - 1]).leafCount).toBe(1);
  });
});

describe("capabilities", { timeout: 20_000 }, () => {
  const types = Array.from({ length: 30_000 }, (_, index) => 0x4000 + index);
  const extensions = types.map((extensionType) => ({ extensionType, extensionData: new Uint8Array() }));

  it("of many types, in a group with as many extensions", () => {
    const demands = demandsOf(extensions);
    const able = { ...leafNode, capabilities: { ...mimiCapabilities, extensions: [...types].reverse() } };
    for (let count = 0; count < 100; count++) checkSupport(able, demands);
    expect(demandsNoMore(demands, demandsOf([...extensions].reverse()))).toBe(true);
  });

  it("of many proposal types, in what a tree knows of its members", () => {
    const capabilities = { ...mimiCapabilities, proposals: types };
    const other = { ...mimiCapabilities, proposals: [...types].reverse().slice(1) };
    const nodes = Array.from({ length: 199 }, (_, index): Node | undefined =>
      index % 2 === 1
        ? undefined
        : {
            nodeType: "leaf",
            leafNode: { ...leafOf(index), capabilities: index % 4 === 0 ? capabilities : other },
          },
    );
    expect(RatchetTree.fromNodes(nodes).support.proposals.size).toBe(types.length - 1);
  });
});

describe("multi-credentials", { timeout: 20_000 }, () => {
  const bindingOf = (cipherSuite: number) => ({
    cipherSuite,
    credential: { credentialType: "basic" as const, identity: new Uint8Array() },
    credentialKey: new Uint8Array(),
    signature: new Uint8Array(),
  });
  const withCredential = (index: number, cipherSuites: number[], bound: number[]): Node => ({
    nodeType: "leaf",
    leafNode: {
      ...leafOf(index),
      capabilities: { ...mimiCapabilities, cipherSuites, credentials: [1, 4] },
      credential: { credentialType: "weakMulti", bindings: bound.map(bindingOf) },
    },
  });
  const treeOf = (count: number, node: (index: number) => Node) =>
    RatchetTree.fromNodes(
      Array.from({ length: 2 * count - 1 }, (_, at) => (at % 2 === 1 ? undefined : node(at / 2))),
    );

  it("of very many members alike", () => {
    checkAllSupport(
      treeOf(LEAVES, (index) => withCredential(index, [1, 2], [index % 2 === 0 ? 1 : 2])),
      [],
    );
  });

  it("of very many members who all differ: refused, since all of them would have to be compared", () => {
    const tree = treeOf(2 ** 12, (index) => withCredential(index, [1, 0x4000 + index], [1, 0x4000 + index]));
    expect(() => checkAllSupport(tree, [])).toThrow(coded("unsupported-credential"));
  });
});

it("encodes and decodes large trees", () => {
  const octets = encode(RatchetTreeNodes, unmergedTree().toNodes());
  expect(decode(RatchetTreeNodes, octets)).toHaveLength(2 * LEAVES - 1);
  expect(() => decode(RatchetTreeNodes, octets.subarray(1))).toThrow();
});
