/**
 * Proposals from outside the group: by a hub that is an external sender, or by somebody who wants to be added.
 * RFC 9420 §12.1.8.
 * @module
 */

import type { FramedContent, GroupContext, KeyPackage, MLSMessage, Proposal, Sender } from "./codec/index.ts";
import type { CipherSuite, CryptoProvider } from "./crypto/provider.ts";
import { defaultAuthenticatedData } from "./extensions.ts";
import { protectPublic, signFramedContent } from "./framing/content.ts";

/** What an external sender proposes. */
export interface ExternalProposalInit {
  /** Of the present epoch: the signature covers the group ID and the epoch. */
  readonly groupContext: GroupContext;
  /** The sender's place in external_senders. RFC 9420 §12.1.8.1. */
  readonly senderIndex: number;
  readonly signaturePrivateKey: Uint8Array;
  /** Add, Remove, PreSharedKey, ReInit, GroupContextExtensions, AppDataUpdate or AppEphemeral. */
  readonly proposal: Proposal;
  /** Default: an empty SafeAAD where the group has safe_aad, nothing elsewhere. Extensions §4.9. */
  readonly authenticatedData?: Uint8Array;
}

/**
 * A proposal by an external sender, as PublicMessage. It holds for one group and one epoch. RFC 9420 §12.1.8.
 *
 * @throws {MlsError} `unsupported-cipher-suite`
 * @example
 * ```ts
 * const message = externalProposal(nobleCrypto, {
 *   groupContext: group.groupContext, senderIndex: 0, signaturePrivateKey: hubKey,
 *   proposal: { proposalType: "remove", removed: 3 },
 * });
 * group.addProposal(group.stageProposal(message));
 * ```
 */
export function externalProposal(crypto: CryptoProvider, init: ExternalProposalInit): MLSMessage {
  const { groupContext, senderIndex, signaturePrivateKey, proposal, authenticatedData } = init;
  const suite = crypto.suite(groupContext.cipherSuite);
  const sender: Sender = { senderType: "external", senderIndex };
  return sign(suite, groupContext, signaturePrivateKey, { sender, proposal, authenticatedData });
}

/** What somebody who wants to be added sends. */
export interface JoinProposalInit {
  readonly groupContext: GroupContext;
  readonly keyPackage: KeyPackage;
  /** Of the KeyPackage's leaf. */
  readonly signaturePrivateKey: Uint8Array;
  readonly authenticatedData?: Uint8Array;
}

/**
 * An Add proposal by the one who is to be added (`new_member_proposal`), as PublicMessage. RFC 9420 §12.1.8.
 *
 * @throws {MlsError} `unsupported-cipher-suite`
 */
export function joinProposal(crypto: CryptoProvider, init: JoinProposalInit): MLSMessage {
  const { groupContext, keyPackage, signaturePrivateKey, authenticatedData } = init;
  const suite = crypto.suite(groupContext.cipherSuite);
  const sender: Sender = { senderType: "newMemberProposal" };
  const proposal: Proposal = { proposalType: "add", keyPackage };
  return sign(suite, groupContext, signaturePrivateKey, { sender, proposal, authenticatedData });
}

function sign(
  suite: CipherSuite,
  groupContext: GroupContext,
  signaturePrivateKey: Uint8Array,
  parts: { sender: Sender; proposal: Proposal; authenticatedData: Uint8Array | undefined },
): MLSMessage {
  const { groupId, epoch, extensions } = groupContext;
  const content: FramedContent = {
    groupId,
    epoch,
    sender: parts.sender,
    authenticatedData: parts.authenticatedData ?? defaultAuthenticatedData(extensions),
    contentType: "proposal",
    proposal: parts.proposal,
  };
  // RFC 9420 §6.1: the GroupContext is covered only for members and for external commits.
  const signature = signFramedContent(suite, signaturePrivateKey, "publicMessage", content, undefined);
  const authenticated = { wireFormat: "publicMessage" as const, content, auth: { signature } };
  return protectPublic(suite, authenticated, groupContext, undefined);
}
