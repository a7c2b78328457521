/**
 * Whether one proposal is valid where it stands. RFC 9420 §12.1, extensions §4.7, §4.8, §6.3.
 * @module
 */

import {
  type GroupContext,
  type LeafNode,
  type Proposal,
  type ProposalType,
  ProposalTypeId,
  type Sender,
} from "../codec/index.ts";
import { type CredentialLogic, validateCredential } from "../credentials/validate.ts";
import type { CipherSuite } from "../crypto/provider.ts";
import { MlsError } from "../errors.ts";
import { readGroupExtensions } from "../extensions.ts";
import { sameOctets } from "../octets.ts";
import { checkSupport, demandsOf, supportsProposal } from "../support.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import { validateKeyPackage, validateLeafNode } from "../tree/validate.ts";

/** The group that a proposal is judged against. */
export interface ProposalScope {
  readonly suite: CipherSuite;
  readonly groupContext: GroupContext;
  readonly tree: RatchetTree;
  /** Seconds since the UNIX epoch; absent: lifetimes are not checked. */
  readonly now?: bigint | undefined;
  readonly credentials?: CredentialLogic | undefined;
}

/** RFC 9420 §12.1.8 and extensions §4.7, §4.8: what may be proposed from outside. */
const externalTypes: ReadonlySet<ProposalType> = new Set([
  "add",
  "remove",
  "psk",
  "reinit",
  "groupContextExtensions",
  "appDataUpdate",
  "appEphemeral",
]);

/** Extensions §7.3: what a member lists in its capabilities if it supports it. */
const listedTypes: ReadonlySet<ProposalType> = new Set(["appDataUpdate", "appEphemeral", "selfRemove"]);

const refuse = (message: string, section: string): never => {
  throw new MlsError("invalid-proposal", message, section);
};

/**
 * Checks one proposal, but for what depends on the others in its commit.
 *
 * @throws {MlsError} `invalid-proposal`, or what is wrong with the KeyPackage, leaf or extension inside
 */
export function validateProposal(scope: ProposalScope, proposal: Proposal, sender: Sender): void {
  const { suite, tree, now } = scope;
  checkSenderType(proposal.proposalType, sender);
  switch (proposal.proposalType) {
    case "add":
      // RFC 9420 §10.1, §12.1.1
      validateKeyPackage(suite, proposal.keyPackage, now === undefined ? {} : { now });
      break;
    case "update":
      validateUpdate(scope, proposal, sender);
      break;
    case "remove":
      if (tree.leaf(proposal.removed) === undefined)
        refuse(`leaf ${proposal.removed} is blank`, "RFC 9420 §12.1.3");
      break;
    case "psk":
      if (proposal.psk.pskNonce.length !== suite.hashLength) {
        const { length } = proposal.psk.pskNonce;
        refuse(`the psk_nonce has ${length} octets, not ${suite.hashLength}`, "RFC 9420 §12.1.4");
      }
      if (proposal.psk.pskType === "resumption" && proposal.psk.usage !== "application") {
        refuse(`a resumption PSK for ${proposal.psk.usage}`, "RFC 9420 §12.1.4");
      }
      break;
    case "groupContextExtensions":
      // RFC 9420 §12.1.7, §13.4
      readGroupExtensions(proposal.extensions);
      break;
    case "reinit":
      // RFC 9420 §12.1.5, §13.4: they are those of the group to be.
      readGroupExtensions(proposal.reinit.extensions);
      break;
  }
}

function checkSenderType(proposalType: ProposalType, { senderType }: Sender): void {
  switch (senderType) {
    case "external":
      if (!externalTypes.has(proposalType)) {
        refuse(`an external sender may not send ${proposalType}`, "RFC 9420 §12.1.8");
      }
      break;
    case "newMemberProposal":
      if (proposalType !== "add") refuse("a new member may only propose to be added", "RFC 9420 §12.1.8");
      break;
    case "newMemberCommit":
      if (proposalType === "selfRemove")
        refuse("a SelfRemove by somebody who is no member", "extensions §6.3");
      break;
    case "member":
      if (proposalType === "externalInit") refuse("an ExternalInit by a member", "RFC 9420 §12.1.6");
      break;
  }
}

function validateUpdate(
  { suite, groupContext, tree }: ProposalScope,
  { leafNode }: Extract<Proposal, { proposalType: "update" }>,
  sender: Sender,
): void {
  if (sender.senderType !== "member")
    return void refuse("an Update from outside the group", "RFC 9420 §12.1.2");
  const { leafIndex } = sender;
  validateLeafNode(suite, leafNode, { source: "update", groupId: groupContext.groupId, leafIndex });
  const before = tree.leaf(leafIndex);
  if (before !== undefined && sameOctets(before.encryptionKey, leafNode.encryptionKey)) {
    refuse("an Update keeps its encryption key", "RFC 9420 §7.3");
  }
}

/**
 * Further checks of a proposal that is sent on its own, so that little becomes pending that no commit can take.
 * In a commit the same is judged with the other proposals beside it. Whether all members support what a
 * GroupContextExtensions demands, or the type of a proposal, is judged there alone: the commit may remove those who do
 * not (RFC 9420 §12.1.7, §12.2).
 *
 * @throws {MlsError} `missing-capability` or `invalid-credential`
 */
export function validateStandalone(scope: ProposalScope, proposal: Proposal): void {
  const { groupContext, tree } = scope;
  const { extensions } = groupContext;
  // Extensions §6.3: where not everybody supports SelfRemove there is none. Others may come with a removal.
  if (proposal.proposalType === "selfRemove") checkProposalSupport(tree, ["selfRemove"], new Set());
  switch (proposal.proposalType) {
    case "add":
      checkCredential(scope, proposal.keyPackage.leafNode);
      checkSupport(proposal.keyPackage.leafNode, demandsOf(extensions));
      break;
    case "update":
      checkCredential(scope, proposal.leafNode);
      checkSupport(proposal.leafNode, demandsOf(extensions));
      break;
  }
}

function checkCredential(
  { suite, credentials }: ProposalScope,
  { credential, signatureKey }: LeafNode,
): void {
  validateCredential(suite, { credential, signatureKey }, credentials);
}

/**
 * RFC 9420 §12.2: a proposal of a non-default type needs the support of every member that will process the commit.
 *
 * @param removed leaves that the commit removes: they need not support it
 * @throws {MlsError} `missing-capability`
 */
export function checkProposalSupport(
  tree: RatchetTree,
  types: readonly ProposalType[],
  removed: ReadonlySet<number>,
): void {
  const listed = new Set(types.filter((type) => listedTypes.has(type)).map((type) => ProposalTypeId[type]));
  if ([...listed].every((type) => tree.support.proposals.has(type))) return;
  for (const { leafIndex, leafNode } of tree.leaves()) {
    if (removed.has(leafIndex)) continue;
    for (const type of listed) {
      if (supportsProposal(leafNode.capabilities, type)) continue;
      throw new MlsError(
        "missing-capability",
        `leaf ${leafIndex} does not support proposal ${type}`,
        "RFC 9420 §12.2",
      );
    }
  }
}
