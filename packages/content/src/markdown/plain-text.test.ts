import { markdownToText } from "@openmimi/content/markdown";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("GFM-MIMI as plain text (content §7.1)", () => {
  it.each<[string, string, string]>([
    ["emphasis and code", "_a_ **b** ~~c~~ `d`", "a b c d"],
    ["paragraphs", "# a\n\nb\\\nc", "a\n\nb\nc"],
    ["a quote", "> a\n> b", "> a\n> b"],
    ["lists", "- a\n- b\n  1. c\n  2. d", "- a\n- b\n  1. c\n  2. d"],
    ["a loose list", "- a\n\n  b\n- c", "- a\n\n  b\n\n- c"],
    ["tasks", "- [ ] a\n- [x] b", "- [ ] a\n- [x] b"],
    ["a table", "|a|b|\n|-|-|\n|1|_2_|", "a | b\n1 | 2"],
    ["rows of other lengths", "|a|b|\n|-|-|\n|1|\n|1|2|3|", "a | b\n1 | \n1 | 2"],
    ["code and a rule", "```\na\n  b\n```\n\n---", "a\n  b\n\n---"],
    ["links", "[a](https://a.example) <https://b.example>", "a (https://a.example) https://b.example"],
    ["an unsafe link", "[a](javascript:x)", "a (javascript:x)"],
    ["images", "![a cat](cid:1@local.invalid)", "a cat"],
    ["a reference", "[a][b]\n\n[b]: https://b.example", "a (https://b.example)"],
    ["HTML", "<b>a</b>", "<b>a</b>"],
    ["nothing", "", ""],
  ])("%s", (_, source, expected) => {
    expect(markdownToText(source)).toBe(expected);
  });

  it("shows mentions as the client says", () => {
    const mention = (target: string) => (target.startsWith("mimi:") ? "@Alice" : undefined);
    expect(markdownToText("hi [x](mimi://a.example/u/alice)", { mention })).toBe("hi @Alice");
    // As in HTML, what may not be opened is no mention.
    const options = { mention, schemes: ["https"] };
    expect(markdownToText("hi [x](mimi://a.example/u/alice)", options)).toBe(
      "hi x (mimi://a.example/u/alice)",
    );
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (source) => {
        expect(typeof markdownToText(source)).toBe("string");
      }),
      { numRuns: 500 },
    );
  });
});

it("hostile texts of the greatest length take no longer than a moment", () => {
  const units = [
    "[",
    "![",
    "*a ",
    "**a*",
    ">",
    "> ",
    ">- ",
    "1. ",
    "* a\n",
    "`a``",
    "<a",
    "|",
    "[a](",
    "[a]: b\n",
    "_a_",
    "&",
    "a**b",
  ];
  for (const unit of units) {
    const start = performance.now();
    markdownToText(unit.repeat(16_384 / unit.length));
    expect(performance.now() - start, unit).toBeLessThan(5_000);
  }
});
