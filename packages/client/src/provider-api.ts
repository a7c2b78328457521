/**
 * The client API of a provider, call by call. It is not part of MIMI; the provider's README describes it.
 * @module
 */

import {
  type ComponentData,
  ExternalSender,
  type GroupInfo,
  GroupInfo as GroupInfoSchema,
  RatchetTreeNodes,
} from "@openmimi/mls";
import {
  FrankingAgentData,
  GroupInfoResponse,
  KeyMaterialResponse,
  SubmitMessageResponse,
  toPathSegment,
  UpdateRoomResponse,
} from "@openmimi/protocol";
import { decode, encode, type Schema, TlsError } from "@openmimi/tls";
import type { Caller } from "./caller.ts";
import { ClientError } from "./errors.ts";
import { asObject, countAt, listAt, octetsAt, stringAt, uint64At } from "./json.ts";
import { toBase64 } from "./octets.ts";

const BASE = "/client/v1";

/** What a provider says of itself. */
export interface ProviderDescription {
  readonly domain: string;
  /** The base of its MIMI endpoints, for people. */
  readonly mimiUrl: string;
  /** Its entry in external_senders. Protocol §7.4. */
  readonly hubSender: ExternalSender;
  /** Its franking_agent component. Protocol §5.4.1. */
  readonly frankingAgent: FrankingAgentData;
}

/** One fanned-out message as it waits for this client. */
export interface InboxEvent {
  /** Grows by each event of this client. */
  readonly sequence: number;
  readonly roomUri: string;
  /** Milliseconds since the UNIX epoch. */
  readonly acceptedTimestamp: bigint;
  /** One encoded FanoutMessage. */
  readonly fanout: Uint8Array;
}

/** The calls, with their answers checked. Every method throws {@link ClientError}. */
export class ProviderApi {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  async provider(): Promise<ProviderDescription> {
    const answer = await this.#caller.json({ method: "GET", path: `${BASE}/provider` });
    return {
      domain: stringAt(answer, "domain"),
      mimiUrl: stringAt(answer, "mimiUrl"),
      hubSender: decodeAnswer(ExternalSender, octetsAt(answer, "hubSender")),
      frankingAgent: decodeAnswer(FrankingAgentData, octetsAt(answer, "frankingAgent")),
    };
  }

  /** Makes this client known; later calls carry its token. Not repeated: a second attempt would meet `conflict`. */
  async createClient(
    user: string,
    device: string,
  ): Promise<{ userUri: string; clientUri: string; token: string }> {
    const call = {
      method: "POST",
      path: `${BASE}/clients`,
      json: { user, device },
      repeatable: false,
    } as const;
    const answer = await this.#caller.json(call);
    const token = stringAt(answer, "token");
    this.#caller.authorize(token);
    return { userUri: stringAt(answer, "userUri"), clientUri: stringAt(answer, "clientUri"), token };
  }

  /** @returns how many KeyPackages can be claimed now */
  async publishKeyPackages(keyPackages: readonly Uint8Array[]): Promise<number> {
    const json = { keyPackages: keyPackages.map(toBase64) };
    return countAt(
      await this.#caller.json({ method: "POST", path: `${BASE}/keyPackages`, json }),
      "available",
    );
  }

  /** How many KeyPackages can be claimed now. */
  async availableKeyPackages(): Promise<number> {
    return countAt(await this.#caller.json({ method: "GET", path: `${BASE}/keyPackages` }), "available");
  }

  /** @returns the hub's acceptance time */
  async createRoom(
    roomUri: string,
    groupInfo: GroupInfo,
    ratchetTree: RatchetTreeNodes,
    repeatable = true,
  ): Promise<bigint> {
    const json = {
      roomUri,
      groupInfo: toBase64(encode(GroupInfoSchema, groupInfo)),
      ratchetTree: toBase64(encode(RatchetTreeNodes, ratchetTree)),
    };
    return uint64At(
      await this.#caller.json({ method: "POST", path: `${BASE}/rooms`, json, repeatable }),
      "acceptedTimestamp",
    );
  }

  /** What stays of a persistent room without clients: the dictionary of its last GroupContext. Policy §5. */
  async keptRoom(roomUri: string): Promise<ComponentData[]> {
    const path = `${BASE}/rooms/${toPathSegment(roomUri)}`;
    const answer = await this.#caller.json({ method: "GET", path });
    return listAt(answer, "components").map((item, index) => {
      const entry = asObject(item, `components[${index}]`);
      return { componentId: countAt(entry, "componentId"), data: octetsAt(entry, "data") };
    });
  }

  /** Policy §8.6. */
  async destroyRoom(roomUri: string): Promise<void> {
    await this.#caller.call({ method: "POST", path: `${BASE}/destroyRoom/${toPathSegment(roomUri)}` });
  }

  /** Protocol §5.2. */
  async keyMaterial(targetUser: string, request: Uint8Array): Promise<KeyMaterialResponse> {
    const path = `${BASE}/keyMaterial/${toPathSegment(targetUser)}`;
    return decodeAnswer(KeyMaterialResponse, await this.#caller.octets(path, request));
  }

  /** Protocol §5.3. `repeatable`: whether to send it again while there is no answer. */
  async update(roomUri: string, request: Uint8Array, repeatable = true): Promise<UpdateRoomResponse> {
    const path = `${BASE}/update/${toPathSegment(roomUri)}`;
    return decodeAnswer(UpdateRoomResponse, await this.#caller.octets(path, request, repeatable));
  }

  /** Protocol §5.4. `repeatable`: whether to send it again while there is no answer. */
  async submitMessage(
    roomUri: string,
    request: Uint8Array,
    repeatable = true,
  ): Promise<SubmitMessageResponse> {
    const path = `${BASE}/submitMessage/${toPathSegment(roomUri)}`;
    return decodeAnswer(SubmitMessageResponse, await this.#caller.octets(path, request, repeatable));
  }

  /** Protocol §5.6. */
  async groupInfo(roomUri: string, request: Uint8Array): Promise<GroupInfoResponse> {
    const path = `${BASE}/groupInfo/${toPathSegment(roomUri)}`;
    return decodeAnswer(GroupInfoResponse, await this.#caller.octets(path, request));
  }

  /** What waits after event `after`, in order; with `waitMs` the provider holds the request until something does. */
  async inbox(after: number, waitMs: number, limit: number): Promise<InboxEvent[]> {
    const path = `${BASE}/inbox?after=${after}&wait=${waitMs}&limit=${limit}`;
    const answer = await this.#caller.json({ method: "GET", path, holdMs: waitMs });
    return listAt(answer, "events").map((item, index) => {
      const event = asObject(item, `events[${index}]`);
      return {
        sequence: countAt(event, "sequence"),
        roomUri: stringAt(event, "roomUri"),
        acceptedTimestamp: uint64At(event, "acceptedTimestampMs"),
        fanout: octetsAt(event, "fanout"),
      };
    });
  }

  /** Lets the provider forget the events up to `through`. */
  async acknowledge(through: number): Promise<void> {
    await this.#caller.call({ method: "POST", path: `${BASE}/inbox/acknowledge`, json: { through } });
  }
}

/** @throws {ClientError} `malformed-answer` */
function decodeAnswer<T>(schema: Schema<T>, octets: Uint8Array): T {
  try {
    return decode(schema, octets);
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    throw new ClientError("malformed-answer", `${schema.name}: ${error.message}`, { cause: error });
  }
}
