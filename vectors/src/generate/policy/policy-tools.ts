/**
 * Rooms with policies, and questions about changes of them. Policy §3 to §7.
 * @module
 */

import {
  type AssetPolicy,
  FrankingAgentData,
  MimiComponentId as Id,
  providerCredential,
  type Role,
} from "@openmimi/protocol";
import type { CapabilityName, ChangeBody } from "@openmimi/room";
import { commit, proposals } from "./question.ts";
import { banned, by, type Components, member, operational, role, roles, room, update } from "./sketch.ts";

export const alice = member("alice");
export const guest = role(2, []);
export const ruler = (capabilities: readonly CapabilityName[], more: Partial<Role> = {}) =>
  role(3, capabilities, { 0: [1, 2], 2: [0, 1, 3] }, more);
export const house = (capabilities: readonly CapabilityName[], more: Components = new Map()) =>
  room({ alice: 3, bob: 2 }, [banned, guest, ruler(capabilities)], {}, more);
export const changes = (components: Components, ...bodies: readonly ChangeBody[]) =>
  commit(components, alice, { alice: 1, bob: 1 }, by(alice, ...bodies));
export const from = (actor: Parameters<typeof by>[0], ...bodies: readonly ChangeBody[]) =>
  proposals(house([]), { alice: 1, bob: 1 }, by(actor, ...bodies));

export const bot = {
  name: "b",
  description: "",
  homepage: "",
  localClientBot: false,
  canTargetMessageInGroup: false,
  perUserContent: false,
};
export const pointers = { machineReadablePolicy: "", humanReadablePolicy: "" };
export const sharing = (...rolesThatCanShare: number[]) => ({
  historySharing: "optional" as const,
  rolesThatCanShare,
  automaticallyShare: false,
  maxTimePeriod: 60,
});
export const onRequest = (value: boolean) => ({
  onRequest: value,
  joinLink: "",
  multiuser: true,
  expiration: 60,
});
export const assets: AssetPolicy = {
  assetUploadLocation: "localProvider",
  uploadDomains: [],
  downloadPrivacy: { allowedDownloadTypes: [], forbiddenDownloadTypes: [], defaultDownloadType: "direct" },
  ...{ maxImage: 1n, maxAudio: 1n, maxVideo: 1n, maxAttachment: 1n },
  ...{ forbiddenMediaTypes: [], permittedMediaTypes: [] },
};
export const [, operations] = operational({});
export const franking = (domain: string) =>
  update(Id.frankingAgent, FrankingAgentData, {
    frankingSignatureKey: new Uint8Array(32),
    credential: providerCredential(domain),
  });
export const senders = (changedTypes: number[], ...externalSenders: string[]): ChangeBody => ({
  kind: "groupContextExtensions",
  changedTypes,
  externalSenders,
});
export const removal = (componentId: number): ChangeBody => ({ kind: "componentRemoval", componentId });

export const all: readonly CapabilityName[] = [
  "canChangeRoleDefinitions",
  "canChangePreauthorizedUserList",
  "canChangeRoomMembershipStyle",
  "canChangeOtherPolicyAttribute",
  "canCreateJoinCode",
  "canAddParticipant",
  "canRemoveParticipant",
  "canChangeUserRole",
];
export const redefined = (...definitions: Role[]) => changes(house(all), roles(...definitions));
export const kept = [banned, guest, ruler(all)] as const;
