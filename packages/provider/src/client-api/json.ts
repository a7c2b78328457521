/**
 * Reading JSON bodies and query parameters of the client API, member by member.
 * @module
 */

import { ProviderError } from "../errors.ts";
import { fromBase64 } from "../octets.ts";

type Members = Readonly<Record<string, unknown>>;

function malformed(message: string, cause?: unknown): never {
  throw new ProviderError("malformed", message, undefined, { cause });
}

/** @throws {ProviderError} `malformed` unless the body is the JSON text of an object */
export function readObject(body: Uint8Array): Members {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    return malformed("the body is no JSON", cause);
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Members)
    : malformed("the body is no JSON object");
}

/** A text of 1 to `maxLength` characters. @throws {ProviderError} `malformed` */
export function textAt(members: Members, name: string, maxLength: number): string {
  const value = members[name];
  if (typeof value !== "string" || value === "" || value.length > maxLength || !value.isWellFormed()) {
    return malformed(`${name}: expected a text of 1 to ${maxLength} characters`);
  }
  return value;
}

/** Octets in base64. @throws {ProviderError} `malformed` */
export function octetsAt(members: Members, name: string): Uint8Array {
  return octetsOf(members[name], name);
}

/** A list of octets in base64. @throws {ProviderError} `malformed` */
export function octetsListAt(members: Members, name: string, maxElements: number): Uint8Array[] {
  const value = members[name];
  if (!Array.isArray(value) || value.length > maxElements) {
    return malformed(`${name}: expected a list of at most ${maxElements}`);
  }
  return value.map((item, index) => octetsOf(item, `${name}[${index}]`));
}

function octetsOf(value: unknown, path: string): Uint8Array {
  const octets = typeof value === "string" ? fromBase64(value) : undefined;
  return octets ?? malformed(`${path}: expected base64`);
}

/** A whole number, not negative. @throws {ProviderError} `malformed` */
export function countAt(members: Members, name: string): number {
  const value = members[name];
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0
    ? value
    : malformed(`${name}: expected a whole number`);
}

/** A whole number in a query, at most `max` (larger ones count as `max`). @throws {ProviderError} `malformed` */
export function countInQuery(query: URLSearchParams, name: string, absent: number, max: number): number {
  const text = query.get(name);
  if (text === null) return absent;
  return /^\d{1,15}$/.test(text)
    ? Math.min(Number(text), max)
    : malformed(`${name}: expected a whole number`);
}
