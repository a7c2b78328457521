/**
 * Who is in the room that a room depends on; only the hub of both can know. Policy §5; reading R-192.
 * @module
 */

import type { PublicGroup } from "@openmimi/mls";
import { BaseRoomPolicy, MimiComponentId, type UpdateRequest } from "@openmimi/protocol";
import { BANNED_ROLE } from "@openmimi/room";
import { decode, TlsError } from "@openmimi/tls";
import { keptRoom } from "./kept-room.ts";
import { viewOf } from "./room-view.ts";
import type { HubRoom, HubRooms } from "./rooms.ts";

/** Finds a parent. */
export type ParentRooms = Pick<HubRooms, "find" | "findEnded">;

/**
 * The participants of the parent that a room has once a request is accepted. Who is banned there is none; and where
 * there is no such room, nobody is.
 *
 * @returns `undefined` for a room that depends on none
 */
export async function parentParticipants(
  rooms: ParentRooms,
  { group }: Pick<HubRoom, "group">,
  request?: UpdateRequest,
): Promise<ReadonlySet<string> | undefined> {
  const [parentUri] = basePolicyAfter(group, request)?.parentRoom ?? [];
  if (parentUri === undefined) return undefined;
  const parent = await rooms.find(parentUri);
  const ended = parent === undefined ? await rooms.findEnded(parentUri) : undefined;
  const state = parent === undefined ? ended && keptRoom(ended.group).state : viewOf(parent.group).state;
  // Whoever is in the list of a room that persists stays in it while nobody has a client there.
  if (state === undefined || (ended !== undefined && !state.basePolicy.persistentRoom)) return new Set();
  const { participants } = state;
  return new Set(participants.filter(({ roleIndex }) => roleIndex !== BANNED_ROLE).map(({ user }) => user));
}

/** The last change of the base policy counts: of the request, else a pending one. */
function basePolicyAfter(group: PublicGroup, request: UpdateRequest | undefined): BaseRoomPolicy | undefined {
  const { state } = viewOf(group);
  const update = request === undefined ? undefined : basePolicyIn(request);
  if (update === undefined) return (state.pending?.after ?? state).basePolicy;
  try {
    return decode(BaseRoomPolicy, update);
  } catch (error) {
    // Refused for that soon.
    if (error instanceof TlsError) return undefined;
    throw error;
  }
}

function basePolicyIn({ proposalOrCommit, moreProposals = [] }: UpdateRequest): Uint8Array | undefined {
  const proposals = [proposalOrCommit, ...moreProposals].flatMap((message) => {
    if (message.wireFormat !== "publicMessage") return [];
    const { content } = message.publicMessage;
    if (content.contentType === "proposal") return [content.proposal];
    if (content.contentType !== "commit") return [];
    return content.commit.proposals.flatMap((item) => (item.type === "proposal" ? [item.proposal] : []));
  });
  const updates = proposals.flatMap((proposal) =>
    proposal.proposalType === "appDataUpdate" &&
    proposal.appDataUpdate.componentId === MimiComponentId.baseRoomPolicy &&
    proposal.appDataUpdate.op === "update"
      ? [proposal.appDataUpdate.update]
      : [],
  );
  return updates.at(-1);
}
