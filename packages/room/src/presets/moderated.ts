/**
 * A room where only speakers are heard, for example a lecture. Policy appendix A.3.
 * @module
 */

import type { CapabilityName } from "../capabilities.ts";
import { anyTo, banned, type NewRoom, type Preset, policyEnforcer, roomOf } from "./preset.ts";

const guest: readonly CapabilityName[] = [
  "canRemoveSelf",
  "canReceiveMessage",
  "canCopyMessage",
  "canReactToMessage",
  "canDeleteOwnReaction",
  "canFollowLink",
  "canCopyLink",
  "canDownloadImage",
  "canDownloadVideo",
  "canDownloadAudio",
];

const attendee: readonly CapabilityName[] = [
  ...guest,
  "canAddOwnClient",
  "canJoinIfPreauthorized",
  "canRemoveOwnClient",
  "canChangeOwnRole",
  "canReportAbuse",
  "canReplyInTopic",
  "canDownloadAttachment",
  "canChangeOwnName",
  "canChangeOwnPresence",
  "canChangeOwnAvatar",
];

/** The example lets the speaker include itself; meant is the role before it (reading R-190). */
const speaker: readonly CapabilityName[] = [
  ...attendee,
  "canSendMessage",
  "canEditOwnMessage",
  "canDeleteOwnMessage",
  "canStartTopic",
  "canUploadImage",
  "canUploadVideo",
  "canUploadAudio",
  "canUploadAttachment",
  "canSendLink",
  "canSendLinkPreview",
];

/** The example includes an ordinary_user, which it does not have; meant is the speaker (reading R-190). */
const moderator: readonly CapabilityName[] = [
  ...speaker,
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
  "canChangeRoomName",
  "canChangeRoomAvatar",
  "canChangeRoomSubject",
  "canChangeRoomMood",
];

const superAdmin: readonly CapabilityName[] = [
  ...moderator,
  "canChangeRoomDescription",
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

const preset: Preset = {
  roles: [
    { index: 0, name: "no_role", capabilities: ["canUseJoinCode"], changes: [[0, [2, 3]]] },
    banned,
    { index: 2, name: "guest", capabilities: guest, changes: inAndOut(2) },
    { index: 3, name: "attendee", capabilities: attendee, changes: inAndOut(3) },
    { index: 4, name: "speaker", capabilities: speaker, changes: inAndOut(4) },
    { index: 5, name: "moderator", capabilities: moderator, participants: [1], changes: anyTo(5) },
    { index: 6, name: "super_admin", capabilities: superAdmin, changes: anyTo(6) },
    policyEnforcer(7, [
      [0, [1]],
      [1, [0]],
      [2, [0, 1]],
      [3, [0, 1]],
      [4, [0, 1]],
      [5, [0, 1]],
      [6, [0, 1]],
    ]),
  ],
  creator: 6,
  hub: 7,
};

/**
 * The components of a moderated room: guests (2) and attendees (3) listen, speakers (4) write, moderators (5) decide.
 * The creator is super_admin (role 6).
 *
 * @returns data by component ID
 */
export function moderatedRoom(room: NewRoom): Map<number, Uint8Array> {
  return roomOf(preset, room);
}
