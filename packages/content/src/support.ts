/**
 * Which parts a receiver can handle: draft-ietf-mimi-content-08 §7.1 and §9.1.
 * @module
 */

import { MediaType, type ParsedMediaType, parseMediaType } from "./media-type.ts";
import { Disposition, type NestedPart } from "./model.ts";

/** The media types that every client is able to receive. Content §7.1. */
export const REQUIRED_MEDIA_TYPES: readonly string[] = [
  MediaType.mimiContent,
  MediaType.plainText,
  MediaType.markdown,
];

/** The media types that clients are recommended to receive. Content §7.1. */
export const RECOMMENDED_MEDIA_TYPES: readonly string[] = [
  "text/markdown;variant=CommonMark",
  "text/html",
  "image/jpeg",
  "image/png",
];

/** What a receiver can handle, beside parts without content. */
export interface Support {
  /** Media types; one without parameters stands for those with any. `text/*` has the charset UTF-8 unless it says another. */
  readonly mediaTypes: readonly string[];
  /** Whether external parts without a media type, which are services (content §4.5), can be opened. Default: no. */
  readonly services?: boolean;
}

/**
 * Makes a test for parts.
 *
 * @returns whether a part can be handled: a NullPart always, a part with content if its media type is supported. A
 *   MultiPart is for `processParts` to judge
 * @example
 * ```ts
 * const understands = supporting({ mediaTypes: [...REQUIRED_MEDIA_TYPES, "image/png"] });
 * ```
 */
export function supporting(support: Support): (part: NestedPart) => boolean {
  const supported = support.mediaTypes.map(parseMediaType).filter((type) => type !== undefined);
  return (part) => {
    switch (part.cardinality) {
      case "nullpart":
        return true;
      case "multi":
        return false;
      case "external":
        if (part.contentType === "") return support.services === true;
        return isSupported(supported, part.contentType);
      case "single":
        // Reading R-164: for a SinglePart an empty media type is an unknown one.
        return isSupported(supported, part.contentType);
    }
  };
}

function isSupported(supported: readonly ParsedMediaType[], contentType: string): boolean {
  const offered = parseMediaType(contentType);
  return offered !== undefined && supported.some((type) => covers(type, offered));
}

/** Every parameter that is asked for is there; others do not matter. */
function covers(supported: ParsedMediaType, offered: ParsedMediaType): boolean {
  return (
    supported.type === offered.type &&
    supported.subtype === offered.subtype &&
    [...supported.parameters].every(([name, value]) => offered.parameters.get(name) === value)
  );
}

/**
 * How a part is meant.
 *
 * @returns its disposition, where one without a name counts as `render` (content §9.1)
 */
export function effectiveDisposition(part: NestedPart): number {
  return part.disposition <= Disposition.preview ? part.disposition : Disposition.render;
}
