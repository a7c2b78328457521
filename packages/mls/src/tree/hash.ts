/**
 * What tree hashes and parent hashes are computed over. RFC 9420 §7.8, §7.9.
 * @module
 */

import { opaque, optional, select, struct, uint32, withEncoded } from "@openmimi/tls";
import { LeafNode, NodeType, ParentNode } from "../codec/index.ts";
import type { CipherSuite } from "../crypto/provider.ts";

const TreeHashInput = select("TreeHashInput", {
  on: ["nodeType", NodeType],
  cases: {
    leaf: { leafIndex: uint32, leafNode: optional(LeafNode) },
    parent: { parentNode: optional(ParentNode), leftHash: opaque(), rightHash: opaque() },
  },
});

const ParentHashInput = struct("ParentHashInput", {
  encryptionKey: opaque(),
  parentHash: opaque(),
  originalSiblingTreeHash: opaque(),
});

/** RFC 9420 §7.8: the hash of a leaf, blank or not. */
export function leafHash(suite: CipherSuite, leafIndex: number, leafNode: LeafNode | undefined): Uint8Array {
  return withEncoded(TreeHashInput, { nodeType: "leaf", leafIndex, leafNode }, suite.hash);
}

/** RFC 9420 §7.8: the hash of a parent, blank or not. */
export function parentTreeHash(
  suite: CipherSuite,
  parentNode: ParentNode | undefined,
  leftHash: Uint8Array,
  rightHash: Uint8Array,
): Uint8Array {
  return withEncoded(TreeHashInput, { nodeType: "parent", parentNode, leftHash, rightHash }, suite.hash);
}

/** RFC 9420 §7.9: the parent hash that the next node below `parent` carries. */
export function parentHash(
  suite: CipherSuite,
  parent: ParentNode,
  originalSiblingTreeHash: Uint8Array,
): Uint8Array {
  const { encryptionKey, parentHash: above } = parent;
  const input = { encryptionKey, parentHash: above, originalSiblingTreeHash };
  return withEncoded(ParentHashInput, input, suite.hash);
}
