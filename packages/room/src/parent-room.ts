/**
 * Rooms that depend on a parent. Policy §5; reading R-192.
 * @module
 */

import { type BaseRoomPolicy, IdentifierError, parseMimiUri } from "@openmimi/protocol";
import { deny } from "./decision.ts";
import { type Plan, participantsAfter } from "./plan.ts";
import type { Scope } from "./scope.ts";
import type { RoomState } from "./state.ts";

const SECTION = "policy §5";

/** What only the hub knows of a room that begins. */
export interface NewRoomCircumstances {
  /** The participants of the room's parent. Absent: not checked. */
  readonly parentParticipants?: ReadonlySet<string> | undefined;
}

/** Both rooms are at the same hub, and no room is its own parent. */
function checkParentUri({ parentRoom }: BaseRoomPolicy, roomUri: string | undefined): void {
  const [parent] = parentRoom;
  if (parent === undefined || roomUri === undefined) return;
  if (parent === roomUri) deny("parent-dependent", "the room would be its own parent", { section: SECTION });
  if (hubOf(parent) === undefined || hubOf(parent) !== hubOf(roomUri)) {
    deny("parent-dependent", `${parent} is not a room of the same hub`, { section: SECTION });
  }
}

/** The domain of a room's URI; `undefined` for what names no room. */
function hubOf(uri: string): string | undefined {
  try {
    const { kind, domain } = parseMimiUri(uri);
    return kind === "room" ? domain : undefined;
  } catch (error) {
    if (error instanceof IdentifierError) return undefined;
    throw error;
  }
}

/** The participants are a strict subset of the parent's. Which those are only the hub knows. */
function checkSubset(
  listed: Iterable<string>,
  count: number,
  { parentParticipants }: NewRoomCircumstances,
): void {
  if (parentParticipants === undefined) return;
  for (const user of listed) {
    if (!parentParticipants.has(user)) {
      deny("parent-dependent", `${user} is no participant of the parent room`, { section: SECTION, user });
    }
  }
  if (count >= parentParticipants.size) {
    deny("parent-dependent", "the participants would not be a strict subset of the parent room's", {
      section: SECTION,
    });
  }
}

/** A room that begins with a parent. */
export function checkNewParent(
  { basePolicy, participants }: RoomState,
  roomUri: string,
  circumstances: NewRoomCircumstances,
): void {
  if (!basePolicy.parentDependant) return;
  checkParentUri(basePolicy, roomUri);
  checkSubset(
    participants.map(({ user }) => user),
    participants.length,
    circumstances,
  );
}

/** A room that gets a parent, or another one, must fit it at once. */
export function checkParent({ state, circumstances }: Scope, plan: Plan, base: BaseRoomPolicy): void {
  if (!base.parentDependant || base.parentRoom[0] === state.basePolicy.parentRoom[0]) return;
  checkParentUri(base, circumstances.roomUri ?? state.metadata?.roomUri);
  const stay = state.participants.filter(({ user }) => plan.operationOn.get(user)?.to !== 0);
  const come = plan.operations.filter(({ from }) => from === 0);
  const listed = [...stay, ...come].map(({ user }) => user);
  checkSubset(listed, participantsAfter(state, plan), circumstances);
}
