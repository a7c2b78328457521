/**
 * What the handshakes hold that a user of the target sends. Protocol §5.3, §7.5; readings.
 * @module
 */

import { ExtensionType, type Proposal } from "@openmimi/mls";
import { MimiComponentId, ParticipantListUpdate, UpdateRequest } from "@openmimi/protocol";
import { decode, TlsError } from "@openmimi/tls";
import type { Check, Checks } from "../src/checks.ts";
import { contentTypeOf } from "../src/play/followed-room.ts";

/** What all proposals of a request come to. */
export interface Effects {
  /** Leaves that go, by Remove or SelfRemove, in order. */
  readonly removedLeaves: readonly number[];
  /** Places in the participant list that go. */
  readonly removedPlaces: readonly number[];
  /** Users who enter the list. */
  readonly addedUsers: readonly string[];
  /** How many clients are added. */
  readonly adds: number;
  /** How many proposals are only referred to. */
  readonly references: number;
  /** Whether there is a SelfRemove. */
  readonly selfRemove: boolean;
}

/** A proposal with the leaf of its sender. */
interface Sent {
  readonly proposal: Proposal;
  readonly sender: number;
}

/** Reads the request of that label; undefined where it is none. */
export function effectsOf(check: Checks, label: string): Effects | undefined {
  const request = check.decoded(label, UpdateRequest);
  if (request === undefined) return undefined;
  const { sent, references } = proposalsOf(request);
  const updates = sent.flatMap(({ proposal }) => listUpdateOf(proposal) ?? []);
  const removedLeaves = sent.flatMap(({ proposal, sender }) =>
    proposal.proposalType === "remove"
      ? [proposal.removed]
      : proposal.proposalType === "selfRemove"
        ? [sender]
        : [],
  );
  return {
    removedLeaves: removedLeaves.toSorted((a, b) => a - b),
    removedPlaces: updates.flatMap(({ removedIndices }) => removedIndices),
    addedUsers: updates.flatMap(({ addedParticipants }) => addedParticipants.map(({ user }) => user)),
    adds: sent.filter(({ proposal }) => proposal.proposalType === "add").length,
    references,
    selfRemove: sent.some(({ proposal }) => proposal.proposalType === "selfRemove"),
  };
}

function proposalsOf({ proposalOrCommit, moreProposals = [] }: UpdateRequest): {
  readonly sent: readonly Sent[];
  readonly references: number;
} {
  const sent: Sent[] = [];
  let references = 0;
  for (const message of [proposalOrCommit, ...moreProposals]) {
    if (message.wireFormat !== "publicMessage") continue;
    const { content } = message.publicMessage;
    const sender = content.sender.senderType === "member" ? content.sender.leafIndex : -1;
    if (content.contentType === "proposal") sent.push({ proposal: content.proposal, sender });
    if (content.contentType !== "commit") continue;
    for (const item of content.commit.proposals) {
      if (item.type === "proposal") sent.push({ proposal: item.proposal, sender });
      else references += 1;
    }
  }
  return { sent, references };
}

function listUpdateOf(proposal: Proposal): ParticipantListUpdate | undefined {
  if (proposal.proposalType !== "appDataUpdate") return undefined;
  const { appDataUpdate } = proposal;
  if (appDataUpdate.componentId !== MimiComponentId.participantList || appDataUpdate.op !== "update") {
    return undefined;
  }
  try {
    return decode(ParticipantListUpdate, appDataUpdate.update);
  } catch (error) {
    if (error instanceof TlsError) return undefined;
    throw error;
  }
}

/** The request of that label holds only PublicMessages of that kind, and no ratchet tree inside anything. */
export function framedAs(check: Checks, label: string, kind: "commit" | "proposal"): Check[] {
  const request = check.decoded(label, UpdateRequest);
  const at = check.exchange(label)?.n;
  if (request === undefined) return [check.that(false, "an UpdateRequest", "something else", at)];
  const messages = [request.proposalOrCommit, ...(request.moreProposals ?? [])];
  const formats = messages.map((message) => `${message.wireFormat} ${contentTypeOf(message)}`);
  const saw = [...new Set(formats)].join(", ");
  const { groupInfoOption: option } = request;
  const extensions =
    option === undefined
      ? []
      : option.representation === "full"
        ? option.groupInfo.extensions
        : option.partialGroupInfo.groupInfoExtensions;
  const tree = extensions.some(({ extensionType }) => extensionType === ExtensionType.ratchetTree);
  return [
    check.that(
      formats.every((format) => format === `publicMessage ${kind}`),
      `publicMessage ${kind}`,
      saw,
      at,
    ),
    check.that(!tree, "no ratchet_tree extension in the GroupInfo", tree ? "one" : "none", at),
  ];
}
