/**
 * POST /submitMessage: application messages, accepted once and franked. Protocol §5.4; readings.
 * @module
 */

import {
  type Frank,
  makeFrank,
  ProtocolError,
  SubmitMessageRequest,
  SubmitMessageResponse,
} from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import type { ProviderChecks } from "../checks.ts";
import { ProviderError } from "../errors.ts";
import { retryAfter } from "../http/problem.ts";
import type { Logger } from "../logging.ts";
import { sha256 } from "../octets.ts";
import { type Source, sourceName } from "../source.ts";
import type { Store } from "../store/store.ts";
import { type Audience, audienceOf, messageEvent } from "./fanout.ts";
import type { HubKeys } from "./keys.ts";
import { type RoomView, viewOf } from "./room-view.ts";
import type { HubRoom, HubRooms } from "./rooms.ts";

/** What {@link submitMessage} needs. */
export interface SubmitParts {
  readonly domain: string;
  readonly store: Pick<Store, "rooms">;
  readonly rooms: HubRooms;
  readonly checks: ProviderChecks;
  readonly keys: HubKeys;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

const MAX_ATTEMPTS = 20;

/**
 * Answers a message.
 *
 * @returns the encoded SubmitMessageResponse
 * @throws {ProviderError} `not-found`
 */
export async function submitMessage(
  parts: SubmitParts,
  source: Source,
  roomUri: string,
  body: Uint8Array,
): Promise<Uint8Array> {
  const request = decode(SubmitMessageRequest, body);
  const answerKey = { source: sourceName(source), path: `submitMessage ${roomUri}`, bodyHash: sha256(body) };
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const earlier = await parts.store.rooms.findAnswer(answerKey);
    if (earlier !== undefined) return earlier;
    const room = await parts.rooms.find(roomUri);
    if (room === undefined) throw unknownRoom();
    const judgement = judge(parts, room, source, request);
    if ("refusal" in judgement) {
      parts.logger.info("message-refused", { room: roomUri, reason: judgement.reason });
      return encode(SubmitMessageResponse, judgement.refusal);
    }
    const { epoch } = room.group;
    const { message, audience, frank: makeFrankAt } = judgement;
    const result = await parts.store.rooms.acceptMessage(
      { roomUri, expectedEpoch: epoch, expectedRevision: room.revision, nowMs: parts.nowMs(), answerKey },
      (acceptedTimestamp) => {
        // One timestamp in answer, fan-out and frank (reading R-081).
        const frank = makeFrankAt(acceptedTimestamp);
        return {
          events: [messageEvent(acceptedTimestamp, message, frank, audience)],
          answer: encode(SubmitMessageResponse, accepted(acceptedTimestamp, frank)),
        };
      },
    );
    if (result.outcome === "unknownRoom") throw unknownRoom();
    if (result.outcome !== "conflict") return result.answer;
  }
  throw new ProviderError("unavailable", "the room is too busy", undefined, { headers: retryAfter() });
}

function unknownRoom(): ProviderError {
  return new ProviderError("not-found", "there is no such room here", "reading R-060");
}

function accepted(acceptedTimestamp: bigint, frank: Frank | undefined): SubmitMessageResponse {
  return { protocol: "mls10", statusCode: "accepted", acceptedTimestamp, frank };
}

type Judgement =
  | { readonly refusal: SubmitMessageResponse; readonly reason: string }
  | {
      readonly message: SubmitMessageRequest["appMessage"];
      readonly audience: Audience;
      readonly frank: (acceptedTimestampMs: bigint) => Frank | undefined;
    };

function judge(parts: SubmitParts, room: HubRoom, source: Source, request: SubmitMessageRequest): Judgement {
  const { checks } = parts;
  const { group } = room;
  const { appMessage, sendingUri } = request;
  if (appMessage.wireFormat !== "privateMessage") return notAllowed("no PrivateMessage");
  const { groupId, epoch, authenticatedData } = appMessage.privateMessage;
  if (!checks.messageIsForRoom(group, groupId)) return notAllowed("the group is another room's");
  if (!checks.sendingUriDomain(source, sendingUri)) return notAllowed("the sender is not of the provider");
  const view = viewOf(group);
  const tolerance = view.state.operational?.appMessagePolicy.epochTolerance ?? 0;
  const standing = checks.messageEpoch(group.epoch, epoch, tolerance);
  if (standing === "ahead") return notAllowed("the epoch is ahead of the hub's");
  if (!checks.sendingUriActive(view, sendingUri)) return notAllowed("the sender is no active participant");
  const decision = checks.policyAllowsMessage(view, sendingUri);
  if (!decision.allowed) return notAllowed(`${decision.reason}: ${decision.message}`);
  if (standing === "tooOld" || !checks.sentSinceRemoval(room.removals, sendingUri, epoch)) {
    const refusal = { protocol: "mls10", statusCode: "epochTooOld", currentEpoch: group.epoch } as const;
    return { refusal, reason: `epoch ${epoch} is too old` };
  }
  try {
    const frank = franking(parts, room, view, sendingUri, authenticatedData);
    return { message: appMessage, audience: readers(parts, view), frank };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return notAllowed(error.message);
  }
}

function notAllowed(reason: string): Judgement {
  return { refusal: { protocol: "mls10", statusCode: "notAllowed" }, reason };
}

const knownReaders = new WeakMap<RoomView, Audience>();

/** Protocol §5.3, reading R-095: everybody who may read the message. The same for all messages of one state. */
function readers({ checks, domain }: SubmitParts, view: RoomView): Audience {
  const known = knownReaders.get(view);
  if (known !== undefined) return known;
  const audience = audienceOf(
    view.members.filter(({ userUri, leafIndex }) => checks.mayReceive(view, userUri, leafIndex)),
    domain,
  );
  knownReaders.set(view, audience);
  return audience;
}

/** Protocol §5.4.1.2. @throws {ProtocolError} `invalid-authenticated-data` */
function franking(
  { checks, keys }: SubmitParts,
  { group, roomUri }: HubRoom,
  { state }: RoomView,
  senderUri: string,
  authenticatedData: Uint8Array,
): (acceptedTimestampMs: bigint) => Frank | undefined {
  const { suite } = group;
  const own = keys.frankingAgent(suite.id);
  const frankingPrivateKey = keys.frankingPrivateKey(suite.id);
  const frankingTag = checks.frankableTag(group, state.frankingAgent, own, authenticatedData);
  if (frankingTag === undefined || frankingPrivateKey === undefined) return () => undefined;
  return (acceptedTimestamp) =>
    makeFrank({
      suite,
      hubKey: keys.frankingHubKey(acceptedTimestamp),
      frankingPrivateKey,
      frankingTag,
      context: { senderUri, roomUri, acceptedTimestamp },
    });
}
