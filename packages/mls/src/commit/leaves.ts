/**
 * Whether the leaves of a new tree fit the group and each other. RFC 9420 §7.3, §11.1, §12.1.7.
 * @module
 */

import {
  type Credential,
  CredentialTypeId,
  type Extension,
  ExtensionType,
  type LeafNode,
} from "../codec/index.ts";
import { type CredentialLogic, supportsBindings, validateCredential } from "../credentials/validate.ts";
import type { CipherSuite } from "../crypto/provider.ts";
import { MlsError } from "../errors.ts";
import { externalSenders, findExtension } from "../extensions.ts";
import { sameOctets } from "../octets.ts";
import { checkSupport, demandsNoMore, demandsOf } from "../support.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";

type PlacedLeaf = { readonly leafIndex: number; readonly leafNode: LeafNode };

/**
 * RFC 9420 §7.3, §12.1.7: every member must support the group's extensions, what it requires, and the types of
 * credential that are in use.
 *
 * @throws {MlsError} `missing-capability`
 */
export function checkAllSupport(tree: RatchetTree, extensions: readonly Extension[]): void {
  const demands = demandsOf(extensions);
  const leaves = tree.leaves();
  for (const { leafNode } of leaves) checkSupport(leafNode, demands);
  checkCredentials(leaves, leaves);
}

/**
 * RFC 9420 §12.2: after a commit no leaf may be invalid under §7.3. Only what the commit changed is looked at.
 *
 * @param fresh the leaves that the commit brings, by Add, Update or path
 * @param before the extensions before the commit
 * @param after the extensions after it
 * @throws {MlsError} `missing-capability` or `invalid-leaf-node`
 */
export function checkNewLeaves(
  tree: RatchetTree,
  fresh: readonly number[],
  before: readonly Extension[],
  after: readonly Extension[],
): void {
  const freshLeaves = fresh.flatMap((leafIndex): PlacedLeaf[] => {
    const leafNode = tree.leaf(leafIndex);
    return leafNode === undefined ? [] : [{ leafIndex, leafNode }];
  });
  const demands = demandsOf(after);
  // Most changes of the extensions demand nothing new: then the members that stay are not asked again.
  const supporters =
    before === after || demandsNoMore(demands, demandsOf(before)) ? freshLeaves : tree.leaves();
  for (const { leafNode } of supporters) checkSupport(leafNode, demands);
  const { support } = tree;
  if (support.bound || [...support.used].some((type) => !support.credentials.has(type)))
    checkCredentials(tree.leaves(), freshLeaves);
  for (const leaf of freshLeaves) checkUnique(tree, leaf);
}

/** RFC 9420 §7.3: the credential type of a new leaf is one that every member supports, and the other way round. */
function checkCredentials(leaves: readonly PlacedLeaf[], fresh: readonly PlacedLeaf[]): void {
  const typeOf = ({ leafNode }: PlacedLeaf) => CredentialTypeId[leafNode.credential.credentialType];
  const check = (holders: readonly PlacedLeaf[], types: ReadonlySet<number>): void => {
    for (const { leafIndex, leafNode } of holders) {
      for (const type of types) {
        if (leafNode.capabilities.credentials.includes(type)) continue;
        throw new MlsError(
          "missing-capability",
          `leaf ${leafIndex} does not support credential type ${type}`,
          "RFC 9420 §7.3",
        );
      }
    }
  };
  check(leaves, new Set(fresh.map(typeOf)));
  check(fresh, new Set(leaves.map(typeOf)));
  checkBindings(leaves, fresh);
  if (fresh.length < leaves.length) checkBindings(fresh, leaves);
}

/** The most different capabilities times different sets of bindings that are compared. */
const MAX_COMPARED = 2 ** 20;

/** Extensions §6.5.2: every member supports the bindings in the credential of every other. */
function checkBindings(members: readonly PlacedLeaf[], holders: readonly PlacedLeaf[]): void {
  const bound = different(holders, ({ leafNode }) => bindingsOf(leafNode));
  if (bound.length === 0) return;
  const able = different(members, ({ leafNode: { capabilities } }) =>
    [capabilities.cipherSuites.join(), capabilities.credentials.join()].join(" "),
  );
  if (able.length * bound.length > MAX_COMPARED) {
    const message = `${bound.length} different sets of bindings among ${able.length} kinds of members`;
    throw new MlsError("unsupported-credential", message, "extensions §6.5.2");
  }
  for (const { leafNode } of bound) {
    const without = able.find((member) => !supportsBindings(member.leafNode.capabilities, leafNode));
    if (without === undefined) continue;
    throw new MlsError(
      "missing-capability",
      `leaf ${without.leafIndex} does not support the bindings of a credential`,
      "extensions §6.5.2",
    );
  }
}

/** What matters of the bindings of a credential: their cipher suites and types; `undefined` where there are none. */
function bindingsOf({ credential }: LeafNode): string | undefined {
  if (!("bindings" in credential)) return undefined;
  const pairs = credential.bindings.map(
    ({ cipherSuite, credential: bound }) => `${cipherSuite}/${CredentialTypeId[bound.credentialType]}`,
  );
  return [credential.credentialType, ...new Set(pairs)].join(" ");
}

/** One leaf of each kind. */
function different(
  leaves: readonly PlacedLeaf[],
  kindOf: (leaf: PlacedLeaf) => string | undefined,
): PlacedLeaf[] {
  const kinds = new Map<string, PlacedLeaf>();
  for (const leaf of leaves) {
    const kind = kindOf(leaf);
    if (kind !== undefined && !kinds.has(kind)) kinds.set(kind, leaf);
  }
  return [...kinds.values()];
}

/**
 * RFC 9420 §5.3.1: asks about the credentials that are new in the group, of members and of external senders.
 *
 * @param before the leaves that the new ones replace, by leaf index
 * @throws {MlsError} `invalid-credential`
 */
export function checkPresented(
  suite: CipherSuite,
  fresh: readonly PlacedLeaf[],
  before: ReadonlyMap<number, Credential>,
  extensions: { readonly before: readonly Extension[]; readonly after: readonly Extension[] },
  logic: CredentialLogic | undefined,
): void {
  for (const { leafIndex, leafNode } of fresh) {
    const { credential, signatureKey } = leafNode;
    const replaces = before.get(leafIndex);
    const presented = { credential, signatureKey, leafIndex };
    validateCredential(suite, replaces === undefined ? presented : { ...presented, replaces }, logic);
  }
  const old = findExtension(extensions.before, ExtensionType.externalSenders);
  const next = findExtension(extensions.after, ExtensionType.externalSenders);
  if (next === undefined || (old !== undefined && sameOctets(old, next))) return;
  for (const sender of externalSenders(extensions.after)) validateCredential(suite, sender, logic);
}

/** RFC 9420 §7.3: signature_key and encryption_key are unique among the members. */
function checkUnique(tree: RatchetTree, { leafIndex, leafNode }: PlacedLeaf): void {
  const holder = tree.findSignatureKey(leafNode.signatureKey, leafIndex);
  if (holder !== undefined) refuseShared(leafIndex, holder, "signatureKey");
  const node = tree.findEncryptionKey(leafNode.encryptionKey, 2 * leafIndex);
  if (node !== undefined && node % 2 === 0) refuseShared(leafIndex, node / 2, "encryptionKey");
}

const refuseShared = (leafIndex: number, other: number, key: string): never => {
  const message = `leaves ${leafIndex} and ${other} have the same ${key}`;
  throw new MlsError("invalid-leaf-node", message, "RFC 9420 §7.3");
};
