/**
 * What a hub may tell a follower. Protocol §5.5; readings.
 * @module
 */

import { MLSMessage } from "@openmimi/mls";
import { parseMimiUri } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { sha256 } from "../octets.ts";
import type { FollowedRoom, KeyPackageTarget } from "../store/store.ts";

/** The hub of a room is the host of its URI (reading R-093). */
export function notifyFromHub(callerDomain: string, roomUri: string): boolean {
  const { kind, domain } = parseMimiUri(roomUri);
  return kind === "room" && domain === callerDomain;
}

/** What makes a body the same body (protocol §5.5: byte-exact; reading R-087). */
export function notificationKey(body: Uint8Array): Uint8Array {
  return sha256(body);
}

/** What makes a message the same message in another body (reading R-087). */
export function messageKey(message: MLSMessage): Uint8Array {
  return sha256(encode(MLSMessage, message));
}

/** A room is known from the first Welcome on; before, only a Welcome for a client of ours means anything. */
export function roomIsFollowed(room: FollowedRoom, welcomed: readonly string[]): boolean {
  return room.known || welcomed.length > 0;
}

/** Protocol §5.2: KeyPackages come to a room through the hub that claimed them, and so does their Welcome. */
export function welcomeIsExpected(target: KeyPackageTarget, hub: string): boolean {
  return target.claimedBy === undefined || target.claimedBy === hub;
}
