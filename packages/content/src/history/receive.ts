/**
 * From octets to the history: the checks of the draft in their order. draft-ietf-mimi-content-08 §3.3, §9.1.
 * @module
 */

import { decode } from "../codec.ts";
import { messageId, messageUris } from "../message-id.ts";
import type { ContentLimits, MessageId, MimiContent } from "../model.ts";
import { type Circumstances, type Nonsense, type NonsensePolicy, nonsenseOf } from "../nonsense.ts";
import type { HistoryOutcome, MessageHistory } from "./history.ts";

/** What is known of a message besides its octets. */
export interface MessageEnvelope
  extends Pick<Circumstances, "acceptedTimestampMs" | "nowMs" | "senderIsMember" | "roomCreatedMs"> {
  /** The user of the client that has sent it, as MLS says. */
  readonly senderUri: string;
  /** The room that it was sent in. */
  readonly roomUri: string;
}

/** A message that could be decoded, and what became of it. */
export interface ReceivedMessage {
  readonly content: MimiContent;
  readonly messageId: MessageId;
  /** What the history made of it; or why it makes no sense, so that it is to be logged and is not in the history. */
  readonly outcome:
    | HistoryOutcome
    | { readonly taken: false; readonly reason: "nonsense"; readonly nonsense: Nonsense };
}

/**
 * Takes what was decrypted into a history: decodes it, compares its URIs with those of MLS, computes its ID, looks for
 * nonsense, and adds it.
 *
 * @param bytes the content octets, without media-type framing or MLS padding
 * @param envelope times in milliseconds since the UNIX epoch
 * @throws {ContentError} whatever `decode` refuses; `uri-mismatch` if the message names another sender or room; what is
 *   wrong with the octets of a status report. The history is as it was then
 * @example
 * ```ts
 * const { outcome } = receiveMessage(history, bytes, { senderUri, roomUri, acceptedTimestampMs, nowMs, senderIsMember });
 * if (!outcome.taken) log(outcome.reason);
 * ```
 */
export function receiveMessage(
  history: MessageHistory,
  bytes: Uint8Array,
  envelope: MessageEnvelope,
  policy: NonsensePolicy & ContentLimits = {},
): ReceivedMessage {
  const { senderUri, roomUri, ...circumstances } = envelope;
  const content = decode(bytes, policy);
  messageUris(content, { senderUri, roomUri });
  const id = messageId(bytes, senderUri, roomUri);
  const isKnown = (other: MessageId) => history.isKnown(other);
  const nonsense = nonsenseOf(content, { ...circumstances, messageId: id, isKnown }, policy);
  if (nonsense !== undefined)
    return { content, messageId: id, outcome: { taken: false, reason: "nonsense", nonsense } };
  const { acceptedTimestampMs } = circumstances;
  return {
    content,
    messageId: id,
    outcome: history.add({ messageId: id, acceptedTimestampMs, senderUri, content }),
  };
}
