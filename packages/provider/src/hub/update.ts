/**
 * POST /update: proposals and commits, accepted once. Protocol §5.3; readings.
 * @module
 */

import { UpdateRequest, UpdateRoomResponse } from "@openmimi/protocol";
import { presentedCredentials } from "@openmimi/room";
import { decode, encode } from "@openmimi/tls";
import { ProviderError } from "../errors.ts";
import { retryAfter } from "../http/problem.ts";
import type { Logger } from "../logging.ts";
import { sha256 } from "../octets.ts";
import { type Source, sourceName } from "../source.ts";
import { StoreError } from "../store/errors.ts";
import type { AnswerKey, Store } from "../store/store.ts";
import { acceptJudged } from "./accept.ts";
import type { Dependants } from "./dependants.ts";
import type { JudgeParts } from "./judge.ts";
import { type Judgement, judgeCommit, type LookedUp } from "./judge-commit.ts";
import { judgeProposals } from "./judge-proposals.ts";
import { parentParticipants } from "./parent-room.ts";
import { notAllowed, Refusal } from "./refusal.ts";
import { viewOf } from "./room-view.ts";
import type { HubRoom, HubRooms } from "./rooms.ts";
import { lookUpReferences } from "./welcome.ts";

/** What {@link update} needs. */
export interface UpdateParts extends JudgeParts {
  readonly store: Pick<Store, "rooms" | "keyPackages">;
  readonly rooms: HubRooms;
  readonly dependants: Dependants;
  readonly logger: Logger;
}

/** How often a request is judged anew because the room moved on meanwhile. */
const MAX_ATTEMPTS = 20;

/**
 * Answers an update.
 *
 * Judging needs the state of the room and happens outside of the store's transaction; the transaction compares the
 * revision that was judged with the current one. If the room has moved on, the request is judged again.
 *
 * @returns the encoded UpdateRoomResponse
 * @throws {ProviderError} `not-found`
 */
export async function update(
  parts: UpdateParts,
  source: Source,
  roomUri: string,
  body: Uint8Array,
): Promise<Uint8Array> {
  const request = decode(UpdateRequest, body);
  const answerKey = { source: sourceName(source), path: `update ${roomUri}`, bodyHash: sha256(body) };
  const known = await lookUpReferences(
    parts.store.keyPackages,
    request.welcome?.secrets.map(({ newMember }) => newMember) ?? [],
  );
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const earlier = await parts.store.rooms.findAnswer(answerKey);
    if (earlier !== undefined) return earlier;
    const room = await parts.rooms.find(roomUri);
    if (room === undefined)
      throw new ProviderError("not-found", "there is no such room here", "reading R-060");
    const ofParent = await parentParticipants(parts.rooms, room, request);
    const { joinLinks: inRoom } = viewOf(room.group).state;
    const joinLinks = inRoom.length === 0 ? [] : await parts.store.rooms.joinLinks(roomUri);
    const messages = [request.proposalOrCommit, ...(request.moreProposals ?? [])];
    await parts.claims.examine?.(presentedCredentials(messages, room.group));
    const judgement = judge(parts, room, source, request, { known, parentParticipants: ofParent, joinLinks });
    if (judgement instanceof Refusal) return refuse(parts, roomUri, source, judgement);
    const result = await accept(parts, room, judgement, answerKey);
    if (result instanceof Refusal) return refuse(parts, roomUri, source, result);
    if (result !== undefined) return result;
  }
  throw new ProviderError("unavailable", "the room is too busy", undefined, { headers: retryAfter() });
}

function refuse({ logger }: UpdateParts, room: string, { domain }: Source, refusal: Refusal): Uint8Array {
  const { code, message: reason } = refusal;
  logger.info("update-refused", { room, from: domain, code, reason });
  return encode(UpdateRoomResponse, refusal.response);
}

function judge(
  parts: UpdateParts,
  room: HubRoom,
  source: Source,
  request: UpdateRequest,
  lookedUp: LookedUp,
): Judgement | Refusal {
  try {
    return request.moreProposals === undefined
      ? judgeCommit(parts, room, source, request, lookedUp)
      : judgeProposals(parts, room, source, request, lookedUp);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** @returns the answer, or `undefined` when the room has moved on; a refusal where another room is in the way */
async function accept(
  parts: UpdateParts,
  room: HubRoom,
  judgement: Judgement,
  answerKey: AnswerKey,
): Promise<Uint8Array | Refusal | undefined> {
  try {
    const result = await acceptJudged(parts, room, judgement, {
      answerKey,
      answer: (acceptedTimestamp) =>
        encode(UpdateRoomResponse, { responseCode: "success", errorDescription: "", acceptedTimestamp }),
    });
    if (result.outcome === "unknownRoom")
      throw new ProviderError("not-found", "there is no such room here", "reading R-060");
    if (result.outcome === "conflict") return undefined;
    if (result.outcome === "accepted") parts.dependants.parentChanged(room.roomUri);
    return result.answer;
  } catch (error) {
    // Policy §5: one fixed-membership room for the same participants.
    if (error instanceof StoreError && error.code === "fixed-room-exists")
      return notAllowed(error.message, error);
    throw error;
  }
}
