/**
 * The components of rooms as people read them.
 * @module
 */

import {
  AssetPolicy,
  BaseRoomPolicy,
  BotPolicy,
  FrankingAgentData,
  HistoryPolicy,
  JoinLinkPolicy,
  JoinLinksData,
  LinkPreviewPolicy,
  LoggingPolicy,
  MessageExpiration,
  MimiComponentId,
  OperationalParameters,
  ParticipantListData,
  PreAuthData,
  RoleData,
  RoomMetaData,
  StatusNotificationPolicy,
} from "@openmimi/protocol";
import { capabilityName } from "@openmimi/room";
import { decode, type Schema } from "@openmimi/tls";

type Readable = { readonly [Id in number]?: Schema<unknown> };

const schemas: Readable = {
  [MimiComponentId.frankingAgent]: FrankingAgentData,
  [MimiComponentId.participantList]: ParticipantListData,
  [MimiComponentId.roomMetadata]: RoomMetaData,
  [MimiComponentId.operationalPolicy]: OperationalParameters,
  [MimiComponentId.rolesList]: RoleData,
  [MimiComponentId.preauthList]: PreAuthData,
  [MimiComponentId.baseRoomPolicy]: BaseRoomPolicy,
  [MimiComponentId.statusNotificationPolicy]: StatusNotificationPolicy,
  [MimiComponentId.joinLinkPolicy]: JoinLinkPolicy,
  [MimiComponentId.joinLinks]: JoinLinksData,
  [MimiComponentId.linkPreviewPolicy]: LinkPreviewPolicy,
  [MimiComponentId.assetPolicy]: AssetPolicy,
  [MimiComponentId.loggingPolicy]: LoggingPolicy,
  [MimiComponentId.chatHistoryPolicy]: HistoryPolicy,
  [MimiComponentId.botPolicy]: BotPolicy,
  [MimiComponentId.messageExpirationPolicy]: MessageExpiration,
};

/** One component. */
export interface ComponentRow {
  /** `0x0022`. */
  readonly id: string;
  readonly name: string;
  readonly octets: Uint8Array;
  /** Decoded; capabilities by their names, octets in hexadecimal. */
  readonly value: unknown;
}

/** A component's number and name as they are written. */
export function componentNamed(componentId: number): { readonly id: string; readonly name: string } {
  const found = Object.entries(MimiComponentId).find(([, number]) => number === componentId);
  return { id: `0x${componentId.toString(16).padStart(4, "0")}`, name: found?.[0] ?? "unknown" };
}

/** The components in the order of their numbers. @throws {TlsError} for octets that are not of their component */
export function componentRows(components: ReadonlyMap<number, Uint8Array>): ComponentRow[] {
  return [...components]
    .toSorted(([a], [b]) => a - b)
    .map(([componentId, octets]) => {
      const schema = schemas[componentId];
      const value = schema === undefined ? undefined : readable(decode(schema, octets));
      return { ...componentNamed(componentId), octets, value };
    });
}

function readable(value: unknown, key?: string): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (key === "roleCapabilities" && Array.isArray(value))
    return value.map((number: number) => capabilityName(number) ?? number);
  if (Array.isArray(value)) return value.map((item) => readable(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, readable(item, name)]));
}
