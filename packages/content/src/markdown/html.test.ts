import { decode, encode, MediaType, markdown } from "@openmimi/content";
import {
  MAX_MARKDOWN_CHARACTERS,
  type MarkdownOptions,
  markdownImages,
  markdownLinks,
  markdownToHtml,
  neutralizeHtml,
} from "@openmimi/content/markdown";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const rel = 'rel="noopener noreferrer nofollow"';

describe("GFM-MIMI as HTML (content §7.1.1)", () => {
  it.each<[string, string, string]>([
    ["emphasis", "_a_ **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>\n"],
    ["a heading", "## a", "<h2>a</h2>\n"],
    ["paragraphs and breaks", "a\\\nb\n\nc", "<p>a<br>\nb</p>\n<p>c</p>\n"],
    ["a quote and a rule", "> a\n\n---", "<blockquote>\n<p>a</p>\n</blockquote>\n<hr>\n"],
    ["a code block", "```ts\na < b\n```", '<pre><code class="language-ts">a &lt; b\n</code></pre>\n'],
    ["a language that is none", '```x"onclick=y\n```', "<pre><code>\n</code></pre>\n"],
    ["a tight list", "- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"],
    ["a loose list", "3. a\n\n4. b", '<ol start="3">\n<li><p>a</p></li>\n<li><p>b</p></li>\n</ol>\n'],
    ["lists in lists", "- a\n  - b", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul></li>\n</ul>\n"],
    [
      "task list items",
      "- [ ] a\n- [x] b",
      '<ul>\n<li><input type="checkbox" disabled> a</li>\n<li><input type="checkbox" disabled checked> b</li>\n</ul>\n',
    ],
    [
      "a table",
      "| a | b |\n|--:|---|\n| 1 | _2_ |",
      '<table>\n<thead>\n<tr><th class="align-right">a</th><th>b</th></tr>\n</thead>\n<tbody>\n<tr><td class="align-right">1</td><td><em>2</em></td></tr>\n</tbody>\n</table>\n',
    ],
    [
      "a table with rows of other lengths",
      "|a|b|\n|-|-|\n|1|\n|1|2|3|",
      "<table>\n<thead>\n<tr><th>a</th><th>b</th></tr>\n</thead>\n<tbody>\n<tr><td>1</td><td></td></tr>\n<tr><td>1</td><td>2</td></tr>\n</tbody>\n</table>\n",
    ],
    ["a table without rows", "|a|\n|-|", "<table>\n<thead>\n<tr><th>a</th></tr>\n</thead>\n</table>\n"],
    ["a link", "[a.example](https://a.example)", `<p><a href="https://a.example" ${rel}>a.example</a></p>\n`],
    [
      "a link that says something else",
      "[my bank](https://a.example)",
      `<p><a href="https://a.example" class="different" ${rel}>my bank</a></p>\n`,
    ],
    [
      "a downgraded link",
      "[https://a.example](http://a.example)",
      `<p><a href="http://a.example" class="downgraded" ${rel}>https://a.example</a></p>\n`,
    ],
    ["an unsafe link", "[a](javascript:x)", "<p>a</p>\n"],
    [
      "a link by reference",
      "[a.example][r]\n\n[r]: https://a.example",
      `<p><a href="https://a.example" ${rel}>a.example</a></p>\n`,
    ],
    ["a reference to nothing", "[a][r]", "<p>[a][r]</p>\n"],
    [
      "an angle bracket link",
      "<https://a.example>",
      `<p><a href="https://a.example" ${rel}>https://a.example</a></p>\n`,
    ],
    ["an image without a source", "![a cat](https://a.example/cat.png)", "<p>a cat</p>\n"],
    // What the draft takes out of GFM.
    [
      "a bare URL",
      "see https://a.example and www.a.example",
      "<p>see https://a.example and www.a.example</p>\n",
    ],
    ["a bare address", "write to a@b.example", "<p>write to a@b.example</p>\n"],
    ["HTML tags", "a <b>c</b> <!-- d -->", "<p>a &lt;b&gt;c&lt;/b&gt; &lt;!-- d --&gt;</p>\n"],
    ["an HTML block", "<div>\n*a*\n</div>", "<p>&lt;div&gt;\n<em>a</em>\n&lt;/div&gt;</p>\n"],
    ["a script", "<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"],
    ["neutralized HTML", "&lt;b>c&lt;/b>", "<p>&lt;b&gt;c&lt;/b&gt;</p>\n"],
    // What is no extension of it.
    ["a footnote", "a[^1]\n\n[^1]: a note", "<p>a[^1]</p>\n<p>[^1]: a note</p>\n"],
    ["a definition list", "a\n: b", "<p>a\n: b</p>\n"],
    ["math", "$a$", "<p>$a$</p>\n"],
    ["an emoji name", ":tada:", "<p>:tada:</p>\n"],
  ])("%s", (_, source, expected) => {
    expect(markdownToHtml(source)).toBe(expected);
  });

  it("shows mentions as the client says (content §9.6)", () => {
    const alice = "mimi://example.com/u/alice-smith";
    const hints: (string | undefined)[] = [];
    const options: MarkdownOptions = {
      mention: (target, hint) => {
        if (target !== alice) return undefined;
        hints.push(hint);
        return hint === "Alice" ? hint : "@<Alice Smith>";
      },
    };
    const shown = (source: string) => />([^<]*)<\/a>/.exec(markdownToHtml(source, options))?.[1];
    expect(
      [`<${alice}>`, `[${alice}](${alice})`, `[@AliceSmith](${alice})`, `[Alice](${alice})`].map(shown),
    ).toEqual(["@&lt;Alice Smith&gt;", "@&lt;Alice Smith&gt;", "@&lt;Alice Smith&gt;", "Alice"]);
    expect(hints).toEqual([undefined, undefined, "@AliceSmith", "Alice"]);
    expect(markdownToHtml(`[Alice](${alice})`, options)).toBe(
      `<p><a href="${alice}" class="mention" ${rel}>Alice</a></p>\n`,
    );
    expect(markdownToHtml("[Bob](mimi://example.com/u/bob)", options)).toContain('class="different"');
  });

  it("shows images that are in the message", () => {
    const image = (url: string) => (url === "cid:1@local.invalid" ? 'blob:x"y' : undefined);
    expect(markdownToHtml('![a "cat"](cid:1@local.invalid)', { image })).toBe(
      '<p><img src="blob:x&quot;y" alt="a &quot;cat&quot;"></p>\n',
    );
    expect(markdownToHtml("![dog][d]\n\n[d]: cid:2@local.invalid", { image })).toBe("<p>dog</p>\n");
  });

  it("shows as text what is too long or too deep to be parsed", () => {
    expect(markdownToHtml(`_a_ ${"b".repeat(MAX_MARKDOWN_CHARACTERS)}`)).toMatch(/^<p>_a_ b/);
    expect(markdownToHtml(`_a_\n${"> ".repeat(9)}<b>\n\n_c_`)).toBe(
      `<p>_a_\n${"&gt; ".repeat(9)}&lt;b&gt;</p>\n<p>_c_</p>\n`,
    );
    expect(markdownToHtml(`${"> ".repeat(8)}_a_`)).toContain("<em>a</em>");
    const deep = `${"*a **b ".repeat(200)}c${"** *".repeat(200)}`;
    expect(markdownToHtml(deep).length).toBeLessThan(deep.length * 10);
  });

  it("does not make a page of a line: many columns, many short rows", () => {
    const source = `${"|a".repeat(2_000)}|\n${"|-".repeat(2_000)}|\n${"|b|\n".repeat(1_500)}`;
    expect(markdownToHtml(source)).toContain("<table>");
    expect(markdownToHtml(source).length).toBeLessThan(10 * source.length);
  });

  it.each<[string, string]>([
    ["mimi://example.com/u/alice-smith", "mimi://example.com/u/alice-smith"],
    ["im:alice@a.example", "im:alice@a.example"],
    ["alice@a.example", "mailto:alice@a.example"],
  ])("takes <%s> for a link (reading R-225)", (text, target) => {
    expect(markdownToHtml(`<${text}>`)).toBe(`<p><a href="${target}" ${rel}>${text}</a></p>\n`);
    expect(markdownLinks(`<${text}>`)).toEqual([{ text, target, verdict: "same" }]);
    expect(neutralizeHtml(`<${text}>`)).toBe(`<${text}>`);
    // Without the angle brackets it is a text: that would be the Autolink extension.
    expect(markdownLinks(text)).toEqual([]);
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "x-app:y", "cid:1@local.invalid"])(
    "opens nothing at <%s>",
    (target) => {
      expect(markdownToHtml(`<${target}>`)).toBe(`<p>${target}</p>\n`);
    },
  );

  it("renders what came in a message", () => {
    const { nestedPart } = decode(encode(markdown("Hi _everyone_")));
    if (nestedPart.cardinality !== "single") throw new Error("no single part");
    expect(nestedPart.contentType).toBe(MediaType.markdown);
    expect(markdownToHtml(new TextDecoder().decode(nestedPart.content))).toBe(
      "<p>Hi <em>everyone</em></p>\n",
    );
  });
});

describe("what a text refers to", () => {
  it("is its links and images", () => {
    const source =
      "[a](https://a.example) <im:b> ![c](cid:1@local.invalid) [d][r] ![e][r]\n\n[r]: https://r.example";
    expect(markdownLinks(source)).toEqual([
      { text: "a", target: "https://a.example", verdict: "different" },
      { text: "im:b", target: "im:b", verdict: "same" },
      { text: "d", target: "https://r.example", verdict: "different" },
    ]);
    expect(markdownImages(source)).toEqual(["cid:1@local.invalid", "https://r.example"]);
    expect(markdownLinks("https://a.example")).toEqual([]);
  });
});

/** Pieces that hostile texts are made of. */
const pieces = fc.constantFrom(
  ...[
    "<",
    ">",
    "&",
    '"',
    "'",
    "`",
    "*",
    "_",
    "~~",
    "[",
    "]",
    "(",
    ")",
    "!",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "1. ",
    "|",
    "\\",
  ],
  ...[
    "<script>",
    "<img src=x onerror=y>",
    "javascript:x",
    "https://a.example",
    "cid:1@local.invalid",
    "<javascript:x>",
    "<https://a.example/'>",
    "data:text/html,<b>",
    '" onclick="x',
    "&#106;avascript:x",
    "&colon;",
    "&quot;",
    "&lt;",
    "\t",
  ],
  ...[
    "[a]: ",
    "```",
    "---",
    "[x] ",
    "\u0000",
    "\ud800",
    "\u202e",
    "é",
    "a",
    " ",
    "<!--",
    "-->",
    "<?",
    "<![CDATA[",
  ],
);
const hostile = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(""));

/** Everything in angle brackets that the renderer may have written itself. */
const OWN =
  /^(?:\/?(?:p|h[1-6]|em|strong|del|code|pre|blockquote|ul|ol|li|table|thead|tbody|tr|th|td)|hr|br|\/a|ol start="\d+"|code class="language-[^"<>]*"|t[hd] class="align-(?:left|right|center)"|input type="checkbox" disabled(?: checked)?|a href="(?:https?|mailto|mimi|im):[^"<>\s]*"(?: class="(?:mention|different|downgraded)")? rel="noopener noreferrer nofollow"|img src="blob:1" alt="[^"<>]*")$/i;

/** @returns the elements that are open where another one is closed, or at the end */
function unbalanced(tags: readonly string[]): string[] {
  const open: string[] = [];
  for (const tag of tags) {
    const name = /^\/?([a-z0-9]+)/i.exec(tag)?.[1] ?? tag;
    if (["hr", "br", "input", "img"].includes(name)) continue;
    if (!tag.startsWith("/")) open.push(name);
    else if (open.pop() !== name) return [...open, `/${name}`];
  }
  return open;
}

it("no text gets an element, attribute or scheme of its own into the HTML", () => {
  const image = (url: string) => (url.startsWith("cid:") ? "blob:1" : undefined);
  fc.assert(
    fc.property(hostile, (source) => {
      const html = markdownToHtml(source, { image });
      const tags = [...html.matchAll(/<([^>]*)>/g)].map((match) => match[1]!);
      expect(tags.filter((tag) => !OWN.test(tag))).toEqual([]);
      expect(unbalanced(tags)).toEqual([]);
      expect(html.replaceAll(/<[^>]*>/g, "")).not.toMatch(/[<>]/);
    }),
    { numRuns: 2000 },
  );
});
