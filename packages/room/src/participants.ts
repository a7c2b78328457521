/**
 * What participant-list updates do to the list. Protocol §7.5; readings.
 * @module
 */

import type { ParticipantListData, ParticipantListUpdate, UserRolePair } from "@openmimi/protocol";
import { RoomError } from "./errors.ts";

const SECTION = "protocol §7.5";

/** One operation on one user. `from` and `to` are role indexes; 0 is not being in the list. */
export interface ListOperation {
  readonly user: string;
  readonly from: number;
  readonly to: number;
  /** The place in the list as the epoch began; -1 for an addition. */
  readonly index: number;
  /** Which of the updates asks for it. */
  readonly update: number;
}

function refuse(message: string): never {
  throw new RoomError("invalid-update", message, SECTION);
}

/**
 * The operations of all updates of one commit, in the order in which they apply: role changes, removals, additions.
 * Every index counts in the list as the epoch began (reading R-132), and no user is touched twice (§7.5).
 *
 * @param isListed whether a user is in the list
 * @throws {RoomError} `invalid-update`: an index out of range or repeated, a user added who is listed, role 0
 */
export function listOperations(
  participants: { readonly length: number; at(index: number): UserRolePair | undefined },
  updates: readonly ParticipantListUpdate[],
  isListed: (user: string) => boolean,
): ListOperation[] {
  const touched = new Set<number>();
  const added = new Set<string>();
  const changes: ListOperation[] = [];
  const removals: ListOperation[] = [];
  const additions: ListOperation[] = [];
  const target = (index: number): UserRolePair => {
    const participant = participants.at(index);
    if (participant === undefined) refuse(`index ${index} is outside a list of ${participants.length}`);
    if (touched.has(index)) refuse(`${participant.user} is changed twice`);
    touched.add(index);
    return participant;
  };
  for (const [update, { changedRoleParticipants, removedIndices, addedParticipants }] of updates.entries()) {
    for (const { userIndex, roleIndex } of changedRoleParticipants) {
      const { user, roleIndex: from } = target(userIndex);
      // Policy §3: role 0 refers to those who are not in the list.
      if (roleIndex === 0) refuse(`${user} would stay listed with role 0`);
      changes.push({ user, from, to: roleIndex, index: userIndex, update });
    }
    for (const index of removedIndices) {
      const { user, roleIndex: from } = target(index);
      removals.push({ user, from, to: 0, index, update });
    }
    for (const { user, roleIndex } of addedParticipants) {
      if (added.has(user)) refuse(`${user} is added twice`);
      if (roleIndex === 0) refuse(`${user} would be listed with role 0`);
      if (isListed(user)) refuse(`${user} is already listed`);
      added.add(user);
      additions.push({ user, from: 0, to: roleIndex, index: -1, update });
    }
  }
  return [...changes, ...removals, ...additions];
}

/**
 * Applies all updates of one commit: first every role change, then every removal, then the additions in the order of
 * the proposals (reading R-132). The others keep their order (reading R-134).
 *
 * @returns a new list; `list` does not change
 * @throws {RoomError} `invalid-update`
 * @example
 * ```ts
 * applyParticipantListUpdates({ participants: [alice, bob] }, [
 *   { changedRoleParticipants: [], removedIndices: [0], addedParticipants: [cathy] },
 * ]); // { participants: [bob, cathy] }
 * ```
 */
export function applyParticipantListUpdates(
  list: ParticipantListData,
  updates: readonly ParticipantListUpdate[],
): ParticipantListData {
  const { participants } = list;
  const newcomers = new Set(
    updates.flatMap(({ addedParticipants }) => addedParticipants.map(({ user }) => user)),
  );
  const listed = new Set<string>();
  if (newcomers.size > 0) {
    for (const { user } of participants) if (newcomers.has(user)) listed.add(user);
  }
  const operations = listOperations(participants, updates, (user) => listed.has(user));
  return { participants: applyListOperations(participants, operations) };
}

/** Carries out what {@link listOperations} found. */
export function applyListOperations(
  participants: readonly UserRolePair[],
  operations: readonly ListOperation[],
): UserRolePair[] {
  const removed = new Set(operations.flatMap(({ index, to }) => (index >= 0 && to === 0 ? [index] : [])));
  const changed = new Map(
    operations.flatMap(({ user, index, to }) =>
      index >= 0 && to !== 0 ? [[index, { user, roleIndex: to }]] : [],
    ),
  );
  const next: UserRolePair[] = [];
  for (let index = 0; index < participants.length; index++) {
    if (!removed.has(index)) next.push(changed.get(index) ?? participants[index]!);
  }
  for (const { user, index, to } of operations) if (index < 0) next.push({ user, roleIndex: to });
  return next;
}
