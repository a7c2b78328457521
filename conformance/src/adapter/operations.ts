/**
 * The operations of adapter/openapi.yaml as types. Octets are lowercase hexadecimal, uint64 are decimal strings,
 * times are UNIX milliseconds as decimal strings.
 * @module
 */

/** Lowercase hexadecimal. */
type Hex = string;
/** A uint64 as a decimal string. */
type Decimal = string;

/** Rooms that an adapter can make; the names of the policy draft's examples. */
export type RoomPreset = "cooperative" | "strictly-administered" | "moderated";

interface ParticipantView {
  readonly userUri: string;
  readonly roleIndex: number;
}

/** What a client of the provider knows about a room. */
export interface RoomView {
  readonly epoch: Decimal;
  readonly epochAuthenticator: Hex;
  readonly treeHash: Hex;
  /** In the order of the participant_list component. */
  readonly participants: readonly ParticipantView[];
  /** Client URIs in the order of their leaves; blank leaves are left out. */
  readonly members: readonly string[];
}

export interface MessageView {
  readonly senderUri: string;
  /** Absent when the message is not text. */
  readonly text?: string;
  /** The message ID of the content draft. */
  readonly messageId: Hex;
  readonly acceptedTimestampMs: Decimal;
}

interface OfClient {
  readonly clientUri: string;
}
interface InRoom extends OfClient {
  readonly roomUri: string;
}

/** Name, arguments and result of each operation. */
export interface AdapterOperations {
  readonly info: {
    readonly arguments: Record<string, never>;
    readonly result: {
      readonly adapter: string;
      readonly provider: string;
      readonly domain: string;
      readonly operations: readonly string[];
      readonly cipherSuites: readonly number[];
    };
  };
  readonly createUser: {
    readonly arguments: { readonly name: string };
    readonly result: { readonly userUri: string };
  };
  readonly createClient: {
    readonly arguments: { readonly userUri: string; readonly device: string };
    readonly result: { readonly clientUri: string };
  };
  readonly publishKeyPackages: {
    readonly arguments: OfClient & {
      readonly count: number;
      readonly cipherSuite?: number;
      readonly lifetime?: { readonly notBeforeMs: Decimal; readonly notAfterMs: Decimal };
      readonly lastResort?: boolean;
    };
    readonly result: { readonly keyPackageRefs: readonly Hex[] };
  };
  readonly countKeyPackages: {
    readonly arguments: OfClient;
    readonly result: { readonly available: number };
  };
  readonly createRoom: {
    readonly arguments: { readonly creator: string; readonly name: string; readonly preset: RoomPreset };
    readonly result: { readonly roomUri: string; readonly groupId: Hex };
  };
  readonly addUser: {
    readonly arguments: InRoom & { readonly userUri: string };
    readonly result: { readonly epoch: Decimal };
  };
  readonly removeUser: {
    readonly arguments: InRoom & { readonly userUri: string };
    readonly result: { readonly epoch: Decimal };
  };
  readonly changeRole: {
    readonly arguments: InRoom & { readonly userUri: string; readonly roleIndex: number };
    readonly result: { readonly epoch: Decimal };
  };
  readonly sendText: {
    readonly arguments: InRoom & { readonly text: string };
    readonly result: { readonly messageId: Hex; readonly acceptedTimestampMs: Decimal };
  };
  readonly sendUpdate: { readonly arguments: InRoom; readonly result: { readonly epoch: Decimal } };
  readonly leave: { readonly arguments: InRoom; readonly result: Record<string, never> };
  readonly commitPending: {
    readonly arguments: InRoom;
    readonly result: { readonly epoch: Decimal; readonly committed: number };
  };
  readonly joinExternally: { readonly arguments: InRoom; readonly result: { readonly epoch: Decimal } };
  readonly sync: {
    readonly arguments: OfClient & { readonly waitMs?: number };
    readonly result: { readonly events: number };
  };
  readonly roomView: { readonly arguments: InRoom; readonly result: RoomView };
  readonly messages: {
    readonly arguments: InRoom;
    readonly result: { readonly messages: readonly MessageView[] };
  };
  readonly setReports: {
    readonly arguments: OfClient & { readonly delivery: boolean; readonly read: boolean };
    readonly result: Record<string, never>;
  };
  readonly markRead: {
    readonly arguments: InRoom & { readonly messageId: Hex };
    readonly result: Record<string, never>;
  };
  readonly renewRoom: { readonly arguments: InRoom; readonly result: { readonly groupId: Hex } };
  readonly reset: { readonly arguments: Record<string, never>; readonly result: Record<string, never> };
}
