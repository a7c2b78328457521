/**
 * POST /groupInfo: what a client needs to join by external commit. Protocol §5.6; readings.
 * @module
 */

import { type CryptoProvider, GroupInfo, MLSMessage } from "@openmimi/mls";
import {
  type GroupInfoRatchetTreeTBE,
  GroupInfoRequest,
  GroupInfoResponse,
  type Identity,
  identityOf,
  ProtocolError,
  sealGroupInfoResponse,
} from "@openmimi/protocol";
import type { ClaimsSource } from "@openmimi/room";
import { decode, encode } from "@openmimi/tls";
import type { ProviderChecks } from "../checks.ts";
import { ProviderError } from "../errors.ts";
import type { Logger } from "../logging.ts";
import { sameOctets } from "../octets.ts";
import type { Source } from "../source.ts";
import type { Store } from "../store/store.ts";
import type { JoinRequests } from "./join-requests.ts";
import type { HubKeys } from "./keys.ts";
import { parentParticipants } from "./parent-room.ts";
import type { RequestLimiter } from "./request-limiter.ts";
import { viewOf } from "./room-view.ts";
import type { HubRoom, HubRooms } from "./rooms.ts";

/** What {@link groupInfo} needs. */
export interface GroupInfoParts {
  readonly crypto: CryptoProvider;
  readonly store: Pick<Store, "rooms">;
  readonly nowMs: () => number;
  readonly rooms: HubRooms;
  readonly checks: ProviderChecks;
  readonly keys: HubKeys;
  readonly claims: ClaimsSource;
  readonly joinRequests: JoinRequests;
  readonly limiter: RequestLimiter;
  readonly logger: Logger;
}

/**
 * Answers a request for group information: encrypted to the requester, signed by the hub.
 *
 * @returns the encoded GroupInfoResponse
 * @throws {ProviderError} `malformed` for a cipher suite that is not supported (reading R-102)
 */
export async function groupInfo(
  parts: GroupInfoParts,
  source: Source,
  roomUri: string,
  body: Uint8Array,
): Promise<Uint8Array> {
  const request = decode(GroupInfoRequest, body);
  const { checks, crypto, keys, logger } = parts;
  const refuse = (status: "notAuthorized" | "noSuchRoom", reason: string): Uint8Array => {
    logger.info("group-info-refused", { room: roomUri, from: source.domain, reason });
    return encode(GroupInfoResponse, { version: "mls10", roomId: roomUri, status });
  };
  const hubSender = keys.hubSender(request.cipherSuite);
  const hubPrivateKey = keys.senderPrivateKey(request.cipherSuite);
  if (hubSender === undefined || hubPrivateKey === undefined) {
    throw new ProviderError(
      "malformed",
      `cipher suite ${request.cipherSuite} is not supported`,
      "reading R-102",
    );
  }
  const identity = identityIn(request);
  if (identity === undefined) return refuse("notAuthorized", "the credential names nobody");
  if (!checks.credentialDomain(source, identity))
    return refuse("notAuthorized", "the credential is not the caller's");
  if (!checks.groupInfoRequestSignature(crypto, request))
    return refuse("notAuthorized", "the signature is wrong");
  parts.limiter.count(source, "join", identity.userUri, roomUri);
  const room = await parts.rooms.find(roomUri);
  if (room === undefined) return refuse("noSuchRoom", "there is no such room here");
  const view = viewOf(room.group);
  const ofParent = await parentParticipants(parts.rooms, room);
  const admitted = await withUsableCode(parts, roomUri, request);
  const { requestingCredential: credential, requestingSignatureKey: signatureKey } = request;
  await parts.claims.examine?.([{ credential, signatureKey }]);
  const claims = parts.claims(credential, signatureKey);
  const decision = checks.policyAllowsGroupInfo(view, identity.userUri, admitted, claims, ofParent);
  if (!decision.allowed) return refuse("notAuthorized", `${decision.reason}: ${decision.message}`);
  const contents = contentsOf(room);
  const response = sealGroupInfoResponse(crypto, {
    request,
    roomId: roomUri,
    hubSender,
    hubPrivateKey,
    contents,
  });
  const code = decision.rule === "canUseJoinCode" ? request.joiningCode.slice() : undefined;
  parts.joinRequests.remember(roomUri, request, { code });
  return encode(GroupInfoResponse, response);
}

/** Policy §6.2: a link that has expired or served is as good as none. */
async function withUsableCode(
  { checks, nowMs, store }: GroupInfoParts,
  roomUri: string,
  request: GroupInfoRequest,
): Promise<GroupInfoRequest> {
  const { joiningCode } = request;
  if (joiningCode.length === 0) return request;
  const links = await store.rooms.joinLinks(roomUri);
  const kept = links.find(({ link }) => sameOctets(link, joiningCode));
  const usable = kept === undefined || checks.joinLinkUsable(kept, nowMs());
  return usable ? request : { ...request, joiningCode: new Uint8Array() };
}

function identityIn({ requestingCredential }: GroupInfoRequest): Identity | undefined {
  try {
    return identityOf(requestingCredential);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/** Readings: no embedded tree, the whole tree beside it, all pending proposals in order. */
function contentsOf({ group, groupInfo, pending }: HubRoom): GroupInfoRatchetTreeTBE {
  return {
    groupInfo: decode(GroupInfo, groupInfo),
    ratchetTreeOption: { representation: "full", ratchetTree: group.ratchetTree() },
    pendingProposals: pending.map(({ message, acceptedTimestampMs }) => ({
      proposal: decode(MLSMessage, message),
      hubAcceptedTime: acceptedTimestampMs,
    })),
  };
}
