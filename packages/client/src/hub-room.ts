/**
 * Asking the own provider to host a room. Not part of MIMI; protocol §3.1.
 * @module
 */

import { GroupContext, GroupInfo } from "@openmimi/mls";
import { decode, encode } from "@openmimi/tls";
import type { ClientError } from "./errors.ts";
import { fetchGroupInfo } from "./group-info.ts";
import { asRefusal } from "./hub.ts";
import { sameOctets } from "./octets.ts";
import type { Room } from "./room.ts";
import type { Session } from "./session.ts";
import type { StoredOutgoing } from "./store.ts";

/**
 * Hands a room over. That there is such a room already can be the answer to a repetition: then it is this very group.
 *
 * @returns the refusal, or nothing where the room is hosted now
 */
export async function sendRoom(
  session: Session,
  { uri: roomUri, group }: Room,
  { body }: StoredOutgoing,
  repeatable = true,
): Promise<ClientError | undefined> {
  const groupInfo = decode(GroupInfo, body);
  try {
    await session.api.createRoom(roomUri, groupInfo, group.public.ratchetTree(), repeatable);
    return undefined;
  } catch (error) {
    const refusal = asRefusal(error);
    return refusal.code === "conflict" && (await isHosted(session, roomUri, groupInfo)) ? undefined : refusal;
  }
}

async function isHosted(session: Session, roomUri: string, made: GroupInfo): Promise<boolean> {
  try {
    const { groupInfo } = await fetchGroupInfo(session, roomUri);
    const [hosted, own] = [groupInfo, made].map((info) => encode(GroupContext, info.groupContext));
    return sameOctets(hosted as Uint8Array, own as Uint8Array);
  } catch (error) {
    asRefusal(error);
    return false;
  }
}
