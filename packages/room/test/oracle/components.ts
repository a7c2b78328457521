/**
 * Changes of the other components and of the group itself. Policy §3-§8; protocol §7.4, §7.6; readings,
 *
 * @module
 */

import {
  AssetPolicy,
  BaseRoomPolicy,
  BotPolicy,
  FrankingAgentData,
  HistoryPolicy,
  MimiComponentId as Id,
  JoinLinkPolicy,
  JoinLinksUpdate,
  LinkPreviewPolicy,
  LoggingPolicy,
  MessageExpiration,
  OperationalParameters,
  PreAuthData,
  RoleData,
  RoomMetaData,
  StatusNotificationPolicy,
} from "@openmimi/protocol";
import { decode, type Schema } from "@openmimi/tls";
import type { Change } from "../../src/facts.ts";
import { type Complaints, may, type Question } from "./question.ts";
import { can, hubOf, isHub, type Powers } from "./standing.ts";

/** What a commit replaces. Policy §3: the value of the update completely replaces the value of the data. */
export interface Replaced {
  roles?: RoleData;
  preauthorized?: PreAuthData;
  basePolicy?: BaseRoomPolicy;
  history?: HistoryPolicy;
  bots?: BotPolicy;
  joinLinkPolicy?: JoinLinkPolicy;
  /** How many links come, and which go. */
  links?: { added: number; removed: readonly number[] };
}

/** Components that one capability covers as a whole. */
const wholes: readonly (readonly [number, number, string])[] = [
  [Id.operationalPolicy, may.changeMlsOperationalPolicies, "canChangeMlsOperationalPolicies (R-188)"],
  [Id.rolesList, may.changeRoleDefinitions, "canChangeRoleDefinitions"],
  [Id.preauthList, may.changePreauthorizedUserList, "canChangePreauthorizedUserList"],
  [Id.baseRoomPolicy, may.changeRoomMembershipStyle, "canChangeRoomMembershipStyle (R-189)"],
  ...[
    Id.statusNotificationPolicy,
    Id.joinLinkPolicy,
    Id.linkPreviewPolicy,
    Id.assetPolicy,
    Id.loggingPolicy,
    Id.chatHistoryPolicy,
    Id.botPolicy,
    Id.messageExpirationPolicy,
  ].map((id) => [id, may.changeOtherPolicyAttribute, "canChangeOtherPolicyAttribute (R-188)"] as const),
];

const plain: readonly (readonly [number, Schema<unknown>])[] = [
  [Id.operationalPolicy, OperationalParameters],
  [Id.statusNotificationPolicy, StatusNotificationPolicy],
  [Id.loggingPolicy, LoggingPolicy],
  [Id.linkPreviewPolicy, LinkPreviewPolicy],
  [Id.assetPolicy, AssetPolicy],
  [Id.messageExpirationPolicy, MessageExpiration],
];

/** Whether one change of a component, of the extensions or of the group itself is authorized and well-formed. */
export function judgeComponent(
  question: Question,
  change: Change,
  powers: Powers,
  complaints: Complaints,
  replaced: Replaced,
): void {
  if (change.kind === "reInit")
    complaints.unless(can(powers, may.sendMlsReinitProposal), "missing-capability", "§8.6: ReInit");
  // §8.7: reserved; R-188: default deny.
  if (change.kind === "preSharedKey")
    complaints.unless(can(powers, may.sendMlsPskProposal), "missing-capability", "§8.7: PSK");
  if (change.kind === "appEphemeral") complaints.add("not-permitted", "R-188: default deny");
  if (change.kind === "groupContextExtensions") judgeExtensions(question, change, complaints);
  if (change.kind === "componentRemoval") judgeRemoval(question, change, powers, complaints);
  if (change.kind === "componentUpdate") judgeUpdate(question, change, powers, complaints, replaced);
}

function judgeExtensions(
  question: Question,
  change: Extract<Change, { kind: "groupContextExtensions" }>,
  complaints: Complaints,
): void {
  const external_senders = 5;
  for (const type of change.changedTypes) {
    if (type !== external_senders) complaints.add("not-permitted", "R-188: default deny");
    else complaints.unless(isHub(question, change.by), "not-the-hub", "R-131: external_senders by the hub");
  }
  const hub = hubOf(question);
  if (hub !== undefined && !change.externalSenders.includes(hub))
    complaints.add("not-permitted", "protocol §7.4: external_senders contains the hub");
}

function judgeRemoval(
  question: Question,
  change: Extract<Change, { kind: "componentRemoval" }>,
  powers: Powers,
  complaints: Complaints,
): void {
  const id = change.componentId;
  const whole = wholes.find(([component]) => component === id);
  if (id === Id.participantList || id === Id.rolesList || id === Id.baseRoomPolicy)
    complaints.add("component-not-removable", "R-137, R-200");
  else if (id === Id.roomMetadata) complaints.add("component-not-removable", "R-135: no change of room_uri");
  else if (id === Id.frankingAgent)
    complaints.unless(isHub(question, change.by), "not-the-hub", "R-188: 0x0021 only by the hub");
  else if (id === Id.joinLinks)
    complaints.unless(can(powers, may.deleteJoinCode), "missing-capability", "R-188: canDeleteJoinCode");
  else if (whole === undefined) complaints.add("not-permitted", "R-188: default deny");
  else complaints.unless(can(powers, whole[1]), "missing-capability", `§8.6: ${whole[2]}`);
}

function judgeUpdate(
  question: Question,
  change: Extract<Change, { kind: "componentUpdate" }>,
  powers: Powers,
  complaints: Complaints,
  replaced: Replaced,
): void {
  const { componentId: id, update } = change;
  if (id === Id.participantList) return;
  const read = <T>(schema: Schema<T>) => {
    try {
      return decode(schema, update);
    } catch {
      complaints.add("invalid-component", "the update is not what its schema says");
      return undefined;
    }
  };
  const whole = wholes.find(([component]) => component === id);
  const keep = <K extends keyof Replaced>(key: K, value: Replaced[K] | undefined) => {
    if (value !== undefined) replaced[key] = value;
  };
  if (id === Id.roomMetadata) judgeMetadata(question, read(RoomMetaData), powers, complaints);
  else if (id === Id.joinLinks) judgeLinks(question, read(JoinLinksUpdate), powers, complaints, replaced);
  else if (id === Id.frankingAgent) {
    const agent = read(FrankingAgentData);
    complaints.unless(isHub(question, change.by), "not-the-hub", "R-188: 0x0021 only by the hub");
    const basic = agent?.credential.credentialType === "basic" ? agent.credential.identity : undefined;
    const text = basic === undefined ? undefined : new TextDecoder().decode(basic);
    complaints.unless(
      text === hubOf(question),
      "invalid-component",
      "protocol §5.4.1: the hub franks (R-030)",
    );
  } else if (whole === undefined) complaints.add("not-permitted", "R-188: default deny");
  else {
    complaints.unless(can(powers, whole[1]), "missing-capability", `§8.6: ${whole[2]}`);
    if (id === Id.rolesList) keep("roles", judgeRoleData(read(RoleData), complaints));
    else if (id === Id.preauthList) keep("preauthorized", judgePreAuthData(read(PreAuthData), complaints));
    else if (id === Id.baseRoomPolicy) keep("basePolicy", read(BaseRoomPolicy));
    else if (id === Id.joinLinkPolicy) keep("joinLinkPolicy", read(JoinLinkPolicy));
    else if (id === Id.chatHistoryPolicy) keep("history", read(HistoryPolicy));
    else if (id === Id.botPolicy) keep("bots", read(BotPolicy));
    else read(plain.find(([component]) => component === id)![1]);
  }
}

/** Protocol §7.6, policy §8.2: the relevant field. R-135: field by field, and the URI stays. */
function judgeMetadata(
  { room, roomUri }: Question,
  update: RoomMetaData | undefined,
  powers: Powers,
  complaints: Complaints,
): void {
  const before = room.metadata;
  if (update === undefined) return;
  const uri = before?.roomUri ?? roomUri;
  complaints.unless(
    uri === undefined || update.roomUri === uri,
    "room-uri-changed",
    "R-135: room_uri has no capability",
  );
  const field = (changed: boolean, capability: number, name: string) => {
    if (changed) complaints.unless(can(powers, capability), "missing-capability", `§8.2: ${name}`);
  };
  const text = (metadata: RoomMetaData) =>
    JSON.stringify(
      metadata.roomDescriptions.map(({ mediaType, languageTag, descriptionContent }) => [
        mediaType,
        languageTag,
        [...descriptionContent],
      ]),
    );
  // the first update creates; then every field is new.
  const differs = (read: (metadata: RoomMetaData) => string) =>
    before === undefined || read(update) !== read(before);
  field(
    differs(({ roomName }) => roomName),
    may.changeRoomName,
    "canChangeRoomName",
  );
  field(differs(text), may.changeRoomDescription, "canChangeRoomDescription");
  field(
    differs(({ roomAvatar }) => roomAvatar),
    may.changeRoomAvatar,
    "canChangeRoomAvatar",
  );
  field(
    differs(({ roomSubject }) => roomSubject),
    may.changeRoomSubject,
    "canChangeRoomSubject",
  );
  field(
    differs(({ roomMood }) => roomMood),
    may.changeRoomMood,
    "canChangeRoomMood",
  );
}

/** canCreateJoinCode to add links, canDeleteJoinCode to remove them. Policy §6.2. */
function judgeLinks(
  { room }: Question,
  update: JoinLinksUpdate | undefined,
  powers: Powers,
  complaints: Complaints,
  replaced: Replaced,
): void {
  if (update === undefined) return;
  const { removedIndices, addedLinks } = update;
  const { added = 0, removed: before = [] } = replaced.links ?? {};
  const removed = [...before, ...removedIndices];
  replaced.links = { added: added + addedLinks.length, removed };
  const known = room.joinLinks?.length ?? 0;
  complaints.unless(
    removed.every((index) => index < known) && new Set(removed).size === removed.length,
    "malformed-update",
    "§6.2: an index names a link, once",
  );
  if (addedLinks.length > 0)
    complaints.unless(can(powers, may.createJoinCode), "missing-capability", "R-188: canCreateJoinCode");
  if (removedIndices.length > 0)
    complaints.unless(can(powers, may.deleteJoinCode), "missing-capability", "R-188: canDeleteJoinCode");
}

/** Which changes may not stand beside which. Policy §3, §4; protocol §7.6. */
export function judgeCombination(
  changes: readonly Change[],
  moves: readonly { readonly to: number }[],
  complaints: Complaints,
): void {
  const updates = (id: number) =>
    changes.filter(
      (change) =>
        (change.kind === "componentUpdate" || change.kind === "componentRemoval") &&
        change.componentId === id,
    );
  if (updates(Id.rolesList).length > 0)
    complaints.unless(moves.length === 0, "forbidden-combination", "§3: role definitions and the list");
  if (updates(Id.preauthList).length > 0)
    complaints.unless(
      moves.every(({ to }) => to === 0),
      "forbidden-combination",
      "§4: preauthorization and anything in the list but removals",
    );
  const components = changes.filter(
    (change) => change.kind === "componentUpdate" || change.kind === "componentRemoval",
  );
  const removed = components.filter(({ kind }) => kind === "componentRemoval");
  for (const { componentId } of removed)
    complaints.unless(
      components.filter((change) => change.componentId === componentId).length === 1,
      "forbidden-combination",
      "extensions §4.7: one removal, or updates",
    );
  complaints.unless(updates(Id.roomMetadata).length <= 1, "repeated-update", "protocol §7.6: one per commit");
}

/** What is wrong with roles whoever has them. Policy §3, §8.1.1; R-184. */
function judgeRoleData(data: RoleData | undefined, complaints: Complaints): RoleData | undefined {
  const all = data?.roles ?? [];
  const indexes = all.map(({ roleIndex }) => roleIndex);
  complaints.unless(new Set(indexes).size === all.length, "malformed-update", "R-184: unique indexes");
  for (const role of all) {
    if (role.roleIndex !== 0 && role.roleCapabilities.includes(may.openJoin))
      complaints.add("malformed-update", "§8.1.1: canOpenJoin must not appear in any non-zero role");
    // whatever the list, limits that contradict each other are violated by it.
    const { maximumParticipantsConstraint: most, maximumActiveParticipantsConstraint: mostActive } = role;
    complaints.unless(
      role.minimumParticipantsConstraint <= (most ?? Infinity) &&
        role.minimumActiveParticipantsConstraint <= (mostActive ?? Infinity),
      "malformed-update",
      "R-184: limits that nobody can keep",
    );
  }
  return data;
}

/** Policy §4; R-175. */
function judgePreAuthData(data: PreAuthData | undefined, complaints: Complaints): PreAuthData | undefined {
  for (const { claimset, targetRole } of data?.preauthorizedEntries ?? []) {
    complaints.unless(claimset.length > 0, "malformed-update", "R-175: an empty set is invalid");
    complaints.unless(
      targetRole.roleIndex !== 0,
      "malformed-update",
      "§4: a role to adopt; §8.1.3: non-zero",
    );
  }
  return data;
}
