/**
 * Builds the messages of draft-ietf-mimi-content-08 §5. Whatever these functions return, {@link encode} accepts.
 * @module
 */

import { encode } from "./codec.ts";
import { CONTENT, invalidArgument } from "./errors.ts";
import { MediaType } from "./media-type.ts";
import {
  Disposition,
  type Expiration,
  type ExtensionKey,
  type ExternalPart,
  type MessageId,
  type MimiContent,
  type MultiPart,
  type NestedPart,
  type NullPart,
  type PartHeader,
  SALT_OCTETS,
  type SinglePart,
} from "./model.ts";
import { indexParts } from "./parts.ts";
import { encodeStatusReport, type MessageStatusReport, STATUS_MEDIA_TYPE } from "./status-report.ts";

/** What any message may have. Nothing has to be given. */
export interface MessageOptions {
  /** 16 octets from a cryptographic random source; default `random(16)`. */
  readonly salt?: Uint8Array;
  /** Gives `octets` random octets; default: `globalThis.crypto.getRandomValues`. */
  readonly random?: (octets: number) => Uint8Array;
  readonly topicId?: Uint8Array;
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

const utf8 = new TextEncoder();

/**
 * Builds a message of any part.
 *
 * @throws {ContentError} if the draft does not allow it
 */
export function message(nestedPart: NestedPart, options: MessageOptions = {}): MimiContent {
  return checked(nestedPart, null, options);
}

/** A plain text message. */
export function text(body: string, options: MessageOptions = {}): MimiContent {
  return message(singlePart(MediaType.plainText, body, options), options);
}

/**
 * A Markdown message (content §5.1).
 *
 * @param body GFM-MIMI. What a user has written may hold HTML: `neutralizeHtml` of `@openmimi/content/markdown` takes it
 *   out, as content §7.1.1 asks before sending
 * @example
 * ```ts
 * const bytes = encode(markdown("Hi _everyone_", { senderUri, roomUri }));
 * ```
 */
export function markdown(body: string, options: MessageOptions = {}): MimiContent {
  return message(partOf(body, options), options);
}

/** A reply (content §5.2). @param inReplyTo the newest version known of the message replied to */
export function reply(inReplyTo: MessageId, body: Body, options: MessageOptions = {}): MimiContent {
  return message(partOf(body, options), { ...options, inReplyTo });
}

/**
 * A reaction (content §5.3), or several at once, each as a part of its own (Appendix B.2).
 *
 * @param reactions plain texts, an emoji each; they are never joined, since that may change what they mean
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
 *   `inReplyTo` as they were there
 */
export function edit(replaces: MessageId, body: Body, options: MessageOptions = {}): MimiContent {
  return checked(partOf(body, options), replaces, options);
}

/** A delete (content §5.6). @param replaces the first version of the message */
export function deletion(replaces: MessageId, options: MessageOptions = {}): MimiContent {
  return checked(nullPart({ ...options, disposition: Disposition.render }), replaces, options);
}

/** An unlike (content §5.7). @param replaces the reaction that is taken back */
export function unlike(replaces: MessageId, options: MessageOptions = {}): MimiContent {
  return checked(nullPart({ ...options, disposition: Disposition.reaction }), replaces, options);
}

/** An ExternalPart of which only the first two have no default. */
export type ExternalFields = Pick<ExternalPart, "contentType" | "url"> &
  Partial<Omit<ExternalPart, "cardinality">>;

/** An attachment (content §5.9): content that is stored at a URL. */
export function attachment(external: ExternalFields, options: MessageOptions = {}): MimiContent {
  if (external.contentType === "")
    throw invalidArgument("contentType", "an attachment has a media type", `${CONTENT} §4.5`);
  return message(externalPart({ ...headerOf(options, Disposition.attachment), ...external }), options);
}

/** A link to a conference (content §5.10). */
export function conferencing(
  link: Pick<ExternalPart, "url"> & Partial<Pick<ExternalPart, "description" | "contentType" | "expires">>,
  options: MessageOptions = {},
): MimiContent {
  const header = headerOf(options, Disposition.session);
  return message(externalPart({ ...header, contentType: "", ...link }), options);
}

/** A message that carries a status report as its only part (status §3). */
export function statusMessage(report: MessageStatusReport, options: MessageOptions = {}): MimiContent {
  const header = { ...options, disposition: Disposition.unspecified };
  return message(singlePart(STATUS_MEDIA_TYPE, encodeStatusReport(report), header), options);
}

/** A part without content. */
export function nullPart(header: Partial<PartHeader> = {}): NullPart {
  return { ...headerOf(header), cardinality: "nullpart" };
}

/** A part with its content; a string becomes UTF-8. */
export function singlePart(
  contentType: string,
  content: string | Uint8Array,
  header: Partial<PartHeader> = {},
): SinglePart {
  if (typeof content === "string" && !content.isWellFormed())
    throw invalidArgument("content", "the string holds a lone surrogate");
  const octets = typeof content === "string" ? utf8.encode(content) : content;
  return { ...headerOf(header), cardinality: "single", contentType, content: octets };
}

/** A part whose content is at a URL: by default not encrypted, without hash, size or end. */
export function externalPart(fields: ExternalFields): ExternalPart {
  const none = new Uint8Array();
  return {
    ...headerOf(fields),
    cardinality: "external",
    contentType: fields.contentType,
    url: fields.url,
    expires: fields.expires ?? 0,
    size: fields.size ?? 0n,
    encAlg: fields.encAlg ?? 0,
    key: fields.key ?? none,
    nonce: fields.nonce ?? none,
    aad: fields.aad ?? none,
    hashAlg: fields.hashAlg ?? 0,
    contentHash: fields.contentHash ?? none,
    description: fields.description ?? "",
    filename: fields.filename ?? "",
  };
}

/** Two parts or more. */
export function multiPart(
  partSemantics: MultiPart["partSemantics"],
  parts: readonly NestedPart[],
  header: Partial<PartHeader> = {},
): MultiPart {
  return { ...headerOf(header), cardinality: "multi", partSemantics, parts };
}

function headerOf(header: Partial<PartHeader>, disposition: number = Disposition.render): PartHeader {
  return { disposition: header.disposition ?? disposition, language: header.language ?? "" };
}

function partOf(body: Body, options: MessageOptions): NestedPart {
  return typeof body === "string" ? singlePart(MediaType.markdown, body, options) : body;
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
  // Content §4.4: decoders take an empty media type for an unknown one; there is no reason to send it.
  for (const { partIndex, part } of indexParts(content)) {
    if (part.cardinality === "single" && part.contentType === "")
      throw invalidArgument("contentType", `part ${partIndex} has no media type`, `${CONTENT} §4.4`);
  }
  return content;
}

function secureRandom(octets: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(octets));
}
