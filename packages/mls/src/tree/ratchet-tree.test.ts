import { describe, expect, it } from "vitest";
import { keysOf, suite } from "../../test/actors.ts";
import { coded } from "../../test/forge.ts";
import { Choices } from "../../test/random.ts";
import type { LeafNode, RatchetTreeNodes } from "../codec/index.ts";
import { directPath } from "./math.ts";
import { RatchetTree } from "./ratchet-tree.ts";

const leaves: LeafNode[] = Array.from({ length: 12 }, (_, index) => keysOf(`${index}`).keyPackage.leafNode);

function treeOf(count: number): RatchetTree {
  let tree = RatchetTree.ofLeaf(leaves[0]!);
  for (let index = 1; index < count; index++) tree = tree.addLeaf(leaves[index]!).tree;
  return tree;
}

/** Fills the parents above a leaf, as a path does. */
function withParents(tree: RatchetTree, leafIndex: number): RatchetTree {
  const parents = new Map(
    tree
      .filteredDirectPath(leafIndex)
      .map(({ node }) => [
        node,
        { encryptionKey: suite.random(32), parentHash: new Uint8Array(), unmergedLeaves: [] },
      ]),
  );
  return tree.withPath(leafIndex, tree.leaf(leafIndex)!, parents);
}

/** The same tree, nothing of it hashed yet. */
const copyOf = (tree: RatchetTree) => RatchetTree.fromNodes(tree.toNodes());

describe("RFC 9420 §7.7: adding and removing leaves", () => {
  it("fills the leftmost blank leaf, then doubles the tree", () => {
    const tree = treeOf(4).removeLeaf(1);
    expect(tree.addLeaf(leaves[8]!)).toMatchObject({ leafIndex: 1 });
    const grown = treeOf(4).addLeaf(leaves[8]!);
    expect(grown.leafIndex).toBe(4);
    expect(grown.tree.leafCount).toBe(8);
  });

  it("halves the tree as long as its right half is blank", () => {
    expect(treeOf(5).removeLeaf(4).leafCount).toBe(4);
    expect(treeOf(5).removeLeaf(1).removeLeaf(2).removeLeaf(3).removeLeaf(4).leafCount).toBe(1);
    expect(treeOf(5).removeLeaf(3).leafCount).toBe(8);
  });

  it("marks a new leaf as unmerged above it, in order, and a path clears that", () => {
    const tree = withParents(treeOf(4).removeLeaf(1).removeLeaf(2), 3);
    const added = tree.addLeaf(leaves[9]!).tree.addLeaf(leaves[10]!).tree;
    expect(added.parent(added.root)?.unmergedLeaves).toEqual([1, 2]);
    expect(added.resolution(added.root)).toEqual([3, 2, 4]);
    expect(withParents(added, 0).parent(added.root)?.unmergedLeaves).toEqual([]);
  });

  it("blanks the path of a removed or updated leaf", () => {
    const tree = withParents(treeOf(8), 5);
    for (const changed of [tree.removeLeaf(5), tree.updateLeaf(5, leaves[9]!)]) {
      expect(directPath(10, 8).map((node) => changed.node(node))).toEqual([undefined, undefined, undefined]);
    }
  });
});

describe("RFC 9420 §12.4.3.3: the ratchet_tree extension", () => {
  const leaf = { nodeType: "leaf" as const, leafNode: leaves[0]! };
  const parentNode = { encryptionKey: new Uint8Array(32), parentHash: new Uint8Array(), unmergedLeaves: [] };
  const bad: [string, RatchetTreeNodes][] = [
    ["is empty", []],
    ["ends with a blank node", [leaf, undefined, undefined]],
    ["ends with a parent", [leaf, { nodeType: "parent", parentNode }]],
    ["has a leaf where a parent belongs", [leaf, leaf, leaf]],
    ["has a parent where a leaf belongs", [{ nodeType: "parent", parentNode }, undefined, leaf]],
  ];
  it.each(bad)("is refused if it %s", (_name, nodes) => {
    expect(() => RatchetTree.fromNodes(nodes)).toThrow(coded("invalid-tree"));
  });

  it("leaves out the blank nodes at the end", () => {
    expect(treeOf(5).toNodes()).toHaveLength(9);
    expect(copyOf(treeOf(5)).leafCount).toBe(8);
  });
});

it("hashes that are kept are the hashes that a fresh tree has, whatever happened", () => {
  for (let seed = 0; seed < 20; seed++) {
    const choices = new Choices(seed);
    let tree = treeOf(1 + choices.below(8));
    for (let step = 0; step < 12; step++) {
      const present = tree.leaves().map(({ leafIndex }) => leafIndex);
      const leafIndex = choices.pick(present);
      if (choices.once(2)) tree.rootHash(suite);
      switch (choices.below(4)) {
        case 0:
          tree = tree.addLeaf(choices.pick(leaves)).tree;
          break;
        case 1:
          if (present.length > 1) tree = tree.removeLeaf(leafIndex);
          break;
        case 2:
          tree = tree.updateLeaf(leafIndex, choices.pick(leaves));
          break;
        default:
          tree = withParents(tree, leafIndex);
      }
      expect(tree.rootHash(suite)).toEqual(copyOf(tree).rootHash(suite));
    }
  }
});
