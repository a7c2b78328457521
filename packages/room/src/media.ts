/**
 * Kinds of assets, and lists of media types. Policy §6.4, §8.4.
 * @module
 */

import type { MediaType } from "@openmimi/mls";
import type { AssetFacts } from "./content-facts.ts";

/** Policy §8.4: by disposition, then by media type. What is neither image nor sound nor film is a file like any other. */
export function kindOfAsset({
  disposition,
  mediaType,
}: AssetFacts): "image" | "audio" | "video" | "attachment" | "preview" | "session" {
  if (disposition === "attachment" || disposition === "preview" || disposition === "session")
    return disposition;
  return kindOfMedia(mediaType);
}

/** What a media type is of. */
export function kindOfMedia(mediaType: string): "image" | "audio" | "video" | "attachment" {
  const type = mediaType.slice(0, mediaType.indexOf("/")).trim().toLowerCase();
  return type === "image" || type === "audio" || type === "video" ? type : "attachment";
}

interface Comparable {
  readonly essence: string;
  readonly parameters: string;
}

const known = new WeakMap<MediaType, Comparable>();
const utf8 = new TextDecoder();

/** Policy §6.4: an entry without parameters stands for all media types of its type and subtype. */
export function isListed(mediaType: string, list: readonly (MediaType | undefined)[]): boolean {
  const one = comparable(mediaType);
  return list.some((entry) => {
    if (entry === undefined) return false;
    const other = comparableEntry(entry);
    return other.essence === one.essence && (other.parameters === "" || other.parameters === one.parameters);
  });
}

function comparable(text: string): Comparable {
  const [essence = "", ...parameters] = text.split(";");
  return { essence: essence.trim().toLowerCase(), parameters: sorted(parameters) };
}

function comparableEntry(entry: MediaType): Comparable {
  const before = known.get(entry);
  if (before !== undefined) return before;
  const parameters = entry.parameters.map(
    ({ parameterName, parameterValue }) => `${utf8.decode(parameterName)}=${utf8.decode(parameterValue)}`,
  );
  const made = { essence: entry.type.trim().toLowerCase(), parameters: sorted(parameters) };
  known.set(entry, made);
  return made;
}

function sorted(parameters: readonly string[]): string {
  return parameters
    .map((parameter) => parameter.trim().toLowerCase())
    .sort()
    .join(";");
}
