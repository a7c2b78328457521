/**
 * The four MIMI calls of a client: to the hub, which is another provider or ourselves. Protocol §3, §5; reading R-047.
 * @module
 */

import {
  domainOf,
  GroupInfoRequest,
  type Identity,
  identityOf,
  KeyMaterialRequest,
  parseMimiUri,
  SubmitMessageRequest,
  UpdateRequest,
  UpdateRoomResponse,
} from "@openmimi/protocol";
import { decode, decodePrefix, TlsError } from "@openmimi/tls";
import { ProviderError } from "../errors.ts";
import type { PeerService, Peers } from "../outgoing/peers.ts";
import { type Source, speaksFor } from "../source.ts";
import type { ClientRecord, FollowedRoomStore } from "../store/store.ts";

/** The calls that a client makes through its provider. */
export type ClientCall = Exclude<PeerService, "notify">;

/** What {@link forward} needs. */
export interface ForwardParts {
  readonly domain: string;
  readonly peers: Peers;
  readonly followedRooms: FollowedRoomStore;
  /** The hub's own code, for rooms that are hosted here. */
  readonly hub: Readonly<Record<ClientCall, HubCall>>;
}

/** An endpoint of the hub, without HTTP. */
export type HubCall = (source: Source, uri: string, body: Uint8Array) => Promise<Uint8Array>;

/**
 * Makes a call for a client of ours.
 *
 * @param uri the target user for keyMaterial, else the room
 * @returns the body of the answer
 * @throws {ProviderError} what the hub refuses with an HTTP status; {PeerError} if it cannot be reached
 */
export async function forward(
  parts: ForwardParts,
  client: ClientRecord,
  call: ClientCall,
  uri: string,
  body: Uint8Array,
): Promise<Uint8Array> {
  const source: Source = { domain: parts.domain, client };
  const hub = hubOf(parts, call, uri, body);
  if (hub === parts.domain) return parts.hub[call](source, uri, body);
  checkClaims(source, call, body);
  return call === "update" ? forwardUpdate(parts, source, hub, uri, body) : pass(parts, hub, call, uri, body);
}

/** Protocol §5.2: a claim goes to the hub of the room that it is for; without a room to nobody but the target. */
function hubOf({ domain }: ForwardParts, call: ClientCall, uri: string, body: Uint8Array): string {
  if (call === "keyMaterial") {
    // A request of another protocol has no more than its head, which the hub answers (reading R-037).
    if (body[0] !== 1) return domain;
    const { roomId } = decode(KeyMaterialRequest, body);
    return roomId === "" ? domain : domainOf(roomId);
  }
  const { kind, domain: host } = parseMimiUri(uri);
  if (kind !== "room") throw new ProviderError("malformed", `a ${kind} is no room`, "protocol §5");
  return host;
}

/** Our clients speak for themselves only; the hub can check no more than the domain (readings ). */
function checkClaims(source: Source, call: ClientCall, body: Uint8Array): void {
  const refuse = (): never => {
    throw new ProviderError(
      "forbidden",
      "the request is made in the name of another client",
      "reading R-068",
    );
  };
  const { userUri } = source.client as ClientRecord;
  switch (call) {
    case "keyMaterial":
      if (decode(KeyMaterialRequest, body).requestingUser !== userUri) refuse();
      break;
    case "submitMessage":
      if (decode(SubmitMessageRequest, body).sendingUri !== userUri) refuse();
      break;
    case "groupInfo":
      if (!speaksFor(source, identityOf(decode(GroupInfoRequest, body).requestingCredential))) refuse();
      break;
    case "update": {
      const joiner = joinerOf(decode(UpdateRequest, body));
      if (joiner !== undefined && !speaksFor(source, joiner)) refuse();
    }
  }
}

/** Who joins with an external commit; `undefined` for other updates. */
function joinerOf({ proposalOrCommit }: UpdateRequest): Identity | undefined {
  if (proposalOrCommit.wireFormat !== "publicMessage") return undefined;
  const { content } = proposalOrCommit.publicMessage;
  if (content.contentType !== "commit" || content.sender.senderType !== "newMemberCommit") return undefined;
  const { path } = content.commit;
  return path && identityOf(path.leafNode.credential);
}

/**
 * A client that joins by external commit is in the room from the hub's acceptance on, and the hub's first
 * notification can come before its answer: so the client is noted first, and taken back if the hub refuses.
 */
async function forwardUpdate(
  parts: ForwardParts,
  source: Source,
  hub: string,
  roomUri: string,
  body: Uint8Array,
): Promise<Uint8Array> {
  const { clientUri } = source.client as ClientRecord;
  const joins = joinerOf(decode(UpdateRequest, body)) !== undefined;
  const was = joins && (await parts.followedRooms.find(roomUri)).clients.includes(clientUri);
  const isNew = joins && !was;
  if (isNew) await parts.followedRooms.change(roomUri, { joined: [clientUri], left: [] });
  try {
    const answer = await pass(parts, hub, "update", roomUri, body);
    if (isNew && !isSuccess(answer))
      await parts.followedRooms.change(roomUri, { joined: [], left: [clientUri] });
    return answer;
  } catch (error) {
    // Without an answer nobody knows: the client stays noted and will ask again.
    if (isNew && error instanceof ProviderError && error.status < 500) {
      await parts.followedRooms.change(roomUri, { joined: [], left: [clientUri] });
    }
    throw error;
  }
}

function isSuccess(answer: Uint8Array): boolean {
  try {
    return decodePrefix(UpdateRoomResponse, answer).value.responseCode === "success";
  } catch (error) {
    if (error instanceof TlsError) return false;
    throw error;
  }
}

async function pass(
  { peers }: ForwardParts,
  hub: string,
  call: ClientCall,
  uri: string,
  body: Uint8Array,
): Promise<Uint8Array> {
  const answer = await peers.call(hub, call, uri, body);
  if (answer.status === 200) return answer.body;
  const text = new TextDecoder().decode(answer.body.subarray(0, 300)).trim();
  const retryAfter = answer.headers["retry-after"];
  throw new ProviderError(codeOf(answer.status), `${hub} answers ${answer.status}: ${text}`, undefined, {
    headers: retryAfter === undefined ? {} : { "retry-after": retryAfter },
  });
}

function codeOf(status: number): ProviderError["code"] {
  switch (status) {
    case 400:
      return "malformed";
    case 403:
      return "forbidden";
    case 404:
      return "not-found";
    case 413:
      return "too-large";
    case 429:
      return "too-many-requests";
    default:
      return status >= 500 || status === 408 ? "unavailable" : "bad-gateway";
  }
}
