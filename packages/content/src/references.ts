/**
 * The `cid:` references in the text of a part: draft-ietf-mimi-content-08 §4.4.
 * @module
 */

import { parseMediaType } from "./media-type.ts";
import type { ExternalPart, SinglePart } from "./model.ts";

/** Neither the end of a longer scheme nor the beginning of a longer host. */
const CONTENT_ID_URI = /(?<![a-z0-9+.-])cid:[0-9]{1,10}@local\.invalid(?!\.?[a-z0-9-])/gi;

const utf8 = new TextDecoder();

/**
 * Finds the references in a part by their form, which is so peculiar (content §4.4) that the format of the text need not
 * be understood: it does for HTML, Markdown, vCard and iCalendar alike. A client that renders a format may rather tell
 * which references it has shown.
 *
 * @returns each URI as often as it stands there; none for an external part or one that is not `text/*`
 */
export function findContentIdUris(part: SinglePart | ExternalPart): string[] {
  if (part.cardinality === "external" || parseMediaType(part.contentType)?.type !== "text") return [];
  return utf8.decode(part.content).match(CONTENT_ID_URI) ?? [];
}
