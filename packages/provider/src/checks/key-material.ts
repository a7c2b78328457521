/**
 * Who may be given a user's KeyPackages. Protocol §5.2; readings.
 * @module
 */

import {
  type Capabilities,
  type CryptoProvider,
  type RequiredCapabilities,
  supportsExtension,
  supportsProposal,
} from "@openmimi/mls";
import {
  checkKeyMaterialResponse,
  domainOf,
  type Identity,
  type KeyMaterialRequest,
  type KeyMaterialResponse,
  verifyKeyMaterialRequest,
} from "@openmimi/protocol";
import { authorizeKeyMaterial, type Decision, type RoomState } from "@openmimi/room";

/** Path and body name the same user (reading R-035). */
export function pathNamesTarget(uri: string, targetUser: string): boolean {
  return uri === targetUser;
}

/** Whoever relays a claim to the hub speaks for the requesting user (reading R-068). */
export function requesterIsCallers(requestingUser: string, callerDomain: string): boolean {
  return domainOf(requestingUser) === callerDomain;
}

/** The requesting user is the one in the requester's credential. */
export function requesterMatchesCredential(requestingUser: string, identity: Identity): boolean {
  return requestingUser === identity.userUri;
}

/** Protocol §5.2: the signature covers the request and is made with the key that the request names. */
export function keyMaterialSignature(crypto: CryptoProvider, request: KeyMaterialRequest): boolean {
  return verifyKeyMaterialRequest(crypto, request);
}

/** Protocol §5.2: KeyPackages are claimed through the hub of the room that they are for. */
export function claimComesFromHub(callerDomain: string, roomId: string): boolean {
  return domainOf(roomId) === callerDomain;
}

/** The hub relays claims only for those who could use them (reading R-033). */
export function policyAllowsClaim(state: RoomState, requestingUser: string, targetUser: string): Decision {
  return authorizeKeyMaterial(state, requestingUser, targetUser);
}

/** Protocol §5.2: what is issued supports all that the request requires. */
export function keyPackageFits(capabilities: Capabilities, required: RequiredCapabilities): boolean {
  return (
    required.extensionTypes.every((type) => supportsExtension(capabilities, type)) &&
    required.proposalTypes.every((type) => supportsProposal(capabilities, type)) &&
    required.credentialTypes.every((type) => capabilities.credentials.includes(type))
  );
}

/**
 * Seconds that a KeyPackage must still live, so that the requester can use it (protocol §5.2: none that has expired;
 * reading R-042: with a small margin).
 */
export function keyPackageMargin(): bigint {
  return 60n;
}

/** The answer of a target provider fits the request and itself. @throws {ProtocolError} `inconsistent-response` */
export function keyMaterialResponse(request: KeyMaterialRequest, response: KeyMaterialResponse): void {
  checkKeyMaterialResponse(request, response);
}
