import { markdownToHtml, markdownToText, neutralizeHtml } from "@openmimi/content/markdown";
import fc from "fast-check";
import { micromark } from "micromark";
import { gfmStrikethrough } from "micromark-extension-gfm-strikethrough";
import { gfmTable } from "micromark-extension-gfm-table";
import { gfmTaskListItem } from "micromark-extension-gfm-task-list-item";
import { describe, expect, it } from "vitest";

describe("before sending (content §7.1.1)", () => {
  it.each<[string, string]>([
    ["a <b>c</b>", "a &lt;b>c&lt;/b>"],
    ['<a href="x">', '&lt;a href="x">'],
    ["<!-- c --> <?p?> <!D> <![CDATA[x]]>", "&lt;!-- c --> &lt;?p?> &lt;!D> &lt;![CDATA[x]]>"],
    ["<div>\n*a*\n\n</div>", "&lt;div>\n*a*\n\n&lt;/div>"],
    ["> <div\n> x", "> &lt;div\n> x"],
    ["| <b> |\n|---|", "| &lt;b> |\n|---|"],
    ["![<b>](x)", "![&lt;b>](x)"],
    // What is no tag stays.
    ["1 < 2 and 3 <4", "1 < 2 and 3 <4"],
    ["\\<b>", "\\<b>"],
    ["&lt;b>", "&lt;b>"],
    ["`<b>` and ``<i> ` ``", "`<b>` and ``<i> ` ``"],
    ["```\n<b>\n```", "```\n<b>\n```"],
    ["    <b>", "    <b>"],
    ["<https://a.example> <mimi://a.example/u/x>", "<https://a.example> <mimi://a.example/u/x>"],
    ['[a](<b c> "<d>")', '[a](<b c> "<d>")'],
    // GFM takes these for blocks of HTML, whatever stands in front of them.
    ["`a\n<div>\nb`", "`a\n&lt;div>\nb`"],
    ["[a]:\n<div>", "[a]:\n&lt;div>"],
  ])("%j becomes %j", (source, expected) => {
    expect(neutralizeHtml(source)).toBe(expected);
  });

  it("takes every opening bracket out of a text that is too long to be parsed", () => {
    const long = "x".repeat(20_000);
    expect(neutralizeHtml(`\`<b>\` 1 < 2 ${long}`)).toBe(`\`&lt;b>\` 1 < 2 ${long}`);
  });
});

const pieces = fc.constantFrom(
  ...[
    "<b>",
    "</b>",
    "<div>",
    "<!-- x -->",
    "<!--",
    "-->",
    "<?x?>",
    "<![CDATA[x]]>",
    "<a b='",
    "'>",
    '<a b="',
    '">',
    "<pre",
    "<",
  ],
  ...[
    "`",
    "``",
    "```",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "    ",
    "\\",
    "*",
    "_",
    "[",
    "]",
    "(",
    ")",
    "!",
    "[a]: ",
    "|",
    "|-|\n",
  ],
  ...["<https://a.example>", "&lt;", "x", " ", "# ", "~~"],
);
const sources = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(""));

it("leaves no HTML to a parser that knows HTML, and reads the same as before", () => {
  const extensions = [gfmStrikethrough(), gfmTable(), gfmTaskListItem()];
  fc.assert(
    fc.property(sources, (source) => {
      const sent = neutralizeHtml(source);
      const found: string[] = [];
      const record = (token: { type: string }) => void found.push(token.type);
      micromark(sent, {
        extensions,
        allowDangerousHtml: true,
        htmlExtensions: [{ enter: { htmlText: record, htmlFlow: record } as never }],
      });
      expect(found).toEqual([]);
      expect(neutralizeHtml(sent)).toBe(sent);
    }),
    { numRuns: 3000 },
  );
});

it("changes nothing about what is shown, where the tags are in no code and no definition", () => {
  const plain = sources.filter((source) => !/[`\]]|^ {4}/m.test(source));
  fc.assert(
    fc.property(plain, (source) => {
      expect(markdownToHtml(neutralizeHtml(source))).toBe(markdownToHtml(source));
      expect(markdownToText(neutralizeHtml(source))).toBe(markdownToText(source));
    }),
    { numRuns: 1000 },
  );
});
