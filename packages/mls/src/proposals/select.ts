/**
 * Which pending proposals a committer takes. RFC 9420 §12.2, §12.4, extensions §6.3.
 * @module
 */

import { toHex } from "../octets.ts";
import { type ResolvedProposal, removedLeaf } from "./list.ts";

/**
 * The pending proposals that can stand together in a commit of this member, in the order of their arrival.
 *
 * Left out are: what would remove or update the committer; an Update of a leaf that is also removed, or that is
 * followed by a later Update; a Remove of a leaf that removes itself; a second removal of one leaf; all but the last
 * GroupContextExtensions; a ReInit where there is anything else; an Add of a client that another Add brings.
 */
export function selectProposals(pending: readonly ResolvedProposal[], committer: number): ResolvedProposal[] {
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
  return lastFirst.reverse().filter((item) => {
    const { proposal } = item;
    switch (proposal.proposalType) {
      case "remove":
        return !selfRemoved.has(proposal.removed) && takeOnce(`remove ${proposal.removed}`);
      case "selfRemove":
        return takeOnce(`remove ${removedLeaf(item)}`);
      case "add":
        return takeOnce(`add ${toHex(proposal.keyPackage.leafNode.signatureKey)}`);
      default:
        return true;
    }
  });
}

/** The leaf that a proposal takes away or replaces. */
function changedLeaf(item: ResolvedProposal): number | undefined {
  const { proposal, sender } = item;
  if (proposal.proposalType === "update" && sender.senderType === "member") return sender.leafIndex;
  return removedLeaf(item);
}
