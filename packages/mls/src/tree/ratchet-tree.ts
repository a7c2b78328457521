/**
 * The ratchet tree: leaves, parents, blanks. RFC 9420 §4, §7.7, §7.8, §12.4.3.3.
 * @module
 */

import { encode } from "@openmimi/tls";
import {
  type Extension,
  ExtensionType,
  type LeafNode,
  type Node,
  type ParentNode,
  RatchetTreeNodes,
} from "../codec/index.ts";
import type { CipherSuite } from "../crypto/provider.ts";
import { MlsError } from "../errors.ts";
import { Cells } from "./cells.ts";
import { leafHash, parentTreeHash } from "./hash.ts";
import { KeyIndex } from "./key-index.ts";
import {
  directPath,
  isBelow,
  leftChild,
  levelOf,
  nodeWidth,
  parentOf,
  rightChild,
  rootOf,
  siblingOf,
} from "./math.ts";
import { supportWith, type TreeSupport } from "./support.ts";

/** Where keys stand: encryption keys by node, signature keys by leaf. */
interface KeyIndexes {
  readonly encryption: KeyIndex;
  readonly signature: KeyIndex;
}

/** A node of a filtered direct path, and the child of it that the leaf is not below. RFC 9420 §4.1.2. */
export interface PathStep {
  readonly node: number;
  readonly copathChild: number;
}

/**
 * A tree that never changes: every change gives a new one, which shares the nodes and the hashes that stay as they are.
 */
export class RatchetTree {
  readonly #nodes: Cells<Node>;
  /** Hashes of parents that were computed so far, for the suite of the group. */
  readonly #hashes: Cells<Uint8Array>;
  /** Every leaf in front of this node is taken. */
  #takenUpTo = 0;
  #indexes: KeyIndexes | undefined;
  #support: TreeSupport | undefined;

  private constructor(nodes: Cells<Node>, hashes: Cells<Uint8Array>) {
    this.#nodes = nodes;
    this.#hashes = hashes;
  }

  /** A tree with one member. */
  static ofLeaf(leafNode: LeafNode): RatchetTree {
    return new RatchetTree(Cells.of([{ nodeType: "leaf", leafNode }]), Cells.of<Uint8Array>([]));
  }

  /**
   * RFC 9420 §12.4.3.3: the tree of a ratchet_tree extension.
   *
   * @param maxLeaves the most leaves that are looked at
   * @throws {MlsError} `invalid-tree`
   */
  static fromNodes(nodes: RatchetTreeNodes, maxLeaves = Number.POSITIVE_INFINITY): RatchetTree {
    const refuse = (message: string): never => {
      throw new MlsError("invalid-tree", message, "RFC 9420 §12.4.3.3");
    };
    if (nodes.length === 0) refuse("the tree is empty");
    if (nodes.at(-1) === undefined) refuse("the last node is blank");
    if (nodes.length % 2 === 0) refuse("the last node is a parent");
    if (nodes.length >= 2 * maxLeaves) refuse(`the tree has more than ${maxLeaves} leaves`);
    nodes.forEach((node, index) => {
      const expected = index % 2 === 0 ? "leaf" : "parent";
      if (node !== undefined && node.nodeType !== expected)
        refuse(`node ${index} is a ${node.nodeType}, expected a ${expected}`);
    });
    let leafCount = 1;
    while (nodeWidth(leafCount) < nodes.length) leafCount *= 2;
    return new RatchetTree(Cells.of(nodes, nodeWidth(leafCount)), Cells.of<Uint8Array>([], leafCount - 1));
  }

  /** The content of the ratchet_tree extension: no blank nodes at the end. RFC 9420 §12.4.3.3. */
  toNodes(): RatchetTreeNodes {
    const nodes = this.#nodes.toArray();
    while (nodes.length > 0 && nodes.at(-1) === undefined) nodes.pop();
    return nodes;
  }

  /** The ratchet_tree extension. RFC 9420 §12.4.3.3. */
  extension(): Extension {
    return {
      extensionType: ExtensionType.ratchetTree,
      extensionData: encode(RatchetTreeNodes, this.toNodes()),
    };
  }

  /** How many leaves there are, blank ones included: a power of two. */
  get leafCount(): number {
    return (this.#nodes.length + 1) / 2;
  }

  /** The index of the root node. */
  get root(): number {
    return rootOf(this.leafCount);
  }

  /** A node, `undefined` where it is blank. */
  node(index: number): Node | undefined {
    return this.#nodes.at(index);
  }

  /** A member's leaf, `undefined` where it is blank. */
  leaf(leafIndex: number): LeafNode | undefined {
    const node = this.#nodes.at(2 * leafIndex);
    return node?.nodeType === "leaf" ? node.leafNode : undefined;
  }

  /** A parent node, `undefined` where it is blank. */
  parent(index: number): ParentNode | undefined {
    const node = this.#nodes.at(index);
    return node?.nodeType === "parent" ? node.parentNode : undefined;
  }

  /** The public key of a node that is not blank. */
  encryptionKey(index: number): Uint8Array | undefined {
    const node = this.#nodes.at(index);
    if (node === undefined) return undefined;
    return node.nodeType === "leaf" ? node.leafNode.encryptionKey : node.parentNode.encryptionKey;
  }

  /** A node that has this encryption key, if any but `except`. RFC 9420 §7.3. */
  findEncryptionKey(key: Uint8Array, except?: number): number | undefined {
    return this.#keys().encryption.find(key, (node) => this.encryptionKey(node), except);
  }

  /** A leaf that has this signature key, if any but `except`. RFC 9420 §7.3. */
  findSignatureKey(key: Uint8Array, except?: number): number | undefined {
    return this.#keys().signature.find(key, (leafIndex) => this.leaf(leafIndex)?.signatureKey, except);
  }

  #keys(): KeyIndexes {
    this.#indexes ??= {
      encryption: KeyIndex.of(this.#nodes.length, (node) => this.encryptionKey(node)),
      signature: KeyIndex.of(this.leafCount, (leafIndex) => this.leaf(leafIndex)?.signatureKey),
    };
    return this.#indexes;
  }

  /** What the members support and use. */
  get support(): TreeSupport {
    this.#support ??= supportWith(
      undefined,
      this.leaves().map(({ leafNode }) => leafNode),
    );
    return this.#support;
  }

  /** Takes over what is known of the tree that this one comes of. */
  #inherit(from: RatchetTree, changed: readonly number[]): this {
    const leaves = changed.flatMap((node) => this.leaf(node / 2) ?? []);
    this.#takenUpTo = from.#takenUpTo;
    for (const node of changed) {
      if (node % 2 === 0 && node < this.#takenUpTo && this.node(node) === undefined) this.#takenUpTo = node;
    }
    if (from.#support !== undefined) this.#support = supportWith(from.#support, leaves);
    const { encryption, signature } = from.#indexes ?? {};
    if (encryption === undefined || signature === undefined) return this;
    const noted = changed.every((node) => {
      const key = this.encryptionKey(node);
      const leaf = node % 2 === 0 ? this.leaf(node / 2) : undefined;
      const place = leaf === undefined || signature.add(leaf.signatureKey, node / 2);
      return place && (key === undefined || encryption.add(key, node));
    });
    if (noted) this.#indexes = { encryption, signature };
    return this;
  }

  /** The members, in the order of their leaves. */
  leaves(): { leafIndex: number; leafNode: LeafNode }[] {
    const found: { leafIndex: number; leafNode: LeafNode }[] = [];
    for (let index = 0; index < this.#nodes.length; index += 2) {
      const node = this.#nodes.at(index);
      if (node?.nodeType === "leaf") found.push({ leafIndex: index / 2, leafNode: node.leafNode });
    }
    return found;
  }

  /** RFC 9420 §7.7: puts a leaf into the leftmost blank place, or into a tree of double size. */
  addLeaf(leafNode: LeafNode): { tree: RatchetTree; leafIndex: number } {
    const { tree, leafIndexes } = this.addLeaves([leafNode]);
    return { tree, leafIndex: leafIndexes[0]! };
  }

  /** RFC 9420 §7.7: puts leaves into the leftmost blank places, one after the other. */
  addLeaves(leafNodes: readonly LeafNode[]): { tree: RatchetTree; leafIndexes: number[] } {
    let grown: RatchetTree = this;
    let position = this.#takenUpTo;
    const leafIndexes = leafNodes.map(() => {
      while (position < this.#nodes.length && this.#nodes.at(position) !== undefined) position += 2;
      while (position >= grown.#nodes.length) grown = grown.#doubled();
      position += 2;
      return position / 2 - 1;
    });
    // A new leaf is unmerged at every parent above it that is not blank.
    const unmerged = new Map<number, number[]>();
    for (const leafIndex of leafIndexes) {
      for (const index of directPath(2 * leafIndex, grown.leafCount)) {
        const others = unmerged.get(index);
        if (others !== undefined) others.push(leafIndex);
        else if (grown.parent(index) !== undefined) unmerged.set(index, [leafIndex]);
      }
    }
    const parents = [...unmerged].map(([index, added]): [number, Node] => {
      const parentNode = grown.parent(index)!;
      const unmergedLeaves = [...parentNode.unmergedLeaves, ...added].sort((a, b) => a - b);
      return [index, { nodeType: "parent", parentNode: { ...parentNode, unmergedLeaves } }];
    });
    const leaves = leafIndexes.map((leafIndex, index): [number, Node] => {
      return [2 * leafIndex, { nodeType: "leaf", leafNode: leafNodes[index]! }];
    });
    const tree = grown.#changed([...leaves, ...parents], leafIndexes);
    tree.#takenUpTo = position;
    return { tree, leafIndexes };
  }

  #doubled(): RatchetTree {
    const nodes = this.#nodes.resized(2 * this.#nodes.length + 1);
    return new RatchetTree(nodes, this.#hashes.resized(2 * this.leafCount - 1)).#inherit(this, []);
  }

  /** RFC 9420 §12.1.2: replaces a leaf and blanks the path above it. */
  updateLeaf(leafIndex: number, leafNode: LeafNode): RatchetTree {
    return this.#blankPaths([[leafIndex, { nodeType: "leaf", leafNode }]]);
  }

  /** RFC 9420 §12.1.2: replaces leaves and blanks the paths above them. */
  updateLeaves(leaves: readonly (readonly [leafIndex: number, leafNode: LeafNode])[]): RatchetTree {
    return this.#blankPaths(
      leaves.map(([leafIndex, leafNode]) => [leafIndex, { nodeType: "leaf", leafNode }]),
    );
  }

  /** RFC 9420 §12.1.3, §7.7: blanks a leaf and the path above it, then drops empty right halves. */
  removeLeaf(leafIndex: number): RatchetTree {
    return this.removeLeaves([leafIndex]);
  }

  /** RFC 9420 §12.1.3, §7.7: blanks leaves and the paths above them, then drops empty right halves. */
  removeLeaves(leafIndexes: readonly number[]): RatchetTree {
    return this.#blankPaths(leafIndexes.map((leafIndex) => [leafIndex, undefined])).#truncated();
  }

  #blankPaths(leaves: readonly (readonly [leafIndex: number, leaf: Node | undefined])[]): RatchetTree {
    const blanks = new Set(leaves.flatMap(([leafIndex]) => directPath(2 * leafIndex, this.leafCount)));
    return this.#changed(
      [
        ...leaves.map(([leafIndex, leaf]) => [2 * leafIndex, leaf] as const),
        ...[...blanks].map((index) => [index, undefined] as const),
      ],
      leaves.map(([leafIndex]) => leafIndex),
    );
  }

  #truncated(): RatchetTree {
    let leafCount = this.leafCount;
    const rightHalfIsBlank = () => {
      for (let leaf = leafCount / 2; leaf < leafCount; leaf++)
        if (this.#nodes.at(2 * leaf) !== undefined) return false;
      return true;
    };
    while (leafCount > 1 && rightHalfIsBlank()) leafCount /= 2;
    if (leafCount === this.leafCount) return this;
    const nodes = this.#nodes.resized(nodeWidth(leafCount));
    return new RatchetTree(nodes, this.#hashes.resized(leafCount - 1)).#inherit(this, []);
  }

  /**
   * RFC 9420 §7.5: the new path of a member: its leaf, and the parents of its filtered direct path. Other nodes of
   * the direct path become blank.
   */
  withPath(leafIndex: number, leafNode: LeafNode, parents: ReadonlyMap<number, ParentNode>): RatchetTree {
    const path = directPath(2 * leafIndex, this.leafCount).map((index): [number, Node | undefined] => {
      const parentNode = parents.get(index);
      return [index, parentNode === undefined ? undefined : { nodeType: "parent", parentNode }];
    });
    return this.#changed([[2 * leafIndex, { nodeType: "leaf", leafNode }], ...path], [leafIndex]);
  }

  /** A tree with these nodes changed, in which the hashes from some leaves to the root are forgotten. */
  #changed(
    changes: readonly (readonly [number, Node | undefined])[],
    leafIndexes: readonly number[],
  ): RatchetTree {
    const above = new Set(leafIndexes.flatMap((leafIndex) => directPath(2 * leafIndex, this.leafCount)));
    const hashes = this.#hashes.with([...above].map((index) => [index >>> 1, undefined] as const));
    const changed = [...leafIndexes.map((leafIndex) => 2 * leafIndex), ...above];
    return new RatchetTree(this.#nodes.with(changes), hashes).#inherit(this, changed);
  }

  /** RFC 9420 §4.1.1: the nodes that together cover all members below a node. */
  resolution(index: number): number[] {
    const node = this.#nodes.at(index);
    if (node?.nodeType === "leaf") return [index];
    if (node?.nodeType === "parent")
      return [index, ...node.parentNode.unmergedLeaves.map((leaf) => 2 * leaf)];
    if (levelOf(index) === 0) return [];
    return [...this.resolution(leftChild(index)), ...this.resolution(rightChild(index))];
  }

  /** Whether no member is below a node, without building its resolution. */
  #isEmpty(index: number): boolean {
    if (this.#nodes.at(index) !== undefined) return false;
    return levelOf(index) === 0 || (this.#isEmpty(leftChild(index)) && this.#isEmpty(rightChild(index)));
  }

  /** RFC 9420 §4.1.2: the direct path without the nodes whose copath child covers nobody. */
  filteredDirectPath(leafIndex: number): PathStep[] {
    const steps: PathStep[] = [];
    for (let index = 2 * leafIndex; index !== this.root; index = parentOf(index)) {
      const copathChild = siblingOf(index);
      if (!this.#isEmpty(copathChild)) steps.push({ node: parentOf(index), copathChild });
    }
    return steps;
  }

  /** RFC 9420 §7.8: the hash of the whole tree. */
  rootHash(suite: CipherSuite): Uint8Array {
    return this.treeHash(suite, this.root);
  }

  /** RFC 9420 §7.8: the hash of the subtree at a node. Kept once computed. */
  treeHash(suite: CipherSuite, index: number): Uint8Array {
    // A leaf is hashed for its parent only, which is kept.
    if (index % 2 === 0) return leafHash(suite, index / 2, this.leaf(index / 2));
    const known = this.#hashes.at(index >>> 1);
    if (known !== undefined) return known;
    const left = this.treeHash(suite, leftChild(index));
    const hash = parentTreeHash(suite, this.parent(index), left, this.treeHash(suite, rightChild(index)));
    this.#hashes.keep(index >>> 1, hash);
    return hash;
  }

  /** RFC 9420 §7.9: the hash of a subtree as it was before these leaves were added. */
  originalTreeHash(suite: CipherSuite, index: number, without: readonly number[]): Uint8Array {
    const inside = without.filter((leaf) => isBelow(2 * leaf, index));
    if (inside.length === 0) return this.treeHash(suite, index);
    if (levelOf(index) === 0) return leafHash(suite, index / 2, undefined);
    const node = this.parent(index);
    const parentNode =
      node === undefined
        ? undefined
        : { ...node, unmergedLeaves: node.unmergedLeaves.filter(isNotIn(inside)) };
    const left = this.originalTreeHash(suite, leftChild(index), inside);
    return parentTreeHash(suite, parentNode, left, this.originalTreeHash(suite, rightChild(index), inside));
  }
}

/** Looks leaves up, which may be many on both sides. */
function isNotIn(leaves: readonly number[]): (leaf: number) => boolean {
  if (leaves.length < 16) return (leaf) => !leaves.includes(leaf);
  const set = new Set(leaves);
  return (leaf) => !set.has(leaf);
}
