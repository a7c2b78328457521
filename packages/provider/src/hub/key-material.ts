/**
 * POST /keyMaterial, as hub and as target provider. Protocol §5.2; readings.
 * @module
 */

import { type CryptoProvider, type KeyPackage, keyPackageReference, MlsError } from "@openmimi/mls";
import {
  type ClientKeyMaterial,
  domainOf,
  identityOf,
  incompatibleProtocolResponse,
  KeyMaterialRequest,
  KeyMaterialResponse,
  ProtocolError,
  parseMimiUri,
} from "@openmimi/protocol";
import { roomStateOf } from "@openmimi/room";
import { decode, encode, TlsError } from "@openmimi/tls";
import { PeerError, ProviderError } from "../errors.ts";
import { answerClaim, type ClaimParts } from "../follower/key-material.ts";
import type { Peers } from "../outgoing/peers.ts";
import type { Source } from "../source.ts";
import type { KeyPackageRoute } from "../store/store.ts";
import type { RequestLimiter } from "./request-limiter.ts";
import type { HubRooms } from "./rooms.ts";

const SECTION = "protocol §5.2";

/** What {@link keyMaterial} needs. */
export interface KeyMaterialParts extends ClaimParts {
  readonly domain: string;
  readonly rooms: HubRooms;
  readonly peers: Peers;
  readonly limiter: RequestLimiter;
}

/**
 * Answers a claim: by our own KeyPackages if the target user is ours, else by relaying it, if the room is ours.
 *
 * @param uri the target user in the path
 * @returns the encoded KeyMaterialResponse
 * @throws {ProviderError} `malformed`, `forbidden`, `not-found`, `too-many-requests`, `bad-gateway`
 * @throws {PeerError}
 */
export async function keyMaterial(
  parts: KeyMaterialParts,
  source: Source,
  uri: string,
  body: Uint8Array,
): Promise<Uint8Array> {
  const incompatible = incompatibleProtocolResponse(body);
  if (incompatible !== undefined) return incompatible;
  const request = decode(KeyMaterialRequest, body);
  checkRequest(parts, source, uri, request);
  await checkRoom(parts, source, request);
  parts.limiter.count(source, "claim", request.requestingUser, request.targetUser);
  const target = domainOf(request.targetUser);
  if (target === parts.domain) return answerClaim(parts, request, source.domain);
  return relay(parts, request, target, body);
}

/** What can be said of a request without looking at its room. */
function checkRequest(
  { checks, crypto, domain }: KeyMaterialParts,
  source: Source,
  uri: string,
  request: KeyMaterialRequest,
): void {
  const { targetUser, requestingUser } = request;
  if (!checks.pathNamesTarget(uri, targetUser)) {
    throw new ProviderError("malformed", "path and body name different target users", "reading R-035");
  }
  for (const [field, user] of Object.entries({ targetUser, requestingUser })) {
    const { kind } = parseMimiUri(user);
    if (kind !== "user" && kind !== "pseudonym") {
      throw new ProviderError("malformed", `KeyMaterialRequest.${field}: a ${kind} is no user`, SECTION);
    }
  }
  if (source.client !== undefined && source.client.userUri !== requestingUser) {
    throw new ProviderError("forbidden", "the requesting user is not the client's", SECTION);
  }
  if (!checks.requesterMatchesCredential(requestingUser, identityOf(request.requesterCredential))) {
    throw new ProviderError("malformed", "requesting user and credential disagree", "reading R-035");
  }
  if (!checks.keyMaterialSignature(crypto, request)) {
    throw new ProviderError("forbidden", "the request's signature does not verify", SECTION);
  }
  // Readings: without a room there is no hub; the requester's provider asks the target itself.
  if (request.roomId === "" && !checks.requesterIsCallers(requestingUser, source.domain)) {
    throw new ProviderError("forbidden", `${source.domain} does not speak for ${requestingUser}`, SECTION);
  }
  if (request.roomId !== "" && domainOf(request.roomId) !== domain) {
    if (domainOf(targetUser) !== domain) {
      throw new ProviderError("forbidden", "neither the room nor the target user is ours", "reading R-033");
    }
    if (!checks.claimComesFromHub(source.domain, request.roomId)) {
      throw new ProviderError("forbidden", `${source.domain} is not the hub of the room`, SECTION);
    }
  }
}

/** As hub: whether this requester may add anybody to the room (reading R-033). */
async function checkRoom(
  { checks, domain, rooms }: KeyMaterialParts,
  source: Source,
  request: KeyMaterialRequest,
): Promise<void> {
  const { roomId, requestingUser, targetUser } = request;
  const refuse = (message: string): never => {
    throw new ProviderError("forbidden", message, "reading R-033");
  };
  if (roomId === "") {
    if (source.client === undefined && domainOf(targetUser) !== domain)
      refuse("a claim without a room is not relayed");
    return;
  }
  if (domainOf(roomId) !== domain) return;
  if (!checks.requesterIsCallers(requestingUser, source.domain)) {
    refuse(`${source.domain} does not speak for ${requestingUser}`);
  }
  const room = await rooms.find(roomId);
  if (room === undefined) {
    // Reading R-047: a claim for a room that its creator has yet to create, by way of our own client only.
    if (source.client === undefined) refuse("there is no such room here");
    return;
  }
  const decision = checks.policyAllowsClaim(
    roomStateOf((id) => room.group.component(id)),
    requestingUser,
    targetUser,
  );
  if (!decision.allowed) refuse(decision.message);
}

/** Passes a claim on, octet for octet, and remembers where the KeyPackages are at home (readings ). */
async function relay(
  parts: KeyMaterialParts,
  request: KeyMaterialRequest,
  target: string,
  body: Uint8Array,
): Promise<Uint8Array> {
  const answer = await parts.peers.call(target, "keyMaterial", request.targetUser, body);
  if (answer.status !== 200) throw refusalOf(target, answer.status, answer.headers["retry-after"]);
  const response = readResponse(parts, request, target, answer.body);
  const clients = response.clients.map((client) => routable(parts.crypto, client));
  const routes = clients.flatMap((client): KeyPackageRoute[] =>
    client.clientStatus === "success" ? [routeOf(parts.crypto, target, client.keyPackage)] : [],
  );
  if (routes.length > 0) await parts.store.keyPackages.rememberRoutes(routes);
  if (clients.every((client, index) => client === response.clients[index])) return answer.body;
  const userStatus = routes.length === 0 ? "noCompatibleMaterial" : "partialSuccess";
  return encode(KeyMaterialResponse, { ...response, userStatus, clients });
}

function refusalOf(target: string, status: number, retryAfter: string | undefined): ProviderError {
  if (status === 429 || status === 503) {
    const headers = retryAfter === undefined ? {} : { "retry-after": retryAfter };
    return new ProviderError("unavailable", `${target} is not available`, SECTION, { headers });
  }
  if (status === 403) return new ProviderError("forbidden", `${target} refuses the claim`, SECTION);
  return new ProviderError("bad-gateway", `${target} answers with status ${status}`, SECTION);
}

/** @throws {PeerError} `bad-answer` for an answer that is not one, or that names others than the target user's clients */
function readResponse(
  { checks }: KeyMaterialParts,
  request: KeyMaterialRequest,
  domain: string,
  body: Uint8Array,
): KeyMaterialResponse {
  try {
    const response = decode(KeyMaterialResponse, body);
    checks.keyMaterialResponse(request, response);
    return response;
  } catch (error) {
    if (!(error instanceof TlsError) && !(error instanceof ProtocolError)) throw error;
    throw new PeerError("bad-answer", domain, `its answer cannot be used: ${error.message}`, {
      cause: error,
    });
  }
}

/** Reading R-045: a KeyPackage whose reference we cannot compute would have a Welcome that nobody can route. */
function routable(crypto: CryptoProvider, client: ClientKeyMaterial): ClientKeyMaterial {
  if (client.clientStatus !== "success" || supports(crypto, client.keyPackage.cipherSuite)) return client;
  const { clientUri } = client;
  return { clientStatus: "nothingCompatible", clientUri } as ClientKeyMaterial;
}

function supports(crypto: CryptoProvider, cipherSuite: number): boolean {
  try {
    return crypto.suite(cipherSuite).id === cipherSuite;
  } catch (error) {
    if (error instanceof MlsError && error.code === "unsupported-cipher-suite") return false;
    throw error;
  }
}

function routeOf(crypto: CryptoProvider, domain: string, keyPackage: KeyPackage): KeyPackageRoute {
  const { leafNode, cipherSuite } = keyPackage;
  return {
    reference: keyPackageReference(crypto.suite(cipherSuite), keyPackage),
    domain,
    notAfterSeconds: leafNode.leafNodeSource === "keyPackage" ? leafNode.lifetime.notAfter : 0n,
  };
}
