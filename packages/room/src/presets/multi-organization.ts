/**
 * A room of three organizations, each with its own users and administrators. Policy appendix A.4.
 * @module
 */

import type { CapabilityName } from "../capabilities.ts";
import { banned, type NewRoom, noRole, type Preset, policyEnforcer, roomOf } from "./preset.ts";

const user: readonly CapabilityName[] = [
  "canRemoveSelf",
  "canAddOwnClient",
  "canRemoveOwnClient",
  "canSendMessage",
  "canReceiveMessage",
  "canCopyMessage",
  "canReportAbuse",
  "canReplyInTopic",
  "canReactToMessage",
  "canDeleteOwnReaction",
  "canEditOwnMessage",
  "canSendLink",
  "canSendLinkPreview",
  "canFollowLink",
  "canCopyLink",
  "canDownloadImage",
  "canDownloadVideo",
  "canDownloadAudio",
  "canDownloadAttachment",
  "canChangeOwnName",
  "canChangeOwnPresence",
  "canChangeOwnAvatar",
];

const admin: readonly CapabilityName[] = [
  ...user,
  "canDeleteOwnMessage",
  "canStartTopic",
  "canUploadImage",
  "canUploadVideo",
  "canUploadAudio",
  "canUploadAttachment",
  "canAddParticipant",
  "canRemoveParticipant",
  "canBan",
  "canKick",
  "canChangeUserRole",
];

/** Only users of the host organization may take a role by virtue of a credential. */
const byCredential: readonly CapabilityName[] = ["canChangeOwnRole", "canJoinIfPreauthorized"];

const superAdmin: readonly CapabilityName[] = [
  ...admin,
  ...byCredential,
  "canUnban",
  "canDeleteOtherReaction",
  "canDeleteOtherMessage",
  "canEditOwnTopic",
  "canEditOtherTopic",
  "canChangeRoomDescription",
  "canChangeRoomName",
  "canChangeRoomAvatar",
  "canChangeRoomSubject",
  "canChangeRoomMood",
  "canChangeRoomMembershipStyle",
  "canChangeRoleDefinitions",
  "canChangePreauthorizedUserList",
  "canDestroyRoom",
  "canSendMLSReinitProposal",
];

const inAndOut = (index: number): [number, number[]][] => [
  [0, [index]],
  [index, [0]],
];

/** The administrators of an organization move its users and each other, and ban its users. */
const administers = (users: number, admins: number): [number, number[]][] => [
  [0, [users, admins]],
  [users, [0, 1, admins]],
  [admins, [0, 1, users]],
];

const preset: Preset = {
  roles: [
    noRole,
    banned,
    { index: 2, name: "org_a_user", capabilities: [...user, ...byCredential], changes: inAndOut(2) },
    { index: 3, name: "org_b_user", capabilities: user, changes: inAndOut(3) },
    { index: 4, name: "org_c_user", capabilities: user, changes: inAndOut(4) },
    { index: 5, name: "org_a_admin", capabilities: [...admin, ...byCredential], changes: administers(2, 5) },
    {
      index: 6,
      name: "org_b_admin",
      capabilities: admin,
      participants: [1, 3],
      active: [1],
      changes: administers(3, 6),
    },
    {
      index: 7,
      name: "org_c_admin",
      capabilities: admin,
      participants: [1, 3],
      active: [1],
      changes: administers(4, 7),
    },
    {
      index: 8,
      name: "super_admin",
      capabilities: superAdmin,
      participants: [1],
      active: [1],
      changes: [
        [0, [1, 2, 3, 4, 5, 6, 7, 8]],
        [1, [0, 2, 3, 4, 5, 6, 7, 8]],
        [2, [0, 1, 5, 8]],
        [3, [0, 1, 6]],
        [4, [0, 1, 7]],
        [5, [0, 1, 2, 8]],
        [6, [0, 1, 3]],
        [7, [0, 1, 4]],
        [8, [0, 1, 2, 5]],
      ],
    },
    // By the letter of the example, which leaves org_a_user (2) out.
    policyEnforcer(9, [
      [0, [1]],
      [1, [0]],
      [3, [0, 1]],
      [4, [0, 1]],
      [5, [0, 1]],
      [6, [0, 1]],
      [7, [0, 1]],
      [8, [0, 1]],
    ]),
  ],
  creator: 8,
  hub: 9,
};

/**
 * The components of a room of three organizations: users 2, 3, 4 and administrators 5, 6, 7 of the organizations A, B
 * and C. The creator, of organization A, is super_admin (role 8).
 *
 * @returns data by component ID
 */
export function multiOrganizationRoom(room: NewRoom): Map<number, Uint8Array> {
  return roomOf(preset, room);
}
