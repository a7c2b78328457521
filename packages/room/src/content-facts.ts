/**
 * What a message does, as far as the rules ask: plain data, made from MIMI content or by hand. Content §4, §5; policy §8.3.
 * @module
 */

/** A message to which another one refers, as it stands now. */
export interface EarlierMessage {
  readonly senderUri: string;
  /** Hexadecimal; empty for no topic. */
  readonly topicId: string;
  /** Whether it is a reaction. */
  readonly reaction: boolean;
}

/** Content that is stored at a URL. Content §4.5. */
export interface AssetFacts {
  /** The name of the disposition (content §8.2.2). */
  readonly disposition: string;
  readonly mediaType: string;
  readonly url: string;
  /** In octets; 0n: not given. */
  readonly size: bigint;
}

/** A decoded message. */
export interface ContentFacts {
  /** The message that this one edits or deletes; `unknown` if it is not at hand. Absent: a new message. */
  readonly replaces?: EarlierMessage | "unknown";
  /** The message to which this one replies or reacts; `unknown` if it is not at hand. */
  readonly inReplyTo?: EarlierMessage | "unknown";
  /** Whether the body is a NullPart: the message takes back the one that it replaces. Content §5.6, §5.7. */
  readonly deletes: boolean;
  /** Whether it is a reaction: to something, by the disposition of the whole body (reading R-157). */
  readonly reaction: boolean;
  /** Hexadecimal; empty for no topic. */
  readonly topicId: string;
  /** Of an edit: whether the body differs from what it replaces. */
  readonly changesBody: boolean;
  readonly hasLink: boolean;
  readonly hasLinkPreview: boolean;
  /** Of every part with content, inside the message or at a URL. */
  readonly mediaTypes: readonly string[];
  readonly assets: readonly AssetFacts[];
  /** In seconds, after reading or after acceptance. Absent: the message does not expire. Content §4.1. */
  readonly lifetimeSeconds?: number;
  /** What a message with a status report says (status §3); such a message has no other body. */
  readonly reports: readonly ("delivery" | "read" | "other")[];
}
