/**
 * TreeKEM: making, applying and decrypting an UpdatePath. RFC 9420 §7.4, §7.5, §7.6, §7.9, §12.4.3.1.
 * @module
 */

import type { HPKECiphertext, ParentNode, UpdatePath } from "../codec/index.ts";
import { decryptWithLabel, deriveSecret, encryptWithLabel } from "../crypto/labels.ts";
import type { CipherSuite, KeyPair } from "../crypto/provider.ts";
import { MlsError } from "../errors.ts";
import { signLeafNode, type UnsignedLeafNode } from "../key-package.ts";
import { sameOctets, toHex } from "../octets.ts";
import { parentHash } from "./hash.ts";
import { isBelow } from "./math.ts";
import type { PathStep, RatchetTree } from "./ratchet-tree.ts";
import { validateLeafNode } from "./validate.ts";

/** The private keys that a member knows, by node index. */
export interface PrivateState {
  readonly leafIndex: number;
  readonly keys: ReadonlyMap<number, Uint8Array>;
}

/** How a member makes its path. */
export interface PathRequest {
  readonly leafIndex: number;
  readonly leaf: UnsignedLeafNode;
  readonly groupId: Uint8Array;
  readonly signaturePrivateKey: Uint8Array;
  /** Leaves added in the same commit: they get the path secret by Welcome. */
  readonly excludedLeaves: ReadonlySet<number>;
  /** The encoded provisional GroupContext for a tree. RFC 9420 §12.4.1. */
  readonly provisionalContext: (tree: RatchetTree) => Uint8Array;
}

/** A path and what its maker knows of it. */
export interface MadePath {
  readonly tree: RatchetTree;
  readonly updatePath: UpdatePath;
  readonly privateState: PrivateState;
  readonly commitSecret: Uint8Array;
  /** The path secret for a member that the same commit adds. */
  readonly pathSecretFor: (leafIndex: number) => Uint8Array | undefined;
  /** Overwrites the path secrets and the commit secret. RFC 9420 §9.2. */
  erase(): void;
}

/** RFC 9420 §7.4: the key pair of a path secret. */
export function nodeKeyPair(suite: CipherSuite, pathSecret: Uint8Array): KeyPair {
  const nodeSecret = deriveSecret(suite, pathSecret, "node");
  const keyPair = suite.deriveHpkeKeyPair(nodeSecret);
  nodeSecret.fill(0);
  return keyPair;
}

/**
 * RFC 9420 §7.4, §7.5, §7.6: fresh keys on the filtered direct path of a leaf, encrypted to everybody else.
 */
export function createUpdatePath(suite: CipherSuite, tree: RatchetTree, request: PathRequest): MadePath {
  const { leafIndex, groupId, signaturePrivateKey, excludedLeaves } = request;
  const steps = tree.filteredDirectPath(leafIndex);
  const leafKeys = suite.generateHpkeKeyPair();
  const secrets: Uint8Array[] = [];
  let next = suite.random(suite.hashLength);
  for (let index = 0; index < steps.length; index++) {
    secrets.push(next);
    next = deriveSecret(suite, next, "path");
  }
  const keyPairs = secrets.map((secret) => nodeKeyPair(suite, secret));
  const publicKeys = keyPairs.map(({ publicKey }) => publicKey);
  const { parents, leafParentHash } = pathParents(suite, tree, steps, publicKeys);
  const unsigned = {
    ...request.leaf,
    encryptionKey: leafKeys.publicKey,
    leafNodeSource: "commit" as const,
    parentHash: leafParentHash,
  };
  const leafNode = signLeafNode(suite, unsigned, signaturePrivateKey, { groupId, leafIndex });
  const newTree = tree.withPath(leafIndex, leafNode, parents);
  const context = request.provisionalContext(newTree);
  const nodes = steps.map(({ copathChild }, index) => ({
    encryptionKey: publicKeys[index]!,
    encryptedPathSecret: recipients(tree, copathChild, excludedLeaves).map(
      (node): HPKECiphertext =>
        encryptWithLabel(suite, tree.encryptionKey(node)!, "UpdatePathNode", context, secrets[index]!),
    ),
  }));
  const keys = new Map<number, Uint8Array>([[2 * leafIndex, leafKeys.privateKey]]);
  steps.forEach(({ node }, index) => {
    keys.set(node, keyPairs[index]!.privateKey);
  });
  return {
    tree: newTree,
    updatePath: { leafNode, nodes },
    privateState: { leafIndex, keys },
    commitSecret: next,
    pathSecretFor: (leaf) => secrets[steps.findIndex(({ node }) => isBelow(2 * leaf, node))],
    erase: () => {
      for (const secret of [...secrets, next]) secret.fill(0);
    },
  };
}

/** RFC 9420 §7.6: whom a path secret is encrypted to. */
function recipients(tree: RatchetTree, copathChild: number, excludedLeaves: ReadonlySet<number>): number[] {
  return tree.resolution(copathChild).filter((node) => node % 2 === 1 || !excludedLeaves.has(node / 2));
}

/** RFC 9420 §7.9: the parents of a new path with their parent hashes, from the root down, and the one of the leaf. */
function pathParents(
  suite: CipherSuite,
  tree: RatchetTree,
  steps: readonly PathStep[],
  publicKeys: readonly Uint8Array[],
): { parents: Map<number, ParentNode>; leafParentHash: Uint8Array } {
  const parents = new Map<number, ParentNode>();
  let above: Uint8Array = new Uint8Array();
  for (let index = steps.length - 1; index >= 0; index--) {
    const { node, copathChild } = steps[index]!;
    const parent: ParentNode = { encryptionKey: publicKeys[index]!, parentHash: above, unmergedLeaves: [] };
    parents.set(node, parent);
    above = parentHash(suite, parent, tree.treeHash(suite, copathChild));
  }
  return { parents, leafParentHash: above };
}

/**
 * RFC 9420 §7.5, §12.4.2: puts a received path into the tree. Needs no secrets.
 *
 * @throws {MlsError} `invalid-update-path`, `invalid-parent-hash`, `invalid-leaf-node` or `invalid-signature`
 */
export function applyUpdatePath(
  suite: CipherSuite,
  tree: RatchetTree,
  leafIndex: number,
  path: UpdatePath,
  group: { readonly groupId: Uint8Array; readonly excludedLeaves?: ReadonlySet<number> },
): RatchetTree {
  const refuse = (message: string): never => {
    throw new MlsError("invalid-update-path", message, "RFC 9420 §12.4.2");
  };
  const { leafNode, nodes } = path;
  const steps = tree.filteredDirectPath(leafIndex);
  if (nodes.length !== steps.length) refuse(`the path has ${nodes.length} nodes, expected ${steps.length}`);
  steps.forEach(({ copathChild }, index) => {
    const expected = recipients(tree, copathChild, group.excludedLeaves ?? new Set()).length;
    const found = nodes[index]!.encryptedPathSecret.length;
    if (found !== expected)
      refuse(`node ${index} of the path has ${found} ciphertexts, expected ${expected}`);
  });
  validateLeafNode(suite, leafNode, { source: "commit", groupId: group.groupId, leafIndex });
  checkFreshKeys(tree, leafIndex, path, refuse);
  const { parents, leafParentHash } = pathParents(
    suite,
    tree,
    steps,
    nodes.map((node) => node.encryptionKey),
  );
  if (leafNode.leafNodeSource !== "commit" || !sameOctets(leafNode.parentHash, leafParentHash)) {
    throw new MlsError(
      "invalid-parent-hash",
      "the parent hash of the path's leaf is wrong",
      "RFC 9420 §7.9.2",
    );
  }
  return tree.withPath(leafIndex, leafNode, parents);
}

/** RFC 9420 §7.3, §12.4.2: no key of the path may be in the tree already, or twice in the path. */
function checkFreshKeys(
  tree: RatchetTree,
  leafIndex: number,
  path: UpdatePath,
  refuse: (message: string) => never,
): void {
  const fresh = [path.leafNode.encryptionKey, ...path.nodes.map((node) => node.encryptionKey)];
  if (new Set(fresh.map(toHex)).size < fresh.length)
    refuse("two nodes of the path have the same encryption key");
  if (fresh.some((key) => tree.findEncryptionKey(key) !== undefined))
    refuse("a key of the path is in the tree already");
  const owner = tree.findSignatureKey(path.leafNode.signatureKey);
  if (owner !== undefined && owner !== leafIndex)
    refuse("the signature key of the path's leaf belongs to another member");
}

/** What a member needs to read a path. */
export interface PathContext {
  /** The tree after the proposals, before the path. */
  readonly tree: RatchetTree;
  readonly sender: number;
  readonly privateState: PrivateState;
  readonly excludedLeaves: ReadonlySet<number>;
  /** The encoded provisional GroupContext. */
  readonly groupContext: Uint8Array;
}

/**
 * RFC 9420 §7.5: decrypts the path secret that is meant for this member, and derives what is above it.
 *
 * @throws {MlsError} `decryption-failed` or `invalid-update-path`
 */
export function decryptUpdatePath(
  suite: CipherSuite,
  path: UpdatePath,
  context: PathContext,
): { commitSecret: Uint8Array; privateState: PrivateState } {
  const { tree, sender, privateState, excludedLeaves, groupContext } = context;
  const own = 2 * privateState.leafIndex;
  const steps = tree.filteredDirectPath(sender);
  const first = steps.findIndex(({ node }) => isBelow(own, node));
  const step = steps[first];
  if (step === undefined)
    throw new MlsError("invalid-update-path", "the path does not reach this member", "RFC 9420 §7.5");
  const targets = recipients(tree, step.copathChild, excludedLeaves);
  const position = targets.findIndex((node) => privateState.keys.has(node));
  const target = targets[position];
  const ciphertext = path.nodes[first]?.encryptedPathSecret[position];
  const privateKey = target === undefined ? undefined : privateState.keys.get(target);
  if (privateKey === undefined || ciphertext === undefined) {
    throw new MlsError("invalid-update-path", "no path secret is encrypted to this member", "RFC 9420 §7.5");
  }
  const pathSecret = decryptWithLabel(suite, privateKey, "UpdatePathNode", groupContext, ciphertext);
  const expected = path.nodes.slice(first).map((node) => node.encryptionKey);
  return climb(suite, privateState, steps.slice(first), expected, pathSecret);
}

/**
 * RFC 9420 §12.4.3.1: what a new member derives from the path secret in its Welcome.
 *
 * @throws {MlsError} `invalid-welcome`
 */
export function joinWithPathSecret(
  suite: CipherSuite,
  tree: RatchetTree,
  privateState: PrivateState,
  committer: number,
  pathSecret: Uint8Array,
): PrivateState {
  const steps = tree.filteredDirectPath(committer);
  const first = steps.findIndex(({ node }) => isBelow(2 * privateState.leafIndex, node));
  const above = first < 0 ? [] : steps.slice(first);
  const expected = above.map(({ node }) => tree.encryptionKey(node));
  if (above.length === 0 || expected.includes(undefined)) {
    throw new MlsError(
      "invalid-welcome",
      "the path secret belongs to no node above this member",
      "RFC 9420 §12.4.3.1",
    );
  }
  const climbed = climb(suite, privateState, above, expected as Uint8Array[], pathSecret);
  climbed.commitSecret.fill(0);
  return climbed.privateState;
}

/** Derives node keys upwards from a path secret, comparing each with the public key that was announced. */
function climb(
  suite: CipherSuite,
  privateState: PrivateState,
  steps: readonly PathStep[],
  expected: readonly Uint8Array[],
  pathSecret: Uint8Array,
): { commitSecret: Uint8Array; privateState: PrivateState } {
  const keys = new Map(privateState.keys);
  let secret = pathSecret;
  steps.forEach(({ node }, index) => {
    const pair = nodeKeyPair(suite, secret);
    if (!sameOctets(pair.publicKey, expected[index]!)) {
      throw new MlsError(
        "invalid-update-path",
        `the path secret does not give the public key of node ${node}`,
        "RFC 9420 §7.5",
      );
    }
    keys.set(node, pair.privateKey);
    const above = deriveSecret(suite, secret, "path");
    secret.fill(0);
    secret = above;
  });
  return { commitSecret: secret, privateState: { leafIndex: privateState.leafIndex, keys } };
}

/** Forgets the keys of nodes that are blank or gone. */
export function pruneKeys(privateState: PrivateState, tree: RatchetTree): PrivateState {
  const keys = new Map([...privateState.keys].filter(([node]) => tree.node(node) !== undefined));
  return { leafIndex: privateState.leafIndex, keys };
}
