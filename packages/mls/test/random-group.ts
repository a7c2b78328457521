/**
 * A group whose members do whatever a seed says, in front of a server that follows.
 * @module
 */

import {
  type Extension,
  ExtensionType,
  ExternalSenders,
  externalProposal,
  findExtension,
  MemberGroup,
  MLSMessage,
  type OwnKeyPackage,
  type Proposal,
  PublicGroup,
} from "@openmimi/mls";
import { decode, encode } from "@openmimi/tls";
import { expect } from "vitest";
import {
  add,
  agreement,
  crypto,
  keysOf,
  mergeCommit,
  mimiRequired,
  newGroup,
  options,
  suite,
  text,
} from "./actors.ts";
import type { Choices } from "./random.ts";

const hubKeys = suite.generateSignatureKeyPair();
const hubSender: Extension = {
  extensionType: ExtensionType.externalSenders,
  extensionData: encode(ExternalSenders, [
    { signatureKey: hubKeys.publicKey, credential: { credentialType: "basic", identity: text("hub") } },
  ]),
};
const psk = { ...options, psk: () => text("known to all") };

/** As it would arrive. */
const arrived = (message: MLSMessage): MLSMessage => decode(MLSMessage, encode(MLSMessage, message));

/** The members, and the server between them. */
export class RandomGroup {
  readonly #choices: Choices;
  readonly #limit: number;
  members: MemberGroup[];
  /** Those who were removed, a few of the last. */
  #gone: MemberGroup[] = [];
  hub: PublicGroup;
  /** Messages that are under way while the epoch changes, and the names of those who can read them. */
  #late: {
    readonly message: MLSMessage;
    readonly readers: ReadonlySet<string>;
    readonly content: Uint8Array;
  }[] = [];
  #names = 0;

  /** @param limit the most members that there may be */
  constructor(choices: Choices, limit: number) {
    this.#choices = choices;
    this.#limit = limit;
    const first = newGroup(this.#name(), [mimiRequired, hubSender]);
    this.members = [this.#reopened(first)];
    this.hub = PublicGroup.fromGroupInfo(crypto, first.groupInfo(), first.public.ratchetTree(), options);
  }

  #name(): string {
    return `member ${this.#names++}`;
  }

  #reopened(member: MemberGroup): MemberGroup {
    return MemberGroup.deserialize(crypto, member.serialize(), psk);
  }

  /** Some proposals, then a commit of one of the members or of a joiner. */
  step(): void {
    const choices = this.#choices;
    for (let count = choices.below(3); count > 0; count--) this.#propose();
    if (choices.once(4)) this.#restart();
    if (choices.once(5)) this.#joinExternally();
    else this.#commit();
    this.#exchange();
  }

  /** Somebody loses its memory and reads it again. */
  #restart(): void {
    const at = this.#choices.below(this.members.length);
    this.members[at] = this.#reopened(this.members[at]!);
    this.hub = PublicGroup.deserialize(crypto, this.hub.serialize(), options);
  }

  #deliverProposal(message: MLSMessage, from?: MemberGroup): void {
    this.hub.addProposal(this.hub.stageProposal(arrived(message)));
    for (const member of this.members) {
      if (member !== from) expect(member.process(arrived(message)).kind).toBe("proposal");
    }
  }

  #byValue(): Proposal {
    const componentId = this.#choices.pick([1, 0x22, 0x8000]);
    return {
      proposalType: "appDataUpdate",
      appDataUpdate: { componentId, op: "update", update: Uint8Array.of(this.#choices.below(256)) },
    };
  }

  #others(self?: number): number[] {
    return this.hub.tree.leaves().flatMap(({ leafIndex }) => (leafIndex === self ? [] : [leafIndex]));
  }

  /** Something that may stand beside what is pending already. */
  #propose(): void {
    const choices = this.#choices;
    const member = choices.pick(this.members);
    const free = this.#others().filter((leaf) => !this.#touched().has(leaf));
    switch (choices.below(5)) {
      case 0:
        if (!this.#touched().has(member.ownLeafIndex))
          this.#deliverProposal(member.proposeUpdate().message, member);
        break;
      case 1:
        if (this.members.length > 2 && free.length > 2 && free.includes(member.ownLeafIndex)) {
          this.#deliverProposal(member.propose({ proposalType: "selfRemove" }).message, member);
        }
        break;
      case 2:
        this.#deliverProposal(member.propose(this.#byValue()).message, member);
        break;
      case 3:
        if (free.length > 2) {
          const proposal: Proposal = { proposalType: "remove", removed: choices.pick(free) };
          this.#deliverProposal(this.#fromHub(proposal));
        }
        break;
      default:
        this.#deliverProposal(this.#fromHub(this.#byValue()));
    }
  }

  #fromHub(proposal: Proposal): MLSMessage {
    const { groupContext } = this.hub;
    return externalProposal(crypto, {
      groupContext,
      senderIndex: 0,
      signaturePrivateKey: hubKeys.privateKey,
      proposal,
    });
  }

  /** Leaves that a pending proposal changes. */
  #touched(): Set<number> {
    return new Set(
      this.hub.pending.flatMap(({ proposal, sender }) => {
        if (proposal.proposalType === "remove") return [proposal.removed];
        const own = proposal.proposalType === "update" || proposal.proposalType === "selfRemove";
        return own && sender.senderType === "member" ? [sender.leafIndex] : [];
      }),
    );
  }

  #commit(): void {
    const choices = this.#choices;
    const touched = this.#touched();
    const able = this.members.filter((member) => !touched.has(member.ownLeafIndex));
    if (able.length === 0) return;
    const committer = choices.pick(able);
    const newcomers: OwnKeyPackage[] = [];
    const proposals: Proposal[] = [];
    const room = this.#limit - this.members.length;
    for (let count = Math.min(room, choices.below(this.#limit / 4)); count > 0; count--)
      newcomers.push(keysOf(this.#name()));
    proposals.push(...newcomers.map(add));
    for (const leaf of this.#others(committer.ownLeafIndex)) {
      if (!touched.has(leaf) && choices.once(8)) proposals.push({ proposalType: "remove", removed: leaf });
    }
    if (choices.once(4)) proposals.push(this.#byValue());
    if (choices.once(6)) proposals.push(this.#sameExtensions());
    if (choices.once(6)) {
      const pskNonce = suite.random(suite.hashLength);
      proposals.push({ proposalType: "psk", psk: { pskType: "external", pskId: text("id"), pskNonce } });
    }
    const treeInWelcome = choices.once(2);
    const made = committer.commit({ proposals, path: choices.once(2), treeInWelcome });
    const staged = this.hub.stage(arrived(made.commit));
    this.hub.verifyGroupInfo(staged, made.groupInfo);
    this.hub.merge(staged);
    this.#deliverCommit(made.commit);
    for (const own of newcomers) {
      const tree = treeInWelcome ? {} : { ratchetTree: this.hub.ratchetTree() };
      this.members.push(
        MemberGroup.join(crypto, { welcome: made.welcome!, keyPackages: [own], ...tree }, psk),
      );
    }
  }

  /** A GroupContextExtensions that leaves the locked dictionary as it is. */
  #sameExtensions(): Proposal {
    const { extensions } = this.hub.groupContext;
    const dictionary = findExtension(extensions, ExtensionType.appDataDictionary);
    const kept = [mimiRequired, ...(this.#choices.once(2) ? [hubSender] : [hubSender].reverse())];
    if (dictionary === undefined) return { proposalType: "groupContextExtensions", extensions: kept };
    const extension = { extensionType: ExtensionType.appDataDictionary, extensionData: dictionary };
    return {
      proposalType: "groupContextExtensions",
      extensions: this.#choices.once(2) ? [extension, ...kept] : [...kept, extension],
    };
  }

  #joinExternally(): void {
    const choices = this.#choices;
    const proposals: Proposal[] = choices.once(2) ? [this.#byValue()] : [];
    const pending = this.hub.pending;
    const leaving = new Set(
      pending.flatMap(({ proposal, sender }) =>
        proposal.proposalType === "selfRemove" && sender.senderType === "member" ? [sender.leafIndex] : [],
      ),
    );
    const stays = this.members.filter((member) => !leaving.has(member.ownLeafIndex));
    if (stays.length > 1 && (this.members.length >= this.#limit || choices.once(3))) {
      proposals.push({ proposalType: "remove", removed: choices.pick(stays).ownLeafIndex });
    } else if (this.members.length >= this.#limit) return;
    const joined = MemberGroup.joinExternally(
      crypto,
      {
        groupInfo: choices.pick(this.members).groupInfo(),
        ratchetTree: this.hub.ratchetTree(),
        own: keysOf(this.#name()),
        pending: pending.map(({ message }) => message),
        proposals,
      },
      psk,
    );
    const staged = this.hub.stage(arrived(joined.commit));
    this.hub.verifyGroupInfo(staged, joined.groupInfo);
    this.hub.merge(staged);
    this.#deliverCommit(joined.commit);
    this.members.push(joined.group);
  }

  /** The committer gets its own commit back, as everybody does. */
  #deliverCommit(commit: MLSMessage): void {
    if (this.#choices.once(2)) this.#sendLate();
    for (const member of this.members) mergeCommit(member.process(arrived(commit)));
    this.#gone = [...this.members.filter(({ standing }) => standing === "removed"), ...this.#gone].slice(
      0,
      4,
    );
    this.members = this.members.filter(({ standing }) => standing === "member");
  }

  #sendLate(): void {
    const sender = this.#choices.pick(this.members);
    const content = text(`late in epoch ${sender.epoch}`);
    const readers = new Set(this.members.filter((member) => member !== sender).map(nameOf));
    // Sent before its sender saw the proposals that are pending by now.
    this.#late.push({ message: sender.protect(content, { despitePending: true }), readers, content });
  }

  /** Everybody agrees, and everybody can be heard. */
  #exchange(): void {
    const [first] = this.members;
    for (const member of this.members) {
      expect(agreement(member)).toBe(agreement(this.hub));
      expect(member.epochAuthenticator).toEqual(first!.epochAuthenticator);
    }
    const sender = this.#choices.pick(this.members);
    const readers = new Set(this.members.filter((member) => member !== sender).map(nameOf));
    const sent = Array.from({ length: 4 }, (_, index) => {
      const content = text(`${index} of epoch ${sender.epoch}`);
      // Where everybody is about to leave, nobody could commit what is pending.
      return { message: sender.protect(content, { despitePending: true }), readers, content };
    });
    for (const member of this.members) {
      // Some are lost, and what arrives does so in any order.
      for (const item of this.#shuffled([...this.#late, ...sent])) {
        if (!item.readers.has(nameOf(member)) || this.#choices.once(5)) continue;
        expect(member.process(arrived(item.message))).toMatchObject({ applicationData: item.content });
        const again = () => member.process(arrived(item.message));
        expect(again).toThrow(expect.objectContaining({ code: "generation-consumed" }));
      }
    }
    this.#late = [];
    for (const member of this.#gone) {
      expect(() => member.process(arrived(sent[0]!.message))).toThrow(
        expect.objectContaining({ code: "wrong-epoch" }),
      );
    }
  }

  #shuffled<T>(items: readonly T[]): T[] {
    const left = [...items];
    return items.map(() => left.splice(this.#choices.below(left.length), 1)[0]!);
  }
}

/** The name that a member's leaf carries. */
function nameOf(member: MemberGroup): string {
  const credential = member.public.tree.leaf(member.ownLeafIndex)?.credential;
  return credential?.credentialType === "basic" ? new TextDecoder().decode(credential.identity) : "";
}
