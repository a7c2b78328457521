/**
 * What kind of identifier stands in the participant list. Protocol §3, §7.5; policy §5, §8.
 * @module
 */

import { IdentifierError, type MimiUriKind, parseMimiUri } from "@openmimi/protocol";

/** The kind that a URI names, or `undefined` for what is no canonical `mimi:` URI. */
function kindOf(uri: string): MimiUriKind | undefined {
  try {
    return parseMimiUri(uri).kind;
  } catch (error) {
    if (error instanceof IdentifierError) return undefined;
    throw error;
  }
}

/** Whether a URI is a pseudonym (reading R-027). */
export function isPseudonym(uri: string): boolean {
  return kindOf(uri) === "pseudonym";
}

/** Users take part, under a name or a pseudonym, and providers that enforce policy (policy §8); rooms or clients do not. */
export function mayParticipate(uri: string): boolean {
  const kind = kindOf(uri);
  return kind === "user" || kind === "pseudonym" || kind === "provider";
}
