/**
 * Who sent a message, and whether it belongs here. RFC 9420 §6, §6.1, §12.1.8, extensions §4.9.
 * @module
 */

import type { AuthenticatedContent, FramedContent } from "../codec/index.ts";
import { MlsError } from "../errors.ts";
import { checkAuthenticatedData, externalSenders } from "../extensions.ts";
import type { GroupView } from "../group-view.ts";
import { sameOctets } from "../octets.ts";
import { verifyFramedContent } from "./content.ts";

/**
 * RFC 9420 §6: a handshake belongs to exactly one group and epoch; extensions §4.9.
 *
 * @throws {MlsError} `wrong-group`, `wrong-epoch` or `invalid-authenticated-data`
 */
export function checkHeader(
  group: GroupView,
  { groupId, epoch, authenticatedData }: Pick<FramedContent, "groupId" | "epoch" | "authenticatedData">,
): void {
  if (!sameOctets(groupId, group.groupId)) {
    throw new MlsError("wrong-group", "the message is for another group", "RFC 9420 §6.1");
  }
  if (epoch !== group.epoch) throw wrongEpoch(epoch, group.epoch);
  checkAuthenticatedData(group.groupContext.extensions, authenticatedData);
}

/** RFC 9420 §6.1. */
export function wrongEpoch(message: bigint, group: bigint): MlsError {
  return new MlsError(
    "wrong-epoch",
    `the message is for epoch ${message}, the group is in ${group}`,
    "RFC 9420 §6.1",
  );
}

/**
 * RFC 9420 §6.1: finds the sender's key and verifies the signature.
 *
 * @throws {MlsError} `unknown-sender` or `invalid-signature`
 */
export function verifySender(group: GroupView, authenticated: AuthenticatedContent): void {
  const key = senderKey(group, authenticated.content);
  const { senderType } = authenticated.content.sender;
  const context =
    senderType === "member" || senderType === "newMemberCommit" ? group.groupContext : undefined;
  if (!verifyFramedContent(group.suite, key, authenticated, context)) {
    throw new MlsError("invalid-signature", "the message's signature does not verify", "RFC 9420 §6.1");
  }
}

/** RFC 9420 §6.1, §12.1.8: the key that the sender must have signed with. */
function senderKey(group: GroupView, content: FramedContent): Uint8Array {
  const { sender, contentType } = content;
  switch (sender.senderType) {
    case "member": {
      const leaf = group.tree.leaf(sender.leafIndex);
      if (leaf === undefined) throw unknown(`leaf ${sender.leafIndex} is blank`);
      return leaf.signatureKey;
    }
    case "external": {
      const entry = externalSenders(group.groupContext.extensions)[sender.senderIndex];
      if (entry === undefined) throw unknown(`there is no external sender ${sender.senderIndex}`);
      if (contentType === "proposal") return entry.signatureKey;
      break;
    }
    case "newMemberProposal":
      if (contentType === "proposal" && content.proposal.proposalType === "add") {
        return content.proposal.keyPackage.leafNode.signatureKey;
      }
      break;
    case "newMemberCommit":
      if (contentType === "commit" && content.commit.path !== undefined) {
        return content.commit.path.leafNode.signatureKey;
      }
      break;
  }
  throw unknown(`a ${sender.senderType} cannot send this ${contentType}`);
}

function unknown(message: string): MlsError {
  return new MlsError("unknown-sender", message, "RFC 9420 §6.1");
}
