/**
 * Markdown to plain text, which the draft accepts as a rendering. draft-ietf-mimi-content-08 §7.1.
 * @module
 */

import type { Link, LinkReference, List, ListItem, Nodes, Table } from "mdast";
import type { MarkdownOptions } from "./html.ts";
import { DEFAULT_LINK_SCHEMES, judgeLink } from "./links.ts";
import { parseMarkdown } from "./parse.ts";
import {
  childrenOf,
  type Definitions,
  definitionsOf,
  isLoose,
  MAX_RENDERED_LEVELS,
  rowsOf,
  targetOf,
  textIn,
} from "./tree.ts";

/**
 * Renders GFM-MIMI as plain text. Where the text of a link is not its target, the target stands behind it.
 *
 * @example
 * ```ts
 * markdownToText("- [ ] read [the draft](https://a.example/draft)"); // "- [ ] read the draft (https://a.example/draft)"
 * ```
 */
export function markdownToText(
  markdown: string,
  options: Pick<MarkdownOptions, "mention" | "schemes"> = {},
): string {
  const root = parseMarkdown(markdown);
  return new TextRenderer(options, definitionsOf(root)).blocks(root, 0, "\n\n");
}

class TextRenderer {
  readonly #options: Pick<MarkdownOptions, "mention" | "schemes">;
  readonly #definitions: Definitions;

  constructor(options: Pick<MarkdownOptions, "mention" | "schemes">, definitions: Definitions) {
    this.#options = options;
    this.#definitions = definitions;
  }

  blocks(node: Nodes, level: number, between: string): string {
    if (level >= MAX_RENDERED_LEVELS) return textIn(node);
    return childrenOf(node)
      .filter(({ type }) => type !== "definition")
      .map((child) => this.#block(child, level + 1))
      .join(between);
  }

  #block(node: Nodes, level: number): string {
    switch (node.type) {
      case "blockquote":
        return indent(this.blocks(node, level, "\n\n"), "> ");
      case "list":
        return this.#list(node, level);
      case "table":
        return this.#table(node, level);
      case "code":
        return node.value;
      case "thematicBreak":
        return "---";
      default:
        return this.#inline(node, level);
    }
  }

  #list(list: List, level: number): string {
    const first = list.start ?? 1;
    const loose = isLoose(list);
    const items = list.children.map((item, index) => {
      const mark = list.ordered ? `${first + index}. ` : "- ";
      return this.#item(item, mark, loose, level + 1);
    });
    return items.join(loose ? "\n\n" : "\n");
  }

  #item(item: ListItem, mark: string, loose: boolean, level: number): string {
    const box = typeof item.checked === "boolean" ? `[${item.checked ? "x" : " "}] ` : "";
    const text = this.blocks(item, level, loose ? "\n\n" : "\n");
    return `${mark}${box}${indent(text, " ".repeat(mark.length)).slice(mark.length)}`;
  }

  #table(table: Table, level: number): string {
    return rowsOf(table)
      .map((cells) => cells.map((cell) => (cell ? this.#inline(cell, level + 2) : "")).join(" | "))
      .join("\n");
  }

  #inline(node: Nodes, level: number): string {
    if (level >= MAX_RENDERED_LEVELS) return textIn(node);
    if (node.type === "link" || node.type === "linkReference") return this.#link(node, level);
    if (!("children" in node)) return textIn(node);
    return childrenOf(node)
      .map((child) => this.#inline(child, level + 1))
      .join("");
  }

  #link(node: Link | LinkReference, level: number): string {
    const target = targetOf(node, this.#definitions);
    const text = childrenOf(node)
      .map((child) => this.#inline(child, level + 1))
      .join("");
    if (target === undefined) return text;
    const verdict = judgeLink(text, target, this.#options.schemes ?? DEFAULT_LINK_SCHEMES);
    const hint = text === target ? undefined : text;
    const shown = verdict === "unsafe" ? undefined : this.#options.mention?.(target, hint);
    if (shown !== undefined) return shown;
    return verdict === "same" ? text : `${text} (${target})`;
  }
}

function indent(text: string, prefix: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? prefix.trimEnd() : prefix + line))
    .join("\n");
}
