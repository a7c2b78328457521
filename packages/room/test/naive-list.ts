import type { ParticipantListUpdate, UserRolePair } from "@openmimi/protocol";

/**
 * Protocol §7.5 sentence by sentence, without any cleverness, on a list of marked copies.
 *
 * @returns the new list, or `undefined` where the commit is not valid
 */
export function naiveUpdates(
  participants: readonly UserRolePair[],
  updates: readonly ParticipantListUpdate[],
): UserRolePair[] | undefined {
  const users: string[] = [];
  for (const update of updates) {
    for (const { userIndex, roleIndex } of update.changedRoleParticipants) {
      if (userIndex >= participants.length || roleIndex === 0) return undefined;
      users.push(participants[userIndex]!.user);
    }
    for (const index of update.removedIndices) {
      if (index >= participants.length) return undefined;
      users.push(participants[index]!.user);
    }
    for (const { user, roleIndex } of update.addedParticipants) {
      if (participants.find((participant) => participant.user === user) || roleIndex === 0) return undefined;
      users.push(user);
    }
  }
  for (const user of users) if (users.filter((other) => other === user).length !== 1) return undefined;
  const marked = participants.map((participant) => ({ ...participant, gone: false }));
  for (const update of updates) {
    for (const { userIndex, roleIndex } of update.changedRoleParticipants)
      marked[userIndex]!.roleIndex = roleIndex;
  }
  for (const update of updates) for (const index of update.removedIndices) marked[index]!.gone = true;
  const left = marked.filter(({ gone }) => !gone).map(({ user, roleIndex }) => ({ user, roleIndex }));
  for (const update of updates) left.push(...update.addedParticipants);
  return left;
}
