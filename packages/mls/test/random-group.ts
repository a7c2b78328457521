/**
 * A group whose members do whatever a seed says, in front of a server that follows. Messages are lost for a while, come in
 * any order, or are changed on their way.
 * @module
 */

import {
  type Extension,
  ExtensionType,
  ExternalSenders,
  type GroupInfo,
  type MadeGroupCommit,
  MemberGroup,
  MLSMessage,
  type OwnKeyPackage,
  type Proposal,
  PublicGroup,
} from "@openmimi/mls";
import { decode, encode } from "@openmimi/tls";
import { expect } from "vitest";
import { add, agreement, crypto, keysOf, mimiRequired, newGroup, options, suite, text } from "./actors.ts";
import { expectAllRefuse } from "./corrupt.ts";
import { coded, expectRefused } from "./forge.ts";
import type { Choices } from "./random.ts";
import {
  byValue,
  externalPsk,
  fromHub,
  fromNewcomer,
  hubKeys,
  someEphemeral,
  someUpdate,
  touchedLeaves,
} from "./random-proposals.ts";

const hubSender: Extension = {
  extensionType: ExtensionType.externalSenders,
  extensionData: encode(ExternalSenders, [
    { signatureKey: hubKeys.publicKey, credential: { credentialType: "basic", identity: text("hub") } },
  ]),
};
const psk = { ...options, ephemeral: () => {}, psk: () => text("known to all"), pastEpochs: 5 };

/** As it would arrive. */
const arrived = (message: MLSMessage): MLSMessage => decode(MLSMessage, encode(MLSMessage, message));

/** One client, and the handshakes that have not reached it yet. */
interface Participant {
  readonly name: string;
  group: MemberGroup;
  /** Proposals of this epoch that were lost on their way. */
  missed: MLSMessage[];
  /** While it is away: everything in the order of the server. */
  inbox: MLSMessage[] | undefined;
}

/** An application message, and the names of those who can read it. */
interface Sent {
  readonly message: MLSMessage;
  readonly readers: ReadonlySet<string>;
  readonly content: Uint8Array;
}

/** The members, and the server between them. */
export class RandomGroup {
  readonly #choices: Choices;
  readonly #limit: number;
  #participants: Participant[];
  /** Those who were removed, a few of the last. */
  #gone: MemberGroup[] = [];
  #hub: PublicGroup;
  /** Proposals that the server has taken and that nobody has received. */
  #sent: MLSMessage[] = [];
  /** Messages that are under way while the epoch changes. */
  #late: Sent[] = [];
  #names = 0;
  /** How often something happened that the test must not miss. */
  readonly seen = { lost: 0, away: 0, external: 0, left: 0, corrupted: 0 };

  /** @param limit the most members that there may be */
  constructor(choices: Choices, limit: number) {
    this.#choices = choices;
    this.#limit = limit;
    const name = this.#name();
    const first = newGroup(name, [mimiRequired, hubSender]);
    this.#participants = [this.#participant(name, this.#reopened(first))];
    this.#hub = PublicGroup.fromGroupInfo(crypto, first.groupInfo(), first.public.ratchetTree(), psk);
  }

  /** How many members there are. */
  get size(): number {
    return this.#participants.length;
  }

  #name(): string {
    return `member ${this.#names++}`;
  }
  #participant(name: string, group: MemberGroup): Participant {
    return { name, group, missed: [], inbox: undefined };
  }
  #reopened(member: MemberGroup): MemberGroup {
    return MemberGroup.deserialize(crypto, member.serialize(), psk);
  }
  get #present(): Participant[] {
    return this.#participants.filter(({ inbox }) => inbox === undefined);
  }

  /** Some proposals, then a commit of one of the members or of a joiner. */
  step(): void {
    const choices = this.#choices;
    this.#returnSome();
    for (let count = choices.below(3); count > 0; count--) this.#propose();
    this.#distribute();
    if (choices.once(4)) this.#restart();
    if (choices.once(5)) this.#joinExternally();
    else this.#commit();
    this.#exchange();
    this.#leaveSome();
  }

  /** Somebody loses its memory and reads it again. */
  #restart(): void {
    const participant = this.#choices.pick(this.#participants);
    participant.group = this.#reopened(participant.group);
    this.#hub = PublicGroup.deserialize(crypto, this.#hub.serialize(), psk);
  }

  /** Somebody is away for some epochs, and then hears of all that happened. */
  #leaveSome(): void {
    if (this.#present.length < 3 || !this.#choices.once(3)) return;
    const away = this.#choices.pick(this.#present);
    away.inbox = [];
    this.seen.away++;
  }
  #returnSome(): void {
    for (const participant of this.#participants) {
      const { inbox } = participant;
      if (inbox === undefined || !this.#choices.once(2)) continue;
      participant.inbox = undefined;
      for (const message of inbox) this.#receive(participant, message);
    }
    this.#sweep();
  }

  /** Something that may stand beside what is pending already. */
  #propose(): void {
    const choices = this.#choices;
    const { group: member } = choices.pick(this.#present);
    const touched = touchedLeaves(this.#hub);
    const free = this.#hub.tree
      .leaves()
      .flatMap(({ leafIndex }) => (touched.has(leafIndex) ? [] : leafIndex));
    const isFree = free.includes(member.ownLeafIndex);
    switch (choices.below(8)) {
      case 0:
        if (isFree) this.#send(member.proposeUpdate().message);
        break;
      case 1:
        if (isFree && free.length > 2) this.#send(member.propose({ proposalType: "selfRemove" }).message);
        break;
      case 2:
        this.#send(member.propose(someUpdate(choices)).message);
        break;
      case 3:
        if (free.length > 2) {
          this.#send(fromHub(this.#hub, { proposalType: "remove", removed: choices.pick(free) }));
        }
        break;
      case 4:
        this.#send(member.propose(externalPsk()).message);
        break;
      case 5:
        this.#send(fromHub(this.#hub, someEphemeral(choices)));
        break;
      case 6:
        this.#send(fromNewcomer(this.#hub, keysOf(this.#name())));
        break;
      default:
        this.#send(fromHub(this.#hub, someUpdate(choices)));
    }
  }

  /** The server takes a proposal. */
  #send(message: MLSMessage): void {
    this.#hub.addProposal(this.#hub.stageProposal(arrived(message)));
    this.#sent.push(message);
  }

  /** Every member gets them in an order of its own, and loses some. */
  #distribute(): void {
    for (const participant of this.#participants) {
      if (participant.inbox !== undefined) {
        participant.inbox.push(...this.#sent);
        continue;
      }
      for (const message of this.#shuffled(this.#sent)) {
        if (this.#choices.once(6)) participant.missed.push(message);
        else expect(participant.group.process(arrived(message)).kind).toBe("proposal");
      }
    }
    this.#sent = [];
  }

  /** What was lost is sent again. */
  #catchUp(participant: Participant): void {
    for (const message of participant.missed) participant.group.process(arrived(message));
    participant.missed = [];
  }

  #commit(): void {
    const choices = this.#choices;
    const touched = touchedLeaves(this.#hub);
    const able = this.#present.filter(({ group }) => !touched.has(group.ownLeafIndex));
    if (able.length === 0) return;
    const committer = choices.pick(able);
    if (choices.once(2)) this.#catchUp(committer);
    committer.missed = [];
    const { group } = committer;
    const newcomers: [string, OwnKeyPackage][] = [];
    const room = this.#limit - this.size;
    for (let count = Math.min(room, choices.below(this.#limit / 4)); count > 0; count--) {
      const name = this.#name();
      newcomers.push([name, keysOf(name)]);
    }
    // Whoever asked to be added does not follow: its keys are not kept. It is removed like anybody else.
    const added = group.public.pending.filter(({ proposal }) => proposal.proposalType === "add").length;
    const values = byValue(choices, this.#hub, group, hubSender, newcomers.length + added > 0);
    const treeInWelcome = choices.once(2);
    const leaf = choices.once(5) ? { signatureKeyPair: suite.generateSignatureKeyPair() } : undefined;
    const proposals = [...newcomers.map(([, own]) => add(own)), ...values];
    const path = choices.once(2);
    const made = group.commit({ proposals, path, treeInWelcome, ...(leaf === undefined ? {} : { leaf }) });
    this.#accept(made, committer);
    for (const [name, own] of newcomers) {
      const tree = treeInWelcome ? {} : { ratchetTree: this.#hub.ratchetTree() };
      const init = { welcome: made.welcome!, keyPackages: [own], ...tree };
      this.#participants.push(this.#participant(name, MemberGroup.join(crypto, init, psk)));
    }
  }

  #joinExternally(): void {
    const choices = this.#choices;
    const { pending } = this.#hub;
    const leaving = touchedLeaves(this.#hub);
    const proposals: Proposal[] = choices.once(2) ? [someUpdate(choices), someEphemeral(choices)] : [];
    const stays = this.#participants.filter(({ group }) => !leaving.has(group.ownLeafIndex));
    const isFull = this.#hub.members().length >= this.#limit;
    if (stays.length > 1 && (isFull || choices.once(3))) {
      const removed = choices.pick(stays).group.ownLeafIndex;
      proposals.push({ proposalType: "remove", removed });
    } else if (isFull) return;
    const name = this.#name();
    const from = choices.pick(this.#present).group;
    const { group, commit, groupInfo } = MemberGroup.joinExternally(
      crypto,
      {
        groupInfo: from.groupInfo(),
        ratchetTree: this.#hub.ratchetTree(),
        own: keysOf(name),
        pending: pending.map(({ message }) => message),
        proposals,
      },
      psk,
    );
    this.seen.external++;
    this.#accept({ commit, groupInfo });
    this.#participants.push(this.#participant(name, group));
  }

  /** A commit reaches the server, which takes it, and then everybody; on its way others try to change it. */
  #accept(made: Pick<MadeGroupCommit, "commit" | "groupInfo">, committer?: Participant): void {
    const { commit, groupInfo } = made;
    if (this.#choices.once(2)) this.#sendLate();
    this.#corrupt(commit, groupInfo, committer);
    const staged = this.#hub.stage(arrived(commit));
    this.#hub.verifyGroupInfo(staged, groupInfo);
    this.#hub.merge(staged);
    for (const participant of this.#participants) {
      if (participant.inbox !== undefined) participant.inbox.push(commit);
      else this.#receive(participant, commit);
    }
    this.#sweep();
  }

  /** The committer gets its own commit back, as everybody does. */
  #receive(participant: Participant, message: MLSMessage): void {
    const { group } = participant;
    if (group.standing !== "member") return;
    const references = participant.missed.length > 0;
    let processed: ReturnType<MemberGroup["process"]>;
    try {
      processed = group.process(arrived(message));
    } catch (error) {
      // It cannot follow before it has what the commit refers to; then it can.
      if (!references) throw error;
      expectRefused(group, "unknown-proposal-reference", () => group.process(arrived(message)));
      this.seen.lost++;
      this.#catchUp(participant);
      processed = group.process(arrived(message));
    }
    if (processed.kind !== "commit") return;
    processed.merge();
    // What was lost and not committed is of an epoch that has ended.
    for (const old of participant.missed.splice(0)) {
      if (group.standing === "member") expectRefused(group, "wrong-epoch", () => group.process(arrived(old)));
    }
  }

  #sweep(): void {
    const removed = this.#participants.filter(({ group }) => group.standing === "removed");
    this.seen.left += removed.length;
    this.#gone = [...removed.map(({ group }) => group), ...this.#gone].slice(0, 4);
    this.#participants = this.#participants.filter(({ group }) => group.standing === "member");
  }

  /** Some changes of single fields, by somebody on the way and by the committer itself: nobody takes any. */
  #corrupt(commit: MLSMessage, groupInfo: GroupInfo, committer?: Participant): void {
    // Whoever is removed cannot check the secrets of the new epoch.
    const removed = new Set(this.#hub.stage(arrived(commit)).removed.map(({ leafIndex }) => leafIndex));
    const others = this.#present.filter(
      (participant) =>
        participant !== committer &&
        participant.missed.length === 0 &&
        !removed.has(participant.group.ownLeafIndex),
    );
    const judges = this.#shuffled(others)
      .slice(0, 2)
      .map(({ group }) => group);
    this.seen.corrupted += expectAllRefuse(
      this.#choices,
      { commit, groupInfo, ...(committer === undefined ? {} : { committer: committer.group }) },
      { hub: this.#hub, members: judges },
    );
  }

  #sendLate(): void {
    const { name, group } = this.#choices.pick(this.#present);
    const content = text(`late in epoch ${group.epoch}`);
    // Sent before its sender saw the proposals that are pending by now.
    const message = group.protect(content, { despitePending: true });
    this.#late.push({ message, readers: this.#readers(name), content });
  }

  /** Everybody in the epoch but the sender. */
  #readers(sender: string): Set<string> {
    return new Set(this.#participants.flatMap(({ name }) => (name === sender ? [] : [name])));
  }

  /** Everybody agrees, and everybody can be heard. */
  #exchange(): void {
    const present = this.#present;
    for (const { group } of present) {
      expect(agreement(group)).toBe(agreement(this.#hub));
      expect(group.epochAuthenticator).toEqual(present[0]!.group.epochAuthenticator);
    }
    const { name, group } = this.#choices.pick(present);
    const sent = Array.from({ length: 4 }, (_, index): Sent => {
      const content = text(`${index} of epoch ${group.epoch}`);
      // Where everybody is about to leave, nobody could commit what is pending.
      const message = group.protect(content, { despitePending: true });
      return { message, readers: this.#readers(name), content };
    });
    for (const receiver of present) {
      // Some are lost, and what arrives does so in any order.
      for (const item of this.#shuffled([...this.#late, ...sent])) {
        if (!item.readers.has(receiver.name) || this.#choices.once(5)) continue;
        const process = () => receiver.group.process(arrived(item.message));
        expect(process()).toMatchObject({ applicationData: item.content });
        expect(process).toThrow(coded("generation-consumed"));
      }
    }
    this.#late = [];
    for (const member of this.#gone) this.#cannotRead(member, sent[0]!.message);
  }

  /** Who was removed has no secret of the epoch, whatever a message says of itself. */
  #cannotRead(member: MemberGroup, message: MLSMessage): void {
    if (message.wireFormat !== "privateMessage") throw new Error(message.wireFormat);
    const { privateMessage } = message;
    expectRefused(member, "wrong-epoch", () => member.process(arrived(message)));
    const renamed = { ...message, privateMessage: { ...privateMessage, epoch: member.epoch } };
    expectRefused(member, "decryption-failed", () => member.process(renamed));
  }

  #shuffled<T>(items: readonly T[]): T[] {
    const left = [...items];
    return items.map(() => left.splice(this.#choices.below(left.length), 1)[0]!);
  }
}
