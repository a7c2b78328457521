/**
 * A hosted room as the rules see it. Protocol §7.1; reading R-061.
 * @module
 */

import type { PublicGroup } from "@openmimi/mls";
import { factsOfProposals, type RoomState, roomStateOf, withPending } from "@openmimi/room";
import { type Member, membersOf } from "./rooms.ts";

/** What the hub decides by. */
export interface RoomView {
  /** The state of the epoch, with the pending proposals laid over it. */
  readonly state: RoomState;
  readonly members: readonly Member[];
  /** Leaves that a pending proposal removes. */
  readonly leaving: ReadonlySet<number>;
}

const known = new WeakMap<PublicGroup, { readonly pending: number; readonly view: RoomView }>();

/** The view of a group; made once for each set of pending proposals. */
export function viewOf(group: PublicGroup): RoomView {
  const { pending } = group;
  const before = known.get(group);
  if (before !== undefined && before.pending === pending.length) return before.view;
  const epochState = roomStateOf((id) => group.component(id));
  const leaving = new Set<number>();
  for (const { proposal, sender } of pending) {
    if (proposal.proposalType === "remove") leaving.add(proposal.removed);
    if (proposal.proposalType === "selfRemove" && sender.senderType === "member")
      leaving.add(sender.leafIndex);
  }
  const view = {
    state: withPending(epochState, factsOfProposals(pending, group).changes),
    members: membersOf(group),
    leaving,
  };
  known.set(group, { pending: pending.length, view });
  return view;
}
