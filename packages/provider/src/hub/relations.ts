/**
 * What is kept of a room beside its state. Policy §5, §6.2; readings.
 * @module
 */

import type { PublicGroup } from "@openmimi/mls";
import { MimiComponentId } from "@openmimi/protocol";
import type { RoomState } from "@openmimi/room";
import type { ProviderChecks } from "../checks.ts";
import { sameOctets } from "../octets.ts";
import type { JoinLinkTerms, RoomRelations } from "../store/store.ts";
import { viewOf } from "./room-view.ts";

/**
 * The relations of a room as it is.
 *
 * @param before the group that this one follows; absent for a new room
 */
export function relationsOf(
  checks: Pick<ProviderChecks, "fixedParticipants" | "groupHasEnded">,
  group: PublicGroup,
  before?: PublicGroup,
): RoomRelations {
  const view = viewOf(group);
  const { state } = view;
  const [parentUri] = state.basePolicy.parentRoom;
  return {
    parentUri,
    fixedParticipants: checks.fixedParticipants(state),
    joinLinks: sameLinks(group, before) ? undefined : termsOf(state),
    ended: checks.groupHasEnded(view),
  };
}

function sameLinks(group: PublicGroup, before: PublicGroup | undefined): boolean {
  const links = (of: PublicGroup | undefined) => of?.component(MimiComponentId.joinLinks) ?? new Uint8Array();
  return group === before || sameOctets(links(group), links(before));
}

/** Policy §6.2: the policy is for new links. Without one, and with an expiration of 0, they do not expire. */
function termsOf({ joinLinks, joinLinkPolicy }: RoomState): JoinLinkTerms[] {
  const { multiuser = true, expiration = 0 } = joinLinkPolicy ?? {};
  return joinLinks.map(({ joinLink: link }) => ({
    link,
    multiuser,
    ...(expiration === 0 ? {} : { lifetimeMs: BigInt(expiration) * 1000n }),
  }));
}
