/**
 * Proposals sent on their own, judged as a whole. Protocol §3.5, §5.3, §7.1; readings.
 * @module
 */

import { type MLSMessage, type PendingProposal, type PublicGroup, proposalReference } from "@openmimi/mls";
import type { UpdateRequest } from "@openmimi/protocol";
import { factsOfProposals } from "@openmimi/room";
import type { Source } from "../source.ts";
import { audienceOf, proposalEvent } from "./fanout.ts";
import { type JudgeParts, judgeHeader, refuseUnlessAllowed } from "./judge.ts";
import type { Judgement, LookedUp } from "./judge-commit.ts";
import { asRefusal, invalidProposal, notAllowed } from "./refusal.ts";
import { viewOf } from "./room-view.ts";
import { copyOf, type HubRoom, membersOf } from "./rooms.ts";

/**
 * Judges a bundle of proposals: all are accepted, or none is (reading R-050).
 *
 * @throws {Refusal}
 */
export function judgeProposals(
  parts: JudgeParts,
  room: HubRoom,
  source: Source,
  request: UpdateRequest,
  { parentParticipants }: Pick<LookedUp, "parentParticipants">,
): Judgement {
  const { checks, claims: claimsOf, domain } = parts;
  const { group } = room;
  const more = request.moreProposals ?? [];
  const messages = [request.proposalOrCommit, ...more];
  const staged = messages.map((message) => stage(parts, room, source, message));
  const references = staged.map(({ reference }) => reference);
  for (const reference of references) {
    const isPending = group.pendingProposal(reference) !== undefined;
    const isRepeated = references.filter((other) => Buffer.compare(other, reference) === 0).length > 1;
    if (isPending || isRepeated) throw invalidProposal([reference], "the proposal is pending already");
  }
  try {
    checks.proposalsFitTogether(group, staged);
  } catch (error) {
    throw asRefusal(error, references);
  }
  const facts = {
    ...factsOfProposals(staged, group, { claimsOf }),
    roomUri: room.roomUri,
    ...(parentParticipants === undefined ? {} : { parentParticipants }),
  };
  refuseUnlessAllowed(checks.policyAllowsProposals(viewOf(group).state, facts));

  const next = copyOf(group);
  for (const pending of staged) next.addProposal(pending);
  const audience = audienceOf(membersOf(group), domain);
  return {
    group: next,
    groupInfo: room.groupInfo,
    removals: room.removals,
    isCommit: false,
    newPending: messages,
    welcomed: [],
    events: (timestamp) => [proposalEvent(timestamp, request.proposalOrCommit, more, audience)],
  };
}

function stage(parts: JudgeParts, room: HubRoom, source: Source, message: MLSMessage): PendingProposal {
  try {
    judgeHeader(parts, room, source, message);
    return parts.checks.stageProposal(room.group, message);
  } catch (error) {
    throw asRefusal(error, [referenceOf(room.group, message)]);
  }
}

function referenceOf({ suite }: PublicGroup, message: MLSMessage): Uint8Array {
  if (message.wireFormat !== "publicMessage") throw notAllowed("the proposal is not public");
  const { content, auth } = message.publicMessage;
  return proposalReference(suite, { wireFormat: "publicMessage", content, auth });
}
