/**
 * What members change in a room, as proposals for the room as it is now. Protocol §3, §7.5, §7.6; policy §8.1.
 * @module
 */

import type { KeyPackage, Proposal } from "@openmimi/mls";
import {
  JoinLinksUpdate,
  MimiComponentId,
  ParticipantListUpdate,
  RoomMetaData,
  type UserRolePair,
} from "@openmimi/protocol";
import { BANNED_ROLE } from "@openmimi/room";
import { decode, encode, type Schema } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import type { CommitPlan } from "./handshake.ts";
import { sameOctets } from "./octets.ts";
import { membersOf, participantIndex, participantsOf, type Room, stateOf } from "./room.ts";

/** A user to add, with KeyPackages of the user's clients. */
export interface UserToAdd {
  readonly userUri: string;
  readonly clients: readonly { readonly clientUri: string; readonly keyPackage: KeyPackage }[];
  /** Default: the first that the adder's role may give. */
  readonly roleIndex?: number;
}

/** An AppDataUpdate. Extensions §4.7. */
export function componentUpdate<T>(componentId: number, schema: Schema<T>, value: T): Proposal {
  const update = encode(schema, value);
  return { proposalType: "appDataUpdate", appDataUpdate: { componentId, op: "update", update } };
}

/** Protocol §7.5: what is not said does not change. */
export function participantListUpdate(update: Partial<ParticipantListUpdate>): Proposal {
  return componentUpdate(MimiComponentId.participantList, ParticipantListUpdate, {
    changedRoleParticipants: update.changedRoleParticipants ?? [],
    removedIndices: update.removedIndices ?? [],
    addedParticipants: update.addedParticipants ?? [],
  });
}

/**
 * Users with their clients. Protocol §3.2: one commit over the participant list and the Adds. Who is a participant or
 * a member already is passed over.
 */
export function planAddition(room: Room, actor: string, users: readonly UserToAdd[]): CommitPlan | undefined {
  const present = new Set(membersOf(room).map(({ clientUri }) => clientUri));
  const addedParticipants: UserRolePair[] = users
    .filter(({ userUri }) => participantIndex(room, userUri) < 0)
    .map(({ userUri: user, roleIndex }) => ({ user, roleIndex: roleIndex ?? defaultRole(room, actor) }));
  const adds = users
    .flatMap(({ clients }) => clients)
    .filter(({ clientUri }) => !present.has(clientUri))
    .map(({ keyPackage }): Proposal => ({ proposalType: "add", keyPackage }));
  const list = addedParticipants.length === 0 ? [] : [participantListUpdate({ addedParticipants })];
  const proposals = [...list, ...adds];
  return proposals.length === 0 ? undefined : { proposals };
}

/** Policy §8.1.1: the first role, but for the banned one, that the adder's role may give to who is not in the list. */
function defaultRole(room: Room, actor: string): number {
  const state = stateOf(room);
  const place = participantsOf(room)[participantIndex(room, actor)];
  const role = state.roles.get(place?.roleIndex ?? 0);
  const [target] = [...(role?.transitions.get(0) ?? [])].filter((index) => index !== BANNED_ROLE);
  if (target === undefined) {
    throw new ClientError(
      "not-allowed",
      `the role of ${actor} may give no role to new participants (policy §8.1.1)`,
    );
  }
  return target;
}

/** A user leaves the list, and all of the user's clients leave the group. Policy §8.1.2. */
export function planRemoval(room: Room, userUri: string): CommitPlan | undefined {
  const index = participantIndex(room, userUri);
  const removes = removalsOf(room, userUri);
  const list = index < 0 ? [] : [participantListUpdate({ removedIndices: [index] })];
  const proposals = [...list, ...removes];
  return proposals.length === 0 ? undefined : { proposals };
}

/** All clients of a participant leave the group; the list stays as it is. Policy §8.1.2, canKick. */
export function planKick(room: Room, userUri: string): CommitPlan | undefined {
  const removes = removalsOf(room, userUri);
  return removes.length === 0 ? undefined : { proposals: removes };
}

/** Join links come and go; a link that is not there is passed over. Policy §6.2. */
export function planJoinLinks(
  room: Room,
  {
    add = [],
    remove = [],
  }: { readonly add?: readonly Uint8Array[]; readonly remove?: readonly Uint8Array[] },
): CommitPlan | undefined {
  const { joinLinks } = stateOf(room);
  const removedIndices = joinLinks.flatMap(({ joinLink }, index) =>
    remove.some((one) => sameOctets(one, joinLink)) ? [index] : [],
  );
  if (add.length === 0 && removedIndices.length === 0) return undefined;
  const update = { removedIndices, addedLinks: add.map((joinLink) => ({ joinLink })) };
  return { proposals: [componentUpdate(MimiComponentId.joinLinks, JoinLinksUpdate, update)] };
}

/** A participant gets another role; a banned one loses all clients (policy §8.1.3, reading R-187). */
export function planRoleChange(room: Room, userUri: string, roleIndex: number): CommitPlan | undefined {
  const userIndex = participantIndex(room, userUri);
  if (userIndex < 0) throw new ClientError("usage", `${userUri} is not in the participant list`);
  if (participantsOf(room)[userIndex]?.roleIndex === roleIndex) return undefined;
  const change = participantListUpdate({ changedRoleParticipants: [{ userIndex, roleIndex }] });
  const active = stateOf(room).roles.get(roleIndex)?.role.maximumActiveParticipantsConstraint;
  return { proposals: active === 0 ? [change, ...removalsOf(room, userUri)] : [change] };
}

/** New metadata: what is not given stays. Protocol §7.6. */
export function planMetadata(room: Room, change: Partial<RoomMetaData>): CommitPlan | undefined {
  const data = room.group.public.component(MimiComponentId.roomMetadata);
  if (data === undefined) throw new ClientError("usage", "the room has no metadata");
  const metadata = { ...decode(RoomMetaData, data), ...change };
  return { proposals: [componentUpdate(MimiComponentId.roomMetadata, RoomMetaData, metadata)] };
}

/**
 * The own user leaves. Protocol §3.5, reading R-062: SelfRemove for the client that sends this, since it survives an
 * external commit; Remove for the user's other clients; and the participant list without the user.
 */
export function leaveProposals(room: Room, userUri: string): readonly Proposal[] {
  const index = participantIndex(room, userUri);
  const others = removalsOf(room, userUri, room.group.ownLeafIndex);
  const list = index < 0 ? [] : [participantListUpdate({ removedIndices: [index] })];
  return [{ proposalType: "selfRemove" }, ...others, ...list];
}

function removalsOf(room: Room, userUri: string, except = -1): Proposal[] {
  return membersOf(room)
    .filter((member) => member.userUri === userUri && member.leafIndex !== except)
    .map(({ leafIndex }) => ({ proposalType: "remove", removed: leafIndex }));
}
