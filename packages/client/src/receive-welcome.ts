/**
 * Welcomes that arrive. Protocol §3.2, §5.5; RFC 9420 §12.4.3.1.
 * @module
 */

import { MemberGroup, type RatchetTreeOption } from "@openmimi/mls";
import { ClientError } from "./errors.ts";
import { fromStoredKeyPackage } from "./identity.ts";
import { toHex } from "./octets.ts";
import { checkRoom } from "./policy.ts";
import { type Arrival, NOTHING, type Receipt, refused } from "./receipt.ts";
import { type Room, saved } from "./room.ts";
import type { Session } from "./session.ts";

/**
 * Joins a room. A Welcome may hold secrets for several clients (reading R-090); one that has none for this client
 * changes nothing.
 */
export async function receiveWelcome(
  session: Session,
  known: Room | undefined,
  { roomUri, acceptedTimestamp, message }: Arrival,
  tree: RatchetTreeOption | undefined,
): Promise<Receipt> {
  if (message.wireFormat !== "welcome") throw new ClientError("invalid-message", "not a Welcome");
  const { welcome } = message;
  const mine = welcome.secrets
    .map(({ newMember }) => toHex(newMember))
    .filter((item) => session.keyPackages.has(item));
  const [reference] = mine;
  const stored = reference === undefined ? undefined : session.keyPackages.get(reference);
  if (reference === undefined || stored === undefined) return NOTHING;
  try {
    // Reading R-056: from the hub on it is always the full tree.
    if (tree?.representation !== "full") {
      throw new ClientError("invalid-message", `the Welcome comes with a tree as ${tree?.representation}`);
    }
    const keyPackages = [fromStoredKeyPackage(stored, session.identity)];
    const init = { welcome, keyPackages, ratchetTree: tree.ratchetTree };
    const group = MemberGroup.join(session.crypto, init, session.memberOptions(roomUri));
    const room: Room = { uri: roomUri, status: "member", joinedEpoch: group.epoch, group };
    checkRoom(room, session.identity.userUri);
    if (known !== undefined && known.status !== "removed" && known.status !== "diverged") {
      throw new ClientError("conflict", "this client is in the room already");
    }
    session.rooms.set(roomUri, room);
    return {
      events: [{ kind: "joined", roomUri, epoch: group.epoch }],
      // RFC 9420 §10: a KeyPackage is used once, and its private key is gone then.
      changes: [saved(room), { change: "delete-key-package", reference }],
    };
  } catch (error) {
    return refused("welcome", roomUri, acceptedTimestamp, error);
  }
}
