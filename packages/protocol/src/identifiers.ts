/**
 * `mimi:` URIs in their one canonical form. Protocol §3; readings.
 *
 * The draft shows examples only. The form required here: scheme and host in lower case, neither port nor user
 * information, neither query nor fragment, a path that begins with u, d, r, g, p or t, unreserved characters never
 * percent-encoded, hexadecimal digits in upper case. Two identifiers are the same if their octets are.
 * @module
 */

import { parseDomain } from "./domain.ts";
import { IdentifierError } from "./errors.ts";
import { MAX_URI_OCTETS } from "./limits.ts";
import { encodedOctet, isUnreserved, percentDecode, percentEncode, shifted } from "./percent.ts";

/** What a `mimi:` URI can name. */
export type MimiUriKind = "provider" | "user" | "client" | "room" | "group" | "pseudonym" | "topic";

/** `mimi://a.example` */
export type ProviderUri = string;
/** `mimi://a.example/u/alice` */
export type UserUri = string;
/** `mimi://a.example/d/alice/ClientA1` */
export type ClientUri = string;
/** `mimi://a.example/r/clubhouse` */
export type RoomUri = string;
/** `mimi://a.example/g/clubhouse` */
export type GroupUri = string;

/** A parsed URI. */
export interface MimiUri {
  readonly kind: MimiUriKind;
  /** The provider's domain name. */
  readonly domain: string;
  /** The segments behind the one that names the kind, percent-decoded. */
  readonly path: readonly string[];
  /** The URI itself: the octets that are compared, hashed and signed. */
  readonly text: string;
}

interface KindRule {
  readonly kind: MimiUriKind;
  /** How many segments may follow. */
  readonly least: number;
  readonly most: number;
}

// Protocol §3, Table 1; p, t and the second segment of d come from the identity draft (reading R-027).
const KINDS: Readonly<Record<string, KindRule>> = {
  u: { kind: "user", least: 1, most: 1 },
  d: { kind: "client", least: 1, most: 2 },
  r: { kind: "room", least: 1, most: 1 },
  g: { kind: "group", least: 1, most: 1 },
  p: { kind: "pseudonym", least: 1, most: 1 },
  t: { kind: "topic", least: 1, most: 2 },
};

const SCHEME = "mimi://";

/**
 * Parses a `mimi:` URI; anything but the canonical form is refused, nothing is rewritten (reading R-027).
 *
 * @throws {IdentifierError}
 * @example
 * ```ts
 * parseMimiUri("mimi://a.example/u/alice"); // { kind: "user", domain: "a.example", path: ["alice"], text: ... }
 * ```
 */
export function parseMimiUri(text: string): MimiUri {
  if (text.length > MAX_URI_OCTETS) {
    throw new IdentifierError("too-long", `more than ${MAX_URI_OCTETS} octets`, MAX_URI_OCTETS);
  }
  if (!text.startsWith(SCHEME)) {
    throw new IdentifierError("invalid-scheme", 'expected "mimi://" in front', 0);
  }
  const queryOrFragment = text.search(/[?#]/);
  if (queryOrFragment >= 0) {
    throw new IdentifierError("query-or-fragment", "a query or fragment", queryOrFragment);
  }
  const slash = text.indexOf("/", SCHEME.length);
  const domain = shifted(SCHEME.length, () =>
    parseDomain(text.slice(SCHEME.length, slash < 0 ? undefined : slash)),
  );
  if (slash < 0) return { kind: "provider", domain, path: [], text };
  const [letter = "", ...segments] = text.slice(slash + 1).split("/");
  const rule = Object.hasOwn(KINDS, letter) ? KINDS[letter] : undefined;
  if (rule === undefined) {
    throw new IdentifierError("unknown-kind", "the path begins with none of u, d, r, g, p, t", slash + 1);
  }
  const path: string[] = [];
  let at = slash + 1 + letter.length + 1;
  for (const segment of segments) {
    path.push(parseSegment(text, at, segment));
    at += segment.length + 1;
  }
  if (path.length < rule.least || path.length > rule.most) {
    const expected = rule.least === rule.most ? `${rule.least}` : `${rule.least} or ${rule.most}`;
    throw new IdentifierError(
      "wrong-segment-count",
      `a ${rule.kind} has ${expected} segments, this has ${path.length}`,
      slash + 1,
    );
  }
  return { kind: rule.kind, domain, path, text };
}

function parseSegment(text: string, start: number, segment: string): string {
  if (segment === "") throw new IdentifierError("empty-segment", "an empty segment", start);
  if (segment === "." || segment === "..") throw new IdentifierError("dot-segment", "a dot segment", start);
  for (let at = start; at < start + segment.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x25) {
      const octet = encodedOctet(text, at);
      if (isUnreserved(octet)) {
        throw new IdentifierError("not-canonical", "an unreserved character is percent-encoded", at);
      }
      if (/[a-f]/.test(text.slice(at + 1, at + 3))) {
        throw new IdentifierError("not-canonical", "lower-case hexadecimal digits", at);
      }
      at += 2;
    } else if (!isUnreserved(code) && !"!$&'()*+,;=:@".includes(text[at] as string)) {
      throw new IdentifierError("invalid-character", "a character that cannot stand in a segment", at);
    }
  }
  return percentDecode(segment, start);
}

/** @returns whether `text` is a canonical `mimi:` URI, of one of `kinds` if any are given */
export function isMimiUri(text: string, ...kinds: readonly MimiUriKind[]): boolean {
  try {
    const { kind } = parseMimiUri(text);
    return kinds.length === 0 || kinds.includes(kind);
  } catch (error) {
    if (error instanceof IdentifierError) return false;
    throw error;
  }
}

function build(domain: string, letter: string, names: readonly string[]): string {
  return parseMimiUri(`${SCHEME}${domain}/${letter}/${names.map(percentEncode).join("/")}`).text;
}

/** @returns `mimi://a.example` @throws {IdentifierError} */
export function providerUri(domain: string): ProviderUri {
  return parseMimiUri(SCHEME + domain).text;
}

/** @returns `mimi://a.example/u/alice`; the name is percent-encoded where it has to be @throws {IdentifierError} */
export function userUri(domain: string, name: string): UserUri {
  return build(domain, "u", [name]);
}

/** @returns `mimi://a.example/d/alice/ClientA1` (reading R-028) @throws {IdentifierError} */
export function clientUri(domain: string, user: string, device: string): ClientUri {
  return build(domain, "d", [user, device]);
}

/** @returns `mimi://a.example/r/clubhouse` @throws {IdentifierError} */
export function roomUri(domain: string, name: string): RoomUri {
  return build(domain, "r", [name]);
}

/** @returns `mimi://a.example/g/clubhouse` @throws {IdentifierError} */
export function groupUri(domain: string, name: string): GroupUri {
  return build(domain, "g", [name]);
}

/** @returns the domain of the provider that a URI belongs to @throws {IdentifierError} */
export function domainOf(uri: string): string {
  return parseMimiUri(uri).domain;
}

/**
 * Reading R-028: `/d/X/Y` is a client of `/u/X`. A bare `/d/X` does not say whose it is and is refused.
 *
 * @throws {IdentifierError} `wrong-kind`, or what {@link parseMimiUri} throws
 */
export function userOfClient(uri: ClientUri): UserUri {
  const { kind, domain, path } = parseMimiUri(uri);
  const at = SCHEME.length + domain.length + 1;
  if (kind !== "client") throw new IdentifierError("wrong-kind", `a ${kind} is no client`, at);
  if (path.length !== 2) throw new IdentifierError("wrong-kind", "the client's user is not named", at);
  const userSegment = uri.slice(at + 2, uri.lastIndexOf("/"));
  return `${SCHEME}${domain}/u/${userSegment}`;
}

/**
 * A URI as one segment of a request path: all but unreserved characters percent-encoded (reading R-021, RFC 6570 §3.2.2).
 *
 * @example
 * ```ts
 * toPathSegment("mimi://a.example/r/clubhouse"); // "mimi%3A%2F%2Fa.example%2Fr%2Fclubhouse"
 * ```
 * @throws {IdentifierError}
 */
export function toPathSegment(uri: string): string {
  return percentEncode(parseMimiUri(uri).text);
}

/**
 * Reads what stands in the place of the variable in a request path. Give it the *undecoded* path (reading R-022): it
 * decodes exactly once. Accepted are the whole URI in one segment, and authority and path without the scheme,
 * `a.example/r/clubhouse`, as the draft's flows have it (reading R-021).
 *
 * @returns the URI
 * @throws {IdentifierError} `offset` counts characters of the URI that was found, or of the segment where it has none
 */
export function fromPathSegment(segment: string): string {
  if (segment.length > 3 * MAX_URI_OCTETS) {
    throw new IdentifierError("too-long", `more than ${MAX_URI_OCTETS} octets`, MAX_URI_OCTETS);
  }
  if (segment.includes("/")) return shifted(-SCHEME.length, () => parseMimiUri(SCHEME + segment).text);
  return parseMimiUri(percentDecode(segment)).text;
}
