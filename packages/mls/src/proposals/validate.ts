/**
 * Whether one proposal is valid where it stands. RFC 9420 §12.1, extensions §4.7, §6.3.
 * @module
 */

import { decode } from "@openmimi/tls";
import {
  ExtensionType,
  ExternalSenders,
  type GroupContext,
  type Proposal,
  ProposalTypeId,
  RequiredCapabilities,
  type Sender,
} from "../codec/index.ts";
import type { CipherSuite } from "../crypto/provider.ts";
import { MlsError } from "../errors.ts";
import {
  checkSupport,
  checkUniqueExtensions,
  findExtension,
  requiredCapabilities,
  supportsProposal,
} from "../extensions.ts";
import { sameOctets } from "../octets.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import { validateKeyPackage, validateLeafNode } from "../tree/validate.ts";

/** The group that a proposal is judged against. */
export interface ProposalScope {
  readonly suite: CipherSuite;
  readonly groupContext: GroupContext;
  readonly tree: RatchetTree;
  /** Seconds since the UNIX epoch; absent: lifetimes are not checked. */
  readonly now?: bigint | undefined;
}

/** RFC 9420 §12.1.8 and extensions §4.7, §4.8: what may be proposed from outside. */
const externalTypes: ReadonlySet<Proposal["proposalType"]> = new Set([
  "add",
  "remove",
  "psk",
  "reinit",
  "groupContextExtensions",
  "appDataUpdate",
  "appEphemeral",
]);

/**
 * Checks one proposal.
 *
 * @throws {MlsError} `invalid-proposal`, or what is wrong with the KeyPackage or leaf inside
 */
export function validateProposal(scope: ProposalScope, proposal: Proposal, sender: Sender): void {
  const { suite, groupContext, tree, now } = scope;
  const refuse = (message: string, section: string): never => {
    throw new MlsError("invalid-proposal", message, section);
  };
  if (sender.senderType === "external" && !externalTypes.has(proposal.proposalType)) {
    refuse(`an external sender may not send ${proposal.proposalType}`, "RFC 9420 §12.1.8");
  }
  if (sender.senderType === "newMemberProposal" && proposal.proposalType !== "add") {
    refuse("a new member may only propose to be added", "RFC 9420 §12.1.8");
  }
  switch (proposal.proposalType) {
    case "add": {
      // RFC 9420 §10.1, §12.1.1
      validateKeyPackage(suite, proposal.keyPackage, now === undefined ? {} : { now });
      checkSupport(
        proposal.keyPackage.leafNode,
        groupContext.extensions,
        requiredCapabilities(groupContext.extensions),
      );
      break;
    }
    case "update": {
      if (sender.senderType !== "member") throw outside("an Update", "RFC 9420 §12.1.2");
      const before = tree.leaf(sender.leafIndex);
      validateLeafNode(suite, proposal.leafNode, {
        source: "update",
        groupId: groupContext.groupId,
        leafIndex: sender.leafIndex,
      });
      checkSupport(proposal.leafNode, groupContext.extensions, requiredCapabilities(groupContext.extensions));
      if (before !== undefined && sameOctets(before.encryptionKey, proposal.leafNode.encryptionKey)) {
        refuse("an Update keeps its encryption key", "RFC 9420 §12.1.2");
      }
      break;
    }
    case "remove":
      if (tree.leaf(proposal.removed) === undefined)
        refuse(`leaf ${proposal.removed} is blank`, "RFC 9420 §12.1.3");
      break;
    case "psk":
      if (proposal.psk.pskNonce.length !== suite.hashLength) {
        refuse(
          `the psk_nonce has ${proposal.psk.pskNonce.length} octets, not ${suite.hashLength}`,
          "RFC 9420 §12.1.4",
        );
      }
      if (proposal.psk.pskType === "resumption" && proposal.psk.usage !== "application") {
        refuse(`a resumption PSK for ${proposal.psk.usage}`, "RFC 9420 §12.1.4");
      }
      break;
    case "externalInit":
      if (sender.senderType !== "newMemberCommit")
        refuse("an ExternalInit that is not in an external commit", "RFC 9420 §12.1.6");
      break;
    case "groupContextExtensions":
      validateExtensions(scope, proposal);
      break;
    case "selfRemove":
      if (sender.senderType !== "member") refuse("a SelfRemove from outside the group", "extensions §6.3");
      checkEveryMember(tree, ProposalTypeId.selfRemove);
      break;
    case "appDataUpdate":
      checkEveryMember(tree, ProposalTypeId.appDataUpdate);
      break;
    case "appEphemeral":
      checkEveryMember(tree, ProposalTypeId.appEphemeral);
      break;
    case "reinit":
      break;
  }
}

function outside(what: string, section: string): MlsError {
  return new MlsError("invalid-proposal", `${what} from outside the group`, section);
}

/** RFC 9420 §12.2: a proposal of a non-default type needs the support of every member. */
function checkEveryMember(tree: RatchetTree, proposalType: number): void {
  for (const { leafIndex, leafNode } of tree.leaves()) {
    if (!supportsProposal(leafNode.capabilities, proposalType)) {
      throw new MlsError(
        "missing-capability",
        `leaf ${leafIndex} does not support proposal ${proposalType}`,
        "RFC 9420 §12.2",
      );
    }
  }
}

function validateExtensions(
  scope: ProposalScope,
  proposal: Extract<Proposal, { proposalType: "groupContextExtensions" }>,
): void {
  checkUniqueExtensions(proposal.extensions);
  for (const [type, schema] of [
    [ExtensionType.requiredCapabilities, RequiredCapabilities],
    [ExtensionType.externalSenders, ExternalSenders],
  ] as const) {
    const data = findExtension(proposal.extensions, type);
    if (data === undefined) continue;
    try {
      decode<unknown>(schema, data);
    } catch (cause) {
      throw new MlsError("invalid-extension", `extension ${type} cannot be read`, "RFC 9420 §12.1.7", {
        cause,
      });
    }
  }
  const required = requiredCapabilities(proposal.extensions);
  for (const { leafNode } of scope.tree.leaves()) checkSupport(leafNode, proposal.extensions, required);
}
