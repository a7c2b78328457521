/**
 * A client in a transcript: its keys, its group, and what it makes of what its provider hands it. Protocol §5.4.1.3, §5.5.
 * @module
 */

import { decode as decodeContent } from "@openmimi/content";
import {
  type CryptoProvider,
  equalOctets,
  type GroupInfo,
  MemberGroup,
  MLSMessage,
  type OwnKeyPackage,
  type Proposal,
  type RatchetTreeNodes,
  readContent,
} from "@openmimi/mls";
import {
  type FanoutMessage,
  FrankingAgentData,
  frankAadOf,
  identityOf,
  MimiComponentId,
  verifyFrank,
  verifyFrankingTag,
} from "@openmimi/protocol";
import { roomComponents } from "@openmimi/room";
import { decode, encode } from "@openmimi/tls";
import { hex } from "../envelope.ts";

/** An application message that was read, with its frank verified. */
export interface Delivered {
  readonly client: string;
  readonly sender: string;
  readonly applicationData: string;
  /** What goes with it: content §3.4, appendix A.2. */
  readonly acceptedTimestampMs: string;
  readonly groupId: string;
  readonly senderLeafIndex: number;
}

export class Member {
  readonly uri: string;
  readonly user: string;
  readonly provider: string;
  readonly crypto: CryptoProvider;
  readonly own: OwnKeyPackage;
  readonly #roomUri: string;
  readonly #sent = new Set<string>();
  #group: MemberGroup | undefined;

  constructor(uri: string, crypto: CryptoProvider, own: OwnKeyPackage, roomUri: string) {
    const { userUri, domain } = identityOf(own.keyPackage.leafNode.credential);
    this.uri = uri;
    this.user = userUri;
    this.provider = domain;
    this.crypto = crypto;
    this.own = own;
    this.#roomUri = roomUri;
  }

  static readonly options = { components: roomComponents };

  /** @throws {Error} for who is in no group */
  get group(): MemberGroup {
    if (this.#group === undefined) throw new Error(`${this.uri} is in no group`);
    return this.#group;
  }

  /** Of those who are in the group: their epoch, and what shows that they agree with the others about it. */
  standing(): { readonly epoch: string; readonly epochAuthenticator: string } | undefined {
    if (this.#group === undefined || this.#group.standing !== "member") return undefined;
    const { epoch, epochAuthenticator } = this.#group;
    return { epoch: epoch.toString(), epochAuthenticator: hex(epochAuthenticator) };
  }

  /** It makes the group. */
  create(
    crypto: CryptoProvider,
    groupId: Uint8Array,
    extensions: GroupInfo["groupContext"]["extensions"],
  ): void {
    const init = { cipherSuite: 1, groupId, own: this.own, extensions };
    const created = MemberGroup.create(crypto, init, Member.options);
    // Whatever is drawn from now on is drawn for something else.
    this.#group = MemberGroup.deserialize(this.crypto, created.serialize(), Member.options);
  }

  /** It is in the group by an external commit that the hub took. */
  entered(group: MemberGroup): void {
    this.#group = group;
  }

  /** Makes an external commit; the group counts when the hub takes it. */
  joinExternally(
    groupInfo: GroupInfo,
    ratchetTree: RatchetTreeNodes,
    pending: readonly MLSMessage[],
    proposals: readonly Proposal[],
  ) {
    const init = { groupInfo, ratchetTree, own: this.own, pending, proposals };
    return MemberGroup.joinExternally(this.crypto, init, Member.options);
  }

  /** It sent this: when it comes back it is known. */
  sent(message: MLSMessage): void {
    this.#sent.add(hex(encode(MLSMessage, message)));
  }

  /** What its provider hands it. */
  take(fanout: FanoutMessage): Delivered | undefined {
    const { message } = fanout;
    if (message.wireFormat === "welcome") {
      this.#join(fanout);
      return undefined;
    }
    if (this.#group === undefined || this.#group.standing !== "member") return undefined;
    const { moreProposals = [] } = fanout as { moreProposals?: readonly MLSMessage[] };
    for (const each of [message, ...moreProposals]) {
      if (this.#sent.has(hex(encode(MLSMessage, each)))) continue;
      const processed = this.#group.process(each);
      if (processed.kind === "commit") processed.merge();
      if (processed.kind === "application")
        return this.#read(fanout, processed.sender, processed.applicationData);
    }
    return undefined;
  }

  #join(fanout: FanoutMessage): void {
    const { message } = fanout;
    if (message.wireFormat !== "welcome" || this.#group !== undefined) return;
    const { welcome } = message;
    if (!welcome.secrets.some(({ newMember }) => equalOctets(newMember, this.own.reference))) return;
    const { ratchetTreeOption: option } = fanout as {
      ratchetTreeOption?: { ratchetTree?: RatchetTreeNodes };
    };
    if (option?.ratchetTree === undefined) throw new Error("a Welcome without its tree");
    const init = { welcome, keyPackages: [this.own], ratchetTree: option.ratchetTree };
    this.#group = MemberGroup.join(this.crypto, init, Member.options);
  }

  #read(fanout: FanoutMessage, sender: number, applicationData: Uint8Array): Delivered {
    const { public: group, suite } = this.group;
    const node = group.ratchetTree()[2 * sender];
    if (node?.nodeType !== "leaf") throw new Error("nobody sent this");
    const { userUri, clientUri = userUri } = identityOf(node.leafNode.credential);
    const { frank, message, timestamp } = fanout as Extract<FanoutMessage, { frank?: unknown }>;
    const tag =
      message.wireFormat === "privateMessage"
        ? frankAadOf(message.privateMessage.authenticatedData)
        : undefined;
    if (frank !== undefined) {
      const agent = group.component(MimiComponentId.frankingAgent);
      const context = { senderUri: userUri, roomUri: this.#roomUri, acceptedTimestamp: timestamp };
      const { content } = readContent(group.groupContext.extensions, applicationData);
      const { salt } = decodeContent(content);
      if (agent === undefined || tag === undefined || !verifyFrankingTag(tag, salt, applicationData))
        throw new Error("the franking tag is not that of the message");
      if (!verifyFrank({ suite, frankingAgent: decode(FrankingAgentData, agent), frank, context }))
        throw new Error("the frank does not verify");
    }
    return {
      client: this.uri,
      sender: clientUri,
      applicationData: hex(applicationData),
      acceptedTimestampMs: timestamp.toString(),
      groupId: hex(group.groupContext.groupId),
      senderLeafIndex: sender,
    };
  }
}
