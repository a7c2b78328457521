/**
 * Facts from MIMI content. Content §4, §5, §9; status §3.
 * @module
 */

import {
  ContentError,
  Disposition,
  decodeStatusReport,
  dispositionName,
  encode,
  indexParts,
  type MimiContent,
  messageStatusName,
  type NestedPart,
  parseMediaType,
  STATUS_MEDIA_TYPE,
  sameMediaType,
} from "@openmimi/content";
import { IdentifierError, parseMimiUri } from "@openmimi/protocol";
import type { AssetFacts, ContentFacts, EarlierMessage } from "./content-facts.ts";

/** A message of the history, as it stands: the first version, with the body and topic of the last that counts. */
export interface KnownMessage {
  readonly senderUri: string;
  readonly content: MimiContent;
}

/** What else is known of a message. */
export interface ContentCircumstances {
  /** The message with an ID, of the same room. */
  readonly find: (messageId: Uint8Array) => KnownMessage | undefined;
  /** When the hub accepted the message, in milliseconds since the UNIX epoch; absolute expirations count from there. */
  readonly acceptedTimestampMs: bigint;
}

/**
 * What a message does, as far as `authorizeContent` asks.
 *
 * Links are looked for in plain text and Markdown: inline links, autolinks and bare URLs of any scheme but `cid:`; a
 * link to a user or a room is a mention (content §9.6). HTML counts as linked where it has an href.
 */
export function factsOfContent(content: MimiContent, circumstances: ContentCircumstances): ContentFacts {
  const { replaces, inReplyTo, nestedPart, topicId, expires } = content;
  const original = replaces === null ? undefined : circumstances.find(replaces);
  const parts = indexParts(content).map(({ part }) => part);
  const assets = parts.flatMap((part) => assetOf(part) ?? []);
  return {
    ...(replaces === null ? {} : { replaces: earlier(original) }),
    ...(inReplyTo === null ? {} : { inReplyTo: earlier(circumstances.find(inReplyTo)) }),
    deletes: replaces !== null && nestedPart.cardinality === "nullpart",
    reaction: isReaction(content) || (replaces !== null && nestedPart.disposition === Disposition.reaction),
    topicId: hex(topicId),
    changesBody: original === undefined || !sameBody(content, original.content),
    hasLink: parts.some(hasLink),
    hasLinkPreview: parts.some(({ disposition }) => disposition === Disposition.preview),
    mediaTypes: parts.flatMap((part) =>
      "contentType" in part && part.contentType !== "" ? [part.contentType] : [],
    ),
    assets,
    reports: parts.flatMap(reportsIn),
    ...(expires === null ? {} : { lifetimeSeconds: lifetime(expires, circumstances.acceptedTimestampMs) }),
  };
}

function earlier(message: KnownMessage | undefined): EarlierMessage | "unknown" {
  if (message === undefined) return "unknown";
  const { senderUri, content } = message;
  return { senderUri, topicId: hex(content.topicId), reaction: isReaction(content) };
}

/** Reading R-157: a reaction to nothing is an ordinary message. */
function isReaction({ inReplyTo, nestedPart }: MimiContent): boolean {
  return inReplyTo !== null && nestedPart.disposition === Disposition.reaction;
}

function sameBody(a: MimiContent, b: MimiContent): boolean {
  const body = ({ salt, nestedPart }: MimiContent) =>
    hex(encode({ ...bare, salt: new Uint8Array(salt.length), nestedPart }));
  return body(a) === body(b);
}

const bare = {
  replaces: null,
  topicId: new Uint8Array(),
  expires: null,
  inReplyTo: null,
  mimiExtensions: { unknownExtensions: new Map<number | string, Uint8Array>() },
} satisfies Partial<MimiContent>;

function assetOf(part: NestedPart): AssetFacts | undefined {
  if (part.cardinality !== "external") return undefined;
  const { disposition, contentType, url, size } = part;
  // Content §9.1: an unknown disposition counts as render.
  return { disposition: dispositionName(disposition) ?? "render", mediaType: contentType, url, size };
}

const MARKDOWN_LINK = /\]\(\s*<?([^\s)>]+)|\]:\s*<?([^\s>]+)/g;
// Schemes are bounded as in CommonMark: else a text of many dots and no scheme would take time that grows with its square.
const URL_IN_TEXT = /\b(?:[a-z][a-z0-9+.-]{1,31}:\/\/|mailto:|www\.)[^\s<>"')\]]+/gi;
/** `<tel:+1>` and `<alice@a.example>` (GFM §6.8, reading R-225). */
const AUTOLINK = /<((?:[a-z][a-z0-9+.-]{1,31}:|[^\s<>@]{1,64}@)[^\s<>]*)>/gi;
const HTML_LINK = /\bhref\s*=\s*["']?([^"'\s>]+)/gi;

function hasLink(part: NestedPart): boolean {
  if (part.cardinality !== "single") return false;
  const media = parseMediaType(part.contentType);
  if (media?.type !== "text") return false;
  const text = new TextDecoder().decode(part.content);
  const patterns =
    media.subtype === "html"
      ? [HTML_LINK]
      : media.subtype === "markdown"
        ? [MARKDOWN_LINK, AUTOLINK, URL_IN_TEXT]
        : [URL_IN_TEXT];
  return patterns.some((pattern) =>
    [...text.matchAll(pattern)].some((match) => isLink(match[1] ?? match[2] ?? match[0])),
  );
}

/** Other parts of the same message and mentions are no links to somewhere. */
function isLink(target: string): boolean {
  if (/^cid:/i.test(target)) return false;
  try {
    const { kind } = parseMimiUri(target);
    return kind !== "user" && kind !== "pseudonym" && kind !== "room" && kind !== "group";
  } catch (error) {
    if (error instanceof IdentifierError) return true;
    throw error;
  }
}

function reportsIn(part: NestedPart): ContentFacts["reports"] {
  // Reading R-165: in whatever letters, since members take it for a report all the same.
  if (part.cardinality !== "single" || !sameMediaType(part.contentType, STATUS_MEDIA_TYPE)) return [];
  try {
    const statuses = decodeStatusReport(part.content).map(({ status }) => messageStatusName(status));
    const kinds = statuses.map((status) =>
      status === "delivered"
        ? ("delivery" as const)
        : status === "read"
          ? ("read" as const)
          : ("other" as const),
    );
    return kinds.length === 0 ? ["other"] : [...new Set(kinds)];
  } catch (error) {
    if (error instanceof ContentError) return ["other"];
    throw error;
  }
}

function lifetime(
  { relative, time }: NonNullable<MimiContent["expires"]>,
  acceptedTimestampMs: bigint,
): number {
  return relative ? time : Math.max(0, time - Math.floor(Number(acceptedTimestampMs) / 1000));
}

function hex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}
