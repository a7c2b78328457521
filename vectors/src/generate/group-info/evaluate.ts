/**
 * What the implementation makes of vectors of the kind `group-info`. Protocol §5.6; readings.
 * @module
 */

import {
  ExternalSender,
  GroupInfo,
  MLSMessage,
  MlsError,
  nobleCrypto,
  PublicGroup,
  RatchetTreeNodes,
} from "@openmimi/mls";
import {
  checkRoomOfGroupInfo,
  fromPathSegment,
  GroupInfoRatchetTreeTBE,
  GroupInfoRequest,
  GroupInfoResponse,
  IdentifierError,
  type Identity,
  identityOf,
  openGroupInfoResponse,
  ProtocolError,
  sealGroupInfoResponse,
  verifyGroupInfoRequest,
} from "@openmimi/protocol";
import {
  authorizeGroupInfo,
  basicClaims,
  factsOfProposals,
  roomComponents,
  roomStateOf,
  withPending,
} from "@openmimi/room";
import { decode, encode, TlsError } from "@openmimi/tls";
import { type Expected, hex, textOf, unhex, type Vector } from "../envelope.ts";
import { cryptoWithEphemeralKey } from "../seeded.ts";

type Input = Vector["input"];

interface RoomInput {
  readonly roomUri: string;
  readonly groupInfo: string;
  readonly ratchetTree: string;
  readonly pendingProposals: readonly { readonly proposal: string; readonly hubAcceptedTime: string }[];
  readonly parentParticipants?: readonly string[];
}

function identityIn({ requestingCredential }: GroupInfoRequest): Identity | undefined {
  try {
    return identityOf(requestingCredential);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/** The room as its hub sees it now, what is pending included. */
function stateOf(room: RoomInput) {
  const group = PublicGroup.fromGroupInfo(
    nobleCrypto,
    decode(GroupInfo, unhex(room.groupInfo)),
    decode(RatchetTreeNodes, unhex(room.ratchetTree)),
    { components: roomComponents },
  );
  for (const { proposal } of room.pendingProposals)
    group.addProposal(group.stageProposal(decode(MLSMessage, unhex(proposal))));
  const state = roomStateOf((id) => group.component(id));
  return withPending(state, factsOfProposals(group.pending, group).changes);
}

function contentsOf(room: RoomInput): GroupInfoRatchetTreeTBE {
  return {
    groupInfo: decode(GroupInfo, unhex(room.groupInfo)),
    ratchetTreeOption: {
      representation: "full",
      ratchetTree: decode(RatchetTreeNodes, unhex(room.ratchetTree)),
    },
    pendingProposals: room.pendingProposals.map(({ proposal, hubAcceptedTime }) => ({
      proposal: decode(MLSMessage, unhex(proposal)),
      hubAcceptedTime: BigInt(hubAcceptedTime),
    })),
  };
}

/** @returns why a request is not answered with group information, or the room that it is about */
function admit(
  input: Input,
  request: GroupInfoRequest,
): { readonly why: string } | { readonly room: RoomInput } {
  const roomUri = fromPathSegment(textOf(input, "pathSegment"));
  const identity = identityIn(request);
  if (identity === undefined) return { why: "no-identity" };
  if (identity.domain !== input.from) return { why: "not-of-the-caller" };
  if (!verifyGroupInfoRequest(nobleCrypto, request)) return { why: "invalid-signature" };
  const room = (input.rooms as unknown as RoomInput[]).find((known) => known.roomUri === roomUri);
  if (room === undefined) return { why: "no-such-room" };
  const { joiningCode, requestingCredential } = request;
  const { parentParticipants } = room;
  const decision = authorizeGroupInfo(stateOf(room), identity.userUri, joiningCode, {
    claims: basicClaims(requestingCredential),
    ...(parentParticipants === undefined ? {} : { parentParticipants: new Set(parentParticipants) }),
  });
  return decision.allowed ? { room } : { why: decision.reason };
}

function answer(input: Input): Expected {
  const request = decode(GroupInfoRequest, unhex(textOf(input, "request")));
  if (request.cipherSuite !== 1)
    throw new ProtocolError("unsupported-cipher-suite", "the hub has keys of suite 1", "reading R-102");
  const admitted = admit(input, request);
  const roomId = fromPathSegment(textOf(input, "pathSegment"));
  if ("why" in admitted) {
    const status = admitted.why === "no-such-room" ? "noSuchRoom" : "notAuthorized";
    const response = hex(encode(GroupInfoResponse, { version: "mls10", roomId, status }));
    const alsoAllowed = status === "noSuchRoom" ? ["notAuthorized"] : [];
    return { valid: true, status, alsoAllowed, why: admitted.why, response };
  }
  const contents = contentsOf(admitted.room);
  const response = sealGroupInfoResponse(cryptoWithEphemeralKey(unhex(textOf(input, "ephemeralKey"))), {
    request,
    roomId,
    hubSender: decode(ExternalSender, unhex(textOf(input, "hubSender"))),
    hubPrivateKey: unhex(textOf(input, "hubPrivateKey")),
    contents,
  });
  return {
    valid: true,
    status: "success",
    alsoAllowed: [],
    contents: hex(encode(GroupInfoRatchetTreeTBE, contents)),
    response: hex(encode(GroupInfoResponse, response)),
  };
}

function open(input: Input): Expected {
  const response = decode(GroupInfoResponse, unhex(textOf(input, "response")));
  const { status } = response;
  checkRoomOfGroupInfo(response, textOf(input, "roomUri"));
  if (response.status !== "success") return { valid: true, status };
  const contents = openGroupInfoResponse(nobleCrypto, {
    request: decode(GroupInfoRequest, unhex(textOf(input, "request"))),
    roomId: textOf(input, "roomUri"),
    groupInfoPrivateKey: unhex(textOf(input, "groupInfoPrivateKey")),
    response,
  });
  const { groupInfo, ratchetTreeOption, pendingProposals } = contents;
  if (ratchetTreeOption.representation !== "full") throw new Error("the vectors have whole trees only");
  const group = PublicGroup.fromGroupInfo(nobleCrypto, groupInfo, ratchetTreeOption.ratchetTree, {
    components: roomComponents,
  });
  for (const { proposal } of pendingProposals) group.addProposal(group.stageProposal(proposal));
  return {
    valid: true,
    status,
    epoch: group.groupContext.epoch.toString(),
    treeHash: hex(group.groupContext.treeHash),
    pendingReferences: group.pending.map(({ reference }) => hex(reference)),
  };
}

/** What the implementation makes of an input of this kind. */
export function evaluateGroupInfo(input: Input): Expected {
  try {
    return "rooms" in input ? answer(input) : open(input);
  } catch (error) {
    if (
      error instanceof TlsError ||
      error instanceof ProtocolError ||
      error instanceof IdentifierError ||
      error instanceof MlsError
    )
      return { valid: false, reason: error.code };
    throw error;
  }
}
