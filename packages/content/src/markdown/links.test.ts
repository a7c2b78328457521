import { judgeLink, type LinkVerdict } from "@openmimi/content/markdown";
import { describe, expect, it } from "vitest";

describe("what the text of a link says about its target (content §9.6)", () => {
  it.each<[string, string, LinkVerdict]>([
    // The draft's examples.
    ["example.com/foobar", "https://example.com/foobar", "same"],
    ["https://example.com/foobar", "https://example.com/foobar", "same"],
    ["https://example.com:443/foobar", "https://example.com/foobar", "same"],
    ["https://example.com/foobar", "https://spearphishers.example/foobar", "different"],
    ["https://example.com/foobar", "http://example.com/foobar", "downgraded"],
    ["mimi://example.com/u/alice-smith", "mimi://example.com/u/alice-smith", "same"],
    ["@AliceSmith", "mimi://example.com/u/alice-smith", "different"],
    // Other ways to write the same.
    [" https://EXAMPLE.com ", "https://example.com/", "same"],
    ["https://example.com/a b", "https://example.com/a%20b", "different"],
    ["https://münchen.example/", "https://xn--mnchen-3ya.example/", "same"],
    ["http://example.com:80/x", "http://example.com/x", "same"],
    ["https://example.com/%7Ealice/%c3%a9", "https://example.com/~alice/%C3%A9", "same"],
    ["https://example.com/a%2Fb", "https://example.com/a/b", "different"],
    ["alice@a.example", "mailto:alice@a.example", "same"],
    ["im:alice@a.example", "im:alice@a.example", "same"],
    // A text without a scheme means https.
    ["example.com", "http://example.com/", "downgraded"],
    ["http://example.com/", "https://example.com/", "different"],
    // What only looks the same.
    ["https://example.com/", "https://example.com.evil.example/", "different"],
    ["https://example.com/", "https://example.com@evil.example/", "unsafe"],
    ["https://user@example.com/", "https://example.com/", "different"],
    ["https://example.com/A", "https://example.com/a", "different"],
    ["https://example.com/?q", "https://example.com/", "different"],
    ["https://example.com/#f", "https://example.com/", "different"],
    ["https://example.com/\u202efdp", "https://example.com/%E2%80%AEfdp", "different"],
    ["https://example.com\\@evil.example/", "https://example.com/@evil.example/", "different"],
    ["click here", "https://example.com/", "different"],
    ["", "https://example.com/", "different"],
    // What is never opened.
    ["x", "javascript:alert(1)", "unsafe"],
    ["x", "JavaScript:alert(1)", "unsafe"],
    ["x", "data:text/html,x", "unsafe"],
    ["x", "file:///etc/passwd", "unsafe"],
    ["x", "cid:1@local.invalid", "unsafe"],
    ["page", "page", "unsafe"],
    ["//example.com/", "//example.com/", "unsafe"],
    ["x", "java\nscript:alert(1)", "unsafe"],
    ["x", "https://example.com/\u0000", "unsafe"],
    ["x", "https://example.com/ x", "unsafe"],
    ["x", "https://", "unsafe"],
    ["x", `https://example.com/${"x".repeat(2048)}`, "unsafe"],
  ])("%s -> %s: %s", (text, target, verdict) => {
    expect(judgeLink(text, target)).toBe(verdict);
  });

  it("other schemes may be allowed", () => {
    expect(judgeLink("x", "tel:+1", ["tel"])).toBe("different");
    expect(judgeLink("https://a.example", "https://a.example", ["tel"])).toBe("unsafe");
  });
});
