/**
 * Groups of any size whose trees are full of keys, as they are once everybody has committed.
 * @module
 */

import * as nodeModule from "node:crypto";
import {
  CipherSuiteId,
  createKeyPackage,
  createNodeCrypto,
  ExtensionType,
  type GroupInfo,
  MemberGroup,
  type MLSMessage,
  type OwnKeyPackage,
  type ParentNode,
  PublicGroup,
  type RatchetTreeNodes,
} from "@openmimi/mls";
import { encode, opaque } from "@openmimi/tls";
import { signGroupInfo } from "../../src/group-info.ts";
import { nextLeaf, signLeafNode } from "../../src/key-package.ts";
import { parentHash } from "../../src/tree/hash.ts";
import { RatchetTree } from "../../src/tree/ratchet-tree.ts";

export const crypto = createNodeCrypto(nodeModule);
const suiteId = CipherSuiteId.MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;
export const suite = crypto.suite(suiteId);

const utf8 = new TextEncoder();
/** What ts-mls supports too. */
const capabilities = {
  versions: [1],
  cipherSuites: [suiteId],
  extensions: [],
  proposals: [],
  credentials: [1, 2],
};

/** Fresh keys of a client. */
export function keysOf(name: string): OwnKeyPackage {
  return createKeyPackage(crypto, suiteId, {
    credential: { credentialType: "basic", identity: utf8.encode(name) },
    capabilities,
    lifetime: { notBefore: 0n, notAfter: 2n ** 40n },
  });
}

const groupId = utf8.encode("bench");

/** Puts a path of fresh keys above a leaf, as its commit would; nobody knows the private keys of the parents. */
function fillPath(tree: RatchetTree, leafIndex: number, own: OwnKeyPackage): RatchetTree {
  const parents = new Map<number, ParentNode>();
  let above: Uint8Array = new Uint8Array();
  for (const { node, copathChild } of tree.filteredDirectPath(leafIndex).reverse()) {
    const { publicKey } = suite.generateHpkeKeyPair();
    const parent = { encryptionKey: publicKey, parentHash: above, unmergedLeaves: [] };
    parents.set(node, parent);
    above = parentHash(suite, parent, tree.treeHash(suite, copathChild));
  }
  const { encryptionKey } = keysOf("next").keyPackage.leafNode;
  const unsigned = {
    ...nextLeaf(own.keyPackage.leafNode),
    encryptionKey,
    leafNodeSource: "commit" as const,
    parentHash: above,
  };
  const leaf = signLeafNode(suite, unsigned, own.signaturePrivateKey, { groupId, leafIndex });
  return tree.withPath(leafIndex, leaf, parents);
}

/** A group that somebody can join by external commit. */
export interface WarmGroup {
  readonly ratchetTree: RatchetTreeNodes;
  readonly groupInfo: GroupInfo;
  /** The same GroupInfo, with the external_pub that ts-mls 1.6.4 reads: it takes the key without its length. */
  readonly theirGroupInfo: GroupInfo;
}

/** A group of `size` members, in which every second one has committed. */
export function warmGroup(size: number): WarmGroup {
  const keys = Array.from({ length: size }, (_, index) => keysOf(`member ${index}`));
  const nodes: RatchetTreeNodes = keys.flatMap(({ keyPackage: { leafNode } }, index) =>
    index === 0
      ? [{ nodeType: "leaf" as const, leafNode }]
      : [undefined, { nodeType: "leaf" as const, leafNode }],
  );
  let tree = RatchetTree.fromNodes(nodes);
  for (let index = 0; index < size; index += 2) tree = fillPath(tree, index, keys[index]!);
  const { publicKey } = suite.generateHpkeKeyPair();
  const groupInfoWith = (externalPub: Uint8Array): GroupInfo =>
    signGroupInfo(
      suite,
      {
        groupContext: {
          version: "mls10",
          cipherSuite: suiteId,
          groupId,
          epoch: 1n,
          treeHash: tree.rootHash(suite),
          confirmedTranscriptHash: suite.random(32),
          extensions: [],
        },
        extensions: [{ extensionType: ExtensionType.externalPub, extensionData: externalPub }],
        confirmationTag: suite.random(32),
        signer: 0,
      },
      keys[0]!.signaturePrivateKey,
    );
  return {
    ratchetTree: tree.toNodes(),
    groupInfo: groupInfoWith(encode(opaque(), publicKey)),
    theirGroupInfo: groupInfoWith(publicKey),
  };
}

/** Two members of a group of `size`, and a server that follows it; the tree is warm for both. */
export function warmMembers(size: number): { alice: MemberGroup; bob: MemberGroup; hub: PublicGroup } {
  const { groupInfo, ratchetTree } = warmGroup(size - 2);
  const { group: alice } = MemberGroup.joinExternally(crypto, {
    groupInfo,
    ratchetTree,
    own: keysOf("alice"),
  });
  const bobKeys = keysOf("bob");
  const { welcome } = alice.commit({
    proposals: [{ proposalType: "add", keyPackage: bobKeys.keyPackage }],
    path: true,
  });
  alice.mergePendingCommit();
  const tree = alice.public.ratchetTree();
  const bob = MemberGroup.join(crypto, { welcome: welcome!, keyPackages: [bobKeys], ratchetTree: tree });
  const hub = PublicGroup.fromGroupInfo(crypto, alice.groupInfo(), tree);
  const { commit } = bob.commit();
  bob.mergePendingCommit();
  const processed = alice.process(commit);
  if (processed.kind === "commit") processed.merge();
  hub.merge(hub.stage(commit));
  return { alice, bob, hub };
}

/** An empty commit with a path, merged by its maker. */
export function commitOf(member: MemberGroup): MLSMessage {
  const { commit } = member.commit();
  member.mergePendingCommit();
  return commit;
}
