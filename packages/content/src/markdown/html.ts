/**
 * Markdown to HTML that may be put into a page: no element, attribute or URL comes from the text as it is.
 * draft-ietf-mimi-content-08 §7.1.1 and §9.6.
 * @module
 */

import type { Code, Image, ImageReference, Link, LinkReference, List, ListItem, Nodes, Table } from "mdast";
import { escapeHtml, escapeUri } from "./escape.ts";
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

/** What a client knows about links and images. */
export interface MarkdownOptions {
  /** Schemes of targets that may be opened, in lower case. Default {@link DEFAULT_LINK_SCHEMES}. */
  readonly schemes?: readonly string[];
  /**
   * Says how a mention is shown (content §9.6).
   *
   * @param target the target of a link
   * @param hint how the sender would like it to be shown; undefined for `<mimi://...>`, which expresses no preference
   * @returns the text to show if the target is a user with a client in the group; undefined if it is no mention
   */
  readonly mention?: (target: string, hint: string | undefined) => string | undefined;
  /**
   * Gives the URL of an image that is there to be shown, for example a `blob:` URL of the part that a `cid:` URI refers
   * to (content §4.4). Nothing is ever loaded from elsewhere. Default: no image is shown, only its description.
   */
  readonly image?: (url: string) => string | undefined;
}

/**
 * Renders GFM-MIMI as HTML.
 *
 * Links have the class `mention`, or `different` or `downgraded` if the user is to be warned before they are opened (see
 * `judgeLink`); those that are unsafe are text.
 *
 * @example
 * ```ts
 * markdownToHtml("Hi _everyone_ <b>"); // "<p>Hi <em>everyone</em> &lt;b&gt;</p>\n"
 * ```
 */
export function markdownToHtml(markdown: string, options: MarkdownOptions = {}): string {
  const root = parseMarkdown(markdown);
  return new HtmlRenderer(options, definitionsOf(root)).all(root, 0);
}

class HtmlRenderer {
  readonly #options: MarkdownOptions;
  readonly #definitions: Definitions;
  readonly #schemes: readonly string[];

  constructor(options: MarkdownOptions, definitions: Definitions) {
    this.#options = options;
    this.#definitions = definitions;
    this.#schemes = options.schemes ?? DEFAULT_LINK_SCHEMES;
  }

  /** What is in a node. */
  all(node: Nodes, level: number): string {
    if (level >= MAX_RENDERED_LEVELS) return escapeHtml(textIn(node));
    return childrenOf(node)
      .map((child) => this.#one(child, level + 1))
      .join("");
  }

  #one(node: Nodes, level: number): string {
    const inside = () => this.all(node, level);
    switch (node.type) {
      case "text":
        return escapeHtml(node.value);
      case "paragraph":
        return `<p>${inside()}</p>\n`;
      case "heading":
        return `<h${node.depth}>${inside()}</h${node.depth}>\n`;
      case "emphasis":
        return `<em>${inside()}</em>`;
      case "strong":
        return `<strong>${inside()}</strong>`;
      case "delete":
        return `<del>${inside()}</del>`;
      case "inlineCode":
        return `<code>${escapeHtml(node.value)}</code>`;
      case "code":
        return codeBlock(node);
      case "break":
        return "<br>\n";
      case "thematicBreak":
        return "<hr>\n";
      case "blockquote":
        return `<blockquote>\n${inside()}</blockquote>\n`;
      case "list":
        return this.#list(node, level);
      case "table":
        return this.#table(node, level);
      case "link":
      case "linkReference":
        return this.#link(node, level);
      case "image":
      case "imageReference":
        return this.#image(node);
      case "definition":
        return "";
      default:
        // No other node comes out of the extensions that are allowed.
        return escapeHtml(textIn(node));
    }
  }

  #list(list: List, level: number): string {
    const start =
      list.ordered && typeof list.start === "number" && list.start !== 1 ? ` start="${list.start}"` : "";
    const name = list.ordered ? "ol" : "ul";
    const loose = isLoose(list);
    const items = list.children.map((item) => this.#item(item, loose, level + 1)).join("");
    return `<${name}${start}>\n${items}</${name}>\n`;
  }

  #item(item: ListItem, loose: boolean, level: number): string {
    const box =
      typeof item.checked === "boolean"
        ? `<input type="checkbox" disabled${item.checked ? " checked" : ""}> `
        : "";
    if (level >= MAX_RENDERED_LEVELS) return `<li>${box}${escapeHtml(textIn(item))}</li>\n`;
    const blocks = item.children.map((child) =>
      // A tight list has no paragraphs (GFM §5.3).
      child.type === "paragraph" && !loose ? this.all(child, level + 1) : this.#one(child, level + 1),
    );
    return `<li>${box}${blocks.join(loose ? "" : "\n").trimEnd()}</li>\n`;
  }

  #table(table: Table, level: number): string {
    const [head = "", ...body] = rowsOf(table).map((cells, rowIndex) => {
      const name = rowIndex === 0 ? "th" : "td";
      const columns = cells.map((cell, column) => {
        const align = table.align?.[column];
        const inside = cell === undefined ? "" : this.all(cell, level + 2);
        return `<${name}${align ? ` class="align-${align}"` : ""}>${inside}</${name}>`;
      });
      return `<tr>${columns.join("")}</tr>\n`;
    });
    const rest = body.length === 0 ? "" : `<tbody>\n${body.join("")}</tbody>\n`;
    return `<table>\n<thead>\n${head}</thead>\n${rest}</table>\n`;
  }

  #link(node: Link | LinkReference, level: number): string {
    const target = targetOf(node, this.#definitions);
    const content = this.all(node, level);
    if (target === undefined) return content;
    const text = textIn(node);
    const verdict = judgeLink(text, target, this.#schemes);
    if (verdict === "unsafe") return content;
    const shown = this.#options.mention?.(target, text === target ? undefined : text);
    const [name, inside] = shown === undefined ? [verdict, content] : ["mention", escapeHtml(shown)];
    const marked = name === "same" ? "" : ` class="${name}"`;
    return `<a href="${escapeUri(target)}"${marked} rel="noopener noreferrer nofollow">${inside}</a>`;
  }

  #image(node: Image | ImageReference): string {
    const url = node.type === "image" ? node.url : this.#definitions.get(node.identifier)?.url;
    const alt = escapeHtml(node.alt ?? "");
    const source = url === undefined ? undefined : this.#options.image?.(url);
    return source === undefined ? alt : `<img src="${escapeHtml(source)}" alt="${alt}">`;
  }
}

function codeBlock({ lang, value }: Code): string {
  const language = /^[A-Za-z0-9_+#.-]{1,30}$/.test(lang ?? "")
    ? ` class="language-${escapeHtml(lang!)}"`
    : "";
  return `<pre><code${language}>${escapeHtml(value)}\n</code></pre>\n`;
}
