/**
 * Making a judgement the state of its room. Protocol §4.3.1, §5.3.
 * @module
 */

import { MLSMessage } from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import type { ProviderChecks } from "../checks.ts";
import type { AcceptanceOutcome, AnswerKey, Store } from "../store/store.ts";
import type { Judgement } from "./judge-commit.ts";
import { relationsOf } from "./relations.ts";
import { encodeRoomState, type HubRoom, type HubRooms } from "./rooms.ts";

/** What {@link acceptJudged} needs. */
export interface AcceptParts {
  readonly store: Pick<Store, "rooms">;
  readonly rooms: HubRooms;
  readonly checks: ProviderChecks;
  readonly nowMs: () => number;
}

/** The answer to the request that is accepted; the hub's own proposals answer none. */
interface Answering {
  readonly answerKey?: AnswerKey;
  readonly answer: (acceptedTimestampMs: bigint) => Uint8Array;
}

/**
 * Accepts what was judged, unless the room has moved on meanwhile.
 *
 * @throws {StoreError} `fixed-room-exists`
 */
export async function acceptJudged(
  { store, rooms, checks, nowMs }: AcceptParts,
  room: HubRoom,
  judgement: Judgement,
  { answerKey, answer }: Answering,
): Promise<AcceptanceOutcome> {
  const { group, groupInfo, removals, isCommit, welcomed, usedJoinLink } = judgement;
  const newPending = judgement.newPending.map((message) => encode(MLSMessage, message));
  const publicGroup = encodeRoomState({ group, removals });
  const relations = relationsOf(checks, group, room.group);
  const { roomUri, revision } = room;
  const acceptance = { roomUri, expectedEpoch: room.group.epoch, expectedRevision: revision, nowMs: nowMs() };
  const result = await store.rooms.acceptHandshake(
    { ...acceptance, ...(answerKey === undefined ? {} : { answerKey }) },
    (acceptedTimestamp) => ({
      epoch: group.epoch,
      ...{ publicGroup, groupInfo, relations, usedJoinLink },
      clearPendingProposals: isCommit,
      newPendingProposals: newPending,
      welcomedKeyPackages: welcomed,
      events: judgement.events(acceptedTimestamp),
      answer: answer(acceptedTimestamp),
    }),
  );
  if (result.outcome === "accepted") {
    const { acceptedTimestampMs } = result;
    const added = newPending.map((message) => ({ acceptedTimestampMs, message }));
    const pending = [...(isCommit ? [] : room.pending), ...added];
    rooms.keep({ roomUri, revision: revision + 1, group, groupInfo, removals, pending });
  }
  return result;
}
