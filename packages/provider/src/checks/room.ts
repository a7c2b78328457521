/**
 * What a new room must be like, and which KeyPackages a client may publish. Protocol §3.1, §4.3.1, §7.2, §7.4; R-137.
 * @module
 */

import {
  type CryptoProvider,
  checkKeyPackage,
  dictionaryOf,
  type ExternalSender,
  type KeyPackage,
  type PublicGroup,
} from "@openmimi/mls";
import { type FrankingAgentData, identityOf, parseMimiUri } from "@openmimi/protocol";
import {
  authorizeCapability,
  checkNewRoom,
  clientsOf,
  type Decision,
  type RoomState,
  roomStateOf,
} from "@openmimi/room";
import type { KeptRoom } from "../hub/kept-room.ts";
import { sameOctets } from "../octets.ts";
import type { ClientRecord } from "../store/store.ts";

/** What a hub asks of the group of a new room. */
export interface RoomCreation {
  readonly roomUri: string;
  readonly creator: ClientRecord;
  readonly group: PublicGroup;
  readonly hubSender: ExternalSender | undefined;
  readonly frankingAgent: FrankingAgentData | undefined;
  /** Of the room that it depends on. */
  readonly parentParticipants?: ReadonlySet<string> | undefined;
  /** The room that was there and has ended. */
  readonly ended?: KeptRoom | undefined;
}

/**
 * Whether a group can be a room's here.
 *
 * @returns what is wrong, or `undefined`
 * @throws {RoomError} for components that cannot be read, {ProtocolError} for credentials that name nobody
 */
export function newRoomProblem({
  roomUri,
  creator,
  group,
  hubSender,
  frankingAgent,
  parentParticipants,
  ended,
}: RoomCreation): string | undefined {
  const unlike = ended && renewalProblem(ended, creator.userUri, group);
  if (unlike !== undefined) return unlike;
  const decision = checkNewRoom((id) => group.component(id), clientsOf(group), roomUri, {
    parentParticipants,
  });
  if (!decision.allowed) return `${decision.message} (${decision.section})`;
  // Protocol §7.4: external_senders lists at least the hub.
  const lists = group
    .externalSenders()
    .some(({ signatureKey }) => hubSender !== undefined && sameOctets(signatureKey, hubSender.signatureKey));
  if (!lists) return "external_senders does not list this hub";
  const members = group.members().map(({ leafNode }) => identityOf(leafNode.credential));
  if (!members.some(({ clientUri }) => clientUri === creator.clientUri)) return "the creator is not a member";
  const agent = roomStateOf((id) => group.component(id)).frankingAgent;
  const own = frankingAgent?.frankingSignatureKey;
  if (agent !== undefined && (own === undefined || !sameOctets(own, agent.frankingSignatureKey))) {
    return "franking_agent is not this hub's";
  }
  return undefined;
}

/** Policy §5: who may have a client in a persistent room founds its next group, and the policy remains. */
function renewalProblem({ state, components }: KeptRoom, founder: string, group: PublicGroup) {
  if (!state.basePolicy.persistentRoom) return "the room has ended (policy §5)";
  const decision = authorizeCapability(state, founder, "canAddOwnClient");
  if (!decision.allowed) return `${decision.message} (${decision.section})`;
  const next = dictionaryOf(group.groupContext.extensions);
  const other = next.find(({ componentId, data }) => {
    const kept = components.get(componentId);
    return kept === undefined || !sameOctets(kept, data);
  });
  if (other !== undefined) return `component ${other.componentId} is not what the room had (policy §5)`;
  return next.length === components.size ? undefined : "components of the room are missing (policy §5)";
}

/** Policy §5: who may know what a persistent room without clients was like: whoever may found its next group. */
export function mayRenewRoom({ state }: KeptRoom, user: string): boolean {
  return state.basePolicy.persistentRoom && authorizeCapability(state, user, "canAddOwnClient").allowed;
}

/** Policy §8.6: canDestroyRoom; who is about to lose it has it no more. */
export function policyAllowsDestruction(state: RoomState, user: string): Decision {
  return authorizeCapability(state, user, "canDestroyRoom");
}

/** RFC 9420 §10.1: a KeyPackage that could be added to a group. @throws {MlsError} */
export function keyPackageIsValid(crypto: CryptoProvider, keyPackage: KeyPackage, nowSeconds: bigint): void {
  checkKeyPackage(crypto.suite(keyPackage.cipherSuite), keyPackage, { now: nowSeconds });
}

/** A client publishes KeyPackages of its own only. @throws {ProtocolError} `invalid-credential` */
export function keyPackageIsOwn(keyPackage: KeyPackage, { userUri, clientUri }: ClientRecord): boolean {
  const identity = identityOf(keyPackage.leafNode.credential);
  return identity.userUri === userUri && (identity.clientUri ?? clientUri) === clientUri;
}

/** This provider is the hub of the rooms under its domain, and of no other (reading R-060). */
export function roomIsOurs(roomUri: string, domain: string): boolean {
  const uri = parseMimiUri(roomUri);
  return uri.kind === "room" && uri.domain === domain;
}
