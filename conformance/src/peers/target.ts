/**
 * The provider under test as a peer sees it: its directory (protocol 5.1) and the URLs that follow from it.
 * @module
 */

import type { Endpoint } from "../context.ts";
import { CaseStopped } from "../errors.ts";

/** Where a provider's directory is (protocol 5.1). */
export const DIRECTORY_PATH = "/.well-known/mimi-protocol-directory";

/** What a directory says, as far as it is usable. */
export type DirectoryTemplates = Readonly<Record<string, string>>;

/** Reads a directory leniently: any JSON object; members that are no strings are left out. Undefined if it is none. */
export function readDirectory(body: Uint8Array): DirectoryTemplates | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
  return Object.fromEntries(
    Object.entries(parsed).filter((member): member is [string, string] => typeof member[1] === "string"),
  );
}

/** RFC 6570 §3.2.2 (reading R-020): everything outside `unreserved` is percent-encoded. */
export function encodeSegment(value: string): string {
  return encodeURIComponent(value).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Fills the one variable of a template.
 * @throws CaseStopped when there is no such template, or it gives no https URL
 */
export function expand(templates: DirectoryTemplates, endpoint: Endpoint, about: string): string {
  const template = templates[endpoint];
  if (template === undefined) throw new CaseStopped("directory", `the directory has no ${endpoint}`);
  const text = template.replaceAll(/\{[^{}]*\}/g, () => encodeSegment(about));
  if (!URL.canParse(text) || new URL(text).protocol !== "https:") {
    throw new CaseStopped(
      "directory",
      `${endpoint} of the directory gives no https URL: ${text.slice(0, 200)}`,
    );
  }
  return text;
}
