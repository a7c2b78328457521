/**
 * Who may have a room's group information. Protocol §5.6; readings.
 * @module
 */

import type { CryptoProvider } from "@openmimi/mls";
import { type Claim, type GroupInfoRequest, type Identity, verifyGroupInfoRequest } from "@openmimi/protocol";
import { authorizeGroupInfo, type Decision } from "@openmimi/room";
import type { RoomView } from "../hub/room-view.ts";
import { type Source, speaksFor } from "../source.ts";

/** The credential is of the provider that asks (reading R-106). */
export function credentialDomain(source: Source, identity: Identity): boolean {
  return speaksFor(source, identity);
}

/** The requester has the key that it names (reading R-097). @throws {ProtocolError} `unsupported-cipher-suite` */
export function groupInfoRequestSignature(crypto: CryptoProvider, request: GroupInfoRequest): boolean {
  return verifyGroupInfoRequest(crypto, request);
}

/** Participants may add clients of theirs; others need an open room, a preauthorization or a joining code. */
export function policyAllowsGroupInfo(
  { state }: RoomView,
  user: string,
  request: GroupInfoRequest,
  claims: readonly Claim[],
  parentParticipants?: ReadonlySet<string>,
): Decision {
  const { joiningCode } = request;
  return authorizeGroupInfo(state, user, joiningCode.length === 0 ? undefined : joiningCode, {
    claims,
    ...(parentParticipants === undefined ? {} : { parentParticipants }),
  });
}
