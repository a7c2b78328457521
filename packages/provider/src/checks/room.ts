/**
 * What a new room must be like, and which KeyPackages a client may publish. Protocol §3.1, §4.3.1, §7.2, §7.4; R-137.
 * @module
 */

import {
  type CryptoProvider,
  checkKeyPackage,
  type ExternalSender,
  type KeyPackage,
  type PublicGroup,
} from "@openmimi/mls";
import { type FrankingAgentData, identityOf, parseMimiUri } from "@openmimi/protocol";
import { checkNewRoom, clientsOf, roomStateOf } from "@openmimi/room";
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
}: RoomCreation): string | undefined {
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
