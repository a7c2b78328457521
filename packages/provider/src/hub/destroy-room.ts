/**
 * The end of a room at the wish of who may destroy it: local to the provider that hosts it. Policy §8.6; reading R-189.
 * @module
 */

import type { ProviderChecks } from "../checks.ts";
import { ProviderError } from "../errors.ts";
import { retryAfter } from "../http/problem.ts";
import type { ClientRecord, Store } from "../store/store.ts";
import type { Dependants } from "./dependants.ts";
import { keptRoom } from "./kept-room.ts";
import { viewOf } from "./room-view.ts";
import type { HubRooms } from "./rooms.ts";

/** What {@link destroyRoom} needs. */
export interface DestroyRoomParts {
  readonly store: Pick<Store, "rooms">;
  readonly rooms: Pick<HubRooms, "find" | "findEnded">;
  readonly checks: Pick<ProviderChecks, "policyAllowsDestruction">;
  readonly dependants: Pick<Dependants, "parentChanged">;
}

const MAX_ATTEMPTS = 20;

/**
 * Destroys a room for ever, whether or not it is persistent and has clients. No message says so: it is unknown from now on.
 *
 * @throws {ProviderError} `not-found`, `forbidden`
 */
export async function destroyRoom(
  { store, rooms, checks, dependants }: DestroyRoomParts,
  { userUri }: ClientRecord,
  roomUri: string,
): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const room = await rooms.find(roomUri);
    const found = room ?? (await rooms.findEnded(roomUri));
    if (found === undefined)
      throw new ProviderError("not-found", "there is no such room here", "reading R-060");
    const { state } = room === undefined ? keptRoom(found.group) : viewOf(found.group);
    const decision = checks.policyAllowsDestruction(state, userUri);
    if (!decision.allowed) throw new ProviderError("forbidden", decision.message, decision.section);
    if (await store.rooms.destroy(found)) return dependants.parentChanged(roomUri);
  }
  throw new ProviderError("unavailable", "the room is too busy", undefined, { headers: retryAfter() });
}
