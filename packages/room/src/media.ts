/**
 * Kinds of assets, and lists of media types. Policy §6.4, §8.4.
 * @module
 */

import { parseMediaType } from "@openmimi/content";
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
  /** Type and subtype. */
  readonly essence: string;
  /** All of them in one text; `undefined` where they cannot be read, so that they equal nothing. */
  readonly parameters: string | undefined;
}

const known = new WeakMap<MediaType, Comparable>();
const utf8 = new TextDecoder();

/**
 * Policy §6.4: an entry without parameters stands for all media types of its type and subtype. Others are compared as
 * media types (readings ): parameters have no order, and UTF-8 goes without saying for text.
 */
export function isListed(mediaType: string, list: readonly (MediaType | undefined)[]): boolean {
  const one = comparable(mediaType);
  return list.some((entry) => {
    if (entry === undefined) return false;
    const other = comparableEntry(entry);
    if (other.essence !== one.essence) return false;
    return entry.parameters.length === 0 || other.parameters === one.parameters;
  });
}

function comparable(text: string): Comparable {
  const parsed = parseMediaType(text);
  const [essence = ""] = text.split(";");
  return {
    essence: essence.trim().toLowerCase(),
    parameters: parsed === undefined ? undefined : inOneText(parsed.parameters),
  };
}

function comparableEntry(entry: MediaType): Comparable {
  const before = known.get(entry);
  if (before !== undefined) return before;
  const parameters = new Map<string, string>();
  const essence = entry.type.trim().toLowerCase();
  if (essence.startsWith("text/")) parameters.set("charset", "utf-8");
  for (const { parameterName, parameterValue } of entry.parameters) {
    const name = utf8.decode(parameterName).toLowerCase();
    const value = utf8.decode(parameterValue);
    parameters.set(name, name === "charset" ? value.toLowerCase() : value);
  }
  const made = { essence, parameters: inOneText(parameters) };
  known.set(entry, made);
  return made;
}

function inOneText(parameters: ReadonlyMap<string, string>): string {
  return JSON.stringify([...parameters].map((pair) => JSON.stringify(pair)).sort());
}
