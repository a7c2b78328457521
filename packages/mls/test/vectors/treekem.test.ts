import { encode } from "@openmimi/tls";
import { expect, it } from "vitest";
import { CipherSuiteId, GroupContext, RatchetTreeNodes, UpdatePath } from "../../src/codec/index.ts";
import type { CipherSuite } from "../../src/crypto/provider.ts";
import { nextLeaf } from "../../src/key-package.ts";
import { isBelow } from "../../src/tree/math.ts";
import { RatchetTree } from "../../src/tree/ratchet-tree.ts";
import {
  applyUpdatePath,
  createUpdatePath,
  decryptUpdatePath,
  nodeKeyPair,
  type PrivateState,
} from "../../src/tree/treekem.ts";
import { decodeExactly, hex, privateKey, published, runCases, toHex } from "./published.ts";

interface LeafPrivate {
  index: number;
  encryption_priv: string;
  signature_priv: string;
  path_secrets: { node: number; path_secret: string }[];
}

interface TreeKemCase {
  cipher_suite: number;
  group_id: string;
  epoch: number;
  confirmed_transcript_hash: string;
  ratchet_tree: string;
  leaves_private: LeafPrivate[];
  update_paths: {
    sender: number;
    update_path: string;
    path_secrets: (string | null)[];
    commit_secret: string;
    tree_hash_after: string;
  }[];
}

/** The private state of a leaf, which must agree with the tree. */
function privateStateOf(suite: CipherSuite, tree: RatchetTree, leaf: LeafPrivate): PrivateState {
  const keys = new Map([[2 * leaf.index, privateKey({ cipher_suite: suite.id }, leaf.encryption_priv)]]);
  for (const { node, path_secret } of leaf.path_secrets) {
    const pair = nodeKeyPair(suite, hex(path_secret));
    expect(toHex(tree.encryptionKey(node)!)).toBe(toHex(pair.publicKey));
    keys.set(node, pair.privateKey);
  }
  return { leafIndex: leaf.index, keys };
}

// One test for each suite: some of them are slow in JavaScript.
it.for(Object.values(CipherSuiteId))("treekem.json, suite %i", { timeout: 120_000 }, (id, context) => {
  const cases = published<TreeKemCase>(context, "treekem.json");
  const none: ReadonlySet<number> = new Set();
  const ofSuite = cases.filter(({ cipher_suite }) => cipher_suite === id);
  const count = runCases(ofSuite, (item, { suiteOf }) => {
    const suite = suiteOf(item);
    const groupId = hex(item.group_id);
    const tree = RatchetTree.fromNodes(decodeExactly(RatchetTreeNodes, item.ratchet_tree));
    const privates = item.leaves_private.map((leaf) => privateStateOf(suite, tree, leaf));
    const contextOf = (after: RatchetTree) =>
      encode(GroupContext, {
        version: "mls10",
        cipherSuite: item.cipher_suite,
        groupId,
        epoch: BigInt(item.epoch),
        treeHash: after.rootHash(suite),
        confirmedTranscriptHash: hex(item.confirmed_transcript_hash),
        extensions: [],
      });
    const receive = (sender: number, path: UpdatePath, after: RatchetTree, privateState: PrivateState) =>
      decryptUpdatePath(suite, path, {
        tree,
        sender,
        privateState,
        excludedLeaves: none,
        groupContext: contextOf(after),
      });
    for (const { sender, update_path, path_secrets, commit_secret, tree_hash_after } of item.update_paths) {
      const path = decodeExactly(UpdatePath, update_path);
      const after = applyUpdatePath(suite, tree, sender, path, { groupId });
      expect(toHex(after.rootHash(suite))).toBe(tree_hash_after);
      const steps = tree.filteredDirectPath(sender);
      for (const privateState of privates) {
        const { leafIndex } = privateState;
        if (leafIndex === sender) continue;
        const opened = receive(sender, path, after, privateState);
        expect(toHex(opened.commitSecret)).toBe(commit_secret);
        const ancestor = steps.find(({ node }) => isBelow(2 * leafIndex, node))!.node;
        const { privateKey } = nodeKeyPair(suite, hex(path_secrets[leafIndex]!));
        expect(toHex(opened.privateState.keys.get(ancestor)!)).toBe(toHex(privateKey));
      }
      const own = item.leaves_private.find(({ index }) => index === sender)!;
      const made = createUpdatePath(suite, tree, {
        leafIndex: sender,
        leaf: nextLeaf(tree.leaf(sender)!),
        groupId,
        signaturePrivateKey: privateKey(item, own.signature_priv),
        excludedLeaves: none,
        provisionalContext: contextOf,
      });
      const ours = applyUpdatePath(suite, tree, sender, made.updatePath, { groupId });
      expect(toHex(ours.rootHash(suite))).toBe(toHex(made.tree.rootHash(suite)));
      for (const privateState of privates) {
        if (privateState.leafIndex === sender) continue;
        const opened = receive(sender, made.updatePath, ours, privateState);
        expect(toHex(opened.commitSecret)).toBe(toHex(made.commitSecret));
      }
    }
  });
  expect(count).toBeGreaterThan(5);
});
