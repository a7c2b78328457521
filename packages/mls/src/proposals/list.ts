/**
 * Whether the proposals of a commit may stand together. RFC 9420 §12.2, extensions §4.7, §6.3.
 * @module
 */

import { encode } from "@openmimi/tls";
import type { Proposal, Sender } from "../codec/index.ts";
import { PreSharedKeyID } from "../codec/index.ts";
import { MlsError } from "../errors.ts";
import { toHex } from "../octets.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";

/** A proposal of a commit: who made it, and its reference if it was sent on its own. */
export interface ResolvedProposal {
  readonly proposal: Proposal;
  readonly sender: Sender;
  readonly reference?: Uint8Array;
}

const refuse = (message: string, section = "RFC 9420 §12.2"): never => {
  throw new MlsError("invalid-proposal-list", message, section);
};

/** The leaf that a Remove or SelfRemove takes away, or `undefined` for other proposals. */
export function removedLeaf({ proposal, sender }: ResolvedProposal): number | undefined {
  if (proposal.proposalType === "remove") return proposal.removed;
  if (proposal.proposalType === "selfRemove" && sender.senderType === "member") return sender.leafIndex;
  return undefined;
}

/**
 * RFC 9420 §12.2 for the commit of a member.
 *
 * @param committer the leaf of the committer
 * @throws {MlsError} `invalid-proposal-list`
 */
export function checkMemberList(
  list: readonly ResolvedProposal[],
  committer: number,
  tree: RatchetTree,
): void {
  checkReferences(list);
  const touched = new Map<number, string>();
  let groupContextExtensions = 0;
  for (const item of list) {
    const { proposal, sender, reference } = item;
    switch (proposal.proposalType) {
      case "update": {
        const leaf = memberLeaf(sender, "an Update");
        if (leaf === committer) refuse("the committer updates itself by a proposal");
        touch(touched, leaf, "update");
        break;
      }
      case "remove":
        if (proposal.removed === committer) refuse("the committer removes itself");
        if (tree.leaf(proposal.removed) === undefined)
          refuse(`leaf ${proposal.removed} is blank`, "RFC 9420 §12.1.3");
        touch(touched, proposal.removed, "remove");
        break;
      case "selfRemove": {
        // Extensions §6.3: by reference only, never by the committer, never from outside.
        if (reference === undefined) refuse("a SelfRemove is committed by value", "extensions §6.3");
        const leaf = memberLeaf(sender, "a SelfRemove");
        if (leaf === committer) refuse("the committer removes itself", "extensions §6.3");
        touch(touched, leaf, "selfRemove");
        break;
      }
      case "groupContextExtensions":
        groupContextExtensions++;
        if (groupContextExtensions > 1) refuse("more than one GroupContextExtensions");
        break;
      case "reinit":
        if (list.length > 1) refuse("a ReInit stands beside other proposals");
        break;
      case "externalInit":
        refuse("an ExternalInit in the commit of a member");
    }
  }
  checkAdds(list, tree);
  checkPsks(list);
}

/**
 * RFC 9420 §12.2 for an external commit, opened by the extensions draft to SelfRemove by reference and to
 * AppDataUpdate and AppEphemeral by value (readings ).
 *
 * @throws {MlsError} `invalid-proposal-list`
 */
export function checkExternalList(list: readonly ResolvedProposal[], tree: RatchetTree): void {
  checkReferences(list);
  let externalInits = 0;
  const touched = new Map<number, string>();
  for (const { proposal, sender, reference } of list) {
    const byReference = reference !== undefined;
    switch (proposal.proposalType) {
      case "externalInit":
        externalInits++;
        break;
      case "remove":
        if ([...touched.values()].includes("remove")) refuse("more than one Remove in an external commit");
        if (tree.leaf(proposal.removed) === undefined)
          refuse(`leaf ${proposal.removed} is blank`, "RFC 9420 §12.1.3");
        touch(touched, proposal.removed, "remove");
        break;
      case "selfRemove":
        if (!byReference) refuse("a SelfRemove is committed by value", "extensions §6.3");
        touch(touched, memberLeaf(sender, "a SelfRemove"), "selfRemove");
        break;
      case "psk":
      case "appDataUpdate":
      case "appEphemeral":
        break;
      default:
        refuse(`a proposal of type ${proposal.proposalType} in an external commit`);
    }
    if (byReference && proposal.proposalType !== "selfRemove") {
      refuse("an external commit refers to a proposal that is not a SelfRemove", "extensions §6.3");
    }
  }
  if (externalInits !== 1) refuse(`${externalInits} ExternalInit proposals in an external commit`);
  checkPsks(list);
}

/** A proposal takes effect once, however often it is referred to. */
function checkReferences(list: readonly ResolvedProposal[]): void {
  const seen = new Set<string>();
  for (const { reference } of list) {
    if (reference === undefined) continue;
    const name = toHex(reference);
    if (seen.has(name)) refuse("one proposal is referred to twice");
    seen.add(name);
  }
}

function memberLeaf(sender: Sender, what: string): number {
  return sender.senderType === "member"
    ? sender.leafIndex
    : refuse(`${what} from outside the group`, "RFC 9420 §12.1.8");
}

function touch(touched: Map<number, string>, leaf: number, what: string): void {
  if (touched.has(leaf))
    refuse(`leaf ${leaf} is changed by two proposals (${touched.get(leaf)} and ${what})`);
  touched.set(leaf, what);
}

function checkAdds(list: readonly ResolvedProposal[], tree: RatchetTree): void {
  const adds = list.flatMap(({ proposal }) => (proposal.proposalType === "add" ? [proposal.keyPackage] : []));
  if (adds.length === 0) return;
  const added = new Set<string>();
  for (const { leafNode } of adds) {
    const key = toHex(leafNode.signatureKey);
    if (added.has(key)) refuse("two Adds for one client");
    added.add(key);
  }
  const removed = new Set(list.map(removedLeaf));
  for (const { leafNode } of adds) {
    const member = tree.findSignatureKey(leafNode.signatureKey);
    if (member !== undefined && !removed.has(member)) refuse("an Add for a client that is a member");
  }
}

function checkPsks(list: readonly ResolvedProposal[]): void {
  const seen = new Set<string>();
  for (const { proposal } of list) {
    if (proposal.proposalType !== "psk") continue;
    const id = toHex(encode(PreSharedKeyID, proposal.psk));
    if (seen.has(id)) refuse("two PreSharedKey proposals for one PSK");
    seen.add(id);
  }
}
