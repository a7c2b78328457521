/**
 * GFM-MIMI: GitHub Flavored Markdown with tables, task list items, strikethrough and No HTML, and no other extension.
 * draft-ietf-mimi-content-08 §7.1.1.
 * @module
 */

import type { Root } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmStrikethroughFromMarkdown } from "mdast-util-gfm-strikethrough";
import { gfmTableFromMarkdown } from "mdast-util-gfm-table";
import { gfmTaskListItemFromMarkdown } from "mdast-util-gfm-task-list-item";
import { parse, postprocess, preprocess } from "micromark";
import { gfmStrikethrough } from "micromark-extension-gfm-strikethrough";
import { gfmTable } from "micromark-extension-gfm-table";
import { gfmTaskListItem } from "micromark-extension-gfm-task-list-item";
import { isParsable } from "./complexity.ts";

/** @internal Where a token begins and ends. */
export type MarkdownEvent = ReturnType<typeof postprocess>[number];

/**
 * The Autolink extension is simply not among these. HTML tags are not recognized, so that they stay the text that they
 * are; `<https://a.example>`, which is no extension, is a link as in content §9.6.
 */
const extensions = [
  gfmStrikethrough(),
  gfmTable(),
  gfmTaskListItem(),
  { disable: { null: ["htmlFlow", "htmlText"] } },
];

const mdastExtensions = [
  gfmStrikethroughFromMarkdown(),
  gfmTableFromMarkdown(),
  gfmTaskListItemFromMarkdown(),
];

/** @internal @returns the tree of a text; of one that is not to be parsed, a paragraph of text for each of its own */
export function parseMarkdown(markdown: string): Root {
  if (!isParsable(markdown)) return asParagraphs(markdown);
  return fromMarkdown(markdown, { extensions, mdastExtensions });
}

/** @internal @returns what stands where in a text, or undefined for one that is not to be parsed */
export function markdownEvents(markdown: string): MarkdownEvent[] | undefined {
  if (!isParsable(markdown)) return undefined;
  return postprocess(
    parse({ extensions })
      .document()
      .write(preprocess()(markdown, undefined, true)),
  );
}

function asParagraphs(markdown: string): Root {
  const paragraphs = markdown.split(/(?:\r\n?|\n)[ \t]*(?:\r\n?|\n)\s*/).filter((text) => text !== "");
  const children = paragraphs.map((value) => ({
    type: "paragraph" as const,
    children: [{ type: "text" as const, value }],
  }));
  return { type: "root", children };
}
