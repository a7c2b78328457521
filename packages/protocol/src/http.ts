/**
 * The HTTP layer between providers, as far as it is text. Protocol §4.1; readings.
 * @module
 */

import { parseDomain } from "./domain.ts";
import { IdentifierError } from "./errors.ts";

/** What bodies are sent as; on receipt any type or none is accepted (reading R-011). */
export const MIMI_MEDIA_TYPE = "application/octet-stream";
/** What a directory is sent as. */
export const DIRECTORY_MEDIA_TYPE = "application/json";

/** The From header of a provider: `mimi@a.example`. @throws {IdentifierError} */
export function fromHeader(domain: string): string {
  return `mimi@${parseDomain(domain)}`;
}

/**
 * The domain in a From header: exactly `mimi@domain`, the domain in any case (reading R-016).
 *
 * @returns in lower case, or `undefined` for anything else
 */
export function domainOfFrom(header: string): string | undefined {
  if (!header.startsWith("mimi@")) return undefined;
  try {
    return parseDomain(header.slice("mimi@".length).toLowerCase());
  } catch (error) {
    if (error instanceof IdentifierError) return undefined;
    throw error;
  }
}
