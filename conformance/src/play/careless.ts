/**
 * Commits that a careless member would make: list updates against the rules, carried out as far as they can be. The
 * rest of such a commit is right, its GroupInfo included, so that a hub has to look at the update itself.
 * Protocol §7.5; readings.
 * @module
 */

import type { ComponentLogic, MemberGroup } from "@openmimi/mls";
import { MimiComponentId, ParticipantListData, ParticipantListUpdate } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import type { SuiteClient } from "./suite-client.ts";

export const careless: ComponentLogic = (componentId, current, updates) => {
  if (componentId !== MimiComponentId.participantList) return (updates.at(-1) ?? new Uint8Array()).slice();
  const { participants } = decode(ParticipantListData, current ?? Uint8Array.of(0));
  const all = updates.map((update) => decode(ParticipantListUpdate, update));
  const changes = all.flatMap((one) => one.changedRoleParticipants);
  const removed = new Set(all.flatMap((one) => one.removedIndices));
  const changed = participants.map((pair, at) => {
    const change = changes.findLast(({ userIndex }) => userIndex === at);
    return change === undefined ? pair : { ...pair, roleIndex: change.roleIndex };
  });
  const kept = changed.filter((_, at) => !removed.has(at));
  return encode(ParticipantListData, {
    participants: [...kept, ...all.flatMap((one) => one.addedParticipants)],
  });
};

/** The member once more, without a check of what updates say; see {@link SuiteClient.copy}. */
export function carelessCopy(client: SuiteClient): MemberGroup {
  return client.copy({ components: careless });
}
