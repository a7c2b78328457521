/**
 * Request targets, read undecoded. Protocol §5.1, readings.
 * @module
 */

import { fromPathSegment, IdentifierError } from "@openmimi/protocol";
import { ProviderError } from "../errors.ts";

/** A request target taken apart; nothing in it is decoded. */
export interface Target {
  /** Of the absolute form (RFC 9112 §3.2.2), which replaces the Host header. */
  readonly authority?: string;
  /** From the first slash, without the query. */
  readonly path: string;
}

/**
 * Takes a request target apart.
 *
 * @throws {ProviderError} `malformed` unless it is in origin form or absolute form
 */
export function parseTarget(target: string): Target {
  const absolute = /^https:\/\/([^/?#]*)(.*)$/i.exec(target);
  const rest = absolute === null ? target : absolute[2] === "" ? "/" : (absolute[2] as string);
  if (!rest.startsWith("/")) {
    throw new ProviderError("malformed", "the request target has no path", "RFC 9112 §3.2");
  }
  const path = rest.split(/[?#]/, 1)[0] as string;
  return absolute === null ? { path } : { authority: absolute[1] as string, path };
}

/** Where a path leads: the name of an endpoint, and what stands behind it, still encoded. */
export interface Route {
  readonly endpoint: string;
  readonly rest: string;
}

/**
 * Finds `prefix/endpoint/rest` in an undecoded path.
 *
 * @example
 * ```ts
 * findRoute("/v1/update/mimi%3A%2F%2Fa.example%2Fr%2Fclubhouse", "/v1");
 * // { endpoint: "update", rest: "mimi%3A%2F%2Fa.example%2Fr%2Fclubhouse" }
 * ```
 */
export function findRoute(path: string, prefix: string): Route | undefined {
  if (!path.startsWith(`${prefix}/`)) return undefined;
  const behind = path.slice(prefix.length + 1);
  const slash = behind.indexOf("/");
  return slash < 0
    ? { endpoint: behind, rest: "" }
    : { endpoint: behind.slice(0, slash), rest: behind.slice(slash + 1) };
}

/**
 * The URI in the place of a template's variable, decoded exactly once (reading R-022).
 *
 * @param variable its name, for the error
 * @throws {ProviderError} `malformed`
 */
export function uriOfPath(rest: string, variable: string): string {
  try {
    return fromPathSegment(rest);
  } catch (error) {
    if (!(error instanceof IdentifierError)) throw error;
    throw new ProviderError("malformed", `path {${variable}}: ${error.message}`, "protocol §5.1", {
      cause: error,
    });
  }
}

/** The host of a Host header in lower case, without its port (protocol §4.1: the port is ignored). */
export function hostOf(authority: string): string {
  return authority.replace(/:\d*$/, "").toLowerCase();
}
