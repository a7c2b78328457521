/**
 * Which pending proposals a committer takes. RFC 9420 §12.2, §12.4, extensions §6.3.
 * @module
 */

import type { AppDataUpdate, Extension, LeafNode } from "../codec/index.ts";
import { MlsError } from "../errors.ts";
import { dictionaryOf } from "../extensions.ts";
import { toHex } from "../octets.ts";
import { checkSupport, type Demands, demandsOf } from "../support.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import { changesLockedDictionary } from "./apply.ts";
import { type ResolvedProposal, removedLeaf } from "./list.ts";
import { checkProposalSupport } from "./validate.ts";

/** What the proposals are for. */
export interface SelectionScope {
  readonly tree: RatchetTree;
  /** Of the GroupContext. */
  readonly extensions: readonly Extension[];
}

/**
 * The pending proposals that can stand together in a commit of this member, in the order of their arrival.
 *
 * Left out are: what would remove or update the committer; an Update of a leaf that is also removed, or that is
 * followed by a later Update; a Remove of a leaf that removes itself; a second removal of one leaf; all but the last
 * GroupContextExtensions; a ReInit where there is anything else; an Add of a client that another Add brings or that is a
 * member and stays; AppDataUpdates that cannot stand beside an earlier one, and removals of what is not there; a
 * GroupContextExtensions that demands what a member lacks that stays; whoever lacks what the group will demand; an
 * AppDataUpdate or AppEphemeral that a member does not support that stays.
 */
export function selectProposals(
  pending: readonly ResolvedProposal[],
  committer: number,
  scope: SelectionScope,
): ResolvedProposal[] {
  const others = pending.filter((item) => changedLeaf(item) !== committer);
  const besideReInit = others.filter(({ proposal }) => proposal.proposalType !== "reinit");
  if (besideReInit.length === 0) return others.slice(0, 1);
  const selfRemoved = new Set(
    besideReInit.flatMap((item) => (item.proposal.proposalType === "selfRemove" ? [removedLeaf(item)] : [])),
  );
  const removed = new Set(besideReInit.map(removedLeaf));
  const taken = new Set<string>();
  const takeOnce = (name: string): boolean => {
    if (taken.has(name)) return false;
    taken.add(name);
    return true;
  };
  // RFC 9420 §12.2: the most recent Update and GroupContextExtensions count, so they are looked at from the end.
  const lastFirst = [...besideReInit].reverse().filter((item) => {
    const { proposal } = item;
    if (proposal.proposalType === "groupContextExtensions") return takeOnce("groupContextExtensions");
    if (proposal.proposalType !== "update") return true;
    const leaf = changedLeaf(item);
    return !removed.has(leaf) && takeOnce(`update ${leaf}`);
  });
  const fitsComponent = componentFilter(scope);
  const selected = lastFirst.reverse().filter((item) => {
    const { proposal } = item;
    switch (proposal.proposalType) {
      case "remove":
        return !selfRemoved.has(proposal.removed) && takeOnce(`remove ${proposal.removed}`);
      case "selfRemove":
        return takeOnce(`remove ${removedLeaf(item)}`);
      case "add": {
        const { signatureKey } = proposal.keyPackage.leafNode;
        const member = scope.tree.findSignatureKey(signatureKey);
        return (member === undefined || removed.has(member)) && takeOnce(`add ${toHex(signatureKey)}`);
      }
      case "appDataUpdate":
        return fitsComponent(proposal.appDataUpdate);
      default:
        return true;
    }
  });
  return supported(selected, scope);
}

/** RFC 9420 §12.1.7: leaves out the new extensions that do not fit those who stay, then the leaves that do not fit. */
function supported(list: readonly ResolvedProposal[], scope: SelectionScope): ResolvedProposal[] {
  const proposed = list.flatMap(({ proposal }) =>
    proposal.proposalType === "groupContextExtensions" ? [proposal.extensions] : [],
  )[0];
  const isTaken = proposed !== undefined && fitsMembers(proposed, list, scope);
  const demands = demandsOf(isTaken ? proposed : scope.extensions);
  const removed = new Set(list.flatMap((item) => removedLeaf(item) ?? []));
  return list.filter(({ proposal }) => {
    switch (proposal.proposalType) {
      case "groupContextExtensions":
        return isTaken;
      case "add":
        return supports(proposal.keyPackage.leafNode, demands);
      case "update":
        return supports(proposal.leafNode, demands);
      case "appDataUpdate":
      case "appEphemeral":
        return holds(() => checkProposalSupport(scope.tree, [proposal.proposalType], removed));
      default:
        return true;
    }
  });
}

function fitsMembers(
  extensions: readonly Extension[],
  list: readonly ResolvedProposal[],
  scope: SelectionScope,
): boolean {
  if (changesLockedDictionary(scope.extensions, extensions)) return false;
  const demands = demandsOf(extensions);
  const removed = new Set(list.map(removedLeaf));
  return scope.tree
    .leaves()
    .every(({ leafIndex, leafNode }) => removed.has(leafIndex) || supports(leafNode, demands));
}

const supports = (leafNode: LeafNode, demands: Demands): boolean =>
  holds(() => checkSupport(leafNode, demands));

function holds(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof MlsError) return false;
    throw error;
  }
}

/** Extensions §4.7: one removal of what is there, or updates; what came first decides. */
function componentFilter({ extensions }: SelectionScope): (update: AppDataUpdate) => boolean {
  const first = new Map<number, AppDataUpdate["op"]>();
  const present = new Set(dictionaryOf(extensions).map(({ componentId }) => componentId));
  return ({ componentId, op }) => {
    const before = first.get(componentId);
    if (before !== undefined) return before === "update" && op === "update";
    if (op === "remove" && !present.has(componentId)) return false;
    first.set(componentId, op);
    return true;
  };
}

/** The leaf that a proposal takes away or replaces. */
function changedLeaf(item: ResolvedProposal): number | undefined {
  const { proposal, sender } = item;
  if (proposal.proposalType === "update" && sender.senderType === "member") return sender.leafIndex;
  return removedLeaf(item);
}
