/**
 * A room that the suite's hub hosts, with a client of the hub's own who created it and a user of the target: where
 * most cases about followers begin. Protocol §3, §5.5.
 * @module
 */

import {
  type CommitRequest,
  externalProposal,
  type KeyPackage,
  type KeyPair,
  type MadeGroupCommit,
  MemberGroup,
  type MLSMessage,
  nobleCrypto,
  type Proposal,
  type StagedCommit,
} from "@openmimi/mls";
import {
  encodeFanoutMessages,
  type FanoutMessage,
  groupUri,
  roomUri as makeRoomUri,
} from "@openmimi/protocol";
import type { Answer, CaseContext, Peer, PeerName, PeerRequest } from "../context.ts";
import { leaveRequest, listUpdate, participantsOf } from "./handshake.ts";
import { claimKeyPackages } from "./key-material.ts";
import { identifiedMessage } from "./message.ts";
import { type Components, hubSender, ORDINARY_ROLE, roomExtensions } from "./room-extensions.ts";
import { GROUP_OPTIONS, SUITE, SuiteClient } from "./suite-client.ts";
import { SuiteHub } from "./suite-hub.ts";
import { type TargetUser, targetUser } from "./target-user.ts";

/** A commit and the Welcome that belongs to it, as they are fanned out. */
export interface FannedAddition {
  readonly commit: FanoutMessage;
  readonly welcome: FanoutMessage;
}

/** Policy components of a room, or what makes them once its name and its creator are known. */
export type SuiteRoomComponents = Components | ((room: Pick<SuiteRoom, "roomUri" | "alice">) => Components);

/** The room, who is in it, and its hub. */
export class SuiteRoom {
  readonly peer: Peer;
  readonly roomUri: string;
  /** A client of the hub, member from the beginning. */
  readonly alice: SuiteClient;
  /** Everybody of the suite who is in the room. */
  readonly members: SuiteClient[];
  /** The hub as external sender and as franking agent. */
  readonly hubKeys: KeyPair;
  readonly hub: SuiteHub;
  readonly #context: CaseContext;
  readonly #said = new WeakMap<FanoutMessage, Said>();
  readonly #ids = new WeakMap<FanoutMessage, string>();
  #lastTimestamp = 0n;

  /** @param components of the room beside those of the cooperative one, or in their place */
  constructor(context: CaseContext, components: SuiteRoomComponents = []) {
    this.#context = context;
    this.peer = context.peers.hub;
    const { domain } = this.peer;
    const name = context.name("room");
    this.roomUri = makeRoomUri(domain, name);
    this.alice = SuiteClient.of(context, "hub", "alice");
    this.members = [this.alice];
    this.hubKeys = SUITE.generateSignatureKeyPair();
    const extensions = roomExtensions({
      roomUri: this.roomUri,
      creator: this.alice.userUri,
      hubDomain: domain,
      hubPublicKey: this.hubKeys.publicKey,
      components: typeof components === "function" ? components(this) : components,
    });
    const groupId = new TextEncoder().encode(groupUri(domain, name));
    const own = this.alice.keyPackage();
    this.alice.enter(
      MemberGroup.create(nobleCrypto, { cipherSuite: SUITE.id, groupId, own, extensions }, GROUP_OPTIONS),
    );
    this.hub = new SuiteHub(context, this);
  }

  /** Milliseconds since the UNIX epoch, strictly increasing within the room (reading R-081). */
  timestamp(): bigint {
    const now = BigInt(Date.now());
    this.#lastTimestamp = now > this.#lastTimestamp ? now : this.#lastTimestamp + 1n;
    return this.#lastTimestamp;
  }

  /** When the hub accepted something last. */
  get lastTimestamp(): bigint {
    return this.#lastTimestamp;
  }

  /** Sends FanoutMessages to the target, or other octets, as the hub unless another peer is given. */
  notify(
    label: string,
    body: readonly FanoutMessage[] | Uint8Array,
    change: Partial<PeerRequest> = {},
    peer: Peer = this.peer,
  ): Promise<Answer> {
    const octets = body instanceof Uint8Array ? body : encodeFanoutMessages([...body]);
    return peer.send({ label, endpoint: "notify", about: this.roomUri, body: octets, ...change });
  }

  /** Sends what has to be accepted for the case to go on. */
  async tell(label: string, body: readonly FanoutMessage[]): Promise<void> {
    (await this.notify(label, body)).expect(200, 201, 202, 204);
  }

  /**
   * Has alice add users, with KeyPackages claimed from the target or, of the suite's, made here. Nothing is sent to the
   * target yet.
   */
  async addition(...users: readonly (Pick<TargetUser, "userUri"> | SuiteClient)[]): Promise<FannedAddition> {
    const keyPackages: KeyPackage[] = [];
    for (const user of users) {
      const { userUri } = user;
      keyPackages.push(
        ...(user instanceof SuiteClient
          ? [user.keyPackage().keyPackage]
          : await claimKeyPackages(this.#context, this.alice, userUri, this.roomUri)),
      );
    }
    return this.#welcoming(users, keyPackages);
  }

  /** Adds a new user of the target, the room's first, and has it join by the Welcome in a /notify. */
  async welcome(label = "welcome", base = "carol"): Promise<TargetUser> {
    const user = await targetUser(this.#context, base);
    await this.tell(label, [(await this.addition(user)).welcome]);
    return user;
  }

  /** Has alice add a user of the suite, who joins at once. The commit has yet to be fanned out. */
  bring(
    base = "bob",
    devices = 1,
    peer: PeerName = "hub",
  ): { clients: SuiteClient[]; commit: FanoutMessage } {
    const clients = SuiteClient.devices(this.#context, peer, base, devices);
    const keyPackages = clients.map((client) => client.keyPackage().keyPackage);
    const { commit, welcome } = this.#welcoming(clients.slice(0, 1), keyPackages);
    const { message, ratchetTreeOption: tree } = welcome;
    if (message.wireFormat !== "welcome" || tree?.representation !== "full") throw new Error("no Welcome");
    for (const client of clients) client.join(message.welcome, tree.ratchetTree);
    this.members.push(...clients);
    return { clients, commit };
  }

  #welcoming(
    users: readonly { readonly userUri: string }[],
    keyPackages: readonly KeyPackage[],
  ): FannedAddition {
    const added = users.map(({ userUri: user }) => ({ user, roleIndex: ORDINARY_ROLE }));
    const { commit: message, welcome } = this.#made({
      proposals: [
        listUpdate({ addedParticipants: added }),
        ...keyPackages.map((keyPackage): Proposal => ({ proposalType: "add", keyPackage })),
      ],
    });
    if (welcome === undefined) throw new Error("a commit with Adds gave no Welcome: a defect of the suite");
    // Reading R-091: one time for both.
    const timestamp = this.timestamp();
    return {
      commit: { timestamp, message, externalProposals: [] },
      welcome: {
        timestamp,
        message: { version: "mls10", wireFormat: "welcome", welcome },
        ratchetTreeOption: { representation: "full", ratchetTree: this.alice.group.public.ratchetTree() },
      },
    };
  }

  /** A commit of alice, as it is fanned out; everybody of the suite is in the new epoch afterwards. */
  commit(proposals: readonly Proposal[] = []): FanoutMessage {
    const { commit: message } = this.#made({ proposals, path: true });
    return { timestamp: this.timestamp(), message, externalProposals: [] };
  }

  #made(request: CommitRequest): MadeGroupCommit {
    const made = this.alice.group.commit(request);
    this.alice.group.mergePendingCommit();
    this.take(made.commit, this.alice);
    return made;
  }

  /**
   * Has the suite's members process a handshake; whom it removes leaves {@link SuiteRoom.members}.
   *
   * @returns what a commit did, as alice sees it
   * @throws MlsError when alice cannot process it; nobody has then
   */
  take(message: MLSMessage, by?: SuiteClient): StagedCommit | undefined {
    let staged: StagedCommit | undefined;
    for (const client of this.members.filter((one) => one !== by)) {
      const processed = client.group.process(message);
      if (processed.kind !== "commit") continue;
      processed.merge();
      if (client === this.alice) staged = processed.staged;
      if (processed.ownRemoved) this.members.splice(this.members.indexOf(client), 1);
    }
    return staged;
  }

  /** A user of the suite leaves: the proposals as they are fanned out, pending in everybody's group. */
  leaves(client: SuiteClient, siblings: readonly number[] = []): FanoutMessage {
    const { proposalOrCommit: message, moreProposals = [] } = leaveRequest(client, siblings);
    for (const one of [message, ...moreProposals]) this.take(one, client);
    return { timestamp: this.timestamp(), message, moreProposals };
  }

  /** A proposal of the hub itself, as external sender, pending in everybody's group. Protocol §7.4. */
  hubProposes(proposal: Proposal): MLSMessage {
    const { groupContext } = this.alice.group.public;
    const signaturePrivateKey = this.hubKeys.privateKey;
    const init = { groupContext, senderIndex: 0, signaturePrivateKey, proposal };
    const message = externalProposal(nobleCrypto, init);
    this.take(message);
    return message;
  }

  /** A text message as it is fanned out, with the hub's frank unless there shall be none. */
  says(text: string, from: SuiteClient = this.alice, franked = true): FanoutMessage {
    const { message, messageId } = identifiedMessage(from, this.roomUri, text);
    const timestamp = this.timestamp();
    const frank = franked ? this.hub.frank(message, from.userUri, timestamp) : undefined;
    const fanout = { timestamp, message, ...(frank === undefined ? {} : { frank }) };
    this.#ids.set(fanout, Buffer.from(messageId).toString("hex"));
    this.#said.set(fanout, { senderUri: from.userUri, text, acceptedTimestampMs: timestamp.toString() });
    return fanout;
  }

  /** What a reader of {@link SuiteRoom.says} has to see; undefined for other events. */
  said(fanout: FanoutMessage): Said | undefined {
    return this.#said.get(fanout);
  }

  /** The message ID of {@link SuiteRoom.says}, hexadecimal. Content §3.3. */
  idOf(fanout: FanoutMessage): string {
    return this.#ids.get(fanout) ?? "";
  }

  /** What everybody in the room has to agree about; see observe-room.ts. */
  state(client: SuiteClient = this.alice) {
    const { group } = client;
    return {
      epoch: group.epoch.toString(),
      epochAuthenticator: Buffer.from(group.epochAuthenticator).toString("hex"),
      treeHash: Buffer.from(group.public.groupContext.treeHash).toString("hex"),
      participants: participantsOf(group.public).map(({ user, roleIndex }) => ({ userUri: user, roleIndex })),
    };
  }

  /** The hub's ExternalSender. */
  get hubSender() {
    return hubSender(this.peer.domain, this.hubKeys.publicKey);
  }
}

/** A message that somebody has to be shown. */
export interface Said {
  readonly senderUri: string;
  readonly text: string;
  readonly acceptedTimestampMs: string;
}

/** A room of the suite's hub of which a user of the target is a member, with a hub that answers. */
export async function suiteRoom(
  context: CaseContext,
  components?: SuiteRoomComponents,
): Promise<{ room: SuiteRoom; carol: TargetUser }> {
  const room = new SuiteRoom(context, components);
  room.hub.serve();
  const carol = await room.welcome();
  await context.adapter.call("sync", { clientUri: carol.clientUri });
  return { room, carol };
}
