/**
 * What the history keeps of each message ID.
 * @module
 */

import type { Expiration, MessageId, NestedPart } from "../model.ts";
import type { OrderedStatus } from "../status-transition.ts";
import type { MessageAction, MessageKind } from "./kind.ts";
import type { Ordered } from "./ordered-list.ts";

/** @internal A message that was received. */
export interface Received extends Ordered {
  readonly node: Node;
  readonly messageId: MessageId;
  readonly acceptedTimestampMs: bigint;
  readonly senderUri: string;
  readonly action: MessageAction;
  readonly topicId: Uint8Array;
  readonly inReplyTo: Node | undefined;
  readonly expires: Expiration | null;
  /** Forgotten when the message has expired or was deleted. */
  body: NestedPart | undefined;
}

/** @internal A message ID that was received, or that a received message refers to: then its message is implied. */
export class Node {
  readonly key: string;
  received: Received | undefined;
  /** What the message replaces. Kept as long as somebody refers to this ID. */
  replaces: Node | undefined;
  /** Messages whose `replaces` leads here, directly or through other versions; in order. Only where this is a root. */
  changes: Received[] = [];
  /** What is made of the message and its changes. Only where this is a root. */
  threads: readonly Thread[] = [];
  /** Reactions to exactly this version. */
  readonly reactions = new Set<Thread>();
  /** By user. */
  statuses: Map<string, OrderedStatus> | undefined;
  /** How many messages refer to this ID. */
  referrers = 0;
  /** When the user of this history has read the message. */
  readAtMs: bigint | undefined;
  /** For when the next look at its expiry is planned. */
  scheduledMs: bigint | undefined;

  constructor(key: string) {
    this.key = key;
  }

  /** The first version of the message (reading R-156: chains are walked to their beginning). */
  get root(): Node {
    let root: Node = this;
    while (root.replaces !== undefined) root = root.replaces;
    return root;
  }
}

/**
 * @internal A first version and the changes to it. If the first version is not known, the changes of each sender are a
 * thread of their own: nobody can tell who wrote what they change, so nobody may change what another one shows.
 */
export interface Thread extends Ordered {
  readonly root: Node;
  readonly kind: MessageKind;
  readonly authorUri: string;
  /** The first version, where it is known, and the edits that are allowed, in order. */
  readonly versions: readonly Received[];
  /** The first delete or unlike that is allowed: no edit comes after it, whenever it was sent. */
  readonly retraction: Received | undefined;
  readonly isOriginalKnown: boolean;
  readonly inReplyTo: Node | undefined;
  readonly topicId: Uint8Array;
  /** {@link topicId} as a key. */
  readonly topicKey: string;
  readonly expires: Expiration | null;
}
