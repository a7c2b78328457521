/**
 * The messages of one room as a user sees them: what was edited, deleted, answered, reacted to, has expired or was
 * read. draft-ietf-mimi-content-08 §3.4, §4.1, §5 and §9.3; draft-mahy-mimi-message-status-01 §3.
 * @module
 */

import { invalidArgument } from "../errors.ts";
import type { MessageId, MimiContent } from "../model.ts";
import { decodeStatusReport, type MessageStatusReport } from "../status-report.ts";
import { type Authorize, authorOnly } from "./authorize.ts";
import { Graph, type Incoming, type NotTaken } from "./graph.ts";
import { actionOf, type MessageAction, type ReactionReceiver } from "./kind.ts";
import { DEFAULT_LIMITS, type HistoryLimits } from "./limits.ts";
import type { Node, Thread } from "./node.ts";
import { idOf, keyOf, octetString } from "./order.ts";
import type { OrderedList } from "./ordered-list.ts";
import { isAllowed } from "./thread.ts";
import { type HistoryMessage, type ReplyChain, replyChain, viewOf } from "./view.ts";

/** A message that was received and checked: its octets by `decode`, its URIs by `messageUris`, the rest by `nonsenseOf`. */
export interface HistoryInput {
  readonly messageId: MessageId;
  /** The hub's, in milliseconds since the UNIX epoch. */
  readonly acceptedTimestampMs: bigint;
  readonly senderUri: string;
  readonly content: MimiContent;
}

/** What became of a message. */
export type HistoryOutcome =
  | {
      readonly taken: true;
      readonly action: MessageAction;
      /** The first version of the message that it belongs to, as far as is known. */
      readonly firstVersion: MessageId;
      /**
       * Of an edit or a retraction: `allowed`; `refused` by the policy, so that it changes nothing; or `pending` while
       * the first version is not known. Other messages are `allowed`.
       */
      readonly standing: "allowed" | "refused" | "pending";
    }
  | {
      readonly taken: false;
      /**
       * `duplicate`: the ID is known. `too-old`: from before what was forgotten. `over-limit`: too many changes or
       * reactions of its sender to one message. `loop`: it would replace itself.
       */
      readonly reason: NotTaken;
    };

/** Which messages to list. */
export interface HistoryPage {
  /** Only messages behind this one in the hub's order. */
  readonly after?: MessageId;
  /** Only messages in front of this one: the last of them. */
  readonly before?: MessageId;
  /** Only messages of this topic. */
  readonly topicId?: Uint8Array;
  /** The most messages. Default 100. */
  readonly limit?: number;
}

/** How a history is to work. */
export interface HistoryOptions {
  /** Default: `authorOnly`. */
  readonly authorize?: Authorize;
  /** What can be shown of a reaction that comes in several formats. Default: the sender's first. */
  readonly receiver?: ReactionReceiver;
  readonly limits?: HistoryLimits;
}

/**
 * The history of one room. It has no clock and does no I/O. Whatever order the messages arrive in, it shows the same
 * (as long as nothing is over a limit, and edits repeat the expiry of what they edit, as reading R-155 asks), and taking
 * one in costs the same however many there are.
 *
 * @example
 * ```ts
 * const history = new MessageHistory();
 * history.add({ messageId, acceptedTimestampMs, senderUri, content });
 * for (const { senderUri, state, body, reactions } of history.messages()) show(senderUri, state, body, reactions);
 * ```
 */
export class MessageHistory {
  readonly #graph: Graph;
  readonly #authorize: Authorize;
  readonly #limits: Required<HistoryLimits>;
  readonly #receiver: ReactionReceiver | undefined;

  constructor(options: HistoryOptions = {}) {
    this.#authorize = options.authorize ?? authorOnly;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#receiver = options.receiver;
    this.#graph = new Graph(this.#authorize, this.#limits);
  }

  /** How many messages are kept, edits and reactions included. */
  get size(): number {
    return this.#graph.size;
  }

  /**
   * Takes a message in.
   *
   * @throws {ContentError} `invalid-argument` for an ID that has not 32 octets or a time that has not 64 bits, or
   *   whatever is wrong with the octets of a status report; nothing is taken in then
   */
  add(input: HistoryInput): HistoryOutcome {
    const { messageId, content } = input;
    const { replaces, inReplyTo } = content;
    const incoming: Incoming = {
      ...input,
      key: keyOf(messageId),
      replaces: replaces === null ? undefined : keyOf(replaces),
      inReplyTo: inReplyTo === null ? undefined : keyOf(inReplyTo),
    };
    const report = reportIn(content);
    const node = this.#graph.add(incoming);
    if (typeof node === "string") return { taken: false, reason: node };
    const { received } = node;
    if (received?.action === "statusReport") {
      const { order, senderUri } = received;
      for (const { messageId, status } of report)
        this.#graph.addStatus(keyOf(messageId), senderUri, { status, order });
    }
    return {
      taken: true,
      action: received?.action ?? "nothing",
      firstVersion: idOf(node.root.key),
      standing: this.#standingOf(node),
    };
  }

  /**
   * Lists messages in the hub's order. Reactions, edits and status reports are not in the list: they show in the
   * messages that they are about.
   */
  messages(page: HistoryPage = {}): HistoryMessage[] {
    const list = page.topicId === undefined ? this.#graph.shown : this.#topic(page.topicId);
    const limit = page.limit ?? 100;
    if (list === undefined) return [];
    if (page.before !== undefined)
      return take(list.before(this.#orderOf(page.before)), limit)
        .reverse()
        .map(this.#view);
    // A place string of which no other is between it and the place itself.
    const from = page.after === undefined ? "" : `${this.#orderOf(page.after)}\0`;
    return take(list.from(from), limit).map(this.#view);
  }

  /**
   * Shows one message or reaction.
   *
   * @param messageId any version of it
   * @returns undefined if nothing of it is known; while its first version is not, what the editor made of it whose version
   * this is, or else the first of its editors
   */
  message(messageId: MessageId): HistoryMessage | undefined {
    const thread = this.#thread(messageId);
    return thread === undefined ? undefined : this.#view(thread);
  }

  /** The version that a reply should refer to: the newest that stands (content §4.1). */
  newestVersion(messageId: MessageId): MessageId {
    return this.#thread(messageId)?.versions.at(-1)?.messageId ?? messageId;
  }

  #thread(messageId: MessageId): Thread | undefined {
    const node = this.#graph.node(keyOf(messageId));
    const threads = node?.root.threads ?? [];
    return threads.find(({ versions }) => versions.some((version) => version.node === node)) ?? threads[0];
  }

  /** The version that an edit, delete or unlike has to refer to: the first that is known of (content §5.5). */
  firstVersion(messageId: MessageId): MessageId {
    const node = this.#graph.node(keyOf(messageId));
    return node === undefined ? messageId : idOf(node.root.key);
  }

  /** Whether a message of this ID was received and not forgotten. */
  isKnown(messageId: MessageId): boolean {
    return this.#graph.node(keyOf(messageId))?.received !== undefined;
  }

  /** Follows what a message replies to, and what that replies to (content §4.1). It ends for every input. */
  replyChain(messageId: MessageId): ReplyChain {
    return replyChain(this.#graph.node(keyOf(messageId)), this.#limits.replyChain);
  }

  /** Whether a reply to this message keeps clear of a loop of replies, which a client must not extend (content §4.1). */
  mayReplyTo(messageId: MessageId): boolean {
    return this.replyChain(messageId).end !== "loop";
  }

  /** What each user has reported of exactly this version (status §3). */
  statuses(messageId: MessageId): ReadonlyMap<string, number> {
    const statuses = this.#graph.statuses(keyOf(messageId));
    return new Map([...statuses].map(([userUri, { status }]) => [userUri, status]));
  }

  /** Notes when the user of this history first read a message: its relative expiry counts from then (content §4.1). */
  markRead(messageId: MessageId, nowMs: bigint): void {
    const root = this.#graph.node(keyOf(messageId))?.root;
    if (root !== undefined) this.#graph.read(root, nowMs);
  }

  /**
   * Lets time pass: messages that expire are forgotten but for a placeholder (content §5.8).
   *
   * @param nowMs milliseconds since the UNIX epoch; a time before an earlier one changes nothing
   * @returns the first known version of each message or reaction that has expired by now
   */
  advanceTo(nowMs: bigint): MessageId[] {
    return this.#graph.advanceTo(nowMs).map(({ root }) => idOf(root.key));
  }

  readonly #view = (thread: Thread): HistoryMessage => viewOf(thread, this.#graph, this.#receiver);

  #topic(topicId: Uint8Array): OrderedList<Thread> | undefined {
    return this.#graph.topics.get(octetString(topicId));
  }

  #orderOf(messageId: MessageId): string {
    const node = this.#graph.node(keyOf(messageId));
    const order = node?.root.threads[0]?.order ?? node?.received?.order;
    if (order === undefined) throw invalidArgument("messageId", "no such message is known");
    return order;
  }

  #standingOf(node: Node): "allowed" | "refused" | "pending" {
    const { root, received } = node;
    if (root === node || received === undefined) return "allowed";
    const [thread] = root.threads;
    if (root.received === undefined || thread === undefined) return "pending";
    return isAllowed(received, thread.kind, thread.authorUri, this.#authorize) ? "allowed" : "refused";
  }
}

/** The report in a message that is one. */
function reportIn(content: MimiContent): MessageStatusReport {
  const { nestedPart } = content;
  if (actionOf(content) !== "statusReport" || nestedPart.cardinality !== "single") return [];
  return decodeStatusReport(nestedPart.content);
}

function take<T>(items: Iterable<T>, limit: number): T[] {
  const taken: T[] = [];
  for (const item of items) {
    if (taken.length >= limit) break;
    taken.push(item);
  }
  return taken;
}
