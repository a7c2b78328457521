/**
 * A hub without sockets: its calls, its database in memory, and a room with Alice of a.example and Bob of b.example.
 * @module
 */

import {
  type GroupInfo,
  GroupInfo as GroupInfoSchema,
  type MLSMessage,
  nobleCrypto,
  RatchetTreeNodes,
  type Welcome,
} from "@openmimi/mls";
import {
  decodeFanoutMessages,
  type FanoutMessage,
  type GroupInfoRatchetTreeTBE,
  GroupInfoResponse,
  openGroupInfoResponse,
  SubmitMessageResponse,
  UpdateRoomResponse,
} from "@openmimi/protocol";
import { basicClaims, type ClaimsSource, roomComponents } from "@openmimi/room";
import { decode, encode } from "@openmimi/tls";
import { type ProviderChecks, standardChecks } from "../src/checks.ts";
import type { ClientCall, HubCall } from "../src/client-api/forward.ts";
import { type ConsentPolicy, openConsent } from "../src/follower/key-material.ts";
import { createRoom } from "../src/hub/create-room.ts";
import { Dependants } from "../src/hub/dependants.ts";
import { hubCalls } from "../src/hub/endpoints.ts";
import { JoinRequests } from "../src/hub/join-requests.ts";
import { type HubKeys, obtainHubKeys } from "../src/hub/keys.ts";
import { RequestLimiter } from "../src/hub/request-limiter.ts";
import { HubRooms } from "../src/hub/rooms.ts";
import { createLogger } from "../src/logging.ts";
import type { Peers } from "../src/outgoing/peers.ts";
import type { Source } from "../src/source.ts";
import { openSqliteStore } from "../src/store/sqlite.ts";
import type { ClientRecord, Store } from "../src/store/store.ts";
import { commitBody, listUpdate, Member, SUITE } from "./member.ts";

export const ROOM = "mimi://a.example/r/clubhouse";
export const A: Source = { domain: "a.example" };
export const B: Source = { domain: "b.example" };
export const C: Source = { domain: "c.example" };

/** What a scene may replace. */
export interface SceneParts {
  readonly checks?: ProviderChecks;
  readonly consent?: ConsentPolicy;
  readonly peers?: Peers;
  readonly claims?: ClaimsSource;
  readonly requestsPerMinute?: number;
  readonly store?: Store;
  /** Components of the room beside those of the cooperative one, or in their place. */
  readonly components?: ReadonlyMap<number, Uint8Array>;
}

const noPeers: Peers = {
  call: () => Promise.reject(new Error("this scene has no other providers")),
};

export class HubScene {
  nowMs = Date.now();
  readonly #sent = new Map<string, FanoutMessage[]>();
  readonly store: Store;
  readonly keys: HubKeys;
  readonly rooms: HubRooms;
  readonly dependants: Dependants;
  readonly calls: Readonly<Record<ClientCall, HubCall>>;
  readonly alice = new Member("a.example", "alice", "ClientA1");
  readonly bob = new Member("b.example", "bob", "ClientB1");

  private constructor(store: Store, keys: HubKeys, parts: SceneParts) {
    this.store = store;
    this.keys = keys;
    const nowMs = () => this.nowMs;
    const groupOptions = { components: roomComponents, now: () => BigInt(Math.floor(nowMs() / 1000)) };
    this.rooms = new HubRooms(store.rooms, nobleCrypto, groupOptions);
    const { checks = standardChecks, claims = basicClaims } = parts;
    const shared = { domain: "a.example", store, keys, nowMs, checks, claims };
    const logger = createLogger("silent");
    this.dependants = new Dependants({ ...shared, rooms: this.rooms, logger });
    this.calls = hubCalls({
      ...shared,
      crypto: nobleCrypto,
      dependants: this.dependants,
      consent: parts.consent ?? openConsent,
      peers: parts.peers ?? noPeers,
      logger,
      rooms: this.rooms,
      joinRequests: new JoinRequests(600_000, nowMs),
      limiter: new RequestLimiter(parts.requestsPerMinute ?? 100, nowMs),
    });
  }

  static async start(parts: SceneParts = {}): Promise<HubScene> {
    const store = parts.store ?? openSqliteStore(":memory:");
    const keys = await obtainHubKeys(nobleCrypto, store.secrets, "a.example");
    return new HubScene(store, keys, parts);
  }

  /** With the room, hosted and with Alice as its only member. */
  static async withRoom(parts: SceneParts = {}): Promise<HubScene> {
    const scene = await HubScene.start(parts);
    await scene.register(scene.alice);
    const { keys } = scene;
    scene.alice.found(ROOM, keys.hubSender(SUITE)!, keys.frankingAgent(SUITE), undefined, parts.components);
    await scene.host(scene.alice);
    return scene;
  }

  /** With the room, and Bob in it. */
  static async withBob(parts: SceneParts = {}): Promise<HubScene> {
    const scene = await HubScene.withRoom(parts);
    await scene.add(scene.alice, A, scene.bob);
    return scene;
  }

  async register(member: Member): Promise<void> {
    const { userUri, clientUri } = member;
    await this.store.clients.register({
      userUri,
      clientUri,
      token: `token of ${clientUri}`,
      nowMs: this.nowMs,
    });
  }

  async host(creator: Member, roomUri = ROOM): Promise<void> {
    await createRoom(
      {
        domain: "a.example",
        crypto: nobleCrypto,
        store: this.store,
        checks: standardChecks,
        keys: this.keys,
        groupOptions: { components: roomComponents },
        nowMs: () => this.nowMs,
        rooms: this.rooms,
      },
      creator as ClientRecord,
      {
        roomUri,
        groupInfo: encode(GroupInfoSchema, creator.group.groupInfo()),
        ratchetTree: encode(RatchetTreeNodes, creator.group.public.ratchetTree()),
      },
    );
  }

  /** One member adds a client of another user, who joins; the hub accepts it. Others are not told. */
  async add(adder: Member, source: Source, newcomer: Member): Promise<void> {
    const own = newcomer.keyPackage();
    const listed = adder.group.public.members().some(({ leafNode }) => {
      const { credential } = leafNode;
      return (
        credential.credentialType === "basic" &&
        Buffer.from(credential.identity).includes(newcomer.userUri.replace("/u/", "/d/"))
      );
    });
    const list = listed
      ? []
      : [listUpdate({ addedParticipants: [{ user: newcomer.userUri, roleIndex: 2 }] })];
    const made = adder.group.commit({
      proposals: [...list, { proposalType: "add", keyPackage: own.keyPackage }],
    });
    const response = await this.update(source, commitBody(made.commit, made.groupInfo, made.welcome));
    if (response.responseCode !== "success") throw new Error(response.errorDescription);
    adder.group.mergePendingCommit();
    newcomer.join(made.welcome as Welcome, own, adder.group.public.ratchetTree());
  }

  async update(source: Source, body: Uint8Array, room = ROOM): Promise<UpdateRoomResponse> {
    return decode(UpdateRoomResponse, await this.calls.update(source, room, body));
  }

  async submit(source: Source, body: Uint8Array, room = ROOM): Promise<SubmitMessageResponse> {
    return decode(SubmitMessageResponse, await this.calls.submitMessage(source, room, body));
  }

  /** Asks for the group information as a member; throws if it is refused. */
  async groupInfo(
    source: Source,
    member: Member,
    joiningCode = new Uint8Array(),
  ): Promise<GroupInfoRatchetTreeTBE> {
    const { body, request, privateKey } = member.groupInfoRequest({ joiningCode });
    const response = decode(GroupInfoResponse, await this.calls.groupInfo(source, ROOM, body));
    if (response.status !== "success") throw new Error(response.status);
    return openGroupInfoResponse(nobleCrypto, {
      request,
      groupInfoPrivateKey: privateKey,
      roomId: ROOM,
      response,
    });
  }

  /** Everything that was sent to another provider so far. */
  async outbox(destination: string, roomUri = ROOM): Promise<FanoutMessage[]> {
    const lane = `${destination} ${roomUri}`;
    const sent = this.#sent.get(lane) ?? [];
    this.#sent.set(lane, sent);
    for (;;) {
      const batch = await this.store.outbox.batch(
        { roomUri, destination },
        { maxOctets: 1 << 24, maxEvents: 1000 },
      );
      if (batch === undefined) return [...sent];
      sent.push(...decodeFanoutMessages(batch.body));
      await this.store.outbox.delivered(batch);
    }
  }

  /** What waits for a client of the hub's own. */
  async inbox(member: Member): Promise<FanoutMessage[]> {
    const events = await this.store.inbox.read(member.clientUri, 0, 1000);
    return events.flatMap(({ fanout }) => decodeFanoutMessages(fanout));
  }

  /** An external commit by this member, as a body for /update. */
  static externalCommit(
    member: Member,
    contents: GroupInfoRatchetTreeTBE,
    proposals: Parameters<Member["joinExternally"]>[3] = [],
  ): { body: Uint8Array; commit: MLSMessage; groupInfo: GroupInfo } {
    const { groupInfo, ratchetTreeOption, pendingProposals } = contents;
    if (ratchetTreeOption.representation !== "full") throw new Error("expected the whole tree");
    const pending = pendingProposals.map(({ proposal }) => proposal);
    const made = member.joinExternally(groupInfo, ratchetTreeOption.ratchetTree, pending, proposals);
    return { ...made, body: commitBody(made.commit, made.groupInfo) };
  }
}
