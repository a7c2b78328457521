/**
 * A room's history once more, by looking at all messages again and again. Content §4.1, §5, §9.3.
 * @module
 */

import type { Json } from "@openmimi/vectors";
import { readMessage, readReport } from "./second-content.ts";
import type { Fields } from "./second-decoder.ts";

interface Message {
  readonly id: string;
  readonly at: bigint;
  readonly by: string;
  readonly content: Fields;
  readonly part: Fields;
}

const isRetraction = ({ part }: Message): boolean => part.cardinality === "nullpart";
const isReport = ({ part }: Message): boolean => part.contentType === "application/mimi-message-status";

/** Alternatives are one reaction: the first, where all can be shown. */
function emojisIn(part: Fields | undefined): string[] {
  if (part?.cardinality !== "multi") return [String(part?.content ?? "")];
  const parts = part.parts as Fields[];
  return (part.partSemantics === "chooseOne" ? parts.slice(0, 1) : parts).flatMap(emojisIn);
}

/** What a vector's input comes to, without what is said about each arrival. */
export class Room {
  readonly #messages: Message[] = [];
  readonly #input: Fields;
  readonly #nowMs: bigint;

  constructor(input: Fields) {
    this.#input = input;
    this.#nowMs = BigInt(String(input.nowMs ?? 0));
    for (const entry of input.messages as Fields[]) {
      const id = String(entry.messageId);
      if (this.#messages.some((known) => known.id === id)) continue;
      const content = readMessage(String(entry.octets));
      if (content === undefined) throw new Error("not a message");
      const at = BigInt(String(entry.acceptedTimestampMs));
      this.#messages.push({
        id,
        at,
        by: String(entry.senderUri),
        content,
        part: content.nestedPart as Fields,
      });
    }
    this.#messages.sort((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1));
  }

  #find(id: string): Message | undefined {
    return this.#messages.find((message) => message.id === id);
  }

  root(id: string): string {
    const replaces = this.#find(id)?.content.replaces;
    return typeof replaces === "string" ? this.root(replaces) : id;
  }

  #changes(root: string): Message[] {
    return this.#messages.filter(({ id, content }) => content.replaces !== null && this.root(id) === root);
  }

  #may(action: string, actor: string, author: string): boolean {
    const granted = ((this.#input.grants ?? []) as Fields[]).some(
      (grant) => grant.actorUri === actor && grant.action === action,
    );
    return granted || (actor === author && action !== "changeTopic");
  }

  /** The first message, and whose it is taken for. */
  #heads(): { root: string; head: Message; changes: Message[] }[] {
    const heads = this.#messages
      .filter(({ content }) => content.replaces === null)
      .map((head) => ({ root: head.id, head, changes: this.#changes(head.id) }));
    const orphans = new Set(this.#messages.map(({ id }) => this.root(id)).filter((id) => !this.#find(id)));
    for (const root of orphans) {
      const changes = this.#changes(root);
      for (const by of new Set(changes.map((change) => change.by))) {
        const own = changes.filter((change) => change.by === by);
        const [head] = own;
        if (head !== undefined && own.some((change) => !isRetraction(change)))
          heads.push({ root, head, changes: own });
      }
    }
    return heads.sort((a, b) => this.#messages.indexOf(a.head) - this.#messages.indexOf(b.head));
  }

  #isReaction(head: Message): boolean {
    return head.content.inReplyTo !== null && head.part.disposition === 2 && !isRetraction(head);
  }

  messages(): Json[] {
    const heads = this.#heads();
    return heads
      .filter(({ head, root }) => {
        const isNothing = root === head.id && isRetraction(head);
        return !this.#isReaction(head) && !isReport(head) && !isNothing;
      })
      .map(({ root, head, changes }) => this.#view(root, head, changes));
  }

  #standing(root: string, head: Message, changes: readonly Message[]) {
    const kind = this.#isReaction(head) ? "Reaction" : "Message";
    const edits = changes.filter((one) => !isRetraction(one) && this.#may(`edit${kind}`, one.by, head.by));
    const versions = root === head.id ? [head, ...edits] : edits;
    const deletion = changes.find((one) => isRetraction(one) && this.#may(`delete${kind}`, one.by, head.by));
    return { versions, deletion };
  }

  #view(root: string, head: Message, changes: readonly Message[]): Json {
    const { versions, deletion } = this.#standing(root, head, changes);
    const state = deletion !== undefined ? "deleted" : this.#hasExpired(root, head) ? "expired" : "shown";
    const moved = changes.findLast(
      ({ by, content }) => content.topicId !== head.content.topicId && this.#may("changeTopic", by, head.by),
    );
    return {
      messageId: root,
      isOriginalKnown: root === head.id,
      senderUri: head.by,
      state,
      body: state === "shown" ? (versions.at(-1)?.part.content ?? null) : null,
      versions: versions.map(({ id }) => id),
      deletedBy: deletion?.by ?? null,
      topicId: (moved ?? head).content.topicId ?? "",
      inReplyTo: head.content.inReplyTo ?? null,
      reactions: state === "shown" ? this.#reactions([root, ...versions.map(({ id }) => id)]) : [],
    };
  }

  #hasExpired(root: string, head: Message): boolean {
    const expires = head.content.expires as Fields | null;
    if (expires === null) return false;
    const time = BigInt(String(expires.time)) * 1000n;
    if (expires.relative === false) return time <= this.#nowMs;
    const read = ((this.#input.read ?? []) as [string, string][]).find(([id]) => this.root(id) === root);
    return read !== undefined && BigInt(read[1]) + time <= this.#nowMs;
  }

  #reactions(to: readonly string[]): Json[] {
    const seen = new Set<string>();
    return this.#messages
      .filter((one) => one.content.replaces === null && this.#isReaction(one))
      .filter(({ content }) => to.includes(String(content.inReplyTo)))
      .flatMap((one) => {
        const { versions, deletion } = this.#standing(one.id, one, this.#changes(one.id));
        if (deletion !== undefined) return [];
        const toVersion = String(one.content.inReplyTo);
        return emojisIn(versions.at(-1)?.part).flatMap((reaction) => {
          if (seen.has(one.by + reaction)) return [];
          seen.add(one.by + reaction);
          return [{ senderUri: one.by, reaction, messageId: one.id, toVersion }];
        });
      });
  }

  newest(id: string): string {
    const root = this.root(id);
    const head = this.#find(root);
    if (head === undefined) {
      const edits = this.#changes(root).filter((change) => !isRetraction(change));
      const [first] = [...edits.filter((change) => change.id === id), ...edits];
      return edits.findLast(({ by }) => by === first?.by)?.id ?? id;
    }
    return this.#standing(root, head, this.#changes(root)).versions.at(-1)?.id ?? id;
  }

  replyChain(id: string): { replyChain: string[]; replyChainEnds: string } {
    const replyChain: string[] = [];
    const passed = [this.root(id)];
    for (;;) {
      const message = this.#find(passed.at(-1) ?? "");
      if (message === undefined) return { replyChain, replyChainEnds: "unknown" };
      if (message.content.inReplyTo === null) return { replyChain, replyChainEnds: "start" };
      const next = String(message.content.inReplyTo);
      replyChain.push(next);
      if (passed.includes(this.root(next))) return { replyChain, replyChainEnds: "loop" };
      passed.push(this.root(next));
    }
  }

  /** Each user's status of a message: later ones count unless they fall back (status §3). */
  statuses(id: string): Fields {
    const statuses: Fields = {};
    for (const report of this.#messages.filter(isReport)) {
      for (const pair of readReport(String(report.part.content)) as Fields[])
        if (pair.messageId === id) statuses[report.by] = follow(statuses[report.by], Number(pair.status));
    }
    return statuses;
  }
}

/** @returns what stands when one status follows another */
export function follow(before: Json | undefined, status: number): number {
  const isFinal = before === 3 || before === 4;
  const isWeak = status === 1 || status === 6;
  const mayBeReplaced = before === undefined || before === 6 || (before === 1 && status !== 6);
  if (isFinal || (isWeak && !mayBeReplaced)) return Number(before);
  return status;
}
