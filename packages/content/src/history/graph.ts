/**
 * The messages of a history and how they refer to each other.
 * @module
 */

import type { MimiContent } from "../model.ts";
import { type OrderedStatus, standingStatus } from "../status-transition.ts";
import type { Authorize } from "./authorize.ts";
import { Schedule } from "./expiry.ts";
import { actionOf } from "./kind.ts";
import type { HistoryLimits } from "./limits.ts";
import { Node, type Received, type Thread } from "./node.ts";
import { octetsOf, octetsOfTopic } from "./octets.ts";
import { orderOf } from "./order.ts";
import { OrderedList } from "./ordered-list.ts";
import { threadsOf } from "./thread.ts";

/** @internal A message to be taken in. */
export interface Incoming {
  readonly key: string;
  readonly messageId: Uint8Array;
  readonly acceptedTimestampMs: bigint;
  readonly senderUri: string;
  readonly content: MimiContent;
  /** Keys of what the content refers to. */
  readonly replaces: string | undefined;
  readonly inReplyTo: string | undefined;
}

/** So many plans are not looked through for those of forgotten messages. */
const LEAST_SCHEDULED = 64;

/** @internal Why a message is not taken in. */
export type NotTaken = "duplicate" | "too-old" | "over-limit" | "loop";

/** @internal Nodes, links, and what is derived of them. Each change touches one message and those it refers to. */
export class Graph {
  /** Threads of the kind `message`, in order. */
  readonly shown = new OrderedList<Thread>();
  readonly topics = new Map<string, OrderedList<Thread>>();
  readonly #nodes = new Map<string, Node>();
  readonly #received = new OrderedList<Received>();
  readonly #schedule = new Schedule<Node>();
  /** Statuses of messages that are not here yet, the oldest first. */
  readonly #impliedStatuses = new Map<string, Map<string, OrderedStatus>>();
  readonly #authorize: Authorize;
  readonly #limits: Required<HistoryLimits>;
  #nowMs = 0n;
  #octets = 0;
  /** The place of the last message that was forgotten: what is not behind it is too old to be taken in. */
  #horizon = "";

  constructor(authorize: Authorize, limits: Required<HistoryLimits>) {
    this.#authorize = authorize;
    this.#limits = limits;
  }

  get size(): number {
    return this.#received.size;
  }

  get octets(): number {
    return this.#octets;
  }

  get nodeCount(): number {
    return this.#nodes.size;
  }

  get scheduledCount(): number {
    return this.#schedule.size;
  }

  node(key: string): Node | undefined {
    return this.#nodes.get(key);
  }

  /** Takes a message in. @returns its node, or why not */
  add(incoming: Incoming): Node | NotTaken {
    const { key, content } = incoming;
    const order = orderOf(incoming.acceptedTimestampMs, key);
    const known = this.#nodes.get(key);
    if (known?.received !== undefined) return "duplicate";
    if (order <= this.#horizon) return "too-old";
    const refused = this.#refusal(known, incoming);
    if (refused !== undefined) return refused;
    const node = known ?? this.#make(key);
    const inReplyTo = this.#refer(incoming.inReplyTo);
    const { messageId, acceptedTimestampMs, senderUri } = incoming;
    const { topicId, expires, nestedPart: body } = content;
    const common = {
      node,
      order,
      messageId,
      acceptedTimestampMs,
      senderUri,
      topicId,
      expires,
      inReplyTo,
      body,
    };
    node.received = { ...common, action: actionOf(content) };
    this.#received.insert(node.received);
    this.#octets += octetsOf(body) + octetsOfTopic(topicId);
    this.#adoptStatuses(node);
    if (incoming.replaces === undefined) this.#refresh(node);
    else this.#link(node, incoming.replaces);
    this.#forgetOldest();
    return node;
  }

  /** Remembers what a user says about a message; it may not be here yet. */
  addStatus(key: string, userUri: string, heard: OrderedStatus): void {
    const node = this.#nodes.get(key);
    let statuses = node?.received === undefined ? this.#impliedStatuses.get(key) : node.statuses;
    if (statuses === undefined) {
      statuses = new Map();
      if (node?.received === undefined) this.#addImplied(key, statuses);
      else node.statuses = statuses;
    }
    const known = statuses.get(userUri);
    if (known === undefined && statuses.size >= this.#limits.statusesPerMessage) return;
    statuses.set(userUri, standingStatus(known, heard));
  }

  statuses(key: string): ReadonlyMap<string, OrderedStatus> {
    return this.#nodes.get(key)?.statuses ?? this.#impliedStatuses.get(key) ?? new Map();
  }

  /** Notes that the user has read a message. */
  read(root: Node, nowMs: bigint): void {
    root.readAtMs ??= nowMs;
    this.#plan(root);
  }

  /** Lets time pass. @returns the threads that have expired now */
  advanceTo(nowMs: bigint): Thread[] {
    if (nowMs > this.#nowMs) this.#nowMs = nowMs;
    const expired: Thread[] = [];
    for (let root = this.#schedule.takeDue(this.#nowMs); root; root = this.#schedule.takeDue(this.#nowMs)) {
      root.scheduledMs = undefined;
      const before = root.threads.filter(hasBody);
      this.#forgetBodies(root);
      expired.push(...before.filter((thread) => this.hasExpired(thread)));
      this.#plan(root);
    }
    return expired;
  }

  /** When a thread expires, if that is known. */
  expiresAtMs({ root, expires }: Thread): bigint | undefined {
    if (expires === null) return undefined;
    const ms = BigInt(expires.time) * 1000n;
    // Content §4.1: relative is from the reading on.
    if (!expires.relative) return ms;
    return root.readAtMs === undefined ? undefined : root.readAtMs + ms;
  }

  hasExpired(thread: Thread): boolean {
    const atMs = this.expiresAtMs(thread);
    return atMs !== undefined && atMs <= this.#nowMs;
  }

  #refusal(known: Node | undefined, incoming: Incoming): NotTaken | undefined {
    const { key, replaces, inReplyTo, content, senderUri } = incoming;
    const action = actionOf(content);
    if (replaces !== undefined) {
      const target = this.#nodes.get(replaces)?.root;
      // A hash cannot lead back to itself, but the IDs given to a history are what its caller says.
      if (replaces === key || (target !== undefined && target === known)) return "loop";
      // By sender, and edits apart from deletes: else somebody's edits, refused or not, would stand in the way of a delete.
      let changes = 0;
      for (const node of [target, known])
        for (const change of node?.changes ?? [])
          if (change.senderUri === senderUri && change.action === action) changes++;
      return changes >= this.#limits.changesPerMessage ? "over-limit" : undefined;
    }
    if (inReplyTo === undefined || action !== "reaction") return undefined;
    let reactions = 0;
    for (const { authorUri } of this.#nodes.get(inReplyTo)?.reactions ?? [])
      if (authorUri === senderUri) reactions++;
    return reactions >= this.#limits.reactionsPerMessage ? "over-limit" : undefined;
  }

  #make(key: string): Node {
    const node = new Node(key);
    this.#nodes.set(key, node);
    return node;
  }

  #refer(key: string | undefined): Node | undefined {
    if (key === undefined) return undefined;
    const node = this.#nodes.get(key) ?? this.#make(key);
    node.referrers++;
    return node;
  }

  /** Makes a message a change of another one, together with all changes to it. */
  #link(node: Node, key: string): void {
    const root = (this.#nodes.get(key) ?? this.#make(key)).root;
    const { changes, readAtMs } = node;
    node.changes = [];
    // Reading a version is reading the message.
    if (readAtMs !== undefined && (root.readAtMs === undefined || readAtMs < root.readAtMs))
      root.readAtMs = readAtMs;
    this.#point(node, root);
    this.#refresh(node);
    insert(root.changes, node.received!);
    for (const change of changes) {
      // Straight to the root, so that chains stay short.
      this.#point(change.node, root);
      insert(root.changes, change);
    }
    this.#refresh(root);
  }

  #point(node: Node, root: Node): void {
    const before = node.replaces;
    node.replaces = root;
    root.referrers++;
    if (before !== undefined) this.#release(before);
  }

  /** Derives anew what is shown of a root: the only place where threads come and go. */
  #refresh(root: Node): void {
    for (const thread of root.threads) this.#hide(thread);
    root.threads = root.replaces === undefined ? threadsOf(root, this.#authorize) : [];
    for (const thread of root.threads) this.#show(thread);
    this.#forgetBodies(root);
    this.#plan(root);
  }

  #show(thread: Thread): void {
    const { kind, inReplyTo, topicKey } = thread;
    if (kind === "reaction") inReplyTo?.reactions.add(thread);
    if (kind !== "message") return;
    this.shown.insert(thread);
    if (topicKey === "") return;
    let topic = this.topics.get(topicKey);
    if (topic === undefined) {
      topic = new OrderedList();
      this.topics.set(topicKey, topic);
    }
    topic.insert(thread);
  }

  #hide(thread: Thread): void {
    const { kind, inReplyTo, topicKey } = thread;
    if (kind === "reaction") inReplyTo?.reactions.delete(thread);
    if (kind !== "message") return;
    this.shown.remove(thread);
    const topic = this.topics.get(topicKey);
    topic?.remove(thread);
    if (topic?.size === 0) this.topics.delete(topicKey);
  }

  /** Content §5.6, §5.8: what was deleted or has expired is not kept. */
  #forgetBodies(root: Node): void {
    for (const thread of root.threads) {
      if (thread.retraction === undefined && !this.hasExpired(thread)) continue;
      for (const version of thread.versions) this.#forgetBody(version);
    }
  }

  #forgetBody(received: Received): void {
    if (received.body === undefined) return;
    this.#octets -= octetsOf(received.body);
    received.body = undefined;
  }

  /** Plans when to look at a root again. */
  #plan(root: Node): void {
    let next: bigint | undefined;
    for (const thread of root.threads) {
      const atMs = this.expiresAtMs(thread);
      // It may be past already: a message may be read when it is known to be later.
      if (atMs !== undefined && hasBody(thread) && (next === undefined || atMs < next)) next = atMs;
    }
    if (next === undefined || (root.scheduledMs !== undefined && root.scheduledMs <= next)) return;
    root.scheduledMs = next;
    this.#schedule.add(next, root);
  }

  #addImplied(key: string, statuses: Map<string, OrderedStatus>): void {
    this.#impliedStatuses.set(key, statuses);
    if (this.#impliedStatuses.size <= this.#limits.impliedStatuses) return;
    for (const oldest of this.#impliedStatuses.keys()) {
      this.#impliedStatuses.delete(oldest);
      return;
    }
  }

  #adoptStatuses(node: Node): void {
    node.statuses = this.#impliedStatuses.get(node.key);
    this.#impliedStatuses.delete(node.key);
  }

  #forgetOldest(): void {
    while (this.#received.size > this.#limits.messages || this.#octets > this.#limits.octets) {
      const oldest = this.#received.first;
      if (oldest === undefined) return;
      this.#horizon = oldest.order;
      this.#forget(oldest);
    }
    // What was forgotten would else be remembered until it expires. Each time half of it goes, so that it costs little.
    if (this.#schedule.size > 2 * this.#nodes.size + LEAST_SCHEDULED)
      this.#schedule.keep((node) => this.#nodes.get(node.key) === node);
  }

  /** Forgets a message; its ID stays as long as others refer to it, as of a message that was never received. */
  #forget(received: Received): void {
    const { node, inReplyTo } = received;
    this.#received.remove(received);
    this.#forgetBody(received);
    this.#octets -= octetsOfTopic(received.topicId);
    node.received = undefined;
    node.statuses = undefined;
    const { root } = node;
    if (root !== node) root.changes = root.changes.filter((change) => change !== received);
    this.#refresh(root);
    if (inReplyTo !== undefined) this.#release(inReplyTo);
    this.#drop(node);
  }

  #release(node: Node): void {
    node.referrers--;
    this.#drop(node);
  }

  #drop(node: Node): void {
    if (node.received !== undefined || node.referrers > 0 || !this.#nodes.delete(node.key)) return;
    if (node.replaces !== undefined) this.#release(node.replaces);
  }
}

function hasBody({ versions }: Thread): boolean {
  return versions.some(({ body }) => body !== undefined);
}

function insert(changes: Received[], change: Received): void {
  let at = changes.length;
  while (at > 0 && changes[at - 1]!.order > change.order) at--;
  changes.splice(at, 0, change);
}
