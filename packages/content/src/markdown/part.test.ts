import { externalPart, nullPart, singlePart, text } from "@openmimi/content";
import { partToHtml, partToText } from "@openmimi/content/markdown";
import { describe, expect, it } from "vitest";

describe("the text in a part (content §7.1)", () => {
  it.each<[string, string, string, string]>([
    ["text/plain;charset=utf-8", "_a_ <b>\r\nc", "<p>_a_ &lt;b&gt;<br>\nc</p>\n", "_a_ <b>\r\nc"],
    ["TEXT/Plain", "a & b", "<p>a &amp; b</p>\n", "a & b"],
    ["text/markdown;variant=GFM-MIMI", "_a_ <b>", "<p><em>a</em> &lt;b&gt;</p>\n", "a <b>"],
    ["text/markdown; variant=CommonMark", "**a**", "<p><strong>a</strong></p>\n", "a"],
  ])("%s", (contentType, body, html, plain) => {
    const part = singlePart(contentType, body);
    expect([partToHtml(part), partToText(part)]).toEqual([html, plain]);
  });

  it.each([
    singlePart("text/html", "<script>"),
    singlePart("text/plain;charset=iso-8859-1", "x"),
    singlePart("image/png", "x"),
    singlePart("", "x"),
    externalPart({ contentType: "text/plain", url: "https://a.example" }),
    nullPart(),
  ])("is not known of %o", (part) => {
    expect([partToHtml(part), partToText(part)]).toEqual([undefined, undefined]);
  });

  it("shows mentions as the client says", () => {
    const mention = () => "@<Alice>";
    const part = singlePart("text/markdown", "[x](mimi://a.example/u/alice)");
    expect(partToHtml(part, { mention })).toContain(">@&lt;Alice&gt;</a>");
    expect(partToText(part, { mention })).toBe("@<Alice>");
    expect(partToText(text("[x](mimi://a.example/u/alice)").nestedPart, { mention })).toContain("[x]");
  });
});
