/**
 * Proposals and commits, judged against one state of a room; nothing changes here. Protocol §5.3, §7.
 * @module
 */

import { type MLSMessage, type PublicGroup, type PublicMessage, WireFormatId } from "@openmimi/mls";
import { type Identity, identityOf, providerOf } from "@openmimi/protocol";
import type { ClaimsSource, Decision } from "@openmimi/room";
import type { ProviderChecks } from "../checks.ts";
import type { Source } from "../source.ts";
import type { JoinRequests } from "./join-requests.ts";
import type { HubKeys } from "./keys.ts";
import { notAllowed, wrongEpoch } from "./refusal.ts";
import { viewOf } from "./room-view.ts";
import type { HubRoom } from "./rooms.ts";

/** What a judgement needs beside the room. */
export interface JudgeParts {
  readonly domain: string;
  readonly checks: ProviderChecks;
  readonly keys: HubKeys;
  readonly joinRequests: JoinRequests;
  readonly nowMs: () => number;
  readonly claims: ClaimsSource;
}

/**
 * The content of a handshake that the codec has let through. No room of ours names the hub as an external receiver, so
 * there is nothing that it could read or check in a SemiPrivateMessage (reading R-221).
 *
 * @throws {Refusal} `notAllowed`
 */
export function contentOf(message: MLSMessage): PublicMessage["content"] {
  if (message.wireFormat !== "publicMessage")
    throw notAllowed(`a ${message.wireFormat} cannot be read by the hub`);
  return message.publicMessage.content;
}

/** @throws {Refusal} `notAllowed`, with what failed and where the drafts say so */
export function refuseUnlessAllowed(decision: Decision): void {
  if (!decision.allowed) throw notAllowed(`${decision.reason}: ${decision.message} (${decision.section})`);
}

/**
 * Room, epoch, who vouches for the sender, and in which wire format it came; before anything is verified.
 *
 * @throws {Refusal}
 */
export function judgeHeader(
  { checks }: JudgeParts,
  room: HubRoom,
  source: Source,
  message: MLSMessage,
): void {
  const content = contentOf(message);
  const { groupId, epoch, sender } = content;
  const { group } = room;
  if (!checks.handshakeIsForRoom(group, groupId))
    throw notAllowed("the message is for the group of another room");
  if (!checks.epochMatches(group, epoch)) throw wrongEpoch(group.epoch);
  const identity = senderOf(group, message);
  if (identity === undefined) throw notAllowed(`there is no such sender: ${sender.senderType}`);
  if (!checks.senderDomain(source, identity)) {
    throw notAllowed(`${source.client?.clientUri ?? source.domain} does not speak for ${identity.userUri}`);
  }
  const selfRemove = content.contentType === "proposal" && content.proposal.proposalType === "selfRemove";
  const format = { wireFormat: WireFormatId[message.wireFormat], senderType: sender.senderType, selfRemove };
  refuseUnlessAllowed(checks.handshakeFormatAllowed(viewOf(group).state, format));
}

/** @throws {ProtocolError} `invalid-credential` */
function senderOf(group: PublicGroup, message: MLSMessage): Identity | undefined {
  const content = contentOf(message);
  const { sender } = content;
  switch (sender.senderType) {
    case "member": {
      const leaf = group.tree.leaf(sender.leafIndex);
      return leaf && identityOf(leaf.credential);
    }
    case "external": {
      const entry = group.externalSenders()[sender.senderIndex];
      if (entry === undefined) return undefined;
      const domain = providerOf(entry.credential);
      return { userUri: `mimi://${domain}`, domain };
    }
    case "newMemberProposal":
      return content.contentType === "proposal" && content.proposal.proposalType === "add"
        ? identityOf(content.proposal.keyPackage.leafNode.credential)
        : undefined;
    case "newMemberCommit":
      return content.contentType === "commit" && content.commit.path !== undefined
        ? identityOf(content.commit.path.leafNode.credential)
        : undefined;
  }
}
