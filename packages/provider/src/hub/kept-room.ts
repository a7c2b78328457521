/**
 * What stays of a room without clients. Policy §5: the policy of a persistent room remains, and a client of who may have one
 * can found a new group for it; a room that is not persistent cannot be accessed any more. Reading R-192.
 * @module
 */

import { dictionaryOf, type PublicGroup } from "@openmimi/mls";
import { type RoomState, roomStateOf } from "@openmimi/room";

/** A room as its last clients left it. */
export interface KeptRoom {
  readonly state: RoomState;
  /** Everything in the dictionary of its GroupContext, with what was pending carried out. */
  readonly components: ReadonlyMap<number, Uint8Array>;
}

/** @param group the group in its last epoch, with the proposals that nobody was left to commit */
export function keptRoom(group: PublicGroup): KeptRoom {
  const entries = dictionaryOf(group.provisional().extensions);
  const components = new Map(entries.map(({ componentId, data }) => [componentId, data]));
  return { components, state: roomStateOf((id) => components.get(id)) };
}
