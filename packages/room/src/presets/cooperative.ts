/**
 * A room that its participants run together: friends, family, a small group of peers. Policy appendix A.1.
 * @module
 */

import type { CapabilityName } from "../capabilities.ts";
import { anyTo, banned, type NewRoom, noRole, type Preset, policyEnforcer, roomOf } from "./preset.ts";

const ordinaryUser: readonly CapabilityName[] = [
  "canAddParticipant",
  "canRemoveParticipant",
  "canAddOwnClient",
  "canRemoveOwnClient",
  "canRemoveSelf",
  "canSendMessage",
  "canReceiveMessage",
  "canCopyMessage",
  "canReportAbuse",
  "canReplyToMessage",
  "canReactToMessage",
  "canDeleteOwnReaction",
  "canEditOwnMessage",
  "canDeleteOwnMessage",
  "canStartTopic",
  "canReplyInTopic",
  "canEditOwnTopic",
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
  "canChangeRoomName",
  "canChangeRoomAvatar",
  "canChangeRoomSubject",
  "canChangeRoomMood",
  "canChangeOwnName",
  "canChangeOwnPresence",
  "canChangeOwnMood",
  "canChangeOwnAvatar",
];

/** canRevokeVoice and canGrantVoice of the example exist nowhere and are left out (reading R-190). */
const groupAdmin: readonly CapabilityName[] = [
  ...ordinaryUser,
  "canBan",
  "canUnban",
  "canKick",
  "canChangeUserRole",
  "canDeleteOtherMessage",
  "canEditOtherTopic",
  "canChangeRoomDescription",
];

const superAdmin: readonly CapabilityName[] = [
  ...groupAdmin,
  "canChangeRoomMembershipStyle",
  "canChangePreauthorizedUserList",
  "canDestroyRoom",
];

const preset: Preset = {
  roles: [
    noRole,
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
 * The components of a cooperatively administered room: everybody may add others as ordinary users. The creator is
 * super_admin (role 4).
 *
 * @returns data by component ID, for the app_data_dictionary of the room's group
 * @example
 * ```ts
 * const components = cooperativeRoom({
 *   roomUri: "mimi://a.example/r/clubhouse",
 *   creator: "mimi://a.example/u/alice",
 *   name: "Clubhouse",
 * });
 * roomStateOf((id) => components.get(id)).participants.length; // 1
 * ```
 */
export function cooperativeRoom(room: NewRoom): Map<number, Uint8Array> {
  return roomOf(preset, room);
}
