import { MAX_MARKDOWN_CHARACTERS, markdownToHtml, neutralizeHtml } from "@openmimi/content/markdown";
import { describe, expect, it } from "vitest";

/** As long as can be, with a mark that is to be seen if the text was parsed. */
const filled = (unit: string, behind = "") => {
  const room = MAX_MARKDOWN_CHARACTERS - "`x`\n\n".length;
  const count = Math.floor(room / (unit.length + behind.length));
  return `\`x\`\n\n${unit.repeat(count)}${behind.repeat(count)}`;
};
const isParsed = (text: string) => markdownToHtml(text).startsWith("<p><code>x</code></p>");

/** What takes a parser time that grows with the square of the length: seconds for these. */
const SLOW: readonly [string, string][] = [
  ["block quotes in block quotes", filled(">")],
  ["lists in lists on each line", filled("- -\n")],
  ["lines that go on without a mark", `\`x\`\n\n${">".repeat(8)}a\n${"a\n".repeat(8_000)}`],
  ["lines that go on without a mark for each quote", filled(">>a\n>a\n")],
  ["runs that mark nothing", filled("*a_ ")],
  ["marks in marks", filled("**a ", "a** ")],
  ["marks in turns", filled("*~_**__")],
  ["strikethrough", filled("~~a")],
  ["headings by underlining", filled("a\n=\n")],
  ["headings by underlining, in a quote", filled("> a\n> =\n")],
  ["images in images", filled("![", "](b)")],
  ["images in images, many times", filled(`${"![".repeat(40)}${"](b)".repeat(40)}`)],
  ["titles that do not end", filled('[a](b "')],
  ["code that does not end", filled("\\`` a")],
];

describe("a text with more marks than people write is shown as it is", () => {
  it.each(SLOW)("%s", (_, text) => {
    expect(text.length).toBeLessThanOrEqual(MAX_MARKDOWN_CHARACTERS);
    expect(isParsed(text)).toBe(false);
    // Nothing is known to be code in it, so that every tag is taken out.
    expect(neutralizeHtml(text.replace("`x`", "`<b>`"))).toContain("`&lt;b>`");
  });
});

describe("a long text that people might write is parsed", () => {
  it.each<[string, string]>([
    ["words", filled("word ")],
    ["paragraphs", filled("some words and some more\n\n")],
    ["lines in a quote", filled("> some words\n")],
    ["a list", filled("- some [x] words\n")],
    ["a list of tasks", filled("1. [x] some words\n")],
    [
      "items that go on",
      filled("- some words that go on\n  in a second line, as texts do that are wrapped\n"),
    ],
    ["marked words", filled("some words _marked_ and **more of them**, at last ")],
    ["links", filled("see [the draft](https://a.example/draft), it says ")],
    ["images", filled("![a cat](cid:1@local.invalid) on a mat, asleep. ")],
    ["a table", `\`x\`\n\n|a|b|\n|-|-|\n${"| some | words |\n".repeat(900)}`],
    ["code", filled("`a` and `` ` `` and some words ")],
    ["a block of code", `\`x\`\n\n\`\`\`\n${"let some = words;\n".repeat(800)}\`\`\``],
    [
      "headings",
      filled("A heading\n=========\n\nsome words that stand below it, for as long as it takes to say\n\n"),
    ],
    ["brackets", filled("[INFO] some words [and [more] of them] ")],
  ])("%s", (_, text) => {
    expect(isParsed(text)).toBe(true);
  });
});
