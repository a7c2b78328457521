/**
 * Whether the leaves of a new tree fit the group and each other. RFC 9420 §7.3, §11.1, §12.1.7.
 * @module
 */

import { CredentialTypeId, type Extension, type LeafNode } from "../codec/index.ts";
import { MlsError } from "../errors.ts";
import { checkSupport, requiredCapabilities } from "../extensions.ts";
import { sameOctets } from "../octets.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";

type PlacedLeaf = { readonly leafIndex: number; readonly leafNode: LeafNode };

/**
 * RFC 9420 §7.3, §12.1.7: every member must support the group's extensions, what it requires, and the types of
 * credential that are in use.
 *
 * @throws {MlsError} `missing-capability`
 */
export function checkAllSupport(tree: RatchetTree, extensions: readonly Extension[]): void {
  const required = requiredCapabilities(extensions);
  const leaves = tree.leaves();
  for (const { leafNode } of leaves) checkSupport(leafNode, extensions, required);
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
  const leaves = tree.leaves();
  const freshLeaves = leaves.filter(({ leafIndex }) => fresh.includes(leafIndex));
  const required = requiredCapabilities(after);
  const supporters = sameExtensions(before, after) ? freshLeaves : leaves;
  for (const { leafNode } of supporters) checkSupport(leafNode, after, required);
  checkCredentials(leaves, freshLeaves);
  for (const leaf of freshLeaves) checkUnique(leaves, leaf);
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
}

/** RFC 9420 §7.3: signature_key and encryption_key are unique among the members. */
function checkUnique(leaves: readonly PlacedLeaf[], { leafIndex, leafNode }: PlacedLeaf): void {
  for (const other of leaves) {
    if (other.leafIndex === leafIndex) continue;
    const shared = (["signatureKey", "encryptionKey"] as const).find((key) =>
      sameOctets(other.leafNode[key], leafNode[key]),
    );
    if (shared === undefined) continue;
    const message = `leaves ${leafIndex} and ${other.leafIndex} have the same ${shared}`;
    throw new MlsError("invalid-leaf-node", message, "RFC 9420 §7.3");
  }
}

function sameExtensions(a: readonly Extension[], b: readonly Extension[]): boolean {
  return (
    a.length === b.length &&
    a.every((extension, index) => {
      const other = b[index]!;
      return (
        extension.extensionType === other.extensionType &&
        sameOctets(extension.extensionData, other.extensionData)
      );
    })
  );
}
