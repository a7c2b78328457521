/**
 * What the proposals of a commit do to the tree and to the GroupContext. RFC 9420 §12.3, extensions §4.7, §4.8, §6.3.
 * @module
 */

import { applyAppDataUpdates, type ComponentChange, checkAppEphemerals } from "../app-data.ts";
import type { Extension, KeyPackage, LeafNode } from "../codec/index.ts";
import { ExtensionType } from "../codec/index.ts";
import { MlsError } from "../errors.ts";
import { dictionaryIsLocked, findExtension } from "../extensions.ts";
import type { GroupOptions } from "../group-view.ts";
import { sameOctets } from "../octets.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import type { ResolvedProposal } from "./list.ts";
import { removedLeaf } from "./list.ts";

/** The group as the proposals leave it, before the path of the commit. */
export interface AppliedProposals {
  readonly tree: RatchetTree;
  /** The same list as before where nothing changes it. */
  readonly extensions: readonly Extension[];
  readonly components: ReadonlyMap<number, ComponentChange>;
  readonly added: readonly { leafIndex: number; keyPackage: KeyPackage }[];
  readonly removed: readonly { leafIndex: number; leafNode: LeafNode }[];
  readonly updated: readonly { leafIndex: number; before: LeafNode; after: LeafNode }[];
}

/**
 * Applies a valid list: GroupContextExtensions, Updates, SelfRemoves and Removes, Adds, AppEphemerals, AppDataUpdates.
 *
 * @throws {MlsError} `invalid-proposal-list`, `invalid-app-ephemeral` or `invalid-app-data-update`
 */
export function applyProposals(
  before: RatchetTree,
  extensions: readonly Extension[],
  list: readonly ResolvedProposal[],
  options: GroupOptions,
): AppliedProposals {
  const replaced = replaceExtensions(extensions, list);
  const { tree: withUpdates, updated } = applyUpdates(before, list);
  const { tree: withoutRemoved, removed } = applyRemoves(before, withUpdates, list);
  const { tree, added } = applyAdds(withoutRemoved, list);
  checkAppEphemerals(
    list.flatMap(({ proposal }) => (proposal.proposalType === "appEphemeral" ? [proposal.appEphemeral] : [])),
    replaced,
    options.ephemeral,
  );
  const updates = list.flatMap(({ proposal }) =>
    proposal.proposalType === "appDataUpdate" ? [proposal.appDataUpdate] : [],
  );
  const { extensions: after, changes } = applyAppDataUpdates(replaced, updates, options.components);
  return { tree, extensions: after, components: changes, added, removed, updated };
}

/** RFC 9420 §12.1.7; extensions §4.7: where AppDataUpdate is required, nothing else may touch the dictionary. */
function replaceExtensions(
  before: readonly Extension[],
  list: readonly ResolvedProposal[],
): readonly Extension[] {
  const after = list.flatMap(({ proposal }) =>
    proposal.proposalType === "groupContextExtensions" ? [proposal.extensions] : [],
  )[0];
  if (after === undefined) return before;
  if (changesLockedDictionary(before, after)) {
    throw new MlsError(
      "invalid-proposal-list",
      "a GroupContextExtensions changes app_data_dictionary",
      "extensions §4.7",
    );
  }
  return after;
}

/** Extensions §4.7: whether extensions replace a dictionary that nothing but AppDataUpdate may touch. */
export function changesLockedDictionary(before: readonly Extension[], after: readonly Extension[]): boolean {
  // Required before or after the proposal: otherwise one proposal could lift the lock and change what it locks.
  if (!dictionaryIsLocked(before) && !dictionaryIsLocked(after)) return false;
  const old = findExtension(before, ExtensionType.appDataDictionary);
  const next = findExtension(after, ExtensionType.appDataDictionary);
  return old === undefined || next === undefined ? old !== next : !sameOctets(old, next);
}

function applyUpdates(before: RatchetTree, list: readonly ResolvedProposal[]) {
  const updated = list.flatMap(({ proposal, sender }) =>
    proposal.proposalType === "update" && sender.senderType === "member"
      ? [
          {
            leafIndex: sender.leafIndex,
            before: leafAt(before, sender.leafIndex),
            after: proposal.leafNode,
          },
        ]
      : [],
  );
  if (updated.length === 0) return { tree: before, updated };
  return { tree: before.updateLeaves(updated.map(({ leafIndex, after }) => [leafIndex, after])), updated };
}

function applyRemoves(before: RatchetTree, start: RatchetTree, list: readonly ResolvedProposal[]) {
  const removed = list.flatMap((item) => {
    const leafIndex = removedLeaf(item);
    return leafIndex === undefined ? [] : [{ leafIndex, leafNode: leafAt(before, leafIndex) }];
  });
  if (removed.length === 0) return { tree: start, removed };
  return { tree: start.removeLeaves(removed.map(({ leafIndex }) => leafIndex)), removed };
}

function applyAdds(start: RatchetTree, list: readonly ResolvedProposal[]) {
  const keyPackages = list.flatMap(({ proposal }) =>
    proposal.proposalType === "add" ? [proposal.keyPackage] : [],
  );
  if (keyPackages.length === 0) return { tree: start, added: [] };
  const { tree, leafIndexes } = start.addLeaves(keyPackages.map(({ leafNode }) => leafNode));
  const added = keyPackages.map((keyPackage, index) => ({ leafIndex: leafIndexes[index]!, keyPackage }));
  return { tree, added };
}

function leafAt(tree: RatchetTree, leafIndex: number): LeafNode {
  const leaf = tree.leaf(leafIndex);
  if (leaf !== undefined) return leaf;
  throw new MlsError("invalid-proposal-list", `leaf ${leafIndex} is blank`, "RFC 9420 §12.1.3");
}
