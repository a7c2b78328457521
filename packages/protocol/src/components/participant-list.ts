/**
 * The participant list. Protocol §7.5.
 * @module
 */

import { type Infer, struct, uint32, vector } from "@openmimi/tls";
import { IdentifierUri } from "../bodies/common.ts";

/** The most participants of one room, and the most changes in one update. */
export const MAX_PARTICIPANTS = 100_000;

/** One participant: the user's URI, canonical (reading R-027), and the index of the user's role. */
export const UserRolePair = struct("UserRolePair", { user: IdentifierUri, roleIndex: uint32 });
export type UserRolePair = Infer<typeof UserRolePair>;

/** The data of component 0x0022. The place in the list is the `user_index` of updates. */
export const ParticipantListData = struct("ParticipantListData", {
  participants: vector(UserRolePair, { maxElements: MAX_PARTICIPANTS }),
});
export type ParticipantListData = Infer<typeof ParticipantListData>;

/** A new role for the participant at one place of the list. */
export const UserindexRolePair = struct("UserindexRolePair", { userIndex: uint32, roleIndex: uint32 });
export type UserindexRolePair = Infer<typeof UserindexRolePair>;

/**
 * The `update` of an AppDataUpdate of component 0x0022. Indexes count in the list as the epoch began (reading R-132).
 * Whether they exist, and whether the change is allowed, is the room's business.
 */
export const ParticipantListUpdate = struct("ParticipantListUpdate", {
  changedRoleParticipants: vector(UserindexRolePair, { maxElements: MAX_PARTICIPANTS }),
  removedIndices: vector(uint32, { maxElements: MAX_PARTICIPANTS }),
  addedParticipants: vector(UserRolePair, { maxElements: MAX_PARTICIPANTS }),
});
export type ParticipantListUpdate = Infer<typeof ParticipantListUpdate>;
