/**
 * Builds parts: draft-ietf-mimi-content-08 §4.4 and §4.5. What is wrong with one is found when a message is built of it.
 * @module
 */

import { invalidArgument } from "./errors.ts";
import {
  Disposition,
  type ExternalPart,
  type MultiPart,
  type NestedPart,
  type NullPart,
  type PartHeader,
  type SinglePart,
} from "./model.ts";

const utf8 = new TextEncoder();

/** A part without content (content §4.4). */
export function nullPart(header: Partial<PartHeader> = {}): NullPart {
  return { ...headerOf(header), cardinality: "nullpart" };
}

/**
 * A part with its content (content §4.4).
 *
 * @param contentType a media type with its parameters
 * @param content a string becomes UTF-8
 * @throws {ContentError} `invalid-argument` for a string with a lone surrogate
 */
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

/** An ExternalPart of which only the first two have no default. */
export type ExternalFields = Pick<ExternalPart, "contentType" | "url"> &
  Partial<Omit<ExternalPart, "cardinality">>;

/** A part whose content is at a URL (content §4.5): by default not encrypted, without hash, size or end. */
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

/** Two parts or more (content §4.4). Part indexes count depth-first from the root, which is 0. */
export function multiPart(
  partSemantics: MultiPart["partSemantics"],
  parts: readonly NestedPart[],
  header: Partial<PartHeader> = {},
): MultiPart {
  return { ...headerOf(header), cardinality: "multi", partSemantics, parts };
}

/** @internal What a part begins with, where not all is said. */
export function headerOf(header: Partial<PartHeader>, disposition: number = Disposition.render): PartHeader {
  return { disposition: header.disposition ?? disposition, language: header.language ?? "" };
}
