/**
 * Part indexes and the `cid:` references between parts: draft-ietf-mimi-content-08 §4.4.
 * @module
 */

import type { ExternalPart, MimiContent, NestedPart, SinglePart } from "./model.ts";

/** A part and where it stands in its message. */
export interface IndexedPart {
  /** Counted depth-first from 0, which is the root; containers count. */
  readonly partIndex: number;
  /** 1 for the root. */
  readonly level: number;
  readonly part: NestedPart;
}

/**
 * Lists all parts of a message (content §4.4).
 *
 * @returns the parts in depth-first order, so that the position in the list is the part index
 * @example
 * ```ts
 * const mediaTypes = indexParts(content).flatMap(({ part }) => ("contentType" in part ? [part.contentType] : []));
 * ```
 */
export function indexParts(content: Pick<MimiContent, "nestedPart">): IndexedPart[] {
  const found: IndexedPart[] = [];
  const visit = (part: NestedPart, level: number): void => {
    found.push({ partIndex: found.length, level, part });
    if (part.cardinality === "multi") for (const nested of part.parts) visit(nested, level + 1);
  };
  visit(content.nestedPart, 1);
  return found;
}

/**
 * The `cid:` URI by which one part refers to another of the same message (content §4.4).
 *
 * @param partIndex of a part with content, here or at a URL: no other may be referred to
 * @example
 * ```ts
 * const page = singlePart("text/html;charset=utf-8", `<img src="${contentIdUri(2)}">`);
 * ```
 */
export function contentIdUri(partIndex: number): string {
  return `cid:${partIndex}@local.invalid`;
}

const CONTENT_ID_URI = /^cid:(0|[1-9][0-9]{0,8})@local\.invalid$/i;

/** @returns the part index in a `cid:` URI of MIMI's form, or undefined for any other URI */
export function parseContentIdUri(uri: string): number | undefined {
  const digits = CONTENT_ID_URI.exec(uri)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * Follows a `cid:` reference inside one message (content §4.4, reading R-169).
 *
 * @returns the part, or undefined for a dead reference: another form of URI, an index past the end, or a part
 *   that is neither a SinglePart nor an ExternalPart. A dead reference does not make a message invalid.
 */
export function resolveContentIdUri(
  content: Pick<MimiContent, "nestedPart">,
  uri: string,
): SinglePart | ExternalPart | undefined {
  const partIndex = parseContentIdUri(uri);
  if (partIndex === undefined) return undefined;
  const part = indexParts(content)[partIndex]?.part;
  return part?.cardinality === "single" || part?.cardinality === "external" ? part : undefined;
}

/**
 * Splits the `language` field of a part (content §4.4, reading R-166).
 *
 * @returns its language tags in order, none for the empty field; spaces around the commas are tolerated
 */
export function languageTags(language: string): string[] {
  return language
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
}
