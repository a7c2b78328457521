/**
 * The registry of role capabilities. Policy §10.2.
 * @module
 */

/** Number of every capability, reserved ones too. Numbers decide, names are for people (reading R-190). */
export const Capability = {
  canAddParticipant: 0x0000,
  canRemoveParticipant: 0x0001,
  canAddOwnClient: 0x0002,
  canRemoveOwnClient: 0x0003,
  canOpenJoin: 0x0004,
  canJoinIfPreauthorized: 0x0005,
  canRemoveSelf: 0x0006,
  canCreateJoinCode: 0x0007,
  canDeleteJoinCode: 0x0008,
  canUseJoinCode: 0x0009,
  canBan: 0x000a,
  canUnban: 0x000b,
  canKick: 0x000c,
  canKnock: 0x000d,
  canAcceptKnock: 0x000e,
  canChangeUserRole: 0x000f,
  canChangeOwnRole: 0x0010,
  canCreateSubgroup: 0x0011,
  canSendMessage: 0x0100,
  canReceiveMessage: 0x0101,
  canCopyMessage: 0x0102,
  canReportAbuse: 0x0103,
  canReplyToMessage: 0x0104,
  canReactToMessage: 0x0105,
  canEditReaction: 0x0106,
  canDeleteOwnReaction: 0x0107,
  canDeleteOtherReaction: 0x0108,
  canEditOwnMessage: 0x0109,
  canDeleteOwnMessage: 0x010a,
  canDeleteOtherMessage: 0x010b,
  canStartTopic: 0x010c,
  canReplyInTopic: 0x010d,
  canEditOwnTopic: 0x010e,
  canEditOtherTopic: 0x010f,
  canSendDirectMessage: 0x0110,
  canTargetMessage: 0x0111,
  canUploadImage: 0x0200,
  canUploadAudio: 0x0201,
  canUploadVideo: 0x0202,
  canUploadAttachment: 0x0203,
  canDownloadImage: 0x0204,
  canDownloadAudio: 0x0205,
  canDownloadVideo: 0x0206,
  canDownloadAttachment: 0x0207,
  canSendLink: 0x0208,
  canSendLinkPreview: 0x0209,
  canFollowLink: 0x020a,
  canCopyLink: 0x020b,
  canChangeRoomName: 0x0300,
  canChangeRoomDescription: 0x0301,
  canChangeRoomAvatar: 0x0302,
  canChangeRoomSubject: 0x0303,
  canChangeRoomMood: 0x0304,
  canChangeOwnName: 0x0380,
  canChangeOwnPresence: 0x0381,
  canChangeOwnMood: 0x0382,
  canChangeOwnAvatar: 0x0383,
  canStartCall: 0x0400,
  canJoinCall: 0x0401,
  canSendAudio: 0x0402,
  canReceiveAudio: 0x0403,
  canSendVideo: 0x0404,
  canReceiveVideo: 0x0405,
  canShareScreen: 0x0406,
  canViewSharedScreen: 0x0407,
  canCreateRoom: 0x0500,
  canDestroyRoom: 0x0501,
  canChangeRoomMembershipStyle: 0x0502,
  canChangeRoleDefinitions: 0x0503,
  canChangePreauthorizedUserList: 0x0504,
  canChangeOtherPolicyAttribute: 0x0505,
  canChangeMlsOperationalPolicies: 0x0600,
  canSendMLSReinitProposal: 0x0601,
  canSendMLSUpdateProposal: 0x0602,
  canSendMLSPSKProposal: 0x0603,
  canSendMLSExternalProposal: 0x0604,
  canSendMLSExternalCommit: 0x0605,
} as const;

/** The name of a registered capability. */
export type CapabilityName = keyof typeof Capability;

/** Where private use begins (reading R-191). */
export const FIRST_PRIVATE_CAPABILITY = 0xf000;

const names = new Map<number, CapabilityName>(
  Object.entries(Capability).map(([name, number]) => [number, name as CapabilityName]),
);

/** The registered name of a number, or `undefined` for numbers that mean nothing here (they grant nothing). */
export function capabilityName(number: number): CapabilityName | undefined {
  return names.get(number);
}

/** Policy §8.7, §10.2: names without a meaning yet. Some are used here nevertheless (reading R-188). */
const reserved: ReadonlySet<CapabilityName> = new Set<CapabilityName>([
  "canCreateJoinCode",
  "canDeleteJoinCode",
  "canKnock",
  "canAcceptKnock",
  "canCreateSubgroup",
  "canSendDirectMessage",
  "canTargetMessage",
  "canChangeOwnName",
  "canChangeOwnPresence",
  "canChangeOwnMood",
  "canChangeOwnAvatar",
  "canCreateRoom",
  "canChangeOtherPolicyAttribute",
  "canChangeMlsOperationalPolicies",
  "canSendMLSUpdateProposal",
  "canSendMLSPSKProposal",
  "canSendMLSExternalProposal",
  "canSendMLSExternalCommit",
]);

/** Where capabilities are described, by the number at which each part of the registry ends. */
const sections: readonly (readonly [end: number, section: string])[] = [
  [0x0100, "policy §8.1"],
  [0x0200, "policy §8.3"],
  [0x0208, "policy §8.4"],
  // Links are among the assets by number and among the messages by text.
  [0x0300, "policy §8.3"],
  [0x0400, "policy §8.2"],
  [0x0500, "policy §8.5"],
  [0x10000, "policy §8.6"],
];

/** The section that describes a capability. */
export function capabilitySection(capability: CapabilityName): string {
  if (reserved.has(capability)) return "policy §8.7";
  return sections.find(([end]) => Capability[capability] < end)?.[1] ?? "policy §8";
}
