/**
 * What a JWT (RFC 7519) or a CWT (RFC 8392) claims, as octets that can be compared. Policy §4; reading R-175.
 * Whether a token is genuine and current is not judged here.
 * @module
 */

import { decodeJwt, errors } from "jose";
import { CborError, CborReader } from "./cbor-reader.ts";

/** A claim: its name and its value, octet by octet. */
export interface TokenClaim {
  /** The name in UTF-8 (JWT), or the encoded key (CWT). */
  readonly id: Uint8Array;
  /** The value as JSON in the form of RFC 8785 (JWT), or as it stands in the token (CWT). */
  readonly value: Uint8Array;
}

/** The most octets of a token, and the most claims in it: more is no credential of a person or a client. */
const MAX_TOKEN_OCTETS = 16_384;
const MAX_CLAIMS = 64;
const MAX_DEPTH = 16;

const utf8 = new TextEncoder();

/** The claims of a JWT in compact form; `undefined` for what is none. */
export function jwtClaims(token: Uint8Array): readonly TokenClaim[] | undefined {
  if (token.length > MAX_TOKEN_OCTETS) return undefined;
  try {
    const claims = Object.entries(decodeJwt(new TextDecoder("utf-8", { fatal: true }).decode(token)));
    if (claims.length > MAX_CLAIMS) return undefined;
    return claims.map(([name, value]) => ({
      id: utf8.encode(name),
      value: utf8.encode(canonical(value, 1)),
    }));
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof TooDeep)
      return undefined;
    throw error;
  }
}

/** The subject of a JWT, if it is a text. RFC 7519 §4.1.2. */
export function jwtSubject(token: Uint8Array): string | undefined {
  const subject = jwtClaims(token)?.find(({ id }) => new TextDecoder().decode(id) === "sub");
  const value: unknown =
    subject === undefined ? undefined : JSON.parse(new TextDecoder().decode(subject.value));
  return typeof value === "string" ? value : undefined;
}

/** Thrown inside this module only. */
class TooDeep extends Error {}

/** RFC 8785: no white space, the names of objects in order of their UTF-16 code units, numbers as ECMAScript has them. */
function canonical(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new TooDeep();
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => `${JSON.stringify(name)}:${canonical(item, depth + 1)}`);
  return `{${members.join(",")}}`;
}

/** RFC 8392 §6: CWT; RFC 9052 §4.2: COSE_Sign1. */
const CWT_TAG = 61;
const COSE_SIGN1_TAG = 18;

/**
 * The claims of a CWT that is signed (COSE_Sign1, with or without the tag of CWT); `undefined` for what is none. Lengths
 * are definite and in their shortest form, so that one value has one form.
 */
export function cwtClaims(token: Uint8Array): readonly TokenClaim[] | undefined {
  if (token.length > MAX_TOKEN_OCTETS) return undefined;
  try {
    const outer = new CborReader(token, MAX_DEPTH);
    let tag = outer.count("tag");
    if (tag === CWT_TAG) tag = outer.count("tag");
    if (tag !== COSE_SIGN1_TAG || outer.count("array") !== 4) return undefined;
    outer.octets();
    outer.skip("map");
    const payload = outer.octets();
    outer.octets();
    outer.finish();
    return claimsIn(payload);
  } catch (error) {
    if (error instanceof CborError) return undefined;
    throw error;
  }
}

function claimsIn(payload: Uint8Array): TokenClaim[] | undefined {
  const reader = new CborReader(payload, MAX_DEPTH);
  const count = reader.count("map");
  if (count > MAX_CLAIMS) return undefined;
  const claims: TokenClaim[] = [];
  for (let index = 0; index < count; index++) {
    const id = reader.skip("unsigned", "negative", "text");
    if (claims.some((other) => compare(other.id, id))) return undefined;
    claims.push({ id, value: reader.skip() });
  }
  reader.finish();
  return claims;
}

/** RFC 8392 §4: the key of the subject. */
const SUBJECT = 2;

/** The subject of a CWT, if it is a text. */
export function cwtSubject(token: Uint8Array): string | undefined {
  const subject = cwtClaims(token)?.find(({ id }) => id.length === 1 && id[0] === SUBJECT);
  try {
    return subject && new CborReader(subject.value, MAX_DEPTH).text();
  } catch (error) {
    if (error instanceof CborError) return undefined;
    throw error;
  }
}

function compare(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index]);
}
