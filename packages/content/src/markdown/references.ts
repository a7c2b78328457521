/**
 * What a Markdown text refers to.
 * @module
 */

import { judgeLink, type LinkVerdict } from "./links.ts";
import { parseMarkdown } from "./parse.ts";
import { definitionsOf, nodesOf, targetOf, textIn } from "./tree.ts";

/** A link in a text. */
export interface MarkdownLink {
  /** What the user sees. */
  readonly text: string;
  readonly target: string;
  readonly verdict: LinkVerdict;
}

/**
 * Lists the links in a text (content §9.6), for example to look for mentions or to ask for confirmation.
 *
 * @param schemes in lower case, of targets that may be opened
 * @returns the links in order; none for a text that is not parsed, whose links are text
 * @example
 * ```ts
 * const mentionsMe = markdownLinks(source).some(({ target }) => target === "mimi://a.example/u/alice");
 * ```
 */
export function markdownLinks(markdown: string, schemes?: readonly string[]): MarkdownLink[] {
  const root = parseMarkdown(markdown);
  const definitions = definitionsOf(root);
  const links: MarkdownLink[] = [];
  for (const node of nodesOf(root)) {
    if (node.type !== "link" && node.type !== "linkReference") continue;
    const target = targetOf(node, definitions);
    const text = textIn(node);
    if (target !== undefined) links.push({ text, target, verdict: judgeLink(text, target, schemes) });
  }
  return links;
}

/** @returns the URLs of the images in a text, in order: those of other parts of the message are `cid:` URIs */
export function markdownImages(markdown: string): string[] {
  const root = parseMarkdown(markdown);
  const definitions = definitionsOf(root);
  const urls: string[] = [];
  for (const node of nodesOf(root)) {
    if (node.type === "image") urls.push(node.url);
    else if (node.type === "imageReference") {
      const url = definitions.get(node.identifier)?.url;
      if (url !== undefined) urls.push(url);
    }
  }
  return urls;
}
