/**
 * A user's client: an MLS member with its message history, over a provider's client API.
 * @module
 */

export { presetNames } from "@openmimi/room";
export { type Added, type ClientOptions, describeProvider, MimiClient, type SyncResult } from "./client.ts";
export type { RoomInit, RoomPreset } from "./creating.ts";
export { ClientError, type ClientErrorCode } from "./errors.ts";
export type { ClientEvent } from "./events.ts";
export type { Committed } from "./handshake.ts";
export type { Identity, KeyPackageOptions } from "./identity.ts";
export type { JoinOptions } from "./joining.ts";
export type { ProviderDescription } from "./provider-api.ts";
export type { RoomView } from "./room.ts";
export type { ReportSettings } from "./room-policies.ts";
export type { Sent } from "./sending.ts";
export type * from "./store.ts";
export {
  DEFAULT_RETRY,
  type RetryPolicy,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from "./transport.ts";
