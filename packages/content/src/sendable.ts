/**
 * What the draft asks of senders beyond what it asks of the octets: receivers take such messages for something else, or for
 * nonsense, so that there is no reason to send one.
 * @module
 */

import { CONTENT, type ContentError, invalidArgument } from "./errors.ts";
import { HASH_OCTETS } from "./external.ts";
import { isLanguageList } from "./language.ts";
import { holdsHtml } from "./markdown/neutralize.ts";
import { MediaType, parseMediaType, sameMediaType } from "./media-type.ts";
import { MAX_URI_OCTETS, SHA_256 } from "./message-id.ts";
import type { ExternalPart, MimiContent, NestedPart } from "./model.ts";
import { YEAR_SECONDS } from "./nonsense.ts";
import { indexParts } from "./parts.ts";

/** RFC 3986 §3: a scheme, and something behind it. Letters beyond ASCII are for whoever compares URIs. */
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s\p{Cc}]+$/u;

const utf8 = new TextDecoder();
const inUtf8 = new TextEncoder();

/**
 * @internal Refuses content that `encode` takes and nobody should send.
 *
 * @throws {ContentError} `invalid-argument`
 */
export function checkSendable(content: MimiContent): void {
  const { replaces, inReplyTo, expires, mimiExtensions, nestedPart } = content;
  for (const [name, id] of [
    ["replaces", replaces],
    ["inReplyTo", inReplyTo],
  ] as const)
    if (id !== null && id[0] !== SHA_256.hashAlg)
      throw refusal(
        name,
        `a message ID begins with ${SHA_256.hashAlg} for SHA-256, not with ${id[0]}`,
        "§9.1",
      );
  if (replaces !== null && inReplyTo !== null && replaces.every((octet, at) => octet === inReplyTo[at]))
    throw refusal("inReplyTo", "no message is a reply to itself", "§4.1");
  if (expires?.relative && BigInt(expires.time) > YEAR_SECONDS)
    throw refusal("expires", "nothing is to expire after more than a year", "§9.1");
  for (const name of ["senderUri", "roomUri"] as const) {
    const uri = mimiExtensions[name];
    if (uri === undefined) continue;
    checkUri(`mimiExtensions.${name}`, uri, "§3.3");
    if (inUtf8.encode(uri).length > MAX_URI_OCTETS)
      throw refusal(`mimiExtensions.${name}`, `longer than ${MAX_URI_OCTETS} octets`, "§3.3");
  }
  if (replaces === null && nestedPart.cardinality === "nullpart")
    throw refusal("nestedPart", "only a delete or an unlike has no content", "§4.4");
  for (const { partIndex, part } of indexParts(content)) checkPart(`part ${partIndex}`, part);
}

function checkPart(name: string, part: NestedPart): void {
  if (!isLanguageList(part.language))
    throw refusal("language", `${name}: expected language tags separated by commas`, "§4.4");
  if (part.cardinality === "single") {
    checkMediaType(name, part.contentType);
    if (sameMediaType(part.contentType, MediaType.markdown) && holdsHtml(utf8.decode(part.content)))
      throw refusal("content", `${name}: HTML in Markdown, see neutralizeHtml`, "§7.1.1");
  } else if (part.cardinality === "external") checkExternalPart(name, part);
}

function checkExternalPart(name: string, part: ExternalPart): void {
  if (part.contentType !== "") checkMediaType(name, part.contentType);
  checkUri("url", part.url, "§4.5");
  const octets = HASH_OCTETS.get(part.hashAlg);
  if (octets !== undefined && part.contentHash.length !== octets)
    throw refusal("contentHash", `${name}: a hash of algorithm ${part.hashAlg} has ${octets} octets`, "§4.5");
}

/** Content §4.4: decoders take what is none, or empty, for an unknown one. */
function checkMediaType(name: string, contentType: string): void {
  if (parseMediaType(contentType) === undefined)
    throw refusal("contentType", `${name}: not a media type`, "§4.4");
}

function checkUri(name: string, uri: string, section: string): void {
  if (!URI.test(uri)) throw refusal(name, "not a URI", section);
}

function refusal(path: string, reason: string, section: string): ContentError {
  return invalidArgument(path, reason, `${CONTENT} ${section}`);
}
