/**
 * What the implementation makes of vectors of the kind `key-material`. Protocol §5.2; readings.
 * @module
 */

import { KeyPackage, keyPackageReference, nobleCrypto } from "@openmimi/mls";
import {
  type ClientKeyMaterial,
  checkKeyMaterialResponse,
  domainOf,
  fromPathSegment,
  IdentifierError,
  identityOf,
  incompatibleProtocolResponse,
  KeyMaterialRequest,
  KeyMaterialResponse,
  ProtocolError,
  parseMimiUri,
  verifyKeyMaterialRequest,
} from "@openmimi/protocol";
import { decode, encode, TlsError } from "@openmimi/tls";
import { type Expected, hex, type Json, textOf, toJson, unhex, type Vector } from "../envelope.ts";
import { KeyMaterialTarget, type Target, type UserAnswer } from "./target.ts";

/** One request as it came in. */
interface Claim {
  /** The provider that sends it: the domain of its certificate. */
  readonly from: string;
  /** What stands in the place of the variable in the path. */
  readonly pathSegment: string;
  readonly request: string;
}

/** A claim that is not answered with a KeyMaterialResponse. */
class Refusal extends Error {
  readonly reason: string;
  readonly httpStatus: 400 | 403;
  constructor(reason: string, httpStatus: 400 | 403) {
    super(reason);
    this.reason = reason;
    this.httpStatus = httpStatus;
  }
}

/** Who may claim at all, before anything is looked up. */
function check(domain: string, { from, pathSegment }: Claim, request: KeyMaterialRequest): void {
  const { targetUser, requestingUser, roomId } = request;
  if (fromPathSegment(pathSegment) !== targetUser) throw new Refusal("path-mismatch", 400);
  for (const user of [targetUser, requestingUser]) {
    const { kind } = parseMimiUri(user);
    if (kind !== "user" && kind !== "pseudonym") throw new Refusal("not-a-user", 400);
  }
  if (identityOf(request.requesterCredential).userUri !== requestingUser)
    throw new Refusal("requester-mismatch", 400);
  if (!verifyKeyMaterialRequest(nobleCrypto, request)) throw new Refusal("invalid-signature", 403);
  // Readings: without a room there is no hub, and the requester's provider asks by itself.
  if (roomId === "" && domainOf(requestingUser) !== from) throw new Refusal("not-the-requester", 403);
  if (domainOf(targetUser) !== domain) throw new Refusal("not-here", 403);
  if (roomId !== "" && domainOf(roomId) !== from) throw new Refusal("not-the-hub", 403);
}

/** The octets of an answer, with the capabilities of clients left out, as the draft allows. */
function encodeAnswer(target: Target, request: KeyMaterialRequest, answer: UserAnswer): string {
  const { targetUser } = request;
  const stock = target.users.find(({ user }) => user === targetUser)?.clients ?? [];
  const clients = answer.clients.map(({ client, clientStatus, keyPackage = -1 }) => {
    const octets = stock.find((other) => other.client === client)?.keyPackages[keyPackage];
    return {
      clientStatus,
      clientUri: client,
      ...(octets === undefined ? {} : { keyPackage: decode(KeyPackage, unhex(octets)) }),
    } as ClientKeyMaterial;
  });
  const { userStatus } = answer;
  return hex(encode(KeyMaterialResponse, { protocol: "mls10", userStatus, userUri: targetUser, clients }));
}

function evaluateClaims(input: Vector["input"]): Expected {
  const { domain, consent } = input as unknown as Target;
  const users = input.users as unknown as Target["users"];
  const nowSeconds = BigInt(textOf(input, "nowSeconds"));
  const state: Target = { domain, users, consent, nowSeconds };
  const target = new KeyMaterialTarget(state);
  const answers = (input.claims as unknown as Claim[]).map((claim): Json => {
    const octets = unhex(claim.request);
    const incompatible = incompatibleProtocolResponse(octets);
    if (incompatible !== undefined)
      return { userStatus: "incompatibleProtocol", alsoAllowed: [], clients: [], octets: hex(incompatible) };
    const request = decode(KeyMaterialRequest, octets);
    check(domain, claim, request);
    const answer = target.answer(request);
    return { ...(toJson(answer) as object), octets: encodeAnswer(state, request, answer) };
  });
  return { valid: true, answers };
}

function evaluateResponse(input: Vector["input"]): Expected {
  const request = decode(KeyMaterialRequest, unhex(textOf(input, "request")));
  const response = decode(KeyMaterialResponse, unhex(textOf(input, "response")));
  checkKeyMaterialResponse(request, response);
  const keyPackages = response.clients.flatMap((client): Json[] => {
    if (client.clientStatus !== "success") return [];
    const { clientUri, keyPackage } = client;
    const reference = keyPackageReference(nobleCrypto.suite(keyPackage.cipherSuite), keyPackage);
    return [{ client: clientUri, reference: hex(reference) }];
  });
  return { valid: true, keyPackages };
}

/** What the implementation makes of an input of this kind. */
export function evaluateKeyMaterial(input: Vector["input"]): Expected {
  try {
    return "claims" in input ? evaluateClaims(input) : evaluateResponse(input);
  } catch (error) {
    if (error instanceof Refusal) return { valid: false, reason: error.reason, httpStatus: error.httpStatus };
    if (error instanceof TlsError || error instanceof IdentifierError)
      return { valid: false, reason: error.code, ...("claims" in input ? { httpStatus: 400 } : {}) };
    if (error instanceof ProtocolError)
      return { valid: false, reason: error.code, ...("claims" in input ? { httpStatus: 400 } : {}) };
    throw error;
  }
}
