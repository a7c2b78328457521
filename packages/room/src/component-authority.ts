/**
 * Who may change and remove the other components. Protocol §5.4.1, §7.6, policy §8.2, §8.6, §8.7;
 * readings.
 * @module
 */

import {
  type FrankingAgentData,
  MimiComponentId,
  ProtocolError,
  providerOf,
  providerUri,
  type RoomMetaData,
} from "@openmimi/protocol";
import type { CapabilityName } from "./capabilities.ts";
import { isRoomComponent } from "./components.ts";
import { deny, type Rule } from "./decision.ts";
import type { EntryOf, Plan } from "./plan.ts";
import { isHub, requireCapability, type Scope } from "./scope.ts";

interface ComponentRule {
  readonly capability: CapabilityName;
  readonly section: string;
}

/** Which capability a component needs; those that are not here have rules of their own. */
const rules: ReadonlyMap<number, ComponentRule> = new Map<number, ComponentRule>([
  [
    MimiComponentId.operationalPolicy,
    { capability: "canChangeMlsOperationalPolicies", section: "policy §8.7" },
  ],
  [MimiComponentId.rolesList, { capability: "canChangeRoleDefinitions", section: "policy §8.6" }],
  [MimiComponentId.preauthList, { capability: "canChangePreauthorizedUserList", section: "policy §8.6" }],
  [MimiComponentId.baseRoomPolicy, { capability: "canChangeRoomMembershipStyle", section: "policy §8.6" }],
  ...[
    MimiComponentId.statusNotificationPolicy,
    MimiComponentId.joinLinkPolicy,
    MimiComponentId.linkPreviewPolicy,
    MimiComponentId.assetPolicy,
    MimiComponentId.loggingPolicy,
    MimiComponentId.chatHistoryPolicy,
    MimiComponentId.botPolicy,
    MimiComponentId.messageExpirationPolicy,
  ].map((id): [number, ComponentRule] => [
    id,
    { capability: "canChangeOtherPolicyAttribute", section: "policy §8.7" },
  ]),
]);

/** Readings; the metadata hold the room's URI, which may not change (reading R-135). */
const notRemovable: ReadonlySet<number> = new Set([
  MimiComponentId.participantList,
  MimiComponentId.roomMetadata,
  MimiComponentId.rolesList,
  MimiComponentId.baseRoomPolicy,
]);

function describe(componentId: number): string {
  return `component 0x${componentId.toString(16).padStart(4, "0")}`;
}

/**
 * Which rules allow an update of a component other than the participant list.
 *
 * @returns one rule per capability that was needed
 */
export function updateRules(scope: Scope, plan: Plan, entry: EntryOf<"componentUpdate">): Rule[] {
  const { componentId } = entry;
  const section = "policy §8.7";
  if (!isRoomComponent(componentId)) {
    deny("not-permitted", `${describe(componentId)} is not one of a room`, { section, user: entry.by.user });
  }
  const value = plan.replacements.find((replacement) => replacement.entry === entry)?.value;
  switch (componentId) {
    case MimiComponentId.roomMetadata:
      return metadataRules(scope, entry, value as RoomMetaData);
    case MimiComponentId.frankingAgent:
      return [frankingRule(scope, entry, value as FrankingAgentData)];
    case MimiComponentId.joinLinks:
      return linkRules(scope, plan, entry);
    default:
      return [ruleOf(scope, entry, componentId)];
  }
}

function ruleOf(
  scope: Scope,
  entry: EntryOf<"componentUpdate" | "componentRemoval">,
  componentId: number,
): Rule {
  const rule = rules.get(componentId);
  if (rule === undefined) {
    return deny("not-permitted", `nobody may change ${describe(componentId)}`, {
      section: "policy §8.7",
      user: entry.by.user,
    });
  }
  const { capability, section } = rule;
  requireCapability(scope, entry, capability, { section, user: entry.by.user });
  return { rule: capability, section };
}

/** Protocol §7.6, policy §8.2, reading R-135: the capability of every field that differs. */
function metadataRules(scope: Scope, entry: EntryOf<"componentUpdate">, after: RoomMetaData): Rule[] {
  const before = scope.state.metadata;
  const user = entry.by.user;
  const roomUri = before?.roomUri ?? scope.circumstances.roomUri;
  if (roomUri !== undefined && after.roomUri !== roomUri) {
    deny("room-uri-changed", `the room is ${roomUri}, not ${after.roomUri}`, {
      section: "protocol §7.6",
      user,
    });
  }
  const needed: CapabilityName[] = [];
  // A room without metadata gets all of them at once.
  const differs = (text: (data: RoomMetaData) => string) =>
    before === undefined || text(before) !== text(after);
  if (differs(({ roomName }) => roomName)) needed.push("canChangeRoomName");
  if (differs(({ roomDescriptions }) => JSON.stringify(roomDescriptions.map(comparable)))) {
    needed.push("canChangeRoomDescription");
  }
  if (differs(({ roomAvatar }) => roomAvatar)) needed.push("canChangeRoomAvatar");
  if (differs(({ roomSubject }) => roomSubject)) needed.push("canChangeRoomSubject");
  if (differs(({ roomMood }) => roomMood)) needed.push("canChangeRoomMood");
  const section = "policy §8.2";
  for (const capability of needed) requireCapability(scope, entry, capability, { section, user });
  if (needed.length === 0) return [{ rule: "metadata as they were", section: "protocol §7.6" }];
  return needed.map((capability) => ({ rule: capability, section }));
}

function comparable({
  mediaType,
  languageTag,
  descriptionContent,
}: RoomMetaData["roomDescriptions"][number]) {
  return [mediaType, languageTag, ...descriptionContent];
}

/** Reading R-188: only the hub as external sender, and only with a key of its own. Protocol §5.4.1.3. */
function frankingRule(scope: Scope, entry: EntryOf<"componentUpdate">, agent: FrankingAgentData): Rule {
  const section = "protocol §5.4.1";
  const { user } = entry.by;
  if (!isHub(scope, entry.by))
    deny("not-the-hub", "only the hub may change the franking agent", { section, user });
  const of = domainUri(agent);
  if (of !== user) {
    deny("invalid-component", `the franking agent is ${of ?? "nobody"}, not ${user}`, { section, user });
  }
  return { rule: "hub", section };
}

function domainUri({ credential }: FrankingAgentData): string | undefined {
  try {
    return providerUri(providerOf(credential));
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/** Reading R-188: the reserved capabilities for join codes. */
function linkRules(scope: Scope, plan: Plan, entry: EntryOf<"componentUpdate">): Rule[] {
  const update = plan.linkUpdates.find((item) => item.entry === entry)?.update;
  const needed: CapabilityName[] = [];
  if (update !== undefined && update.addedLinks.length > 0) needed.push("canCreateJoinCode");
  if (update !== undefined && update.removedIndices.length > 0) needed.push("canDeleteJoinCode");
  const section = "policy §8.7";
  for (const capability of needed)
    requireCapability(scope, entry, capability, { section, user: entry.by.user });
  if (needed.length === 0) return [{ rule: "join links as they were", section: "policy §6.2" }];
  return needed.map((capability) => ({ rule: capability, section }));
}

/** Which rule allows the removal of a component. */
export function removalRule(scope: Scope, entry: EntryOf<"componentRemoval">): Rule {
  const { componentId, by } = entry;
  if (notRemovable.has(componentId)) {
    deny("component-not-removable", `a room needs ${describe(componentId)}`, {
      section: "extensions §4.7",
      user: by.user,
    });
  }
  if (componentId === MimiComponentId.frankingAgent) {
    const section = "protocol §5.4.1";
    if (!isHub(scope, by))
      deny("not-the-hub", "only the hub may remove the franking agent", { section, user: by.user });
    return { rule: "hub", section };
  }
  if (componentId === MimiComponentId.joinLinks) {
    const section = "policy §8.7";
    requireCapability(scope, entry, "canDeleteJoinCode", { section, user: by.user });
    return { rule: "canDeleteJoinCode", section };
  }
  return ruleOf(scope, entry, componentId);
}
