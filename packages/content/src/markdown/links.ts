/**
 * Links and mentions: whether the text of a link says where it leads. draft-ietf-mimi-content-08 §9.6.
 * @module
 */

/**
 * What the text of a link says about its target.
 *
 * - `same`: the target, or another way to write it; no confirmation is needed.
 * - `downgraded`: the target, but it leads to http instead of https: the user is to be warned.
 * - `different`: something else: the user is to be warned.
 * - `unsafe`: the target is not of a kind that may be opened: it is not to be a link at all.
 */
export type LinkVerdict = "same" | "downgraded" | "different" | "unsafe";

/** The schemes that links may have unless said otherwise. */
export const DEFAULT_LINK_SCHEMES: readonly string[] = ["https", "http", "mailto", "mimi", "im"];

/** A link is no longer than this. */
const MAX_TARGET_CHARACTERS = 2_048;

/** Characters that cannot be seen, or that reorder others: what they stand in does not say what it seems to say. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * Compares the text of a link with its target.
 *
 * @param text what the user sees, without marks of Markdown
 * @param schemes in lower case, of targets that may be opened
 * @example
 * ```ts
 * judgeLink("example.com/foobar", "https://example.com/foobar"); // "same"
 * judgeLink("https://example.com/foobar", "https://spearphishers.example/foobar"); // "different"
 * judgeLink("https://example.com/foobar", "http://example.com/foobar"); // "downgraded"
 * ```
 */
export function judgeLink(
  text: string,
  target: string,
  schemes: readonly string[] = DEFAULT_LINK_SCHEMES,
): LinkVerdict {
  const scheme = schemeOf(target);
  if (scheme === undefined || !schemes.includes(scheme)) return "unsafe";
  if (target.length > MAX_TARGET_CHARACTERS || /\s/.test(target) || INVISIBLE.test(target)) return "unsafe";
  const isWeb = scheme === "https" || scheme === "http";
  const canonical = isWeb ? canonicalUrl(target) : target;
  if (canonical === undefined) return "unsafe";
  const shown = text.trim();
  if (INVISIBLE.test(shown)) return "different";
  if (!isWeb) return shown === target || `${scheme}:${shown}` === target ? "same" : "different";
  const shownScheme = schemeOf(shown);
  // Without a scheme the text means https, as browsers take it.
  const full = shownScheme === "https" || shownScheme === "http" ? shown : `https://${shown}`;
  const meant = canonicalUrl(full);
  if (meant === undefined) return "different";
  if (meant === canonical) return "same";
  return meant.replace(/^https:/, "http:") === canonical ? "downgraded" : "different";
}

/** @returns the scheme of a URI in lower case, undefined if it has none */
function schemeOf(uri: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(uri)?.[1]?.toLowerCase();
}

/** @returns one form for all ways to write a URL, undefined if it is none or has a user name in it, which deceives */
function canonicalUrl(text: string): string | undefined {
  if (/[\s\\]/.test(text)) return undefined;
  const url = URL.parse(text);
  if (url === null || url.hostname === "" || url.username !== "" || url.password !== "") return undefined;
  return url.href.replaceAll(/%([0-9A-Fa-f]{2})/g, plainly);
}

/** RFC 3986 §6.2.2: an unreserved character means the same encoded or not, and so do digits in either case. */
function plainly(encoded: string, digits: string): string {
  const character = String.fromCharCode(Number.parseInt(digits, 16));
  return /[A-Za-z0-9\-._~]/.test(character) ? character : encoded.toUpperCase();
}
