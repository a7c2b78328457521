/**
 * A `mimi:` URI as a tree of its parts. Protocol §3.
 * @module
 */

import { IdentifierError, type MimiUri, parseMimiUri } from "@openmimi/protocol";
import type { InspectedNode } from "./model.ts";
import type { Read, Reader } from "./walk.ts";

const SCHEME = "mimi://";
/** Nothing else begins so. */
const SCHEME_BITS = 60;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What is wrong with octets that are to be a URI, or its parts. */
type Parsed =
  | { readonly text: string; readonly uri: MimiUri }
  | { readonly text?: string; readonly message: string; readonly offset: number; readonly code: string };

function parse(octets: Uint8Array): Parsed {
  // Octets that begin otherwise are no URI; it would be a waste to look further.
  for (let at = 0; at < SCHEME.length; at++) {
    if (octets[at] !== SCHEME.charCodeAt(at))
      return { message: `expected "${SCHEME}" in front`, offset: at, code: "invalid-scheme" };
  }
  let text: string;
  try {
    text = utf8.decode(octets);
  } catch {
    return { message: "the text is not UTF-8", offset: 0, code: "invalid-utf8" };
  }
  try {
    return { text, uri: parseMimiUri(text) };
  } catch (error) {
    if (!(error instanceof IdentifierError)) throw error;
    const offset = new TextEncoder().encode(text.slice(0, error.offset)).length;
    return { text, message: error.reason, offset, code: error.code };
  }
}

/** Where octets are wrong if they are to be a URI. */
export function mimiUriFailsAt(octets: Uint8Array): number | undefined {
  const parsed = parse(octets);
  return "uri" in parsed ? undefined : parsed.offset;
}

/** Reads octets as the text of a `mimi:` URI. */
export const readMimiUri: Reader = (walk, start, end): Read => {
  const parsed = parse(walk.octets.subarray(start, end));
  const root = { name: "MimiUri", type: "text", start, end };
  if ("uri" in parsed) {
    const { kind, domain, path } = parsed.uri;
    const children = partsOf(parsed.text, path, start, kind);
    const bits = SCHEME_BITS + parsed.text.length;
    return { root: { ...root, meaning: `a ${kind} of ${domain}`, children }, bits, found: [] };
  }
  const { text, message, code } = parsed;
  const offset = start + parsed.offset;
  const shown = text === undefined ? { end: offset } : { value: text, form: "text" as const };
  return {
    root: { ...root, ...shown, children: [] },
    error: { message, path: "MimiUri", offset, code },
    bits: text === undefined ? 0 : SCHEME_BITS,
    found: [],
  };
};

/** A canonical URI is ASCII: its characters are its octets. */
function partsOf(text: string, decoded: readonly string[], start: number, kind: string): InspectedNode[] {
  const part = (name: string, from: number, to: number, meaning?: string): InspectedNode => ({
    ...{
      name,
      type: "text",
      start: start + from,
      end: start + to,
      value: text.slice(from, to),
      form: "text",
    },
    ...(meaning === undefined ? {} : { meaning }),
    children: [],
  });
  const slash = text.indexOf("/", SCHEME.length);
  const domainEnd = slash < 0 ? text.length : slash;
  const parts = [part("scheme", 0, 4), part("domain", SCHEME.length, domainEnd)];
  if (slash < 0) return parts;
  parts.push(part("kind", slash + 1, slash + 2, kind));
  let at = slash + 3;
  for (const [index, name] of decoded.entries()) {
    const next = text.indexOf("/", at);
    const end = next < 0 ? text.length : next;
    const raw = text.slice(at, end);
    parts.push(part(`segment[${index}]`, at, end, raw === name ? undefined : JSON.stringify(name)));
    at = end + 1;
  }
  return parts;
}
