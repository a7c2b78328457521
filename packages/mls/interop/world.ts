/**
 * A group with members and servers of both engines, in which every message goes to everybody.
 * @module
 */

import {
  type Extension,
  ExtensionType,
  ExternalSenders,
  GroupContext,
  type GroupInfo,
  type MLSMessage,
  MlsError,
  type Proposal,
  RatchetTreeNodes,
} from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import { mimiRequired, text } from "../test/actors.ts";
import type {
  Committed,
  Engine,
  EngineName,
  Hub,
  Joining,
  Member,
  MemberView,
  Request,
  Server,
} from "./engine.ts";
import { decoded, toHex } from "./octets.ts";

/** Who has to accept a message: the second half of the matrix. */
type Role = "member" | "public group";

/** One column of the matrix. */
export interface Receiver {
  readonly engine: EngineName;
  readonly role: Role;
}

/** The columns of the matrix. */
export const receivers: readonly Receiver[] = (["ours", "OpenMLS"] as const).flatMap((engine) =>
  (["member", "public group"] as const).map((role): Receiver => ({ engine, role })),
);

export const receiverName = ({ engine, role }: Receiver): string => `${engine}, ${role}`;

/** What a world begins with. */
export interface Beginning {
  /** Who is in the group, by leaf; the first creates it. */
  readonly order?: readonly EngineName[];
  /** Of the GroupContext, given the hub's external_senders. */
  readonly extensions?: (hubSenders: Extension) => readonly Extension[];
  /** Servers can follow only public handshakes. Default: one of each engine. */
  readonly servers?: boolean;
}

/** Somebody did not accept something. */
export interface Failure {
  readonly receiver: string;
  /** What was not accepted, and why. */
  readonly what: string;
}

/** An application message, and who can read it. */
interface Said {
  readonly message: MLSMessage;
  readonly leaf: number;
  readonly content: Uint8Array;
  readonly readers: readonly Member[];
}

/** The members, the servers, and what they disagree in. */
export class World {
  readonly engines: Readonly<Record<EngineName, Engine>>;
  members: Member[] = [];
  servers: Server[] = [];
  readonly failures: Failure[] = [];
  /** The external senders of the group, in this order. */
  readonly hubs: readonly Hub[];
  readonly #isServed: boolean;
  #names = 0;
  /** Said at the beginning of this epoch, and of the one before: arrives late. */
  #said: readonly Said[] = [];
  #late: readonly Said[] = [];

  private constructor(
    engines: Readonly<Record<EngineName, Engine>>,
    hubs: readonly Hub[],
    { servers = true }: Beginning,
  ) {
    this.engines = engines;
    this.hubs = hubs;
    this.#isServed = servers;
  }

  /** A group that a member creates, adding the others. */
  static async begin(
    engines: Readonly<Record<EngineName, Engine>>,
    beginning: Beginning = {},
  ): Promise<World> {
    const { order = ["ours", "OpenMLS", "ours", "OpenMLS"] } = beginning;
    const { extensions = (hubSenders) => [mimiRequired, hubSenders] } = beginning;
    const hubs = [await engines.ours.hub(), await engines.OpenMLS.hub()];
    const world = new World(engines, hubs, beginning);
    const [first, ...others] = await Promise.all(order.map((engine) => world.client(engine)));
    await first!.create(text("interop"), extensions(world.#hubSenders()));
    world.members = [first!];
    if (world.#isServed) await world.#serve(first!);
    await world.add(first!, others, { path: true });
    return world;
  }

  #hubSenders(): Extension {
    const credential = { credentialType: "basic" as const, identity: text("hub") };
    const senders = this.hubs.map(({ signatureKey }) => ({ signatureKey, credential }));
    return {
      extensionType: ExtensionType.externalSenders,
      extensionData: encode(ExternalSenders, senders),
    };
  }

  /** A proposal of a hub. */
  async proposeFromHub(engine: EngineName, proposal: Proposal): Promise<void> {
    const senderIndex = engine === "ours" ? 0 : 1;
    const groupContext = decoded(GroupContext, (await this.members[0]!.view()).groupContext);
    const message = await this.hubs[senderIndex]!.propose(groupContext, senderIndex, proposal);
    await this.deliver(`${proposal.proposalType} of the hub`, message);
  }

  /** A client that is in no group yet. */
  client(engine: EngineName): Promise<Member> {
    return this.engines[engine].client(`${engine} ${this.#names++}`);
  }

  async #serve(member: Member): Promise<void> {
    const groupInfo = await member.groupInfo();
    const tree = decoded(RatchetTreeNodes, (await member.view()).ratchetTree);
    for (const engine of Object.values(this.engines)) this.servers.push(await engine.server(groupInfo, tree));
  }

  /** The first member of an engine that is not among `except`. */
  member(engine: EngineName, ...except: readonly Member[]): Member {
    const found = this.members.find((member) => member.engine === engine && !except.includes(member));
    if (found === undefined) throw new Error(`no such member of ${engine}`);
    return found;
  }

  async #attempt(receiver: Receiver, what: string, run: () => Promise<unknown>): Promise<void> {
    await run().catch((cause: unknown) => {
      const reason = cause instanceof MlsError ? `${cause.code}, ${cause.message}` : String(cause);
      this.failures.push({ receiver: receiverName(receiver), what: `${what}: ${reason}` });
    });
  }

  /** Gives a handshake message to everybody but its sender. */
  async deliver(what: string, message: MLSMessage, sender?: Member, groupInfo?: GroupInfo): Promise<void> {
    const isPublic = message.wireFormat === "publicMessage";
    for (const server of isPublic ? this.servers : []) {
      const receiver: Receiver = { engine: server.engine, role: "public group" };
      await this.#attempt(receiver, what, () => server.process(message, groupInfo));
    }
    const removed: Member[] = [];
    for (const member of this.members) {
      if (member === sender) continue;
      await this.#attempt({ engine: member.engine, role: "member" }, what, async () => {
        const received = await member.process(message);
        if (received.kind === "commit" && received.ownRemoved) removed.push(member);
      });
    }
    this.members = this.members.filter((member) => !removed.includes(member));
  }

  /** A proposal of a member, on its own. */
  async propose(sender: Member, proposal: Proposal | "update"): Promise<MLSMessage> {
    const message = await (proposal === "update" ? sender.proposeUpdate() : sender.propose(proposal));
    await this.deliver(
      `${proposal === "update" ? proposal : proposal.proposalType} proposed`,
      message,
      sender,
    );
    return message;
  }

  /** A commit of a member, which everybody gets; the committer merges it. */
  async commit(committer: Member, request: Request = {}): Promise<Committed> {
    const made = await committer.commit(request);
    await committer.mergePendingCommit();
    await this.deliver("commit", made.commit, committer, made.groupInfo);
    await this.#nextEpoch();
    return made;
  }

  /** A commit that adds clients, who join by its Welcome. */
  async add(committer: Member, clients: readonly Member[], request: Request = {}): Promise<Committed> {
    const adds: Proposal[] = [];
    for (const client of clients) {
      adds.push({ proposalType: "add", keyPackage: await client.keyPackage() });
    }
    const made = await this.commit(committer, {
      ...request,
      proposals: [...adds, ...(request.proposals ?? [])],
    });
    await this.welcome(made, clients, request.treeInWelcome ? undefined : committer);
    return made;
  }

  /** Clients join by the Welcome of a commit; `treeOf` is who gives them the tree. */
  async welcome(made: Committed, clients: readonly Member[], treeOf?: Member): Promise<void> {
    if (made.welcome === undefined) throw new Error("the commit has no Welcome");
    const { welcome } = made;
    const tree =
      treeOf === undefined ? undefined : decoded(RatchetTreeNodes, (await treeOf.view()).ratchetTree);
    for (const client of clients) {
      await this.#attempt({ engine: client.engine, role: "member" }, "Welcome", async () => {
        await client.join(welcome, tree);
        this.members.push(client);
      });
    }
  }

  /** An external commit. `from` gives the GroupInfo and the tree. */
  async joinExternally(joiner: Member, from: Member, more: Partial<Joining> = {}): Promise<void> {
    const joining = {
      groupInfo: await from.groupInfo(),
      ratchetTree: decoded(RatchetTreeNodes, (await from.view()).ratchetTree),
      ...more,
    };
    const { commit, groupInfo } = await joiner.joinExternally(joining);
    await this.deliver("external commit", commit, joiner, groupInfo);
    this.members = [...this.members.filter((member) => member !== joiner), joiner];
    await this.#nextEpoch();
  }

  /** A member forgets what it knows of the group. */
  forget(member: Member): void {
    this.members = this.members.filter((other) => other !== member);
    const without = (said: Said): Said => ({
      ...said,
      readers: said.readers.filter((reader) => reader !== member),
    });
    this.#said = this.#said.map(without);
    this.#late = this.#late.map(without);
  }

  /** Application messages that will arrive in the next epoch. */
  async #nextEpoch(): Promise<void> {
    this.#late = this.#said;
    this.#said = [];
    // Nobody speaks where not everybody came along.
    if (this.failures.length > 0) return;
    this.#said = await Promise.all(this.members.map((sender) => this.#say(sender, "late")));
  }

  async #say(sender: Member, what: string): Promise<Said> {
    const content = text(`${what}, from ${sender.name}`);
    const leaf = await sender.leafIndex();
    const readers = this.members.filter((member) => member !== sender);
    return { message: await sender.protect(content), leaf, content, readers };
  }

  /** Compares what everybody knows with what one member knows. */
  async compare(reference: Member): Promise<void> {
    const expected = await reference.view();
    for (const server of this.servers) {
      const receiver: Receiver = { engine: server.engine, role: "public group" };
      await this.#attempt(receiver, "state", async () => same(expected, await server.view()));
    }
    for (const member of this.members) {
      const receiver: Receiver = { engine: member.engine, role: "member" };
      await this.#attempt(receiver, "state", async () => same(expected, await member.view()));
    }
  }

  /** Compares what everybody knows, and lets everybody talk, late messages and swapped ones included. */
  async check(): Promise<void> {
    await this.compare(this.members[0]!);
    for (const sender of this.members) {
      const first = await this.#say(sender, "first");
      await this.#hear(await this.#say(sender, "second"));
      await this.#hear(first);
    }
    for (const said of this.#late) await this.#hear(said);
  }

  async #hear({ message, leaf, content, readers }: Said): Promise<void> {
    for (const reader of this.members.filter((member) => readers.includes(member))) {
      await this.#attempt({ engine: reader.engine, role: "member" }, "application message", async () => {
        const received = await reader.process(message);
        if (received.kind !== "application") throw new Error(`a ${received.kind}`);
        if (received.sender !== leaf) throw new Error(`from leaf ${received.sender}, not ${leaf}`);
        if (toHex(received.applicationData) !== toHex(content)) throw new Error("another content");
      });
    }
  }
}

function same(expected: MemberView, actual: Partial<MemberView>): void {
  for (const [name, value] of Object.entries(actual)) {
    const wanted = expected[name as keyof MemberView];
    if (value !== wanted) throw new Error(`another ${name}: ${value}, not ${wanted}`);
  }
}
