/**
 * A room whose administrators decide who comes in. Policy appendix A.2.
 * @module
 */

import type { CapabilityName } from "../capabilities.ts";
import { anyTo, banned, type NewRoom, noRole, type Preset, policyEnforcer, roomOf } from "./preset.ts";

const ordinaryUser: readonly CapabilityName[] = [
  "canAddOwnClient",
  "canJoinIfPreauthorized",
  "canRemoveOwnClient",
  "canRemoveSelf",
  "canChangeOwnRole",
  "canSendMessage",
  "canReceiveMessage",
  "canCopyMessage",
  "canReportAbuse",
  "canReactToMessage",
  "canDeleteOwnReaction",
  "canEditOwnMessage",
  "canDeleteOwnMessage",
  "canStartTopic",
  "canReplyInTopic",
  "canUploadImage",
  "canUploadVideo",
  "canUploadAudio",
  "canUploadAttachment",
  "canDownloadImage",
  "canDownloadVideo",
  "canDownloadAudio",
  "canDownloadAttachment",
  "canSendLink",
  "canSendLinkPreview",
  "canFollowLink",
  "canCopyLink",
  "canChangeOwnName",
  "canChangeOwnPresence",
  "canChangeOwnMood",
  "canChangeOwnAvatar",
];

const groupAdmin: readonly CapabilityName[] = [
  ...ordinaryUser,
  "canAddParticipant",
  "canRemoveParticipant",
  "canBan",
  "canUnban",
  "canKick",
  "canChangeUserRole",
  "canCreateJoinCode",
  "canDeleteJoinCode",
  "canDeleteOtherReaction",
  "canDeleteOtherMessage",
  "canEditOwnTopic",
  "canEditOtherTopic",
  "canChangeRoomDescription",
  "canChangeRoomName",
  "canChangeRoomAvatar",
  "canChangeRoomSubject",
  "canChangeRoomMood",
];

const superAdmin: readonly CapabilityName[] = [
  ...groupAdmin,
  "canChangeRoomMembershipStyle",
  "canChangeRoleDefinitions",
  "canChangePreauthorizedUserList",
  "canDestroyRoom",
  "canSendMLSReinitProposal",
];

const preset: Preset = {
  roles: [
    { ...noRole, capabilities: ["canUseJoinCode"], changes: [[0, [2]]] },
    banned,
    {
      index: 2,
      name: "ordinary_user",
      capabilities: ordinaryUser,
      changes: [
        [0, [2]],
        [2, [0]],
      ],
    },
    { index: 3, name: "group_admin", capabilities: groupAdmin, participants: [1], changes: anyTo(3) },
    { index: 4, name: "super_admin", capabilities: superAdmin, changes: anyTo(4) },
    policyEnforcer(5, [
      [0, [1]],
      [1, [0]],
      [2, [0, 1]],
      [3, [0, 1]],
      [4, [0, 1]],
    ]),
  ],
  creator: 4,
  hub: 5,
};

/**
 * The components of a strictly administered room: only group_admin (role 3) and above add others; strangers need a join
 * code. The creator is super_admin (role 4).
 *
 * @returns data by component ID
 */
export function strictlyAdministeredRoom(room: NewRoom): Map<number, Uint8Array> {
  return roomOf(preset, room);
}
