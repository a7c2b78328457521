/**
 * A commit, judged: MLS, pending proposals, policy, GroupInfo, tree, Welcome. Protocol §5.3; readings.
 * @module
 */

import { GroupInfo, type MLSMessage, type PublicGroup, type StagedCommit } from "@openmimi/mls";
import type { UpdateRequest } from "@openmimi/protocol";
import { type Circumstances, factsOfCommit } from "@openmimi/room";
import { encode } from "@openmimi/tls";
import { sameOctets } from "../octets.ts";
import type { Source } from "../source.ts";
import type { JoinLinkRecord, RoomEvent } from "../store/store.ts";
import { audienceOf, commitEvent, welcomeEvent } from "./fanout.ts";
import { contentOf, type JudgeParts, judgeHeader, refuseUnlessAllowed } from "./judge.ts";
import { asRefusal, invalidProposal, notAllowed } from "./refusal.ts";
import { reissueProposals } from "./reissue.ts";
import { viewOf } from "./room-view.ts";
import { groupAfter, type HubRoom, membersOf } from "./rooms.ts";
import { addedByReference, type KnownReferences, welcomeAudience } from "./welcome.ts";

/** What was looked up for a judgement beforehand. */
export interface LookedUp {
  /** What the store knows of the references in the Welcome. */
  readonly known: KnownReferences;
  /** Of the room that this one depends on once the request is accepted. */
  readonly parentParticipants?: ReadonlySet<string> | undefined;
  /** What is kept beside the room's joining links. */
  readonly joinLinks: readonly JoinLinkRecord[];
}

/** What an accepted handshake makes of a room. */
export interface Judgement {
  readonly group: PublicGroup;
  /** Encoded. */
  readonly groupInfo: Uint8Array;
  readonly removals: ReadonlyMap<string, bigint>;
  readonly isCommit: boolean;
  /** What becomes pending with it. */
  readonly newPending: readonly MLSMessage[];
  readonly welcomed: readonly Uint8Array[];
  /** The joining link that somebody joins with. */
  readonly usedJoinLink?: Uint8Array | undefined;
  readonly events: (acceptedTimestampMs: bigint) => RoomEvent[];
}

/**
 * Judges a commit.
 *
 * @throws {Refusal}
 */
export function judgeCommit(
  parts: JudgeParts,
  room: HubRoom,
  source: Source,
  request: UpdateRequest,
  lookedUp: LookedUp,
): Judgement {
  try {
    return judge(parts, room, source, request, lookedUp);
  } catch (error) {
    throw asRefusal(error);
  }
}

function judge(
  parts: JudgeParts,
  room: HubRoom,
  source: Source,
  request: UpdateRequest,
  lookedUp: LookedUp,
): Judgement {
  const { checks, domain, keys } = parts;
  const { group } = room;
  const message = request.proposalOrCommit;
  judgeHeader(parts, room, source, message);
  if (!checks.senderMayCommit(contentOf(message).sender.senderType)) throw notAllowed("only clients commit");
  const staged = stage(parts, group, message);
  const usedJoinLink = authorize(parts, room, staged, lookedUp);
  const missing = checks.pendingProposalsMissing(group, staged);
  if (missing.length > 0) throw invalidProposal(missing, "pending proposals are missing in the commit");
  const groupInfo = judgeGroupInfo(parts, group, staged, request);
  const added = addedByReference(group, staged);
  const { welcome } = request;
  if (!checks.welcomeMatchesAdds(group, new Set(added.keys()), welcome)) {
    throw invalidProposal([], "the Welcome and the Add proposals are not about the same clients");
  }

  const next = groupAfter(group, staged);
  const { roomUri } = room;
  const { claims } = parts;
  const stapled = staged.external
    ? reissueProposals({ keys, checks, claims, roomUri }, group, staged, next)
    : [];
  const joiner =
    staged.joined === undefined ? [] : membersOf(next).filter((m) => m.leafIndex === staged.committer);
  const audience = audienceOf([...membersOf(group), ...joiner], domain);
  const welcomeTo = welcomeAudience(added, lookedUp.known, domain);
  return {
    group: next,
    groupInfo: encode(GroupInfo, groupInfo),
    removals: removalsAfter(room, next),
    isCommit: true,
    newPending: stapled,
    welcomed: welcome?.secrets.map(({ newMember }) => newMember) ?? [],
    usedJoinLink,
    events: (timestamp) => [
      commitEvent(timestamp, message, stapled, audience),
      ...(welcome === undefined ? [] : [welcomeEvent(timestamp, welcome, staged.tree.toNodes(), welcomeTo)]),
    ],
  };
}

/** RFC 9420 §12.4.2, with the references that cannot be found named in the refusal. */
function stage({ checks }: JudgeParts, group: PublicGroup, message: MLSMessage): StagedCommit {
  try {
    return checks.stageCommit(group, message);
  } catch (error) {
    const content = contentOf(message);
    const references =
      content.contentType === "commit"
        ? content.commit.proposals.flatMap((item) => (item.type === "reference" ? [item.reference] : []))
        : [];
    throw asRefusal(
      error,
      references.filter((reference) => group.pendingProposal(reference) === undefined),
    );
  }
}

/**
 * Protocol §5.3, §5.6: the committer may do this; a joiner has asked before.
 *
 * @returns the joining link that the joiner needs for it
 */
function authorize(
  { checks, claims: claimsOf, joinRequests, nowMs }: JudgeParts,
  room: HubRoom,
  staged: StagedCommit,
  { parentParticipants, joinLinks }: LookedUp,
): Uint8Array | undefined {
  const { group, roomUri } = room;
  const circumstances: { -readonly [K in keyof Circumstances]: Circumstances[K] } = {
    roomUri,
    ...(parentParticipants === undefined ? {} : { parentParticipants }),
  };
  let code: Uint8Array | undefined;
  if (staged.joined !== undefined) {
    const request = joinRequests.find(roomUri, staged.joined.leafNode);
    if (!checks.externalCommitCorrelated(request)) {
      throw notAllowed("the GroupInfo was not requested with this identity and signature key");
    }
    code = request?.code;
    const link = joinLinks.find((one) => code !== undefined && sameOctets(one.link, code));
    if (link !== undefined && !checks.joinLinkUsable(link, nowMs())) code = undefined;
    if (code !== undefined) circumstances.joinCode = "unverifiable";
  }
  const facts = { ...factsOfCommit(staged, group, { claimsOf }), ...circumstances };
  const decision = checks.policyAllowsCommit(viewOf(group).state, facts);
  refuseUnlessAllowed(decision);
  const byCode = decision.allowed && decision.grounds.some(({ rule }) => rule === "canUseJoinCode");
  return byCode ? code : undefined;
}

function judgeGroupInfo(
  { checks }: JudgeParts,
  group: PublicGroup,
  staged: StagedCommit,
  { groupInfoOption, ratchetTreeOption }: UpdateRequest,
): GroupInfo {
  if (groupInfoOption === undefined) throw notAllowed("there is no GroupInfo");
  if (!checks.groupInfoOmitsTree(groupInfoOption)) throw notAllowed("the GroupInfo embeds the ratchet tree");
  if (!checks.ratchetTreeMatches(staged, ratchetTreeOption)) {
    throw notAllowed("the ratchet tree is neither left to the hub nor the one of the new epoch");
  }
  return checks.groupInfoOfCommit(group, staged, groupInfoOption);
}

/** Messages of epochs further back than 255 are never accepted (policy §7: epoch_tolerance has one octet). */
const REMEMBERED_EPOCHS = 256n;

/** Reading R-071: whose last client has gone with this commit. */
function removalsAfter({ group, removals }: HubRoom, next: PublicGroup): ReadonlyMap<string, bigint> {
  const users = new Set(membersOf(next).map(({ userUri }) => userUri));
  const after = new Map([...removals].filter(([, epoch]) => epoch + REMEMBERED_EPOCHS > next.epoch));
  for (const { userUri } of membersOf(group)) if (!users.has(userUri)) after.set(userUri, next.epoch);
  return after;
}
