/**
 * The text in a part, by its media type: draft-ietf-mimi-content-08 §7.1.
 * @module
 */

import { parseMediaType } from "../media-type.ts";
import type { NestedPart } from "../model.ts";
import { escapeHtml } from "./escape.ts";
import { type MarkdownOptions, markdownToHtml } from "./html.ts";
import { markdownToText } from "./plain-text.ts";

const utf8 = new TextDecoder();

/**
 * Shows a part that is plain text or Markdown as HTML that may be put into a page.
 *
 * @param part any part, for example one of `processParts`
 * @returns undefined for what is neither: other media types, other charsets than UTF-8, and parts without content here.
 *   HTML is among them, since making it safe takes more than this package has
 * @example
 * ```ts
 * for (const { part } of processParts({ nestedPart: body }, receiver).parts) show(partToHtml(part) ?? placeholder(part));
 * ```
 */
export function partToHtml(part: NestedPart, options: MarkdownOptions = {}): string | undefined {
  const found = textIn(part);
  if (found === undefined) return undefined;
  if (found.isMarkdown) return markdownToHtml(found.text, options);
  return `<p>${escapeHtml(found.text).replaceAll(/\r\n?|\n/g, "<br>\n")}</p>\n`;
}

/**
 * Shows a part that is plain text or Markdown as plain text, for example in a notification.
 *
 * @returns undefined for what is neither, as for {@link partToHtml}
 */
export function partToText(
  part: NestedPart,
  options: Pick<MarkdownOptions, "mention" | "schemes"> = {},
): string | undefined {
  const found = textIn(part);
  if (found === undefined) return undefined;
  return found.isMarkdown ? markdownToText(found.text, options) : found.text;
}

/** Every variant of Markdown is read as GFM-MIMI: what a text is in none of its other variants is shown as text. */
function textIn(part: NestedPart): { readonly text: string; readonly isMarkdown: boolean } | undefined {
  if (part.cardinality !== "single") return undefined;
  const media = parseMediaType(part.contentType);
  if (media?.type !== "text" || media.parameters.get("charset") !== "utf-8") return undefined;
  if (media.subtype !== "plain" && media.subtype !== "markdown") return undefined;
  return { text: utf8.decode(part.content), isMarkdown: media.subtype === "markdown" };
}
