import { MediaType, parseMediaType, sameMediaType } from "@openmimi/content";
import { describe, expect, it } from "vitest";

describe("media types", () => {
  it.each([
    ["text/plain;charset=utf-8", "Text/PLAIN; charset=UTF-8"],
    ["text/plain;charset=utf-8", "text/plain"],
    ["text/plain;charset=utf-8", 'text/plain;charset="utf-8"'],
    [MediaType.markdown, "text/markdown; charset=utf-8; variant=GFM-MIMI"],
    ["a/b;x=1;y=2", "a/b;y=2;x=1"],
    ['a/b;x="q\\"q"', 'a/b;x="q\\"\\q"'],
  ])("%s is %s", (a, b) => {
    expect(sameMediaType(a, b)).toBe(true);
  });

  it.each([
    ["text/plain", "text/html"],
    ["text/plain;charset=utf-8", "text/plain;charset=us-ascii"],
    [MediaType.markdown, "text/markdown"],
    ["application/json", "application/json;charset=utf-8"],
    ["a/b;x=1", "a/b;x=2"],
    ["", ""],
    ["text", "text"],
  ])("%s is not %s", (a, b) => {
    expect(sameMediaType(a, b)).toBe(false);
  });

  it("takes them apart", () => {
    const parsed = parseMediaType("Text/Markdown;Variant=GFM-MIMI ");
    expect(parsed).toMatchObject({ type: "text", subtype: "markdown" });
    expect([...parsed!.parameters]).toEqual([
      ["variant", "GFM-MIMI"],
      ["charset", "utf-8"],
    ]);
  });

  it.each(["a/", "/b", "a/b;", "a/b;x", "a/b;x=", 'a/b;x="', "a/b;x=1;x=2", "a/b c", "a b/c"])(
    "refuses %j",
    (text) => {
      expect(parseMediaType(text)).toBeUndefined();
    },
  );

  it("does not slow down on long nonsense", () => {
    expect(parseMediaType(`a/b${" ".repeat(200_000)}x`)).toBeUndefined();
    expect(parseMediaType(`a/b;x="${"\\".repeat(200_001)}`)).toBeUndefined();
  });
});
