/**
 * POST /update: proposals and commits, accepted once. Protocol §5.3; readings.
 * @module
 */

import { MLSMessage } from "@openmimi/mls";
import { UpdateRequest, UpdateRoomResponse } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { ProviderError } from "../errors.ts";
import { retryAfter } from "../http/problem.ts";
import type { Logger } from "../logging.ts";
import { sha256 } from "../octets.ts";
import { type Source, sourceName } from "../source.ts";
import type { Store } from "../store/store.ts";
import type { JudgeParts } from "./judge.ts";
import { type Judgement, judgeCommit, type LookedUp } from "./judge-commit.ts";
import { judgeProposals } from "./judge-proposals.ts";
import { parentParticipants } from "./parent-room.ts";
import { Refusal } from "./refusal.ts";
import { encodeRoomState, type HubRoom, type HubRooms } from "./rooms.ts";
import { lookUpReferences } from "./welcome.ts";

/** What {@link update} needs. */
export interface UpdateParts extends JudgeParts {
  readonly store: Pick<Store, "rooms" | "keyPackages">;
  readonly rooms: HubRooms;
  readonly nowMs: () => number;
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
    const judgement = judge(parts, room, source, request, { known, parentParticipants: ofParent });
    if (judgement instanceof Refusal) {
      const { code, message: reason } = judgement;
      parts.logger.info("update-refused", { room: roomUri, from: source.domain, code, reason });
      return encode(UpdateRoomResponse, judgement.response);
    }
    const result = await accept(parts, room, judgement, answerKey);
    if (result !== undefined) return result;
  }
  throw new ProviderError("unavailable", "the room is too busy", undefined, { headers: retryAfter() });
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

/** @returns the answer, or `undefined` when the room has moved on */
async function accept(
  parts: UpdateParts,
  room: HubRoom,
  judgement: Judgement,
  answerKey: { readonly source: string; readonly path: string; readonly bodyHash: Uint8Array },
): Promise<Uint8Array | undefined> {
  const { group, groupInfo, removals, isCommit, welcomed } = judgement;
  const newPending = judgement.newPending.map((message) => encode(MLSMessage, message));
  const publicGroup = encodeRoomState({ group, removals });
  const { roomUri, revision } = room;
  const result = await parts.store.rooms.acceptHandshake(
    { roomUri, expectedEpoch: room.group.epoch, expectedRevision: revision, nowMs: parts.nowMs(), answerKey },
    (acceptedTimestamp) => ({
      epoch: group.epoch,
      publicGroup,
      groupInfo,
      clearPendingProposals: isCommit,
      newPendingProposals: newPending,
      welcomedKeyPackages: welcomed,
      events: judgement.events(acceptedTimestamp),
      answer: encode(UpdateRoomResponse, {
        responseCode: "success",
        errorDescription: "",
        acceptedTimestamp,
      }),
    }),
  );
  switch (result.outcome) {
    case "repeated":
      return result.answer;
    case "accepted": {
      const { acceptedTimestampMs } = result;
      const added = newPending.map((message) => ({ acceptedTimestampMs, message }));
      const pending = [...(isCommit ? [] : room.pending), ...added];
      parts.rooms.keep({ roomUri, revision: revision + 1, group, groupInfo, removals, pending });
      return result.answer;
    }
    case "conflict":
      return undefined;
    case "unknownRoom":
      throw new ProviderError("not-found", "there is no such room here", "reading R-060");
  }
}
