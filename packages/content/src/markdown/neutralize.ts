/**
 * No HTML, on the side of the sender: draft-ietf-mimi-content-08 §7.1.1.
 * @module
 */

import { type MarkdownEvent, markdownEvents } from "./grammar.ts";

/** What an HTML tag, comment, declaration, processing instruction or CDATA section begins with. */
const OPENING = /<(?=[A-Za-z/!?])/;

/** In these, `<` is no tag, unless it begins a line: then GFM would take it for a block of HTML. */
const OPAQUE: ReadonlySet<string> = new Set(["codeText", "resource", "reference", "definition"]);

/** Code blocks come before HTML blocks, so there it is never a tag. */
const CODE_BLOCKS: ReadonlySet<string> = new Set(["codeFenced", "codeIndented"]);

/**
 * Replaces the opening angle bracket of every HTML tag with `&lt;`, as is to be done before sending. What only looks
 * like the beginning of a tag is replaced too, which reads the same. Code and `<https://a.example>` stay.
 *
 * @example
 * ```ts
 * neutralizeHtml("a <b>bold</b> `<b>`"); // "a &lt;b>bold&lt;/b> `<b>`"
 * ```
 */
export function neutralizeHtml(markdown: string): string {
  if (!OPENING.test(markdown)) return markdown;
  const events = markdownEvents(markdown);
  // Not to be parsed: nothing in it is known to be code.
  if (events === undefined) return markdown.replaceAll(new RegExp(OPENING, "g"), "&lt;");
  return replaceAt(markdown, placesOfHtml(markdown, events));
}

/** @internal Whether a text that can be parsed holds what {@link neutralizeHtml} replaces. */
export function holdsHtml(markdown: string): boolean {
  if (!OPENING.test(markdown)) return false;
  const events = markdownEvents(markdown);
  return events !== undefined && placesOfHtml(markdown, events).length > 0;
}

function placesOfHtml(markdown: string, events: readonly MarkdownEvent[]): number[] {
  const places: number[] = [];
  let opaque = 0;
  let codeBlocks = 0;
  for (const [kind, token] of events) {
    const step = kind === "enter" ? 1 : -1;
    if (OPAQUE.has(token.type)) opaque += step;
    if (CODE_BLOCKS.has(token.type)) codeBlocks += step;
    if (step < 0 || codeBlocks > 0 || !isLeaf(token.type)) continue;
    for (let place = token.start.offset; place < token.end.offset; place++) {
      if (!OPENING.test(markdown.slice(place, place + 2))) continue;
      if (opaque === 0 || beginsLine(markdown, place)) places.push(place);
    }
  }
  return places;
}

/** Tokens in which a tag may begin. Of those no one is in another one. What begins an autolink is no tag. */
function isLeaf(type: string): boolean {
  return type === "data" || type === "codeTextData" || type.endsWith("LiteralMarker");
}

/** Whether only white space and the marks of block quotes are in front of it on its line. */
function beginsLine(markdown: string, place: number): boolean {
  for (let at = place - 1; at >= 0; at--) {
    const character = markdown[at]!;
    if (character === "\n" || character === "\r") return true;
    if (character !== " " && character !== "\t" && character !== ">") return false;
  }
  return true;
}

function replaceAt(markdown: string, places: readonly number[]): string {
  let result = "";
  let from = 0;
  for (const place of places) {
    result += `${markdown.slice(from, place)}&lt;`;
    from = place + 1;
  }
  return result + markdown.slice(from);
}
