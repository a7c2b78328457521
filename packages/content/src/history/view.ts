/**
 * What a history shows of a message.
 * @module
 */

import type { ExternalPart, MessageId, NestedPart, SinglePart } from "../model.ts";
import type { Graph } from "./graph.ts";
import { type ReactionReceiver, reactionsIn } from "./kind.ts";
import type { Node, Received, Thread } from "./node.ts";
import { idOf, octetString } from "./order.ts";

/** One version of a message. */
export interface MessageVersion {
  readonly messageId: MessageId;
  readonly acceptedTimestampMs: bigint;
  /** Undefined once the message was deleted or has expired. */
  readonly body: NestedPart | undefined;
}

/** A reaction to a message. */
export interface MessageReaction {
  readonly senderUri: string;
  /** Usually a text: an emoji. */
  readonly part: SinglePart | ExternalPart;
  /** The reaction's first version: what an unlike refers to. */
  readonly messageId: MessageId;
  /** The version that it reacts to; others may have come since. */
  readonly toVersion: MessageId;
}

/** A message as it stands. */
export interface HistoryMessage {
  /** The first version: what edits and deletes refer to. */
  readonly messageId: MessageId;
  /** False for a message of which only edits were received, for example because it is older than the membership. */
  readonly isOriginalKnown: boolean;
  /** The time and place of the first version that is known. */
  readonly acceptedTimestampMs: bigint;
  readonly senderUri: string;
  readonly kind: "message" | "reaction";
  readonly state: "shown" | "deleted" | "expired";
  /** The newest version that stands; undefined unless `state` is `shown`. */
  readonly body: NestedPart | undefined;
  /** The versions that stand, in order: more than one if the message was edited (content §9.3 asks to show that). */
  readonly versions: readonly MessageVersion[];
  /** Who deleted it: not always its sender. */
  readonly deletedBy: string | undefined;
  readonly topicId: Uint8Array;
  readonly inReplyTo: MessageId | null;
  /** Undefined if it does not expire, or expires some time after it is read. */
  readonly expiresAtMs: bigint | undefined;
  /** In the hub's order. The same reaction of the same sender is there once, however often it was sent. */
  readonly reactions: readonly MessageReaction[];
}

/** @internal */
export function viewOf(
  thread: Thread,
  graph: Pick<Graph, "expiresAtMs" | "hasExpired">,
  receiver: ReactionReceiver | undefined,
): HistoryMessage {
  const { root, retraction, kind } = thread;
  const state = retraction !== undefined ? "deleted" : graph.hasExpired(thread) ? "expired" : "shown";
  // A version may have been forgotten while the first one was not known, whose expiry is later or whose deletion is refused.
  const versions = state === "shown" ? thread.versions.filter(({ body }) => body) : thread.versions;
  const first = versions[0] ?? retraction;
  return {
    messageId: idOf(root.key),
    isOriginalKnown: thread.isOriginalKnown,
    acceptedTimestampMs: first?.acceptedTimestampMs ?? 0n,
    senderUri: thread.authorUri,
    kind: kind === "reaction" ? "reaction" : "message",
    state,
    body: state === "shown" ? versions.at(-1)?.body : undefined,
    versions: versions.map(({ messageId, acceptedTimestampMs, body }) => ({
      messageId,
      acceptedTimestampMs,
      body: state === "shown" ? body : undefined,
    })),
    deletedBy: retraction?.senderUri,
    topicId: thread.topicId,
    inReplyTo: thread.inReplyTo === undefined ? null : idOf(thread.inReplyTo.key),
    expiresAtMs: graph.expiresAtMs(thread),
    reactions: state === "shown" ? reactionsTo(thread, graph, receiver) : [],
  };
}

/**
 * Content §5.5: reactions refer to a version. What is said of a version that does not stand, or that somebody else made of
 * an unknown message, is not said of this one.
 */
function reactionsTo(
  thread: Thread,
  graph: Pick<Graph, "hasExpired">,
  receiver: ReactionReceiver | undefined,
): MessageReaction[] {
  const nodes: ReadonlySet<Node> = new Set([thread.root, ...thread.versions.map(({ node }) => node)]);
  const found: { readonly order: string; readonly node: Node; readonly reaction: Thread }[] = [];
  for (const node of nodes)
    for (const reaction of node.reactions)
      if (reaction.retraction === undefined && !graph.hasExpired(reaction))
        found.push({ order: reaction.order, node, reaction });
  found.sort((a, b) => (a.order < b.order ? -1 : 1));
  const seen = new Set<string>();
  const reactions: MessageReaction[] = [];
  for (const { node, reaction } of found) {
    const body = reaction.versions.at(-1)?.body;
    for (const part of body === undefined ? [] : reactionsIn(body, receiver)) {
      const same = `${reaction.authorUri}\n${sameness(part)}`;
      if (seen.has(same)) continue;
      seen.add(same);
      const messageId = idOf(reaction.root.key);
      reactions.push({ senderUri: reaction.authorUri, part, messageId, toVersion: idOf(node.key) });
    }
  }
  return reactions;
}

function sameness(part: SinglePart | ExternalPart): string {
  const content = part.cardinality === "single" ? octetString(part.content) : part.url;
  return `${part.cardinality}\n${part.contentType}\n${content}`;
}

/** What a message replies to. */
export interface ReplyChain {
  /** The messages that are replied to, from the nearest on, as they are referred to. */
  readonly messages: readonly MessageId[];
  /**
   * `start`: the last of them is no reply. `unknown`: it was not received. `loop`: it leads back to one in the chain.
   * `limit`: the chain is longer than the limit.
   */
  readonly end: "start" | "unknown" | "loop" | "limit";
}

/** @internal */
export function replyChain(from: Node | undefined, limit: number): ReplyChain {
  const messages: MessageId[] = [];
  const seen = new Set<Node>();
  for (let node = from; ; ) {
    const original: Received | undefined = node?.root.received;
    if (node === undefined || original === undefined) return { messages, end: "unknown" };
    if (seen.has(node.root)) return { messages, end: "loop" };
    seen.add(node.root);
    // Reading R-155: a version replies to what the first one does.
    node = original.inReplyTo;
    if (node === undefined) return { messages, end: "start" };
    if (messages.length >= limit) return { messages, end: "limit" };
    messages.push(idOf(node.key));
  }
}
