/**
 * GFM-MIMI, the Markdown of MIMI: draft-ietf-mimi-content-08 §7.1.1. Behind an import of its own, so that those who only
 * encode and decode messages load no parser of Markdown.
 * @module
 */

export { MAX_MARKDOWN_CHARACTERS } from "./complexity.ts";
export { type MarkdownOptions, markdownToHtml } from "./html.ts";
export { DEFAULT_LINK_SCHEMES, judgeLink, type LinkVerdict } from "./links.ts";
export { neutralizeHtml } from "./neutralize.ts";
export { partToHtml, partToText } from "./part.ts";
export { markdownToText } from "./plain-text.ts";
export { type MarkdownLink, markdownImages, markdownLinks } from "./references.ts";
