/**
 * Clients and servers on our engine.
 * @module
 */

import {
  type ComponentLogic,
  type CryptoProvider,
  createKeyPackage,
  type Extension,
  externalProposal,
  GroupContext,
  type GroupInfo,
  joinProposal,
  type KeyPackage,
  MemberGroup,
  type MemberOptions,
  type MLSMessage,
  nobleCrypto,
  type OwnKeyPackage,
  PreSharedKeyID,
  type Proposal,
  PublicGroup,
  RatchetTreeNodes,
  type Welcome,
} from "@openmimi/mls";
import { appending, text } from "../test/actors.ts";
import {
  type ClientOptions,
  type Committed,
  type Engine,
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
import { encoded, toHex } from "./octets.ts";

const viewOf = (group: PublicGroup): View => ({
  groupContext: encoded(GroupContext, group.groupContext),
  ratchetTree: encoded(RatchetTreeNodes, group.ratchetTree()),
});

const components: ComponentLogic = appending;
const ephemeral = () => {};
const now = () => BigInt(Math.floor(Date.now() / 1000));

/** The identity of a PSK, without the nonce. */
const pskName = (id: PreSharedKeyID) =>
  encoded(PreSharedKeyID, { ...id, pskNonce: new Uint8Array() } as PreSharedKeyID);

/** One client. */
export class OurMember implements Member {
  readonly engine = "ours";
  readonly name: string;
  readonly #own: OwnKeyPackage[] = [];
  readonly #psks = new Map<string, Uint8Array>();
  readonly #client: ClientOptions;
  readonly #crypto: CryptoProvider;
  readonly #options: MemberOptions = {
    components,
    ephemeral,
    now,
    psk: (id) => this.#psks.get(pskName(id)),
    padding: () => this.#client.padding ?? 0,
  };
  readonly #signatureKeyPair;
  #group: MemberGroup | undefined;

  constructor(name: string, client: ClientOptions, crypto: CryptoProvider) {
    this.name = name;
    this.#client = client;
    this.#crypto = crypto;
    this.#signatureKeyPair = crypto.suite(client.cipherSuite).generateSignatureKeyPair();
  }

  /** The group, for what only our engine can do. */
  get group(): MemberGroup {
    if (this.#group === undefined) throw new Error(`${this.name} is not in a group`);
    return this.#group;
  }

  #keys(): OwnKeyPackage {
    const { cipherSuite } = this.#client;
    const own = createKeyPackage(this.#crypto, cipherSuite, {
      credential: { credentialType: "basic", identity: text(this.name) },
      capabilities: { versions: [1], cipherSuites: [cipherSuite], credentials: [1], ...supported },
      signatureKeyPair: this.#signatureKeyPair,
      lifetime: { notBefore: 1_735_689_600n, notAfter: 4_102_444_800n },
    });
    this.#own.push(own);
    return own;
  }

  async leafIndex(): Promise<number> {
    return this.group.ownLeafIndex;
  }
  async keyPackage(): Promise<KeyPackage> {
    return this.#keys().keyPackage;
  }
  async create(groupId: Uint8Array, extensions: readonly Extension[]): Promise<void> {
    const { cipherSuite } = this.#client;
    const init = { cipherSuite, groupId, own: this.#keys(), extensions };
    this.#group = MemberGroup.create(this.#crypto, init, this.#options);
  }
  async join(welcome: Welcome, ratchetTree?: RatchetTreeNodes): Promise<void> {
    const tree = ratchetTree === undefined ? {} : { ratchetTree };
    const init = { welcome, keyPackages: this.#own, ...tree };
    this.#group = MemberGroup.join(this.#crypto, init, this.#options);
  }
  async joinExternally(joining: Joining): Promise<Committed> {
    const init = { ...joining, own: this.#keys() };
    const { group, commit, groupInfo } = MemberGroup.joinExternally(this.#crypto, init, this.#options);
    this.#group = group;
    return { commit, groupInfo };
  }
  async propose(proposal: Proposal): Promise<MLSMessage> {
    return this.group.propose(proposal).message;
  }
  async proposeUpdate(): Promise<MLSMessage> {
    return this.group.proposeUpdate().message;
  }
  async joinProposal(groupContext: GroupContext): Promise<MLSMessage> {
    const { keyPackage, signaturePrivateKey } = this.#keys();
    return joinProposal(this.#crypto, { groupContext, keyPackage, signaturePrivateKey });
  }
  async commit({ pending = true, ...request }: Request): Promise<Committed> {
    const { wireFormat } = this.#client;
    return this.group.commit({ ...request, wireFormat, ...(pending ? {} : { references: [] }) });
  }
  async mergePendingCommit(): Promise<void> {
    this.group.mergePendingCommit();
  }
  async clearPendingCommit(): Promise<void> {
    this.group.clearPendingCommit();
  }
  async process(message: MLSMessage): Promise<Received> {
    const processed = this.group.process(message);
    if (processed.kind !== "commit") return processed;
    processed.merge();
    return processed;
  }
  async protect(applicationData: Uint8Array): Promise<MLSMessage> {
    return this.group.protect(applicationData);
  }
  async groupInfo(): Promise<GroupInfo> {
    return this.group.groupInfo();
  }
  async exporter(label: string, context: Uint8Array, length: number): Promise<Uint8Array> {
    return this.group.exporter(label, context, length);
  }
  async safeExport(componentId: number): Promise<Uint8Array> {
    return this.group.safeExport(componentId);
  }
  async know(id: PreSharedKeyID, psk: Uint8Array): Promise<void> {
    this.#psks.set(pskName(id), psk);
  }
  async view(): Promise<MemberView> {
    return { ...viewOf(this.group.public), epochAuthenticator: toHex(this.group.epochAuthenticator) };
  }
}

class OurServer implements Server {
  readonly engine = "ours";
  readonly #group: PublicGroup;

  constructor(group: PublicGroup) {
    this.#group = group;
  }
  async process(message: MLSMessage, groupInfo?: GroupInfo): Promise<void> {
    const isCommit =
      message.wireFormat === "publicMessage" && message.publicMessage.content.contentType === "commit";
    if (!isCommit) return this.#group.addProposal(this.#group.stageProposal(message));
    const staged = this.#group.stage(message);
    if (groupInfo !== undefined) this.#group.verifyGroupInfo(staged, groupInfo);
    this.#group.merge(staged);
  }
  async view(): Promise<View> {
    return viewOf(this.#group);
  }
}

/** Clients and servers on our engine. */
export class Ours implements Engine {
  readonly name = "ours";
  readonly #options: ClientOptions;
  readonly #crypto: CryptoProvider;

  constructor(options: ClientOptions, crypto: CryptoProvider = nobleCrypto) {
    this.#options = options;
    this.#crypto = crypto;
  }
  async client(name: string): Promise<OurMember> {
    return new OurMember(name, this.#options, this.#crypto);
  }
  async hub(): Promise<Hub> {
    const crypto = this.#crypto;
    const { publicKey, privateKey } = crypto.suite(this.#options.cipherSuite).generateSignatureKeyPair();
    return {
      signatureKey: publicKey,
      async propose(groupContext, senderIndex, proposal) {
        const init = { groupContext, senderIndex, proposal, signaturePrivateKey: privateKey };
        return externalProposal(crypto, init);
      },
    };
  }
  async server(groupInfo: GroupInfo, ratchetTree: RatchetTreeNodes): Promise<Server> {
    const options = { components, ephemeral, now };
    return new OurServer(PublicGroup.fromGroupInfo(this.#crypto, groupInfo, ratchetTree, options));
  }
}
