/**
 * Texts in GFM-MIMI, with the trees that they are, written down by hand. Content §7.1.1, §9.6.
 * @module
 */

import type { Tree } from "./tree.ts";

export type Rendered = readonly [id: string, markdown: string, tree: readonly Tree[], notes?: string];
const p = (...children: Tree[]): Tree => ["p", ...children];
const link = (href: string, ...children: Tree[]): Tree => ["a", { href }, ...children];
const box = (checked: boolean): Tree => ["input", { checked }];

const basics: readonly Rendered[] = [
  ["text", "Hi everyone", [p("Hi everyone")]],
  ["paragraphs", "one\n\ntwo", [p("one"), p("two")]],
  ["soft-line-end", "one\ntwo", [p("one\ntwo")]],
  ["hard-line-end", "one  \ntwo", [p("one", ["br"], "\ntwo")]],
  ["emphasis", "Hi _everyone_", [p("Hi ", ["em", "everyone"])], "From the draft's examples."],
  ["strong", "**now**", [p(["strong", "now"])]],
  ["strong-emphasis", "***now***", [p(["em", ["strong", "now"]])]],
  ["no-emphasis-within-a-word", "snake_case_name", [p("snake_case_name")]],
  ["escaped", "\\*not\\*", [p("*not*")]],
  ["entity", "a &amp; b &lt;c>", [p("a & b <c>")]],
  [
    "headings",
    "# one\n\n## two",
    [
      ["h1", "one"],
      ["h2", "two"],
    ],
  ],
  ["no-heading-without-a-space", "#topic", [p("#topic")]],
  ["block-quote", "> said\n> so", [["blockquote", p("said\nso")]]],
  ["thematic-break", "a\n\n***\n\nb", [p("a"), ["hr"], p("b")]],
  ["code", "`x < y`", [p(["code", "x < y"])]],
  ["code-block", "```\nx < y\n```", [["pre", ["code", "x < y\n"]]]],
  ["code-block-with-language", "```js\nlet x\n```", [["pre", ["code", { language: "js" }, "let x\n"]]]],
  ["list", "- one\n- two", [["ul", ["li", "one"], ["li", "two"]]]],
  ["numbered-list", "1. one\n2. two", [["ol", ["li", "one"], ["li", "two"]]]],
  ["numbered-from-three", "3. three\n4. four", [["ol", { start: 3 }, ["li", "three"], ["li", "four"]]]],
  ["loose-list", "- one\n\n- two", [["ul", ["li", p("one")], ["li", p("two")]]]],
];

const links: readonly Rendered[] = [
  ["link", "[here](https://a.example/x)", [p(link("https://a.example/x", "here"))]],
  ["link-by-reference", "[here][1]\n\n[1]: https://a.example/x", [p(link("https://a.example/x", "here"))]],
  [
    "link-in-angle-brackets",
    "<https://a.example>",
    [p(link("https://a.example", "https://a.example"))],
    "Part of CommonMark, and no extension.",
  ],
  [
    "mention",
    "Kudos to [@Alice Smith](mimi://a.example/u/alice)",
    [p("Kudos to ", link("mimi://a.example/u/alice", "@Alice Smith"))],
  ],
  [
    "mention-in-angle-brackets",
    "<mimi://a.example/u/alice>",
    [p(link("mimi://a.example/u/alice", "mimi://a.example/u/alice"))],
    "As in section 9.6.",
  ],
  ["link-that-may-not-be-opened", "[here](javascript:alert%281%29)", [p("here")], "No link at all."],
  [
    "image",
    "![a cat](cid:1@local.invalid)",
    [p("a cat")],
    "Nothing is loaded: what is shown is its description, unless the part is there.",
  ],
];

const autolinks: readonly Rendered[] = [
  ["no-autolink-of-a-url", "see https://a.example/x", [p("see https://a.example/x")]],
  ["no-autolink-of-www", "see www.a.example", [p("see www.a.example")]],
  ["no-autolink-of-an-address", "write to alice@a.example", [p("write to alice@a.example")]],
  ["no-autolink-of-a-mimi-uri", "mimi://a.example/u/alice", [p("mimi://a.example/u/alice")]],
  ["no-autolink-in-a-list", "- http://a.example", [["ul", ["li", "http://a.example"]]]],
];

const html: readonly Rendered[] = [
  ["open-tag", "a <b>", [p("a <b>")]],
  ["closing-tag", "a </b>", [p("a </b>")]],
  ["script", "<script>alert(1)</script>", [p("<script>alert(1)</script>")]],
  [
    "script-over-lines",
    "<script>\nalert(1)\n</script>",
    [p("<script>\nalert(1)\n</script>")],
    "Text, and no block of HTML.",
  ],
  ["comment", "a <!-- b --> c", [p("a <!-- b --> c")]],
  ["processing-instruction", "<?php ?>", [p("<?php ?>")]],
  ["declaration", "<!DOCTYPE html>", [p("<!DOCTYPE html>")]],
  ["cdata", "<![CDATA[x]]>", [p("<![CDATA[x]]>")]],
  ["self-closing-tag", "a<br/>b", [p("a<br/>b")]],
  [
    "markdown-inside-tags",
    "<div>*x*</div>",
    [p("<div>", ["em", "x"], "</div>")],
    "Tags are text, so that what is between them is Markdown.",
  ],
  ["neutralized-tag", "&lt;b>", [p("<b>")], "As it is sent."],
];

const extensions: readonly Rendered[] = [
  [
    "table",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    [["table", ["thead", ["tr", ["th", "a"], ["th", "b"]]], ["tbody", ["tr", ["td", "1"], ["td", "2"]]]]],
  ],
  [
    "table-with-alignment",
    "| a | b |\n|:--|:-:|\n| 1 | 2 |",
    [
      [
        "table",
        ["thead", ["tr", ["th", { align: "left" }, "a"], ["th", { align: "center" }, "b"]]],
        ["tbody", ["tr", ["td", { align: "left" }, "1"], ["td", { align: "center" }, "2"]]],
      ],
    ],
  ],
  [
    "table-with-rows-of-other-lengths",
    "| a | b |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |",
    [
      [
        "table",
        ["thead", ["tr", ["th", "a"], ["th", "b"]]],
        ["tbody", ["tr", ["td", "1"], ["td"]], ["tr", ["td", "1"], ["td", "2"]]],
      ],
    ],
    "Each row has as many cells as the first: what is missing is empty, and what is over is left out.",
  ],
  ["table-of-a-heading-only", "| a |\n|---|", [["table", ["thead", ["tr", ["th", "a"]]]]]],
  ["no-table-without-its-second-line", "| a | b |", [p("| a | b |")]],
  ["strikethrough", "~~gone~~", [p(["del", "gone"])]],
  ["strikethrough-with-one", "~gone~", [p(["del", "gone"])]],
  ["no-strikethrough-with-three", "is ~~~gone~~~", [p("is ~~~gone~~~")]],
  ["task-list", "- [ ] tea\n- [x] milk", [["ul", ["li", box(false), " tea"], ["li", box(true), " milk"]]]],
  ["no-task-outside-a-list", "[x] milk", [p("[x] milk")]],
];

const others: readonly Rendered[] = [
  ["no-footnote", "see[^1]\n\n\\[^1]: there", [p("see[^1]"), p("[^1]: there")]],
  [
    "no-alert",
    "> [!NOTE]\n> mind",
    [["blockquote", p("[!NOTE]\nmind")]],
    "A block quote, whatever it begins with.",
  ],
  ["no-emoji-names", ":smile:", [p(":smile:")]],
  ["no-mathematics", "$x_1$ and $x_2$", [p("$x_1$ and $x_2$")]],
  ["no-highlight", "==mark==", [p("==mark==")]],
  ["no-mention-without-a-link", "@alice", [p("@alice")]],
  ["no-issue-numbers", "see #12", [p("see #12")]],
  ["no-definition-list", "tea\n: hot", [p("tea\n: hot")]],
  ["no-superscript", "x^2^", [p("x^2^")]],
];

/** What a receiver makes of a text, by section. */
export const RENDERED: readonly (readonly [section: string, requirement: readonly Rendered[]])[] = [
  ["7.1", basics],
  ["9.6", links],
  ["7.1.1", [...autolinks, ...html, ...extensions, ...others]],
];

/** What a user typed, and what is sent. */
export const SENT: readonly (readonly [id: string, typed: string, sent: string, notes?: string])[] = [
  ["nothing-to-do", "Hi _everyone_", "Hi _everyone_"],
  ["open-tag", "a <b>bold</b> word", "a &lt;b>bold&lt;/b> word"],
  ["tag-with-attributes", '<a href="https://a.example">x</a>', '&lt;a href="https://a.example">x&lt;/a>'],
  ["self-closing-tag", "a<br/>b", "a&lt;br/>b"],
  ["comment", "a <!-- b --> c", "a &lt;!-- b --> c"],
  ["processing-instruction", "<?php ?>", "&lt;?php ?>"],
  ["declaration", "<!DOCTYPE html>", "&lt;!DOCTYPE html>"],
  ["cdata", "<![CDATA[x]]>", "&lt;![CDATA[x]]>"],
  ["script-over-lines", "<script>\nalert(1)\n</script>", "&lt;script>\nalert(1)\n&lt;/script>"],
  ["in-a-block-quote", "> <b>x", "> &lt;b>x"],
  ["in-a-list", "- <b>x</b>", "- &lt;b>x&lt;/b>"],
  ["in-a-table", "| <b> |\n|---|\n| x |", "| &lt;b> |\n|---|\n| x |"],
  ["code-stays", "`<b>` is a tag", "`<b>` is a tag", "In code it is none."],
  ["code-block-stays", "```\n<b>\n```", "```\n<b>\n```"],
  ["angle-brackets-of-a-link-stay", "<https://a.example> and <b>", "<https://a.example> and &lt;b>"],
  ["angle-brackets-of-a-mention-stay", "<mimi://a.example/u/alice>", "<mimi://a.example/u/alice>"],
  ["less-than-stays", "1 < 2 and 2 <3", "1 < 2 and 2 <3", "No tag begins with a space or a digit."],
  ["neutralized-already", "&lt;b>", "&lt;b>", "Nothing is replaced twice."],
];
