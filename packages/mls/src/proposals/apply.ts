/**
 * What the proposals of a commit do to the tree and to the GroupContext. RFC 9420 §12.3, extensions §4.7, §6.3.
 * @module
 */

import { applyAppDataUpdates, type ComponentChange, type ComponentLogic } from "../app-data.ts";
import type { Extension, KeyPackage, LeafNode } from "../codec/index.ts";
import { ExtensionType } from "../codec/index.ts";
import { MlsError } from "../errors.ts";
import { checkUniqueExtensions, dictionaryIsLocked, findExtension } from "../extensions.ts";
import { sameOctets } from "../octets.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import type { ResolvedProposal } from "./list.ts";
import { removedLeaf } from "./list.ts";

/** The group as the proposals leave it, before the path of the commit. */
export interface AppliedProposals {
  readonly tree: RatchetTree;
  readonly extensions: Extension[];
  readonly components: Map<number, ComponentChange>;
  readonly added: { leafIndex: number; keyPackage: KeyPackage }[];
  readonly removed: { leafIndex: number; leafNode: LeafNode }[];
  readonly updated: { leafIndex: number; before: LeafNode; after: LeafNode }[];
}

/**
 * Applies a valid list: GroupContextExtensions, Updates, SelfRemoves, Removes, Adds, then AppDataUpdates.
 *
 * @throws {MlsError} `invalid-proposal-list`, `invalid-extension` or `invalid-app-data-update`
 */
export function applyProposals(
  tree: RatchetTree,
  extensions: readonly Extension[],
  list: readonly ResolvedProposal[],
  logic: ComponentLogic,
): AppliedProposals {
  let current = tree;
  let context = [...extensions];
  const updated: AppliedProposals["updated"] = [];
  const removed: AppliedProposals["removed"] = [];
  const added: AppliedProposals["added"] = [];
  for (const { proposal, sender } of list) {
    if (proposal.proposalType === "groupContextExtensions") {
      context = replaceExtensions(extensions, proposal.extensions);
    } else if (proposal.proposalType === "update" && sender.senderType === "member") {
      const before = tree.leaf(sender.leafIndex);
      if (before === undefined)
        throw new MlsError("invalid-proposal-list", "an Update of a blank leaf", "RFC 9420 §12.1.2");
      updated.push({ leafIndex: sender.leafIndex, before, after: proposal.leafNode });
      current = current.updateLeaf(sender.leafIndex, proposal.leafNode);
    }
  }
  for (const item of list) {
    const leafIndex = removedLeaf(item);
    if (leafIndex === undefined) continue;
    const leafNode = tree.leaf(leafIndex);
    if (leafNode === undefined)
      throw new MlsError("invalid-proposal-list", `leaf ${leafIndex} is blank`, "RFC 9420 §12.1.3");
    removed.push({ leafIndex, leafNode });
    current = current.removeLeaf(leafIndex);
  }
  for (const { proposal } of list) {
    if (proposal.proposalType !== "add") continue;
    const result = current.addLeaf(proposal.keyPackage.leafNode);
    current = result.tree;
    added.push({ leafIndex: result.leafIndex, keyPackage: proposal.keyPackage });
  }
  const updates = list.flatMap(({ proposal }) =>
    proposal.proposalType === "appDataUpdate" ? [proposal.appDataUpdate] : [],
  );
  const { extensions: after, changes } = applyAppDataUpdates(context, updates, logic);
  return { tree: current, extensions: after, components: changes, added, removed, updated };
}

function replaceExtensions(before: readonly Extension[], after: readonly Extension[]): Extension[] {
  checkUniqueExtensions(after);
  // Extensions §4.7: where AppDataUpdate is required, before or after, nothing else may touch the dictionary.
  if (dictionaryIsLocked(before) || dictionaryIsLocked(after)) {
    const old = findExtension(before, ExtensionType.appDataDictionary);
    const next = findExtension(after, ExtensionType.appDataDictionary);
    const same = old === undefined || next === undefined ? old === next : sameOctets(old, next);
    if (!same) {
      throw new MlsError(
        "invalid-proposal-list",
        "a GroupContextExtensions changes app_data_dictionary",
        "extensions §4.7",
      );
    }
  }
  return [...after];
}
