/**
 * The tree of a text in GFM-MIMI.
 * @module
 */

import type { Root } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmStrikethroughFromMarkdown } from "mdast-util-gfm-strikethrough";
import { gfmTableFromMarkdown } from "mdast-util-gfm-table";
import { gfmTaskListItemFromMarkdown } from "mdast-util-gfm-task-list-item";
import { isParsable } from "./complexity.ts";
import { grammar } from "./grammar.ts";

/** @internal @returns the tree of a text; of one that is not to be parsed, a paragraph of text for each of its own */
export function parseMarkdown(markdown: string): Root {
  if (!isParsable(markdown)) return asParagraphs(markdown);
  const mdastExtensions = [
    gfmStrikethroughFromMarkdown(),
    gfmTableFromMarkdown(),
    gfmTaskListItemFromMarkdown(),
  ];
  return fromMarkdown(markdown, { extensions: grammar(), mdastExtensions });
}

function asParagraphs(markdown: string): Root {
  const paragraphs = markdown.split(/(?:\r\n?|\n)[ \t]*(?:\r\n?|\n)\s*/).filter((text) => text !== "");
  const children = paragraphs.map((value) => ({
    type: "paragraph" as const,
    children: [{ type: "text" as const, value }],
  }));
  return { type: "root", children };
}
