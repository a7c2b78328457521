/**
 * Which pending proposals a committer takes. RFC 9420 §12.2, §12.4, extensions §6.3.
 * @module
 */

import type { AppDataUpdate, Extension } from "../codec/index.ts";
import { dictionaryOf } from "../extensions.ts";
import { toHex } from "../octets.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import { type ResolvedProposal, removedLeaf } from "./list.ts";

/** What the proposals are for. */
export interface SelectionScope {
  readonly tree: Pick<RatchetTree, "findSignatureKey">;
  /** Of the GroupContext. */
  readonly extensions: readonly Extension[];
}

/**
 * The pending proposals that can stand together in a commit of this member, in the order of their arrival.
 *
 * Left out are: what would remove or update the committer; an Update of a leaf that is also removed, or that is
 * followed by a later Update; a Remove of a leaf that removes itself; a second removal of one leaf; all but the last
 * GroupContextExtensions; a ReInit where there is anything else; an Add of a client that another Add brings or that is a
 * member and stays; AppDataUpdates that cannot stand beside an earlier one, and removals of what is not there.
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
  return lastFirst.reverse().filter((item) => {
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
