/**
 * What the implementation makes of inputs of the kind `content-handling`.
 * @module
 */

import {
  type Authorize,
  byLanguage,
  type ChangeAction,
  ContentError,
  decode,
  deriveSalt,
  externalPart,
  findContentIdUris,
  type HistoryMessage,
  MessageHistory,
  nonsenseOf,
  openExternal,
  processParts,
  RECOMMENDED_MEDIA_TYPES,
  REQUIRED_MEDIA_TYPES,
  reactionsIn,
  singlePart,
  supporting,
} from "@openmimi/content";
import { judgeLink, markdownLinks } from "@openmimi/content/markdown";
import { MediaTypeList } from "@openmimi/mls";
import { decode as decodeTls, TlsError } from "@openmimi/tls";
import { type Expected, hex, type Json, textOf, unhex, type Vector } from "./envelope.ts";

type Input = Vector["input"];

const big = (input: Input, key: string): bigint => BigInt(textOf(input, key));

function evaluateNonsense(input: Input): Expected {
  const found = nonsenseOf(decode(unhex(textOf(input, "octets"))), {
    messageId: unhex(textOf(input, "messageId")),
    acceptedTimestampMs: big(input, "acceptedTimestampMs"),
    nowMs: big(input, "nowMs"),
    senderIsMember: input.senderIsMember === true,
    ...(input.roomCreatedMs === undefined ? {} : { roomCreatedMs: big(input, "roomCreatedMs") }),
    isKnown: () => input.isKnown === true,
  });
  return found === undefined ? { valid: true } : { valid: false, reason: found.code };
}

function evaluateProcessing(input: Input): Expected {
  const understands = supporting({
    mediaTypes: input.mediaTypes as string[],
    services: input.services === true,
  });
  const { parts, skipped, notUnderstood } = processParts(decode(unhex(textOf(input, "octets"))), {
    understands,
    choose: byLanguage((input.languages ?? []) as string[]),
    references: findContentIdUris,
  });
  const shown = parts.map(({ partIndex, references }) => ({ partIndex, references: [...references] }));
  return { valid: true, parts: shown, skipped: [...skipped], notUnderstood: [...notUnderstood] };
}

function evaluateExternal(input: Input): Expected {
  const octets = (key: string): Uint8Array => unhex(typeof input[key] === "string" ? textOf(input, key) : "");
  const number = (key: string): number => (typeof input[key] === "number" ? input[key] : 0);
  const part = externalPart({
    contentType: "application/octet-stream",
    url: textOf(input, "url"),
    expires: number("expires"),
    size: typeof input.size === "string" ? BigInt(input.size) : 0n,
    encAlg: number("encAlg"),
    key: octets("key"),
    nonce: octets("nonce"),
    aad: octets("aad"),
    hashAlg: number("hashAlg"),
    contentHash: octets("contentHash"),
  });
  const policy = { nowMs: big(input, "nowMs"), maxOctets: number("maxOctets") };
  return { valid: true, content: hex(openExternal(part, octets("downloaded"), policy)) };
}

/** Grants as a history takes them: who may do what to whose messages. */
function authorizeBy(input: Input): Authorize {
  const grants = (input.grants ?? []) as { actorUri: string; action: ChangeAction }[];
  return ({ action, actorUri, authorUri }) =>
    (actorUri === authorUri && action !== "changeTopic") ||
    grants.some((grant) => grant.actorUri === actorUri && grant.action === action);
}

interface HistoryEntry {
  readonly messageId: string;
  readonly acceptedTimestampMs: string;
  readonly senderUri: string;
  readonly octets: string;
}

function evaluateHistory(input: Input): Expected {
  const history = new MessageHistory({ authorize: authorizeBy(input) });
  const taken = (input.messages as unknown as HistoryEntry[]).map((entry) => {
    const outcome = history.add({
      messageId: unhex(entry.messageId),
      acceptedTimestampMs: BigInt(entry.acceptedTimestampMs),
      senderUri: entry.senderUri,
      content: decode(unhex(entry.octets)),
    });
    return outcome.taken ? outcome.standing : outcome.reason;
  });
  for (const [messageId, atMs] of (input.read ?? []) as [string, string][])
    history.markRead(unhex(messageId), BigInt(atMs));
  if (typeof input.nowMs === "string") history.advanceTo(BigInt(input.nowMs));
  const asked = input.of === undefined ? {} : answersAbout(history, unhex(textOf(input, "of")));
  return { valid: true, taken, messages: history.messages().map(messageJson), ...asked };
}

function answersAbout(history: MessageHistory, messageId: Uint8Array): Record<string, Json> {
  const { messages, end } = history.replyChain(messageId);
  return {
    firstVersion: hex(history.firstVersion(messageId)),
    newestVersion: hex(history.newestVersion(messageId)),
    replyChain: messages.map(hex),
    replyChainEnds: end,
    statuses: Object.fromEntries(history.statuses(messageId)),
  };
}

function messageJson(message: HistoryMessage): Json {
  const { messageId, senderUri, state, body, versions, deletedBy, topicId, inReplyTo, reactions } = message;
  const [shown] = body === undefined ? [] : reactionsIn(body);
  return {
    messageId: hex(messageId),
    isOriginalKnown: message.isOriginalKnown,
    senderUri,
    state,
    body: shown?.cardinality === "single" ? hex(shown.content) : null,
    versions: versions.map((version) => hex(version.messageId)),
    deletedBy: deletedBy ?? null,
    topicId: hex(topicId),
    inReplyTo: inReplyTo === null ? null : hex(inReplyTo),
    reactions: reactions.map(({ senderUri: by, part, messageId: of, toVersion }) => ({
      senderUri: by,
      reaction: part.cardinality === "single" ? hex(part.content) : "",
      messageId: hex(of),
      toVersion: hex(toVersion),
    })),
  };
}

function evaluateMentions(input: Input): Expected {
  const members = input.members as string[];
  const links = markdownLinks(textOf(input, "markdown"));
  const mentions = links
    .filter(({ target }) => members.includes(target))
    .map(({ target, text }) => ({ target, hint: text === target ? null : text }));
  return { valid: true, links: links.map(({ target }) => target), mentions };
}

const ascii = (octets: Uint8Array): string => String.fromCharCode(...octets);

/** Content §7.1: what a client says that it can receive, against what it has to and should. */
function evaluateAdvertised(input: Input): Expected {
  if (input.advertised === null) return { valid: false, reason: "not-advertised" };
  const { mediaTypeList } = decodeTls(MediaTypeList, unhex(textOf(input, "advertised")));
  const mediaTypes = mediaTypeList.map(({ type, parameters }) =>
    [type, ...parameters.map((one) => `${ascii(one.parameterName)}=${ascii(one.parameterValue)}`)].join(";"),
  );
  const understands = supporting({ mediaTypes });
  const lacks = (contentType: string): boolean => !understands(singlePart(contentType, new Uint8Array()));
  if (REQUIRED_MEDIA_TYPES.some(lacks)) return { valid: false, reason: "missing-media-type" };
  return { valid: true, recommendedMissing: RECOMMENDED_MEDIA_TYPES.filter(lacks) };
}

/** What the implementation makes of an input of this kind. */
export function evaluateHandling(input: Input): Expected {
  try {
    if ("saltBaseSecret" in input) {
      const salt = deriveSalt(unhex(textOf(input, "saltBaseSecret")), unhex(textOf(input, "nonce")));
      return { valid: true, salt: hex(salt) };
    }
    if ("advertised" in input) return evaluateAdvertised(input);
    if ("downloaded" in input) return evaluateExternal(input);
    if ("mediaTypes" in input) return evaluateProcessing(input);
    if ("messages" in input) return evaluateHistory(input);
    if ("markdown" in input) return evaluateMentions(input);
    if ("target" in input)
      return { valid: true, verdict: judgeLink(textOf(input, "text"), textOf(input, "target")) };
    return evaluateNonsense(input);
  } catch (error) {
    if (error instanceof ContentError || error instanceof TlsError)
      return { valid: false, reason: error.code };
    throw error;
  }
}
