/**
 * Clients and servers on OpenMLS, seen through octets only.
 * @module
 */

import {
  Extension,
  type GroupContext,
  type GroupInfo,
  type KeyPackage,
  MLSMessage,
  type PreSharedKeyID,
  type Proposal,
  RatchetTreeNodes,
  type Welcome,
} from "@openmimi/mls";
import { vector } from "@openmimi/tls";
import {
  type ClientOptions,
  type Committed,
  type Engine,
  type EngineName,
  type Hub,
  type Joining,
  type Member,
  type MemberView,
  type Received,
  type Request,
  type Server,
  supported,
  type View,
} from "./engine.ts";
import {
  decoded,
  encoded,
  fromHex,
  groupInfoOf,
  keyPackageOf,
  ofGroupInfo,
  ofKeyPackage,
  ofWelcome,
  toHex,
  welcomeOf,
} from "./octets.ts";
import type { Peer } from "./peer.ts";

/** From 2025 to 2100, in seconds: JSON numbers, and OpenMLS looks at the clock. */
const lifetime = { notBefore: 1_735_689_600, notAfter: 4_102_444_800 };

const ExtensionList = vector(Extension);

type Answer = Readonly<Record<string, string>>;

function pskIdOf(id: PreSharedKeyID): unknown {
  switch (id.pskType) {
    case "external":
      return { type: "external", pskId: toHex(id.pskId) };
    case "application":
      return { type: "application", componentId: id.componentId, pskId: toHex(id.pskId) };
    case "resumption":
      return { type: "resumption", groupId: toHex(id.pskGroupId), epoch: Number(id.pskEpoch) };
  }
}

/** A proposal as `openmls-peer` reads it. */
function proposalRequest(proposal: Proposal): unknown {
  switch (proposal.proposalType) {
    case "add":
      return { type: "add", keyPackage: ofKeyPackage(proposal.keyPackage) };
    case "remove":
      return { type: "remove", removed: proposal.removed };
    case "psk":
      return { type: "psk", pskId: pskIdOf(proposal.psk), nonce: toHex(proposal.psk.pskNonce) };
    case "groupContextExtensions":
      return { type: "groupContextExtensions", extensions: encoded(ExtensionList, proposal.extensions) };
    case "appDataUpdate": {
      const { appDataUpdate } = proposal;
      const update = appDataUpdate.op === "update" ? { update: toHex(appDataUpdate.update) } : {};
      return { type: "appDataUpdate", componentId: appDataUpdate.componentId, ...update };
    }
    case "appEphemeral": {
      const { componentId, data } = proposal.appEphemeral;
      return { type: "appEphemeral", componentId, data: toHex(data) };
    }
    case "selfRemove":
      return { type: "selfRemove" };
    default:
      throw new Error(`OpenMLS is not asked for a ${proposal.proposalType}`);
  }
}

function committed(answer: Answer): Committed {
  const groupInfo = groupInfoOf(answer.groupInfo!);
  const commit = decoded(MLSMessage, answer.commit!);
  // `null` where nobody is added
  return answer.welcome ? { commit, groupInfo, welcome: welcomeOf(answer.welcome) } : { commit, groupInfo };
}

const memberView = ({ groupContext, ratchetTree, epochAuthenticator }: Answer): MemberView => ({
  groupContext: groupContext!,
  ratchetTree: ratchetTree!,
  epochAuthenticator: epochAuthenticator!,
});

/** One client. */
export class OpenMlsMember implements Member {
  readonly engine: EngineName;
  readonly name: string;
  readonly #peer: Peer;

  constructor(peer: Peer, name: string, engine: EngineName = "OpenMLS") {
    this.#peer = peer;
    this.name = name;
    this.engine = engine;
  }

  /** Anything that `openmls-peer` understands, in the name of this client. */
  ask<T = Answer>(command: string, fields: Readonly<Record<string, unknown>> = {}): Promise<T> {
    return this.#peer.request<T>(command, { client: this.name, ...fields });
  }

  async leafIndex(): Promise<number> {
    return (await this.ask<{ leafIndex: number }>("state")).leafIndex;
  }
  async keyPackage(): Promise<KeyPackage> {
    return keyPackageOf((await this.ask("keyPackage")).keyPackage!);
  }
  async create(groupId: Uint8Array, extensions: readonly Extension[]): Promise<void> {
    await this.ask("create", {
      groupId: toHex(groupId),
      extensions: encoded(ExtensionList, [...extensions]),
    });
  }
  async join(welcome: Welcome, ratchetTree?: RatchetTreeNodes): Promise<void> {
    const tree = ratchetTree === undefined ? {} : { ratchetTree: encoded(RatchetTreeNodes, ratchetTree) };
    await this.ask("join", { welcome: ofWelcome(welcome), ...tree });
  }
  async joinExternally({
    groupInfo,
    ratchetTree,
    pending = [],
    proposals = [],
  }: Joining): Promise<Committed> {
    return committed(
      await this.ask("joinExternally", {
        groupInfo: ofGroupInfo(groupInfo),
        ratchetTree: encoded(RatchetTreeNodes, ratchetTree),
        pending: pending.map((message) => encoded(MLSMessage, message)),
        proposals: proposals.map(proposalRequest),
      }),
    );
  }
  async propose(proposal: Proposal): Promise<MLSMessage> {
    return this.#message("propose", { proposal: proposalRequest(proposal) });
  }
  async proposeUpdate(): Promise<MLSMessage> {
    return this.#message("propose", { proposal: { type: "update" } });
  }
  async joinProposal({ groupId, epoch }: GroupContext): Promise<MLSMessage> {
    const keyPackage = ofKeyPackage(await this.keyPackage());
    return this.#message("joinProposal", { groupId: toHex(groupId), epoch: Number(epoch), keyPackage });
  }
  async commit({ proposals = [], pending = true, path = false, treeInWelcome = false }: Request) {
    const fields = { proposals: proposals.map(proposalRequest), pending, path, treeInWelcome };
    return committed(await this.ask("commit", fields));
  }
  async mergePendingCommit(): Promise<void> {
    await this.ask("mergePendingCommit");
  }
  async clearPendingCommit(): Promise<void> {
    await this.ask("clearPendingCommit");
  }
  async process(message: MLSMessage): Promise<Received> {
    const answer = await this.ask<Received>("process", { message: encoded(MLSMessage, message) });
    if (answer.kind !== "application") return answer;
    return { ...answer, applicationData: fromHex(answer.applicationData as unknown as string) };
  }
  async protect(applicationData: Uint8Array): Promise<MLSMessage> {
    return this.#message("protect", { applicationData: toHex(applicationData) });
  }
  async groupInfo(): Promise<GroupInfo> {
    return groupInfoOf((await this.ask("groupInfo", { ratchetTree: false })).groupInfo!);
  }
  async exporter(label: string, context: Uint8Array, length: number): Promise<Uint8Array> {
    return fromHex((await this.ask("export", { label, context: toHex(context), length })).secret!);
  }
  async safeExport(componentId: number): Promise<Uint8Array> {
    return fromHex((await this.ask("safeExport", { componentId })).secret!);
  }
  async know(id: PreSharedKeyID, psk: Uint8Array): Promise<void> {
    await this.ask("storePsk", { pskId: pskIdOf(id), psk: toHex(psk) });
  }
  async view(): Promise<MemberView> {
    return memberView(await this.ask("state"));
  }

  async #message(command: string, fields: Readonly<Record<string, unknown>>): Promise<MLSMessage> {
    return decoded(MLSMessage, (await this.ask(command, fields)).message!);
  }
}

class OpenMlsServer implements Server {
  readonly engine = "OpenMLS";
  readonly #peer: Peer;
  readonly #name: string;

  constructor(peer: Peer, name: string) {
    this.#peer = peer;
    this.#name = name;
  }
  async process(message: MLSMessage): Promise<void> {
    await this.#peer.request("serverProcess", { server: this.#name, message: encoded(MLSMessage, message) });
  }
  async view(): Promise<View> {
    const { groupContext, ratchetTree } = await this.#peer.request<Answer>("serverState", {
      server: this.#name,
    });
    return { groupContext: groupContext!, ratchetTree: ratchetTree! };
  }
}

/** Clients and servers on OpenMLS. */
export class OpenMls implements Engine {
  readonly name: EngineName;
  readonly #peer: Peer;
  readonly #options: ClientOptions;
  #servers = 0;

  /** @param name "ours" where OpenMLS plays both engines */
  constructor(peer: Peer, options: ClientOptions, name: EngineName = "OpenMLS") {
    this.#peer = peer;
    this.#options = options;
    this.name = name;
  }

  /** @param extra further fields of the description, see `openmls-peer/src/request.rs` */
  async client(name: string, extra: Readonly<Record<string, unknown>> = {}): Promise<OpenMlsMember> {
    await this.#begin(name, extra);
    return new OpenMlsMember(this.#peer, name, this.name);
  }

  async #begin(name: string, extra: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    const description = {
      identity: toHex(new TextEncoder().encode(name)),
      cipherSuite: this.#options.cipherSuite,
      padding: this.#options.padding ?? 0,
      privateHandshakes: this.#options.wireFormat === "privateMessage",
      ...supported,
      ...lifetime,
      ...extra,
    };
    return this.#peer.request<Answer>("newClient", { client: name, description });
  }

  async hub(): Promise<Hub> {
    const peer = this.#peer;
    const client = `hub of ${this.name}`;
    const { signaturePublicKey } = await this.#begin(client);
    return {
      signatureKey: fromHex(signaturePublicKey!),
      async propose({ groupId, epoch }, senderIndex, proposal) {
        const fields = { client, groupId: toHex(groupId), epoch: Number(epoch), senderIndex };
        const request = { ...fields, proposal: proposalRequest(proposal) };
        return decoded(MLSMessage, (await peer.request<Answer>("externalProposal", request)).message!);
      },
    };
  }

  async server(groupInfo: GroupInfo, ratchetTree: RatchetTreeNodes): Promise<Server> {
    const name = `server ${this.name} ${this.#servers++}`;
    await this.#peer.request("serve", {
      server: name,
      groupInfo: ofGroupInfo(groupInfo),
      ratchetTree: encoded(RatchetTreeNodes, ratchetTree),
    });
    return new OpenMlsServer(this.#peer, name);
  }
}
