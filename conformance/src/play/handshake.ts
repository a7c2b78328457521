/**
 * UpdateRequests of the suite's clients. Protocol §5.3, §7.5; readings.
 * @module
 */

import {
  type MadeGroupCommit,
  type MLSMessage,
  type Proposal,
  type PublicGroup,
  partialGroupInfo,
} from "@openmimi/mls";
import {
  BaseRoomPolicy,
  identityOf,
  MimiComponentId,
  ParticipantListData,
  ParticipantListUpdate,
  type Role,
  RoleData,
  RoomMetaData,
  type UpdateRequest,
} from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import type { SuiteClient } from "./suite-client.ts";

/** The participants in the order that indexes count in. */
export function participantsOf(group: PublicGroup): ParticipantListData["participants"] {
  const data = group.component(MimiComponentId.participantList);
  return data === undefined ? [] : decode(ParticipantListData, data).participants;
}

/** Where a user stands in the participant list; -1 for somebody who is not in it. */
export function indexOf(group: PublicGroup, userUri: string): number {
  return participantsOf(group).findIndex(({ user }) => user === userUri);
}

/** The leaves of a user's clients. */
export function leavesOf(group: PublicGroup, userUri: string): number[] {
  return group
    .members()
    .filter(({ leafNode }) => identityOf(leafNode.credential).userUri === userUri)
    .map(({ leafIndex }) => leafIndex);
}

/** The AppDataUpdate that changes the participant list. */
export function listUpdate(change: Partial<ParticipantListUpdate>): Proposal {
  const update = encode(ParticipantListUpdate, {
    changedRoleParticipants: [],
    removedIndices: [],
    addedParticipants: [],
    ...change,
  });
  return componentUpdate(MimiComponentId.participantList, update);
}

/** The AppDataUpdate of any component. */
export function componentUpdate(componentId: number, update: Uint8Array): Proposal {
  return { proposalType: "appDataUpdate", appDataUpdate: { componentId, op: "update", update } };
}

/** The AppDataUpdate that changes the room's metadata: all of it is given anew (protocol §7.6). */
export function metadataUpdate(group: PublicGroup, change: Partial<RoomMetaData>): Proposal {
  const data = group.component(MimiComponentId.roomMetadata);
  if (data === undefined) throw new Error("the room has no metadata");
  const update = encode(RoomMetaData, { ...decode(RoomMetaData, data), ...change });
  return componentUpdate(MimiComponentId.roomMetadata, update);
}

/** The AppDataUpdate that changes the base policy of a room: all of it is given anew (policy §5). */
export function basePolicyUpdate(group: PublicGroup, change: Partial<BaseRoomPolicy>): Proposal {
  const data = group.component(MimiComponentId.baseRoomPolicy);
  if (data === undefined) throw new Error("the room has no base policy");
  const update = encode(BaseRoomPolicy, { ...decode(BaseRoomPolicy, data), ...change });
  return componentUpdate(MimiComponentId.baseRoomPolicy, update);
}

/** The AppDataUpdate that changes the role definitions: all of them are given anew (policy §3). */
export function rolesUpdate(group: PublicGroup, change: (role: Role) => Role): Proposal {
  const data = group.component(MimiComponentId.rolesList);
  const roles = data === undefined ? [] : decode(RoleData, data).roles;
  return componentUpdate(MimiComponentId.rolesList, encode(RoleData, { roles: roles.map(change) }));
}

/** What adds a user of the suite, with the role that `like` has: list entry and clients in one commit. */
export function additionOf(group: PublicGroup, like: string, clients: readonly SuiteClient[]): Proposal[] {
  const [first] = clients;
  if (first === undefined) throw new Error("nobody to add: a defect of the case");
  const roleIndex = participantsOf(group).find(({ user }) => user === like)?.roleIndex ?? 0;
  return [
    listUpdate({ addedParticipants: [{ user: first.userUri, roleIndex }] }),
    ...clients.map(
      (client): Proposal => ({ proposalType: "add", keyPackage: client.keyPackage().keyPackage }),
    ),
  ];
}

/** What removes a user: the list entry and every leaf of the user. */
export function removalOf(group: PublicGroup, userUri: string, leaves: readonly number[]): Proposal[] {
  return [
    listUpdate({ removedIndices: [indexOf(group, userUri)] }),
    ...leaves.map((removed): Proposal => ({ proposalType: "remove", removed })),
  ];
}

/** A commit as it is sent: with a partial GroupInfo and the tree left to the hub, and whatever is changed. */
export function commitRequest(
  { commit, groupInfo, welcome }: Pick<MadeGroupCommit, "commit" | "groupInfo" | "welcome">,
  change: Partial<UpdateRequest> = {},
): UpdateRequest {
  return {
    proposalOrCommit: commit,
    ...(welcome === undefined ? {} : { welcome }),
    groupInfoOption: { representation: "partial", partialGroupInfo: partialGroupInfo(groupInfo) },
    ratchetTreeOption: { representation: "distributionService" },
    ...change,
  };
}

/** Proposals as they are sent together. */
export function proposalRequest(messages: readonly MLSMessage[]): UpdateRequest {
  const [proposalOrCommit, ...moreProposals] = messages;
  if (proposalOrCommit === undefined) throw new Error("no proposal: a defect of the case");
  return { proposalOrCommit, moreProposals };
}

/**
 * What leaves a room: SelfRemove of the sending client, Remove of the user's other clients, and the entry in the
 * participant list (reading R-062). The proposals are pending in the client's own group afterwards.
 */
export function leaveRequest(client: SuiteClient, siblings: readonly number[] = []): UpdateRequest {
  const { group } = client;
  const proposals: Proposal[] = [
    { proposalType: "selfRemove" },
    ...siblings.map((removed): Proposal => ({ proposalType: "remove", removed })),
    listUpdate({ removedIndices: [indexOf(group.public, client.userUri)] }),
  ];
  return proposalRequest(proposals.map((proposal) => group.propose(proposal).message));
}
