/**
 * Whether leaves, KeyPackages and whole trees are valid. RFC 9420 §7.3, §7.9.2, §10.1, §12.4.3.1.
 * @module
 */

import { encode, withEncoded } from "@openmimi/tls";
import {
  CredentialTypeId,
  type KeyPackage,
  KeyPackageTBS,
  type LeafNode,
  LeafNodeTBS,
} from "../codec/index.ts";
import { verifyWithLabel } from "../crypto/labels.ts";
import type { CipherSuite } from "../crypto/provider.ts";
import { MlsError } from "../errors.ts";
import { readClientExtensions } from "../extensions.ts";
import { sameOctets } from "../octets.ts";
import { unlistedExtension } from "../support.ts";
import { parentHash } from "./hash.ts";
import { KeyIndex } from "./key-index.ts";
import { isBelow, leftChild, rightChild, siblingOf } from "./math.ts";
import type { RatchetTree } from "./ratchet-tree.ts";

/** Where a leaf stands and what is expected of it. */
export interface LeafExpectation {
  readonly source?: LeafNode["leafNodeSource"];
  /** Needed unless the leaf comes from a KeyPackage. */
  readonly groupId?: Uint8Array;
  readonly leafIndex?: number;
  /** Seconds since the UNIX epoch; absent: the lifetime is not checked. */
  readonly now?: bigint;
}

/**
 * RFC 9420 §7.3, but for what only the group knows (required capabilities, uniqueness of keys).
 *
 * @throws {MlsError} `invalid-leaf-node` or `invalid-signature`
 */
export function validateLeafNode(suite: CipherSuite, leaf: LeafNode, expected: LeafExpectation): void {
  const refuse = (message: string): never => {
    throw new MlsError("invalid-leaf-node", message, "RFC 9420 §7.3");
  };
  const { source, groupId, leafIndex, now } = expected;
  if (source !== undefined && leaf.leafNodeSource !== source)
    refuse(`the leaf is from a ${leaf.leafNodeSource}, expected ${source}`);
  const { capabilities } = leaf;
  if (!capabilities.credentials.includes(CredentialTypeId[leaf.credential.credentialType])) {
    refuse("the leaf does not list the type of its own credential");
  }
  readClientExtensions(leaf.extensions);
  // RFC 9420 §13.5: GREASE is no exception, it has to be listed too.
  const unlisted = unlistedExtension(leaf);
  if (unlisted !== undefined) refuse(`the leaf has extension ${unlisted} and does not list it`);
  if (leaf.leafNodeSource === "keyPackage" && now !== undefined) {
    const { notBefore, notAfter } = leaf.lifetime;
    if (now < notBefore || now > notAfter) refuse("the leaf's lifetime does not cover the present");
  }
  const position = leaf.leafNodeSource === "keyPackage" ? {} : { groupId, leafIndex };
  if (leaf.leafNodeSource !== "keyPackage" && (groupId === undefined || leafIndex === undefined)) {
    refuse("the place of the leaf in its group is not given");
  }
  const verified = withEncoded(LeafNodeTBS, { ...leaf, ...position }, (tbs) =>
    verifyWithLabel(suite, leaf.signatureKey, "LeafNodeTBS", tbs, leaf.signature),
  );
  if (!verified) {
    throw new MlsError("invalid-signature", "the leaf's signature does not verify", "RFC 9420 §7.3");
  }
}

/**
 * RFC 9420 §10.1.
 *
 * @throws {MlsError} `invalid-key-package`, `invalid-leaf-node` or `invalid-signature`
 */
export function validateKeyPackage(
  suite: CipherSuite,
  keyPackage: KeyPackage,
  expected: { now?: bigint } = {},
): void {
  const refuse = (message: string): never => {
    throw new MlsError("invalid-key-package", message, "RFC 9420 §10.1");
  };
  if (keyPackage.cipherSuite !== suite.id)
    refuse(`the KeyPackage is of cipher suite ${keyPackage.cipherSuite}, not ${suite.id}`);
  if (sameOctets(keyPackage.initKey, keyPackage.leafNode.encryptionKey))
    refuse("init_key and encryption_key are the same");
  readClientExtensions(keyPackage.extensions);
  validateLeafNode(suite, keyPackage.leafNode, { source: "keyPackage", ...expected });
  const tbs = encode(KeyPackageTBS, keyPackage);
  if (!verifyWithLabel(suite, keyPackage.leafNode.signatureKey, "KeyPackageTBS", tbs, keyPackage.signature)) {
    throw new MlsError("invalid-signature", "the KeyPackage's signature does not verify", "RFC 9420 §10.1");
  }
}

/**
 * RFC 9420 §12.4.3.1: what a joiner checks of a tree.
 *
 * @throws {MlsError} `invalid-tree`, `invalid-parent-hash`, `invalid-leaf-node` or `invalid-signature`
 */
export function validateTree(
  suite: CipherSuite,
  tree: RatchetTree,
  group: { readonly groupId: Uint8Array },
): void {
  const uniqueKeys = (what: string): ((key: Uint8Array) => void) => {
    const seen: Uint8Array[] = [];
    const keyAt = (place: number): Uint8Array | undefined => seen[place];
    const index = KeyIndex.of(2 * tree.leafCount, () => undefined);
    return (key) => {
      if (index.find(key, keyAt) !== undefined)
        throw new MlsError("invalid-tree", `two nodes have the same ${what}`, "RFC 9420 §7.3");
      index.add(key, seen.length);
      seen.push(key);
    };
  };
  const uniqueEncryptionKey = uniqueKeys("encryption key");
  const uniqueSignatureKey = uniqueKeys("signature key");
  for (const { leafIndex, leafNode } of tree.leaves()) {
    uniqueEncryptionKey(leafNode.encryptionKey);
    uniqueSignatureKey(leafNode.signatureKey);
    validateLeafNode(suite, leafNode, { groupId: group.groupId, leafIndex });
  }
  for (let index = 1; index < 2 * tree.leafCount - 1; index += 2) {
    const parent = tree.parent(index);
    if (parent === undefined) continue;
    uniqueEncryptionKey(parent.encryptionKey);
    checkUnmergedLeaves(tree, index, parent.unmergedLeaves);
  }
  verifyParentHashes(suite, tree);
}

/** RFC 9420 §12.4.3.1: an unmerged leaf is a member below, and unmerged at every parent between. */
function checkUnmergedLeaves(tree: RatchetTree, index: number, unmergedLeaves: readonly number[]): void {
  const refuse = (message: string): never => {
    throw new MlsError("invalid-tree", `node ${index}: ${message}`, "RFC 9420 §12.4.3.1");
  };
  let previous = -1;
  for (const leaf of unmergedLeaves) {
    if (leaf <= previous) refuse("unmerged_leaves is not in increasing order");
    previous = leaf;
    if (!isBelow(2 * leaf, index)) refuse(`unmerged leaf ${leaf} is not below it`);
    if (tree.leaf(leaf) === undefined) refuse(`unmerged leaf ${leaf} is blank`);
    // The nearest parent between that is not blank has to list it; what is below that one is its own to check.
    let between = leaf * 2 < index ? leftChild(index) : rightChild(index);
    while (between % 2 === 1 && tree.parent(between) === undefined)
      between = leaf * 2 < between ? leftChild(between) : rightChild(between);
    const below = between % 2 === 1 ? tree.parent(between) : undefined;
    if (below !== undefined && !isListed(below.unmergedLeaves, leaf))
      refuse(`leaf ${leaf} is merged at node ${between} below`);
  }
}

/** Looks a leaf up in a list in increasing order; one that is not is refused where it stands. */
function isListed(leaves: readonly number[], leaf: number): boolean {
  let low = 0;
  let high = leaves.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (leaves[middle]! < leaf) low = middle + 1;
    else high = middle;
  }
  return leaves[low] === leaf;
}

/**
 * RFC 9420 §7.9.2: every parent is vouched for by a node below it.
 *
 * @throws {MlsError} `invalid-parent-hash`
 */
function verifyParentHashes(suite: CipherSuite, tree: RatchetTree): void {
  for (let index = 1; index < 2 * tree.leafCount - 1; index += 2) {
    if (tree.parent(index) === undefined) continue;
    if (
      !vouchedFrom(suite, tree, index, leftChild(index)) &&
      !vouchedFrom(suite, tree, index, rightChild(index))
    ) {
      throw new MlsError(
        "invalid-parent-hash",
        `no node below node ${index} carries its hash`,
        "RFC 9420 §7.9.2",
      );
    }
  }
}

function vouchedFrom(suite: CipherSuite, tree: RatchetTree, index: number, child: number): boolean {
  const parent = tree.parent(index)!;
  const sibling = tree.originalTreeHash(suite, siblingOf(child), parent.unmergedLeaves);
  const expected = parentHash(suite, parent, sibling);
  const resolution = tree.resolution(child);
  const unmerged = new Set(
    parent.unmergedLeaves.map((leaf) => 2 * leaf).filter((leaf) => isBelow(leaf, child)),
  );
  const node = resolution.find((at) => {
    const carried = carriedParentHash(tree, at);
    return carried !== undefined && sameOctets(carried, expected);
  });
  if (node === undefined) return false;
  const others = resolution.filter((at) => at !== node);
  return others.length === unmerged.size && others.every((at) => unmerged.has(at));
}

function carriedParentHash(tree: RatchetTree, index: number): Uint8Array | undefined {
  const node = tree.node(index);
  if (node?.nodeType === "parent") return node.parentNode.parentHash;
  return node?.leafNode.leafNodeSource === "commit" ? node.leafNode.parentHash : undefined;
}
