/**
 * Leaf nodes, KeyPackages and tree nodes. RFC 9420 §7.1, §7.2, §10, §12.4.3.3.
 * @module
 */

import {
  enumeration,
  given,
  type Infer,
  nothing,
  opaque,
  optional,
  type Schema,
  select,
  struct,
  uint16,
  uint32,
  vector,
} from "@openmimi/tls";
import { Capabilities, Credential, Extension, Lifetime, list, ProtocolVersion } from "./basic.ts";

/** RFC 9420 §7.2. */
export const LeafNodeSource = enumeration("LeafNodeSource", { keyPackage: 1, update: 2, commit: 3 });

const leafNodeHead = {
  encryptionKey: opaque(),
  signatureKey: opaque(),
  credential: Credential,
  capabilities: Capabilities,
};

const leafNodeCases = {
  keyPackage: { lifetime: Lifetime },
  update: {},
  commit: { parentHash: opaque() },
};

/** RFC 9420 §7.2. */
export const LeafNode = select("LeafNode", {
  before: leafNodeHead,
  on: ["leafNodeSource", LeafNodeSource],
  cases: leafNodeCases,
  after: { extensions: list(Extension), signature: opaque() },
});
export type LeafNode = Infer<typeof LeafNode>;

/** Where a leaf stands: signed with it unless it comes from a KeyPackage. */
export interface LeafPosition {
  readonly groupId: Uint8Array;
  readonly leafIndex: number;
}

type Signed = { readonly leafNodeSource: LeafNode["leafNodeSource"] };
const inGroup =
  <T>(schema: Schema<T>) =>
  (leaf: Signed): Schema<T | undefined> =>
    leaf.leafNodeSource === "keyPackage" ? nothing : (schema as Schema<T | undefined>);

/** RFC 9420 §7.2: what a leaf node's signature covers. */
export const LeafNodeTBS = select("LeafNodeTBS", {
  before: leafNodeHead,
  on: ["leafNodeSource", LeafNodeSource],
  cases: leafNodeCases,
  after: {
    extensions: list(Extension),
    groupId: given("groupId", inGroup(opaque())),
    leafIndex: given("leafIndex", inGroup(uint32)),
  },
});

const keyPackageBody = {
  version: ProtocolVersion,
  cipherSuite: uint16,
  initKey: opaque(),
  leafNode: LeafNode,
  extensions: list(Extension),
};

/** RFC 9420 §10: what a KeyPackage's signature covers. */
export const KeyPackageTBS = struct("KeyPackageTBS", keyPackageBody);

/** RFC 9420 §10. */
export const KeyPackage = struct("KeyPackage", { ...keyPackageBody, signature: opaque() });
export type KeyPackage = Infer<typeof KeyPackage>;

/** The most leaves of a tree that is read. How many a group may have, `GroupOptions.maxLeaves` says. */
const MAX_LEAVES = 2 ** 20;

/** RFC 9420 §7.1. */
export const ParentNode = struct("ParentNode", {
  encryptionKey: opaque(),
  parentHash: opaque(),
  unmergedLeaves: vector(uint32, { maxElements: MAX_LEAVES }),
});
export type ParentNode = Infer<typeof ParentNode>;

/** RFC 9420 §7.8. */
export const NodeType = enumeration("NodeType", { leaf: 1, parent: 2 });

/** RFC 9420 §12.4.3.3. */
export const Node = select("Node", {
  on: ["nodeType", NodeType],
  cases: { leaf: { leafNode: LeafNode }, parent: { parentNode: ParentNode } },
});
export type Node = Infer<typeof Node>;

/** RFC 9420 §12.4.3.3: the content of the ratchet_tree extension; a blank node is absent. */
export const RatchetTreeNodes = vector(optional(Node), { maxElements: 2 * MAX_LEAVES - 1 });
export type RatchetTreeNodes = Infer<typeof RatchetTreeNodes>;
