/**
 * A room that the suite's hub hosts, with a client of the hub's own who created it and a user of the target: where
 * most cases about followers begin. Protocol §3, §5.5.
 * @module
 */

import { type KeyPair, MemberGroup, type MLSMessage, nobleCrypto, type Proposal } from "@openmimi/mls";
import {
  encodeFanoutMessages,
  type FanoutMessage,
  GroupInfoRequest,
  GroupInfoResponse,
  groupUri,
  roomUri as makeRoomUri,
  SubmitMessageRequest,
  SubmitMessageResponse,
  sealGroupInfoResponse,
  UpdateRequest,
  UpdateRoomResponse,
} from "@openmimi/protocol";
import { decode, encode, type Schema, TlsError } from "@openmimi/tls";
import type { Answer, CaseContext, Peer, PeerAnswer, PeerRequest, ReceivedRequest } from "../context.ts";
import { listUpdate, participantsOf } from "./handshake.ts";
import { claimKeyPackages } from "./key-material.ts";
import { textMessage } from "./message.ts";
import { hubSender, ORDINARY_ROLE, roomExtensions } from "./room-extensions.ts";
import { GROUP_OPTIONS, SUITE, SuiteClient } from "./suite-client.ts";

/** A user of the target, played through the adapter. */
export interface TargetUser {
  readonly userUri: string;
  readonly clientUri: string;
}

const octetStream = { "content-type": "application/octet-stream" };

/** The room, its creator and its hub. */
export class SuiteRoom {
  readonly hub: Peer;
  readonly roomUri: string;
  /** A client of the hub, member from the beginning. */
  readonly alice: SuiteClient;
  readonly hubKeys: KeyPair;
  /** What the target submitted and alice decrypted or merged, oldest first. */
  readonly received: MLSMessage[] = [];
  readonly #context: CaseContext;
  #lastTimestamp = 0n;

  constructor(context: CaseContext) {
    this.#context = context;
    this.hub = context.peers.hub;
    const name = context.name("room");
    this.roomUri = makeRoomUri(this.hub.domain, name);
    this.alice = SuiteClient.of(context, "hub", "alice");
    this.hubKeys = SUITE.generateSignatureKeyPair();
    const extensions = roomExtensions({
      roomUri: this.roomUri,
      creator: this.alice.userUri,
      hubDomain: this.hub.domain,
      hubPublicKey: this.hubKeys.publicKey,
    });
    const groupId = new TextEncoder().encode(groupUri(this.hub.domain, name));
    const own = this.alice.keyPackage();
    this.alice.enter(
      MemberGroup.create(nobleCrypto, { cipherSuite: SUITE.id, groupId, own, extensions }, GROUP_OPTIONS),
    );
  }

  /** Milliseconds since the UNIX epoch, strictly increasing within the room (reading R-081). */
  timestamp(): bigint {
    const now = BigInt(Date.now());
    this.#lastTimestamp = now > this.#lastTimestamp ? now : this.#lastTimestamp + 1n;
    return this.#lastTimestamp;
  }

  /** Sends FanoutMessages to the target, or other octets. */
  notify(
    label: string,
    body: readonly FanoutMessage[] | Uint8Array,
    change: Partial<PeerRequest> = {},
  ): Promise<Answer> {
    const octets = body instanceof Uint8Array ? body : encodeFanoutMessages([...body]);
    return this.hub.send({ label, endpoint: "notify", about: this.roomUri, body: octets, ...change });
  }

  /** Makes a user of the target with KeyPackages, adds it, and gives the Welcome; nothing is sent to the target yet. */
  async addition(user: TargetUser): Promise<FanoutMessage> {
    const keyPackages = await claimKeyPackages(this.#context, this.alice, user.userUri, this.roomUri);
    const { group } = this.alice;
    const { welcome } = group.commit({
      proposals: [
        listUpdate({ addedParticipants: [{ user: user.userUri, roleIndex: ORDINARY_ROLE }] }),
        ...keyPackages.map((keyPackage): Proposal => ({ proposalType: "add", keyPackage })),
      ],
    });
    group.mergePendingCommit();
    if (welcome === undefined) throw new Error("a commit with Adds gave no Welcome: a defect of the suite");
    return {
      timestamp: this.timestamp(),
      message: { version: "mls10", wireFormat: "welcome", welcome },
      ratchetTreeOption: { representation: "full", ratchetTree: group.public.ratchetTree() },
    };
  }

  /** Adds a new user of the target and has it join by the Welcome in a /notify. */
  async welcome(label = "welcome"): Promise<TargetUser> {
    const user = await targetUser(this.#context);
    (await this.notify(label, [await this.addition(user)])).expect(200, 201, 202, 204);
    return user;
  }

  /** A commit of alice over these proposals, as it is fanned out; alice is in the new epoch afterwards. */
  commit(proposals: readonly Proposal[] = []): FanoutMessage {
    const { group } = this.alice;
    const { commit } = group.commit({ proposals, path: true });
    group.mergePendingCommit();
    return { timestamp: this.timestamp(), message: commit, externalProposals: [] };
  }

  /** A text message of alice as it is fanned out. */
  says(text: string): FanoutMessage {
    return { timestamp: this.timestamp(), message: textMessage(this.alice, this.roomUri, text) };
  }

  /**
   * Has the hub accept what the target's users send: handshakes and messages are processed by alice, GroupInfo is
   * given out. What was accepted stands in `received`.
   */
  serve(): void {
    this.hub.handle("update", (request) =>
      this.#answer(request, UpdateRequest, (body) => this.#update(body)),
    );
    this.hub.handle("submitMessage", (request) =>
      this.#answer(request, SubmitMessageRequest, (body) => this.#submit(body)),
    );
    this.hub.handle("groupInfo", (request) =>
      this.#answer(request, GroupInfoRequest, (body) => this.#groupInfo(body)),
    );
  }

  /** Observes the room as the target's client has it after reading its inbox, and as alice has it. */
  async observe(label: string, user: TargetUser): Promise<void> {
    const { clientUri } = user;
    await this.#context.adapter.call("sync", { clientUri });
    const view = await this.#context.adapter.call("roomView", { clientUri, roomUri: this.roomUri });
    const { epoch, epochAuthenticator, treeHash } = view;
    const participants = view.participants.map(({ userUri, roleIndex }) => ({ userUri, roleIndex }));
    this.#context.observe(label, { epoch, epochAuthenticator, treeHash, participants });
  }

  /** What {@link SuiteRoom.observe} has to find where the target's client agrees with alice. */
  observeOwn(label: string): void {
    const { group } = this.alice;
    this.#context.observe(label, {
      epoch: group.epoch.toString(),
      epochAuthenticator: hex(group.epochAuthenticator),
      treeHash: hex(group.public.groupContext.treeHash),
      participants: participantsOf(group.public).map(({ user, roleIndex }) => ({ userUri: user, roleIndex })),
    });
  }

  async #answer<T>(
    request: ReceivedRequest,
    schema: Schema<T>,
    answer: (body: T) => Uint8Array,
  ): Promise<PeerAnswer> {
    if (request.about !== this.roomUri) return { status: 404 };
    try {
      return { status: 200, headers: octetStream, body: answer(decode(schema, request.body)) };
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      return { status: 400, headers: { "content-type": "text/plain" }, body: Buffer.from(error.message) };
    }
  }

  #update(request: UpdateRequest): Uint8Array {
    for (const message of [request.proposalOrCommit, ...(request.moreProposals ?? [])]) {
      const processed = this.alice.group.process(message);
      if (processed.kind === "commit") processed.merge();
      this.received.push(message);
    }
    const acceptedTimestamp = this.timestamp();
    return encode(UpdateRoomResponse, { responseCode: "success", errorDescription: "", acceptedTimestamp });
  }

  #submit({ appMessage }: SubmitMessageRequest): Uint8Array {
    this.alice.group.process(appMessage);
    this.received.push(appMessage);
    const acceptedTimestamp = this.timestamp();
    return encode(SubmitMessageResponse, { protocol: "mls10", statusCode: "accepted", acceptedTimestamp });
  }

  #groupInfo(request: GroupInfoRequest): Uint8Array {
    const { group } = this.alice;
    const response = sealGroupInfoResponse(nobleCrypto, {
      request,
      roomId: this.roomUri,
      hubSender: hubSender(this.hub.domain, this.hubKeys.publicKey),
      hubPrivateKey: this.hubKeys.privateKey,
      contents: {
        groupInfo: group.groupInfo(),
        ratchetTreeOption: { representation: "full", ratchetTree: group.public.ratchetTree() },
        pendingProposals: group.public.pending.map(({ message }) => ({
          proposal: message,
          hubAcceptedTime: this.timestamp(),
        })),
      },
    });
    return encode(GroupInfoResponse, response);
  }
}

/** A new user of the target with one client and KeyPackages. */
export async function targetUser(context: CaseContext): Promise<TargetUser> {
  const { userUri } = await context.adapter.call("createUser", { name: context.name("carol") });
  const { clientUri } = await context.adapter.call("createClient", { userUri, device: "phone" });
  await context.adapter.call("publishKeyPackages", { clientUri, count: 3 });
  return { userUri, clientUri };
}

/** A room of the suite's hub of which a user of the target is a member. */
export async function suiteRoom(context: CaseContext): Promise<{ room: SuiteRoom; carol: TargetUser }> {
  const room = new SuiteRoom(context);
  room.serve();
  const carol = await room.welcome();
  await context.adapter.call("sync", { clientUri: carol.clientUri });
  return { room, carol };
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString("hex");
}
