/**
 * Media types and their comparison: draft-ietf-mimi-content-08 §7.1, RFC 9110 §8.3.1.
 * @module
 */

/** The media types that the draft writes out, in exactly its spelling. Content §7.1. */
export const MediaType = {
  mimiContent: "application/mimi-content",
  plainText: "text/plain;charset=utf-8",
  markdown: "text/markdown;variant=GFM-MIMI",
} as const;

/** A media type taken apart. */
export interface ParsedMediaType {
  /** Lower case. */
  readonly type: string;
  /** Lower case. */
  readonly subtype: string;
  /** Values by name; names in lower case, and so the value of `charset`. `text/*` has a charset: UTF-8 if unsaid. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const ESSENCE = new RegExp(`[ \\t]*(${TOKEN})/(${TOKEN})`, "y");
const PARAMETER = new RegExp(`[ \\t]*;[ \\t]*(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)")`, "y");
const END = /[ \t]*$/y;

/**
 * Takes a media type apart (RFC 9110 §8.3.1, reading R-165).
 *
 * @returns undefined if the text is none or names a parameter twice
 * @example
 * ```ts
 * parseMediaType("Text/Plain")?.parameters.get("charset"); // "utf-8"
 * ```
 */
export function parseMediaType(text: string): ParsedMediaType | undefined {
  ESSENCE.lastIndex = 0;
  const essence = ESSENCE.exec(text);
  if (essence === null) return undefined;
  const type = essence[1]!.toLowerCase();
  const subtype = essence[2]!.toLowerCase();
  const parameters = new Map<string, string>();
  let at = ESSENCE.lastIndex;
  for (;;) {
    PARAMETER.lastIndex = at;
    const parameter = PARAMETER.exec(text);
    if (parameter === null) break;
    at = PARAMETER.lastIndex;
    const name = parameter[1]!.toLowerCase();
    const value = parameter[2] ?? parameter[3]!.replace(/\\(.)/gs, "$1");
    if (parameters.has(name)) return undefined;
    parameters.set(name, name === "charset" ? value.toLowerCase() : value);
  }
  END.lastIndex = at;
  if (!END.test(text)) return undefined;
  if (type === "text" && !parameters.has("charset")) parameters.set("charset", "utf-8");
  return { type, subtype, parameters };
}

/** @returns whether two texts name the same media type; parameters are compared as a set */
export function sameMediaType(a: string, b: string): boolean {
  const left = parseMediaType(a);
  const right = parseMediaType(b);
  if (left === undefined || right === undefined) return false;
  return (
    left.type === right.type &&
    left.subtype === right.subtype &&
    left.parameters.size === right.parameters.size &&
    [...left.parameters].every(([name, value]) => right.parameters.get(name) === value)
  );
}
