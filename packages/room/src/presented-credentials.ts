/**
 * Whose claims a decision may depend on. Policy §4.
 * @module
 */

import type { ExternalSender, LeafNode, MLSMessage } from "@openmimi/mls";
import type { Presented } from "./members.ts";

/** The group that handshakes are for; `PublicGroup` of `@openmimi/mls` is one. */
export interface PresentingGroup {
  readonly tree: { leaf(leafIndex: number): LeafNode | undefined };
  externalSenders(): readonly ExternalSender[];
}

/**
 * The credentials of those who make handshakes, and the keys that present them, as far as the messages and the group show them: what `examine` of
 * `examinedClaims` is given before the rules are asked. Proposals that are pending were examined when they came.
 */
export function presentedCredentials(
  messages: readonly MLSMessage[],
  group: PresentingGroup,
): readonly Presented[] {
  return messages.flatMap((message) => presented(message, group) ?? []);
}

function presented(message: MLSMessage, group: PresentingGroup): Presented | undefined {
  if (message.wireFormat !== "publicMessage") return undefined;
  const { content } = message.publicMessage;
  const { sender } = content;
  switch (sender.senderType) {
    case "member":
      return group.tree.leaf(sender.leafIndex);
    case "external":
      return group.externalSenders()[sender.senderIndex];
    case "newMemberProposal":
      return content.contentType === "proposal" && content.proposal.proposalType === "add"
        ? content.proposal.keyPackage.leafNode
        : undefined;
    case "newMemberCommit":
      return content.contentType === "commit" ? content.commit.path?.leafNode : undefined;
  }
}
