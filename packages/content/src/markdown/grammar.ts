/**
 * GFM-MIMI: GitHub Flavored Markdown with tables, task list items, strikethrough and No HTML, and no other extension.
 * draft-ietf-mimi-content-08 §7.1.1.
 * @module
 */

import { parse, postprocess, preprocess } from "micromark";
import { gfmStrikethrough } from "micromark-extension-gfm-strikethrough";
import { gfmTable } from "micromark-extension-gfm-table";
import { gfmTaskListItem } from "micromark-extension-gfm-task-list-item";
import { isParsable } from "./complexity.ts";

/** @internal Where a token begins and ends. */
export type MarkdownEvent = ReturnType<typeof postprocess>[number];

type Grammar = NonNullable<NonNullable<Parameters<typeof parse>[0]>["extensions"]>;

let made: Grammar | undefined;

/**
 * @internal The Autolink extension is simply not among these. HTML tags are not recognized, so that they stay the text that
 * they are; `<https://a.example>`, which is no extension, is a link as in content §9.6 (reading R-225). Made when first
 * asked for, so that a bundler can leave it out.
 */
export function grammar(): Grammar {
  made ??= [
    gfmStrikethrough(),
    gfmTable(),
    gfmTaskListItem(),
    { disable: { null: ["htmlFlow", "htmlText"] } },
  ];
  return made;
}

/** @internal @returns what stands where in a text, or undefined for one that is not to be parsed */
export function markdownEvents(markdown: string): MarkdownEvent[] | undefined {
  if (!isParsable(markdown)) return undefined;
  return postprocess(
    parse({ extensions: grammar() })
      .document()
      .write(preprocess()(markdown, undefined, true)),
  );
}
