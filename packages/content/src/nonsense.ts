/**
 * Values that make no sense, so that a message should be logged and discarded: draft-ietf-mimi-content-08 §9.1.
 *
 * Those that the octets show by themselves (a topicId over 4096 octets, too many or too deeply nested parts, an unknown
 * partSemantics, too large a message) are refused by `decode`. Here are those that take a clock, a room and a history.
 * @module
 */

import { CONTENT } from "./errors.ts";
import type { Expiration, MessageId, MimiContent } from "./model.ts";

/** What makes no sense about a message. The set is closed. */
export type NonsenseCode =
  /** The apparent sender is not a member of the group. */
  | "sender-not-member"
  /** A message of the same ID is known. */
  | "duplicate-message-id"
  /** The first octet of a message ID names no hash algorithm in use. */
  | "unknown-hash-algorithm"
  /** The accepted timestamp is more than a few minutes in the future. */
  | "timestamp-in-the-future"
  /** The accepted timestamp is before there was this format. */
  | "timestamp-before-format"
  /** The accepted timestamp is before the room was created. */
  | "timestamp-before-room"
  /** `expires` is more than a year in the past. */
  | "expired-too-long-ago"
  /** `expires` is more than a year in the future. */
  | "expires-too-late";

/** One finding. */
export interface Nonsense {
  readonly code: NonsenseCode;
  /** For people and logs. */
  readonly reason: string;
  readonly section: string;
}

/** What is known about a message besides its octets. */
export interface Circumstances {
  readonly messageId: MessageId;
  /** The hub's, in milliseconds since the UNIX epoch (content §3.4). */
  readonly acceptedTimestampMs: bigint;
  /** Whether the sender has a client in the group. */
  readonly senderIsMember: boolean;
  /** The receiver's clock, in milliseconds since the UNIX epoch. */
  readonly nowMs: bigint;
  /** When the room was created, where the receiver knows. */
  readonly roomCreatedMs?: bigint;
  /** Whether the receiver has a message of this ID; default: it has none. */
  readonly isKnown?: (messageId: MessageId) => boolean;
}

/** The loose numbers of the draft, as decided locally (readings ). */
export interface NonsensePolicy {
  /** How far a hub's clock may be ahead. Default {@link CLOCK_TOLERANCE_MS}. */
  readonly clockToleranceMs?: bigint;
  /** The first plausible accepted timestamp; 0n for none. Default {@link FORMAT_PUBLISHED_MS}. */
  readonly earliestMs?: bigint;
  /** Numbers of hash algorithms that message IDs may begin with. Default: 1, SHA-256. */
  readonly hashAlgorithms?: readonly number[];
}

/** "A few minutes" (reading R-161): 5. */
export const CLOCK_TOLERANCE_MS = 300_000n;
/** "Before the first concrete syntax is published" (reading R-160): 2024-01-01T00:00:00Z. */
export const FORMAT_PUBLISHED_MS = 1_704_067_200_000n;
/** "A year" (reading R-161): 366 days, in seconds. */
export const YEAR_SECONDS = 31_622_400n;

const SECTION = `${CONTENT} §9.1`;
const SHA_256_ONLY: readonly number[] = [1];

/**
 * Finds what makes no sense about a message that `decode` has accepted.
 *
 * References to unknown messages, unknown dispositions, media types and language tags are no nonsense.
 *
 * @returns the first finding in the draft's order, or undefined for a message that may be processed
 * @example
 * ```ts
 * const nonsense = nonsenseOf(content, { messageId, acceptedTimestampMs, senderIsMember: true, nowMs });
 * if (nonsense !== undefined) log(nonsense.code, nonsense.reason);
 * ```
 */
export function nonsenseOf(
  content: MimiContent,
  circumstances: Circumstances,
  policy: NonsensePolicy = {},
): Nonsense | undefined {
  const { messageId, senderIsMember, isKnown } = circumstances;
  if (!senderIsMember) return nonsense("sender-not-member", "the sender is not in the group");
  if (isKnown?.(messageId)) return nonsense("duplicate-message-id", "there is a message of this ID");
  return (
    ofIds(messageId, content, policy) ??
    ofTimestamp(circumstances, policy) ??
    ofExpiration(content.expires, circumstances.nowMs)
  );
}

function ofIds(own: MessageId, content: MimiContent, policy: NonsensePolicy): Nonsense | undefined {
  const known = policy.hashAlgorithms ?? SHA_256_ONLY;
  for (const [name, id] of [
    ["messageId", own],
    ["replaces", content.replaces],
    ["inReplyTo", content.inReplyTo],
  ] as const) {
    if (id === null || known.includes(id[0]!)) continue;
    return nonsense("unknown-hash-algorithm", `${name} begins with hash algorithm ${id[0]}`);
  }
  return undefined;
}

function ofTimestamp(circumstances: Circumstances, policy: NonsensePolicy): Nonsense | undefined {
  const { acceptedTimestampMs: accepted, nowMs, roomCreatedMs } = circumstances;
  const ahead = accepted - nowMs;
  if (ahead > (policy.clockToleranceMs ?? CLOCK_TOLERANCE_MS))
    return nonsense("timestamp-in-the-future", `accepted ${ahead} ms ahead of the clock here`);
  if (accepted < (policy.earliestMs ?? FORMAT_PUBLISHED_MS))
    return nonsense("timestamp-before-format", `accepted at ${accepted}, before there was this format`);
  if (roomCreatedMs !== undefined && accepted < roomCreatedMs)
    return nonsense("timestamp-before-room", `accepted ${roomCreatedMs - accepted} ms before its room`);
  return undefined;
}

function ofExpiration(expires: Expiration | null, nowMs: bigint): Nonsense | undefined {
  if (expires === null) return undefined;
  // Relative: seconds from reading on, so never in the past. Absolute: a UNIX second.
  const aheadMs = BigInt(expires.time) * 1000n - (expires.relative ? 0n : nowMs);
  if (aheadMs > YEAR_SECONDS * 1000n)
    return nonsense("expires-too-late", `expires in ${aheadMs / 1000n} s, over ${YEAR_SECONDS}`);
  if (aheadMs < -YEAR_SECONDS * 1000n)
    return nonsense("expired-too-long-ago", `expired ${-aheadMs / 1000n} s ago, over ${YEAR_SECONDS}`);
  return undefined;
}

function nonsense(code: NonsenseCode, reason: string): Nonsense {
  return { code, reason, section: SECTION };
}
