/**
 * What a hub asks of an application message. Protocol §5.4; readings.
 * @module
 */

import { ComponentId, ComponentsList, type PublicGroup } from "@openmimi/mls";
import {
  domainOf,
  type FrankingAgentData,
  frankAadOf,
  MimiComponentId,
  parseMimiUri,
} from "@openmimi/protocol";
import { authorizeMessage, authorizeReceive, type Decision } from "@openmimi/room";
import { decode, TlsError } from "@openmimi/tls";
import type { RoomView } from "../hub/room-view.ts";
import { sameOctets } from "../octets.ts";
import type { Source } from "../source.ts";

/** The message belongs to the group of the room in the path (reading R-029). */
export function messageIsForRoom(group: PublicGroup, groupId: Uint8Array): boolean {
  return sameOctets(group.groupId, groupId);
}

/** Protocol §5.4: where a message's epoch stands. `tolerance` epochs before the current one count (reading R-071). */
export function messageEpoch(
  current: bigint,
  epoch: bigint,
  tolerance: number,
): "accepted" | "ahead" | "tooOld" {
  if (epoch > current) return "ahead";
  return epoch + BigInt(tolerance) >= current ? "accepted" : "tooOld";
}

/** A message of an epoch in which the sender's user was not in the group any more does not count (reading R-071). */
export function sentSinceRemoval(
  removals: ReadonlyMap<string, bigint>,
  user: string,
  epoch: bigint,
): boolean {
  return epoch >= (removals.get(user) ?? 0n);
}

/** The hub cannot see the sender, so the provider vouches for it: a user of its own (reading R-072). */
export function sendingUriDomain(source: Source, sendingUri: string): boolean {
  const { kind } = parseMimiUri(sendingUri);
  if (kind !== "user" && kind !== "pseudonym") return false;
  return source.client === undefined
    ? domainOf(sendingUri) === source.domain
    : sendingUri === source.client.userUri;
}

/** Protocol §5.4: an active participant, one with a client in the group that nobody is about to remove. */
export function sendingUriActive({ members, leaving }: RoomView, user: string): boolean {
  return members.some(({ userUri, leafIndex }) => userUri === user && !leaving.has(leafIndex));
}

/** Protocol §5.3, §5.4, policy §8.3. */
export function policyAllowsMessage({ state }: RoomView, user: string): Decision {
  return authorizeMessage(state, user);
}

/** Protocol §5.3, policy §8.3: whose clients get application messages (reading R-095). */
export function mayReceive({ state, leaving }: RoomView, user: string, leafIndex: number): boolean {
  return !leaving.has(leafIndex) && authorizeReceive(state, user).allowed;
}

/**
 * The franking tag of a message that can be franked: the group has our franking agent, and its authenticated_data are a
 * SafeAAD with frank_aad in it (protocol §5.4.1.2, reading R-077).
 *
 * @throws {ProtocolError} `invalid-authenticated-data`
 */
export function frankableTag(
  group: PublicGroup,
  agent: FrankingAgentData | undefined,
  own: FrankingAgentData | undefined,
  authenticatedData: Uint8Array,
): Uint8Array | undefined {
  if (agent === undefined || own === undefined) return undefined;
  if (!sameOctets(agent.frankingSignatureKey, own.frankingSignatureKey)) return undefined;
  const safeAad = group.component(ComponentId.safeAad);
  if (safeAad === undefined || !listsFrankAad(safeAad)) return undefined;
  return frankAadOf(authenticatedData);
}

function listsFrankAad(safeAad: Uint8Array): boolean {
  try {
    return decode(ComponentsList, safeAad).componentIds.includes(MimiComponentId.frankAad);
  } catch (error) {
    if (error instanceof TlsError) return false;
    throw error;
  }
}
