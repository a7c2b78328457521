/**
 * The objects inside extensions and components. RFC 9420 §17.3, extensions §4 to §6, protocol §10, policy §10.1.
 * @module
 */

import { ComponentId, ExtensionType } from "@openmimi/mls";
import { MimiComponentId, type MimiComponentName } from "@openmimi/protocol";

/** What the data of an extension are, by its type. */
const EXTENSIONS: ReadonlyMap<number, string> = new Map([
  [ExtensionType.applicationId, "ApplicationId"],
  [ExtensionType.ratchetTree, "RatchetTreeNodes"],
  [ExtensionType.requiredCapabilities, "RequiredCapabilities"],
  [ExtensionType.externalPub, "ExternalPub"],
  [ExtensionType.externalSenders, "ExternalSenders"],
  [ExtensionType.appDataDictionary, "AppDataDictionary"],
  [ExtensionType.supportedWireFormats, "WireFormats"],
  [ExtensionType.requiredWireFormats, "WireFormats"],
  [ExtensionType.externalReceivers, "ExternalReceivers"],
]);

/** What the data of a component of MIMI are. */
export const COMPONENT_OBJECTS: Readonly<Record<MimiComponentName, string>> = {
  frankAad: "FrankAAD",
  frankingAgent: "FrankingAgentData",
  participantList: "ParticipantListData",
  roomMetadata: "RoomMetaData",
  operationalPolicy: "OperationalParameters",
  rolesList: "RoleData",
  preauthList: "PreAuthData",
  baseRoomPolicy: "BaseRoomPolicy",
  statusNotificationPolicy: "StatusNotificationPolicy",
  joinLinkPolicy: "JoinLinkPolicy",
  joinLinks: "JoinLinksData",
  linkPreviewPolicy: "LinkPreviewPolicy",
  assetPolicy: "AssetPolicy",
  loggingPolicy: "LoggingPolicy",
  chatHistoryPolicy: "HistoryPolicy",
  botPolicy: "BotPolicy",
  messageExpirationPolicy: "MessageExpiration",
};

const COMPONENTS: ReadonlyMap<number, string> = new Map<number, string>([
  [ComponentId.appComponents, "ComponentsList"],
  [ComponentId.safeAad, "ComponentsList"],
  [ComponentId.contentMediaTypes, "MediaTypeList"],
  [ComponentId.appAck, "AppAck"],
  ...Object.entries(MimiComponentId).map(
    ([name, id]) => [id, COMPONENT_OBJECTS[name as MimiComponentName]] as const,
  ),
]);

/** Components whose update is not of the format of their data. Protocol §7.5, policy §6.2. */
const UPDATES: ReadonlyMap<number, string> = new Map([
  [MimiComponentId.participantList, "ParticipantListUpdate"],
  [MimiComponentId.joinLinks, "JoinLinksUpdate"],
]);

/** @returns the name of the object in an extension's data, or undefined for types that are not known */
export function extensionObject(extensionType: number): string | undefined {
  return EXTENSIONS.get(extensionType);
}

/** @returns the name of the object in a component's data, in the same way */
export function componentObject(componentId: number): string | undefined {
  return COMPONENTS.get(componentId);
}

/** @returns the name of the object in an AppDataUpdate */
export function updateObject(componentId: number): string | undefined {
  return UPDATES.get(componentId) ?? COMPONENTS.get(componentId);
}
