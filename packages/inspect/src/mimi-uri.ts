/**
 * A `mimi:` URI as a tree of its parts. Protocol §3.
 * @module
 */

import { IdentifierError, parseMimiUri } from "@openmimi/protocol";
import type { InspectedNode } from "./model.ts";
import type { Read, Reader } from "./walk.ts";

const SCHEME = "mimi://";
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads octets as the text of a `mimi:` URI. */
export const readMimiUri: Reader = (walk, start, end): Read => {
  const octets = walk.octets.subarray(start, end);
  const root = { name: "MimiUri", type: "text", start, end, children: [] };
  const refused = (message: string, offset: number, code: string): Read => {
    const error = { message, path: "MimiUri", offset: start + offset, code };
    return { root: { ...root, end: error.offset }, error, bits: 0, found: [] };
  };
  // Octets that begin otherwise are no URI; it would be a waste to look further.
  for (let at = 0; at < SCHEME.length; at++)
    if (octets[at] !== SCHEME.charCodeAt(at))
      return refused('expected "mimi://" in front', at, "invalid-scheme");
  let text: string;
  try {
    text = utf8.decode(octets);
  } catch {
    return refused("the text is not UTF-8", 0, "invalid-utf8");
  }
  try {
    const { kind, domain, path } = parseMimiUri(text);
    const children = partsOf(text, path, start, kind);
    return {
      root: { ...root, meaning: `a ${kind} of ${domain}`, children },
      bits: 60 + text.length,
      found: [],
    };
  } catch (error) {
    if (!(error instanceof IdentifierError)) throw error;
    const offset = new TextEncoder().encode(text.slice(0, error.offset)).length;
    const read = refused(error.reason, offset, error.code);
    const shown = { value: text, form: "text" as const, type: "text" };
    return { ...read, root: { ...read.root, ...shown, end }, bits: 60 };
  }
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
