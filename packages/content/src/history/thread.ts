/**
 * A message with its changes: which version stands, and what an edit may change.
 * draft-ietf-mimi-content-08 §5.5 to §5.8 and §9.3.
 * @module
 */

import type { Authorize, ChangeAction } from "./authorize.ts";
import { kindOf, type MessageKind } from "./kind.ts";
import type { Node, Received, Thread } from "./node.ts";
import { octetString } from "./order.ts";

/** @internal Whether a change to a message of somebody stands. */
export function isAllowed(
  change: Received,
  kind: MessageKind,
  authorUri: string,
  authorize: Authorize,
): boolean {
  const isReaction = kind === "reaction";
  const edits: ChangeAction = isReaction ? "editReaction" : "editMessage";
  const retracts: ChangeAction = isReaction ? "deleteReaction" : "deleteMessage";
  return asks(change, change.action === "retraction" ? retracts : edits, authorUri, authorize);
}

function asks(change: Received, action: ChangeAction, authorUri: string, authorize: Authorize): boolean {
  const { senderUri: actorUri, acceptedTimestampMs } = change;
  return authorize({ action, actorUri, authorUri, acceptedTimestampMs });
}

/** @internal What a root and its changes come to. */
export function threadsOf(root: Node, authorize: Authorize): Thread[] {
  const { received } = root;
  if (received !== undefined) return [threadOf(root, received, root.changes, authorize)];
  const bySender = new Map<string, Received[]>();
  for (const change of root.changes) {
    const others = bySender.get(change.senderUri);
    if (others === undefined) bySender.set(change.senderUri, [change]);
    else others.push(change);
  }
  const threads: Thread[] = [];
  for (const changes of bySender.values()) {
    const [first] = changes;
    // Of a message that is not known there is nothing to retract; the retraction counts once it arrives.
    const thread = first === undefined ? undefined : threadOf(root, first, changes, authorize);
    if (thread !== undefined && thread.versions.length > 0) threads.push(thread);
  }
  return threads;
}

/** @param head the first version, or the first change that is known of it */
function threadOf(root: Node, head: Received, changes: readonly Received[], authorize: Authorize): Thread {
  const isOriginalKnown = root.received !== undefined;
  const { senderUri: authorUri, expires, inReplyTo, order } = head;
  const kind = isOriginalKnown ? (head.action as MessageKind) : impliedKind(head, changes);
  const versions: Received[] = isOriginalKnown ? [head] : [];
  let retraction: Received | undefined;
  // Reading R-155: the topic, the reply reference and the expiry are those of the first version.
  let topicId = head.topicId;
  for (const change of changes) {
    if (change.action === "edit" && movesTopic(change, topicId) && isOriginalKnown) {
      if (asks(change, "changeTopic", authorUri, authorize)) topicId = change.topicId;
    }
    if (!isAllowed(change, kind, authorUri, authorize)) continue;
    if (change.action === "edit") versions.push(change);
    else retraction ??= change;
  }
  const topicKey = octetString(topicId);
  const common = { order, root, kind, authorUri, versions, retraction, isOriginalKnown };
  return { ...common, inReplyTo, topicId, topicKey, expires };
}

function movesTopic(change: Received, topicId: Uint8Array): boolean {
  return (
    change.topicId.length !== topicId.length || change.topicId.some((octet, at) => octet !== topicId[at])
  );
}

/** What the first version was, judged by an edit of it. */
function impliedKind(head: Received, changes: readonly Received[]): MessageKind {
  const body = changes.find(({ action, body }) => action === "edit" && body !== undefined)?.body;
  return body === undefined ? "message" : kindOf(body, head.inReplyTo !== undefined);
}
