/**
 * Builds the messages of draft-ietf-mimi-content-08 §5. Whatever these functions return, {@link encode} accepts, and
 * receivers that know the draft take for what it is: what makes no sense to them cannot be built.
 * @module
 */

import { encode } from "./codec.ts";
import { CONTENT, invalidArgument } from "./errors.ts";
import { neutralizeHtml } from "./markdown/neutralize.ts";
import { MediaType } from "./media-type.ts";
import {
  Disposition,
  type Expiration,
  type ExtensionKey,
  type ExternalPart,
  type MessageId,
  type MimiContent,
  type NestedPart,
  SALT_OCTETS,
} from "./model.ts";
import {
  type ExternalFields,
  externalPart,
  headerOf,
  multiPart,
  nullPart,
  singlePart,
} from "./part-builders.ts";
import { checkSendable } from "./sendable.ts";
import { encodeStatusReport, type MessageStatusReport, STATUS_MEDIA_TYPE } from "./status-report.ts";

/** What any message may have. Nothing has to be given. */
export interface MessageOptions {
  /** 16 octets from a cryptographic random source; default `random(16)`. */
  readonly salt?: Uint8Array;
  /** Gives `octets` random octets; default: `globalThis.crypto.getRandomValues`. */
  readonly random?: (octets: number) => Uint8Array;
  readonly topicId?: Uint8Array;
  /** In whole seconds; content §9.1 has receivers discard what expires more than a year ahead or behind. */
  readonly expires?: Expiration;
  /** For an edit, delete or unlike: what the first version replied to. */
  readonly inReplyTo?: MessageId;
  /** Franked messages need both URIs (protocol §5.4.1). */
  readonly senderUri?: string;
  readonly roomUri?: string;
  /** Encoded values by key. */
  readonly unknownExtensions?: ReadonlyMap<ExtensionKey, Uint8Array>;
  /** Language tags of the body, separated by commas. */
  readonly language?: string;
}

/** A body: text in GFM-MIMI Markdown, or any part. */
export type Body = string | NestedPart;

/**
 * Builds a message of any part (content §4).
 *
 * @throws {ContentError} whatever `encode` refuses; `invalid-argument` for what only senders can know to be wrong: a body
 *   without content that deletes nothing, what is no media type, URI or language tag, HTML in Markdown, an ID of no hash
 *   algorithm in use, a message in reply to what it replaces, a relative expiry after more than a year
 * @example
 * ```ts
 * const page = singlePart("text/html;charset=utf-8", `<img src="${contentIdUri(2)}">`);
 * const content = message(multiPart("singleUnit", [page, singlePart("image/png", png)]));
 * ```
 */
export function message(nestedPart: NestedPart, options: MessageOptions = {}): MimiContent {
  return checked(nestedPart, null, options);
}

/**
 * A plain text message (content §7.1).
 *
 * @throws {ContentError} as {@link message}
 * @example
 * ```ts
 * const bytes = encode(text("Hi everyone", { senderUri, roomUri }));
 * ```
 */
export function text(body: string, options: MessageOptions = {}): MimiContent {
  return message(singlePart(MediaType.plainText, body, options), options);
}

/**
 * A Markdown message (content §5.1).
 *
 * @param body what the user has written. HTML tags in it become text, as content §7.1.1 asks before sending
 * @throws {ContentError} as {@link message}
 * @example
 * ```ts
 * const bytes = encode(markdown("Hi _everyone_", { senderUri, roomUri }));
 * ```
 */
export function markdown(body: string, options: MessageOptions = {}): MimiContent {
  return message(partOf(body, options), options);
}

/**
 * A reply (content §5.2).
 *
 * @param inReplyTo the newest version known of the message replied to: `MessageHistory.newestVersion`. Ask
 *   `MessageHistory.mayReplyTo` first, since no client extends a loop of replies (content §4.1)
 * @param body Markdown, as for {@link markdown}, or any part
 * @throws {ContentError} as {@link message}; `wrong-length` for an ID that has not 32 octets
 * @example
 * ```ts
 * const content = reply(history.newestVersion(id), "Right on!", { senderUri, roomUri });
 * ```
 */
export function reply(inReplyTo: MessageId, body: Body, options: MessageOptions = {}): MimiContent {
  return message(partOf(body, options), { ...options, inReplyTo });
}

/**
 * A reaction (content §5.3), or several at once, each as a part of its own (Appendix B.2).
 *
 * @param inReplyTo the version that the user has seen
 * @param reactions plain texts, an emoji each; they are never joined, since that may change what they mean
 * @throws {ContentError} as {@link message}; `invalid-argument` for none, or one that is empty
 * @example
 * ```ts
 * const content = reaction(id, ["❤", "🥳"], { senderUri, roomUri });
 * ```
 */
export function reaction(
  inReplyTo: MessageId,
  reactions: string | readonly string[],
  options: MessageOptions = {},
): MimiContent {
  const header = { ...options, disposition: Disposition.reaction };
  const texts = typeof reactions === "string" ? [reactions] : reactions;
  if (texts.length === 0 || texts.includes(""))
    throw invalidArgument("reactions", "a reaction is not empty", `${CONTENT} §5.3`);
  const parts = texts.map((body) => singlePart(MediaType.plainText, body, header));
  const [only] = parts;
  const nestedPart = parts.length === 1 && only !== undefined ? only : multiPart("processAll", parts, header);
  return message(nestedPart, { ...options, inReplyTo });
}

/**
 * An edit (content §5.5).
 *
 * @param replaces the first version of the message. Only the body may change: give `topicId`, `expires` and
 *   `inReplyTo` as they were there (reading R-155)
 * @param body Markdown, as for {@link markdown}, or any part; an edit of a reaction is a part of that disposition
 * @throws {ContentError} as {@link message}; `invalid-argument` for a body without content, which is a {@link deletion}
 * @example
 * ```ts
 * const content = edit(history.firstVersion(id), "borrow, not borow", { senderUri, roomUri });
 * ```
 */
export function edit(replaces: MessageId, body: Body, options: MessageOptions = {}): MimiContent {
  if (typeof body !== "string" && body.cardinality === "nullpart")
    throw invalidArgument("body", "without content this is a delete", `${CONTENT} §5.6`);
  return checked(partOf(body, options), replaces, options);
}

/**
 * A delete (content §5.6).
 *
 * @param replaces the first version of the message: `MessageHistory.firstVersion`
 * @throws {ContentError} as {@link message}; `wrong-length` for an ID that has not 32 octets
 * @example
 * ```ts
 * const content = deletion(history.firstVersion(id), { senderUri, roomUri });
 * ```
 */
export function deletion(replaces: MessageId, options: MessageOptions = {}): MimiContent {
  return checked(nullPart({ ...options, disposition: Disposition.render }), replaces, options);
}

/**
 * An unlike (content §5.7).
 *
 * @param replaces the reaction that is taken back: `MessageReaction.messageId`
 * @throws {ContentError} as {@link message}; `wrong-length` for an ID that has not 32 octets
 * @example
 * ```ts
 * const mine = history.message(id)?.reactions.find((reaction) => reaction.senderUri === senderUri);
 * if (mine !== undefined) send(unlike(mine.messageId, { senderUri, roomUri }));
 * ```
 */
export function unlike(replaces: MessageId, options: MessageOptions = {}): MimiContent {
  return checked(nullPart({ ...options, disposition: Disposition.reaction }), replaces, options);
}

/**
 * An attachment (content §5.9): content that is stored at a URL, usually encrypted by `encryptExternal`.
 *
 * @param external `size` in octets and the hash are of what is at the URL; `expires` in seconds since the UNIX epoch
 * @throws {ContentError} as {@link message}; `invalid-argument` without a media type or for a URL that is not https (reading
 *   R-127); `inconsistent` if algorithm, key, nonce and hash do not go together
 * @example
 * ```ts
 * const { octets, fields } = encryptExternal(video);
 * const content = attachment({ contentType: "video/mp4", url: await upload(octets), ...fields });
 * ```
 */
export function attachment(external: ExternalFields, options: MessageOptions = {}): MimiContent {
  if (external.contentType === "")
    throw invalidArgument("contentType", "an attachment has a media type", `${CONTENT} §4.5`);
  if (!/^https:\/\//i.test(external.url))
    throw invalidArgument("url", "an attachment is at an https URL", `${CONTENT} §4.5`);
  return message(externalPart({ ...headerOf(options, Disposition.attachment), ...external }), options);
}

/**
 * A link to a conference (content §5.10).
 *
 * @param link a URL of any scheme; `expires` in seconds since the UNIX epoch
 * @throws {ContentError} as {@link message}
 * @example
 * ```ts
 * const content = conferencing({ url: "https://example.com/join/12345", description: "Join the conference" });
 * ```
 */
export function conferencing(
  link: Pick<ExternalPart, "url"> & Partial<Pick<ExternalPart, "description" | "contentType" | "expires">>,
  options: MessageOptions = {},
): MimiContent {
  const header = headerOf(options, Disposition.session);
  return message(externalPart({ ...header, contentType: "", ...link }), options);
}

/**
 * A message that carries a status report as its only part (status §3, reading R-217).
 *
 * @param report pairs of a message ID and a status; the last pair of a message counts. Nothing is reported of reports
 * @throws {ContentError} as {@link message} and `encodeStatusReport`
 * @example
 * ```ts
 * const content = statusMessage([{ messageId: id, status: MessageStatus.read }], { senderUri, roomUri });
 * ```
 */
export function statusMessage(report: MessageStatusReport, options: MessageOptions = {}): MimiContent {
  const header = { ...options, disposition: Disposition.unspecified };
  return message(singlePart(STATUS_MEDIA_TYPE, encodeStatusReport(report), header), options);
}

function partOf(body: Body, options: MessageOptions): NestedPart {
  if (typeof body !== "string") return body;
  // Content §7.1.1: before sending, no HTML.
  return singlePart(MediaType.markdown, neutralizeHtml(body), options);
}

function checked(nestedPart: NestedPart, replaces: MessageId | null, options: MessageOptions): MimiContent {
  const { senderUri, roomUri } = options;
  const content: MimiContent = {
    salt: options.salt ?? (options.random ?? secureRandom)(SALT_OCTETS),
    replaces,
    topicId: options.topicId ?? new Uint8Array(),
    expires: options.expires ?? null,
    inReplyTo: options.inReplyTo ?? null,
    mimiExtensions: {
      ...(senderUri === undefined ? {} : { senderUri }),
      ...(roomUri === undefined ? {} : { roomUri }),
      unknownExtensions: options.unknownExtensions ?? new Map(),
    },
    nestedPart,
  };
  encode(content);
  checkSendable(content);
  return content;
}

function secureRandom(octets: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(octets));
}
