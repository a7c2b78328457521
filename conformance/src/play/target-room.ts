/**
 * A room that the target hosts, with a user of the target who created it and a user of a suite's follower who was
 * added to it: where most cases about hubs begin. Protocol §3.1, §3.2.
 * @module
 */

import type { CommitRequest, KeyPackage, MadeGroupCommit, MLSMessage, Proposal } from "@openmimi/mls";
import { type FanoutMessage, UpdateRequest, UpdateRoomResponse } from "@openmimi/protocol";
import { authorizeCommit, factsOfCommit, roomStateOf } from "@openmimi/room";
import { decode, encode, TlsError } from "@openmimi/tls";
import type { RoomPreset, RoomView } from "../adapter/operations.ts";
import type { AdapterOperation } from "../case.ts";
import type { Answer, CaseContext, Peer, PeerName, PeerRequest } from "../context.ts";
import { FollowedRoom } from "./followed-room.ts";
import { commitRequest, indexOf, listUpdate, participantsOf } from "./handshake.ts";
import { claimKeyPackages, publishKeyMaterial } from "./key-material.ts";
import { submission, textMessage } from "./message.ts";
import { SuiteClient } from "./suite-client.ts";

/** What the adapter has to offer for {@link targetRoom} and {@link TargetRoom.observe}. */
export const ROOM_OPERATIONS = [
  "createUser",
  "createClient",
  "createRoom",
  "addUser",
  "sync",
  "roomView",
] as const satisfies readonly AdapterOperation[];

/** How the room is set up. */
export interface TargetRoomOptions {
  /** Default: `cooperative`, in which everybody may add and remove. */
  readonly preset?: RoomPreset;
  /** Default: `follower1`. */
  readonly peer?: PeerName;
  /** How many clients the suite's user has. Default: 1. */
  readonly devices?: number;
  /** Another room of the same two users: the creator's client is the same, the suite's user has another one here. */
  readonly beside?: TargetRoom;
}

/** Who is added by {@link TargetRoom.bring}. */
export interface Newcomer {
  readonly peer?: PeerName;
  readonly base?: string;
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
  /** Everybody of the suite who was ever in the room. */
  readonly everybody: SuiteClient[];
  readonly #context: CaseContext;

  constructor(context: CaseContext, parts: Pick<TargetRoom, "roomUri" | "creator" | "clients" | "room">) {
    this.#context = context;
    this.roomUri = parts.roomUri;
    this.creator = parts.creator;
    this.clients = parts.clients;
    this.room = parts.room;
    this.everybody = [...parts.clients];
  }

  /** The first of the suite's clients. */
  get bob(): SuiteClient {
    return this.clients[0] as SuiteClient;
  }

  /** Sends a handshake to the hub, as bob's provider unless another one is given. */
  update(
    label: string,
    request: UpdateRequest | Uint8Array,
    change: Partial<PeerRequest> = {},
    peer: Peer = this.bob.peer,
  ): Promise<Answer> {
    const body = request instanceof Uint8Array ? request : encode(UpdateRequest, request);
    return peer.send({ label, endpoint: "update", about: this.roomUri, body, ...change });
  }

  /** Sends a handshake that has to be accepted for the case to go on. */
  async accepted(label: string, request: UpdateRequest, peer: Peer = this.bob.peer): Promise<bigint> {
    const octets = (await this.update(label, request, {}, peer)).expect(200);
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

  /** Makes a commit and has it accepted; everybody of the suite is in the new epoch afterwards. */
  async commit(
    label: string,
    request: CommitRequest = { path: true },
    by = this.bob,
  ): Promise<MadeGroupCommit> {
    const made = by.group.commit(request);
    this.demand(label, made, true, by);
    await this.accepted(label, commitRequest(made), by.peer);
    this.enter(made.commit, by);
    return made;
  }

  /** Stops the case where the room's own policy is not as the preset promises, so that the commit proves nothing. */
  demand(label: string, { staged }: MadeGroupCommit, allowed: boolean, by = this.bob): void {
    const group = by.group.public;
    const state = roomStateOf((id) => group.component(id));
    const decision = authorizeCommit(state, factsOfCommit(staged, group, { roomUri: this.roomUri }));
    if (decision.allowed === allowed) return;
    const because = decision.allowed ? `${decision.rule} allows it` : decision.message;
    this.#context.stop("fixture", `${label}: the room is not as it was asked for: ${because}`);
  }

  /** Has everybody of the suite take an accepted commit, whether or not the hub sends it to their provider. */
  enter(commit: MLSMessage, by: SuiteClient): void {
    by.group.mergePendingCommit();
    for (const client of this.everybody) {
      if (client === by || client.group.epoch + 1n !== by.group.epoch) continue;
      const processed = client.group.process(commit);
      if (processed.kind === "commit") processed.merge();
    }
  }

  /** Has everybody else of the suite keep the proposals of an accepted bundle. */
  share({ proposalOrCommit, moreProposals = [] }: UpdateRequest, by: SuiteClient): void {
    const others = this.everybody.filter((client) => client !== by && client.group.epoch === by.group.epoch);
    for (const client of others) {
      for (const message of [proposalOrCommit, ...moreProposals]) client.group.process(message);
    }
  }

  /**
   * Has bob add another user of the suite, whose KeyPackages are claimed through the hub, and waits for the Welcome.
   * The waits are recorded as `Welcome for NAME`.
   */
  async bring({ peer = "follower2", base = "carl", devices = 1 }: Newcomer = {}): Promise<FollowedRoom> {
    const clients = SuiteClient.devices(this.#context, peer, base, devices);
    publishKeyMaterial(clients);
    const [first] = clients as [SuiteClient];
    const { bob, roomUri } = this;
    const keyPackages = await claimKeyPackages(this.#context, bob, first.userUri, roomUri);
    await this.commit(`add ${base}`, { proposals: this.addition(first.userUri, keyPackages) });
    const room = new FollowedRoom(this.#context, first.peer, roomUri, clients);
    await this.#welcomed(`Welcome for ${base}`, room);
    this.everybody.push(...clients);
    return room;
  }

  /** Has the creator give bob the creator's own role; the adapter has to offer `changeRole`. */
  async promote(): Promise<void> {
    const { clientUri, userUri: creator } = this.creator;
    const { bob, roomUri } = this;
    const group = bob.group.public;
    const roleIndex = participantsOf(group)[indexOf(group, creator)]?.roleIndex ?? 0;
    await this.#context.adapter.call("sync", { clientUri });
    const role = { clientUri, roomUri, userUri: bob.userUri, roleIndex };
    await this.#context.adapter.call("changeRole", role);
    const { fanout } = await this.room.commitOf(group.epoch, "bob's new role");
    for (const client of this.everybody) {
      if (client.group.epoch + 1n !== bob.group.epoch) continue;
      const processed = client.group.process(fanout.message);
      if (processed.kind === "commit") processed.merge();
    }
  }

  /** The list entry, with bob's own role, and the clients of a user. */
  addition(userUri: string, keyPackages: readonly KeyPackage[]): Proposal[] {
    const { group } = this.bob;
    const roleIndex =
      participantsOf(group.public).find(({ user }) => user === this.bob.userUri)?.roleIndex ?? 0;
    return [
      listUpdate({ addedParticipants: [{ user: userUri, roleIndex }] }),
      ...keyPackages.map((keyPackage): Proposal => ({ proposalType: "add", keyPackage })),
    ];
  }

  async #welcomed(label: string, room: FollowedRoom): Promise<void> {
    await room.next(label, isWelcomeFor(room.clients));
    const outside = room.clients.find(({ joined }) => !joined);
    if (outside !== undefined) this.#context.stop("decode", `the Welcome lets ${outside.clientUri} not join`);
  }

  /** Sends a text message of a client of the suite. */
  say(label: string, body: string, from: SuiteClient = this.bob): Promise<Answer> {
    return this.submit(label, submission(from, textMessage(from, this.roomUri, body)), {}, from.peer);
  }

  /** Sends a SubmitMessageRequest. */
  submit(
    label: string,
    body: Uint8Array,
    change: Partial<PeerRequest> = {},
    peer: Peer = this.bob.peer,
  ): Promise<Answer> {
    return peer.send({ label, endpoint: "submitMessage", about: this.roomUri, body, ...change });
  }

  /** Sends a GroupInfoRequest. */
  groupInfo(
    label: string,
    body: Uint8Array,
    change: Partial<PeerRequest> = {},
    peer: Peer = this.bob.peer,
  ): Promise<Answer> {
    return peer.send({ label, endpoint: "groupInfo", about: this.roomUri, body, ...change });
  }

  /** Observes the room as the creator's client has it after reading its inbox: epoch, tree hash, participants. */
  async observe(label: string): Promise<void> {
    const { clientUri } = this.creator;
    await this.#context.adapter.call("sync", { clientUri });
    const view = await this.#context.adapter.call("roomView", { clientUri, roomUri: this.roomUri });
    this.#context.observe(label, { ...stateOf(view), members: [...view.members] });
  }

  /**
   * Has a client of the target read its inbox until it is in the epoch of `client`, and observes both members. The
   * judge compares them with `sameRoom`.
   *
   * @param clientUri default: the creator's client
   */
  async compare(
    label: string,
    client: SuiteClient = this.bob,
    clientUri: string = this.creator.clientUri,
  ): Promise<void> {
    const { roomUri } = this;
    const { group } = client;
    for (let attempt = 0; attempt < SYNC_ATTEMPTS; attempt++) {
      const waitMs = attempt === 0 ? 0 : Math.round(this.#context.patienceMs / SYNC_ATTEMPTS);
      await this.#context.adapter.call("sync", { clientUri, waitMs });
      // A client that the target forgot to welcome is in no room: that is judged, too.
      const view = await this.#context.adapter.attempt(
        "roomView",
        { clientUri, roomUri },
        `looking at ${label}`,
      );
      this.#context.observe(label, view === undefined ? null : stateOf(view));
      if (view !== undefined && BigInt(view.epoch) >= group.epoch) break;
    }
    this.#context.observe(ofSuite(label), {
      epoch: group.epoch.toString(),
      epochAuthenticator: Buffer.from(group.epochAuthenticator).toString("hex"),
      treeHash: Buffer.from(group.public.groupContext.treeHash).toString("hex"),
      participants: participantsOf(group.public).map(({ user, roleIndex }) => ({ userUri: user, roleIndex })),
    });
  }
}

const SYNC_ATTEMPTS = 4;

/** A Welcome that holds secrets for one of these clients. Others are none of their business. */
function isWelcomeFor(clients: readonly SuiteClient[]): (fanout: FanoutMessage) => boolean {
  const references = clients.flatMap(({ keyPackages }) => keyPackages.map(({ reference }) => reference));
  return ({ message }) =>
    message.wireFormat === "welcome" &&
    message.welcome.secrets.some(({ newMember }) =>
      references.some((reference) => Buffer.compare(newMember, reference) === 0),
    );
}

/** The label under which {@link TargetRoom.compare} observes the suite's side. */
export function ofSuite(label: string): string {
  return `${label} (the suite's member)`;
}

function stateOf({ epoch, epochAuthenticator, treeHash, participants }: RoomView) {
  return {
    epoch,
    epochAuthenticator,
    treeHash,
    participants: participants.map(({ userUri, roleIndex }) => ({ userUri, roleIndex })),
  };
}

async function newCreator({ adapter, name }: CaseContext): Promise<TargetRoom["creator"]> {
  const { userUri } = await adapter.call("createUser", { name: name("alice") });
  return { userUri, clientUri: (await adapter.call("createClient", { userUri, device: "phone" })).clientUri };
}

/**
 * Has the target host a room and add a user of the suite. Everything is recorded; the case stops where the target
 * does not do its part.
 */
export async function targetRoom(context: CaseContext, options: TargetRoomOptions = {}): Promise<TargetRoom> {
  const { preset = "cooperative", peer = "follower1", devices = 1, beside } = options;
  const clients =
    beside === undefined
      ? SuiteClient.devices(context, peer, "bob", devices)
      : [beside.bob.sibling("laptop")];
  const [first] = clients as [SuiteClient];
  publishKeyMaterial(clients);
  const { userUri, clientUri } = beside?.creator ?? (await newCreator(context));
  const name = context.name("room");
  const { roomUri } = await context.adapter.call("createRoom", { creator: clientUri, name, preset });
  await context.adapter.call("addUser", { clientUri, roomUri, userUri: first.userUri });
  const room = new FollowedRoom(context, first.peer, roomUri, clients);
  await room.next("welcome", isWelcomeFor(clients));
  for (const client of clients) {
    if (!client.joined) context.stop("decode", `the Welcome lets ${client.clientUri} not join`);
  }
  return new TargetRoom(context, { roomUri, creator: { userUri, clientUri }, clients, room });
}
