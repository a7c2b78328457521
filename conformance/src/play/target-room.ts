/**
 * A room that the target hosts, with a user of the target who created it and a user of a suite's follower who was
 * added to it: where most cases about hubs begin. Protocol §3.1, §3.2.
 * @module
 */

import { UpdateRequest, UpdateRoomResponse } from "@openmimi/protocol";
import { decode, encode, TlsError } from "@openmimi/tls";
import type { RoomPreset } from "../adapter/operations.ts";
import type { Answer, CaseContext, PeerName, PeerRequest } from "../context.ts";
import { FollowedRoom } from "./followed-room.ts";
import { publishKeyMaterial } from "./key-material.ts";
import { submission, textMessage } from "./message.ts";
import { SuiteClient } from "./suite-client.ts";

/** How the room is set up. */
export interface TargetRoomOptions {
  /** Default: `cooperative`, in which everybody may add and remove. */
  readonly preset?: RoomPreset;
  /** Default: `follower1`. */
  readonly peer?: PeerName;
  /** How many clients the suite's user has. Default: 1. */
  readonly devices?: number;
}

/** The room and who is in it. */
export class TargetRoom {
  readonly roomUri: string;
  /** The target's user and client, played through the adapter. */
  readonly creator: { readonly userUri: string; readonly clientUri: string };
  /** The suite's clients, all of one user. */
  readonly clients: readonly SuiteClient[];
  /** What the target fans out to them. */
  readonly room: FollowedRoom;
  readonly #context: CaseContext;

  constructor(context: CaseContext, parts: Pick<TargetRoom, "roomUri" | "creator" | "clients" | "room">) {
    this.#context = context;
    this.roomUri = parts.roomUri;
    this.creator = parts.creator;
    this.clients = parts.clients;
    this.room = parts.room;
  }

  /** The first of the suite's clients. */
  get bob(): SuiteClient {
    return this.clients[0] as SuiteClient;
  }

  /** Sends a handshake of the suite's user to the hub. */
  update(
    label: string,
    request: UpdateRequest | Uint8Array,
    change: Partial<PeerRequest> = {},
  ): Promise<Answer> {
    const body = request instanceof Uint8Array ? request : encode(UpdateRequest, request);
    return this.bob.peer.send({ label, endpoint: "update", about: this.roomUri, body, ...change });
  }

  /** Sends a handshake that has to be accepted for the case to go on. */
  async accepted(label: string, request: UpdateRequest): Promise<bigint> {
    const octets = (await this.update(label, request)).expect(200);
    try {
      const response = decode(UpdateRoomResponse, octets);
      if (response.responseCode === "success") return response.acceptedTimestamp;
      const { responseCode, errorDescription } = response;
      return this.#context.stop("answer", `${label}: ${responseCode} ${errorDescription}`);
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      return this.#context.stop("decode", `${label}: ${error.message}`);
    }
  }

  /** Sends a text message of a client of the suite's user. */
  say(label: string, body: string, from: SuiteClient = this.bob): Promise<Answer> {
    return this.submit(label, submission(from, textMessage(from, this.roomUri, body)));
  }

  /** Sends a SubmitMessageRequest. */
  submit(label: string, body: Uint8Array, change: Partial<PeerRequest> = {}): Promise<Answer> {
    return this.bob.peer.send({ label, endpoint: "submitMessage", about: this.roomUri, body, ...change });
  }

  /** Observes the room as the creator's client has it after reading its inbox: epoch, tree hash, participants. */
  async observe(label: string): Promise<void> {
    const { clientUri } = this.creator;
    await this.#context.adapter.call("sync", { clientUri });
    const view = await this.#context.adapter.call("roomView", { clientUri, roomUri: this.roomUri });
    const { epoch, epochAuthenticator, treeHash, participants, members } = view;
    this.#context.observe(label, {
      epoch,
      epochAuthenticator,
      treeHash,
      participants: participants.map(({ userUri, roleIndex }) => ({ userUri, roleIndex })),
      members: [...members],
    });
  }
}

/**
 * Has the target host a room and add a user of the suite. Everything is recorded; the case stops where the target
 * does not do its part.
 */
export async function targetRoom(context: CaseContext, options: TargetRoomOptions = {}): Promise<TargetRoom> {
  const { preset = "cooperative", peer = "follower1", devices = 1 } = options;
  const first = SuiteClient.of(context, peer);
  const siblings = Array.from({ length: devices - 1 }, (_, index) => first.sibling(`tablet${index + 1}`));
  const clients = [first, ...siblings];
  publishKeyMaterial(clients);
  const { userUri } = await context.adapter.call("createUser", { name: context.name("alice") });
  const { clientUri } = await context.adapter.call("createClient", { userUri, device: "phone" });
  const name = context.name("room");
  const { roomUri } = await context.adapter.call("createRoom", { creator: clientUri, name, preset });
  await context.adapter.call("addUser", { clientUri, roomUri, userUri: first.userUri });
  const room = new FollowedRoom(context, context.peers[peer], roomUri, clients);
  await room.next("welcome", ({ message }) => message.wireFormat === "welcome");
  for (const client of clients) {
    if (!client.joined) context.stop("decode", `the Welcome lets ${client.clientUri} not join`);
  }
  return new TargetRoom(context, { roomUri, creator: { userUri, clientUri }, clients, room });
}
