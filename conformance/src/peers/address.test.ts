import { expect, it } from "vitest";
import { parseAddress, resolver } from "./address.ts";
import { encodeSegment, expand, readDirectory } from "./target.ts";

it("reads addresses", () => {
  expect(parseAddress("127.0.0.1:8443")).toEqual({ host: "127.0.0.1", port: 8443 });
  expect(parseAddress("[::1]:1")).toEqual({ host: "::1", port: 1 });
  for (const wrong of ["127.0.0.1", "x:", "x:70000", "::1:2", "[x]:1", ""]) {
    expect(() => parseAddress(wrong)).toThrow(expect.objectContaining({ code: "bad-option" }));
  }
});

it("connects where it is told, and to the host itself otherwise", () => {
  const resolve = resolver({ "A.example": "127.0.0.1:1", "a.example:444": "127.0.0.1:2" });
  expect(resolve("a.EXAMPLE", 443)).toEqual({ host: "127.0.0.1", port: 1 });
  expect(resolve("a.example", 444)).toEqual({ host: "127.0.0.1", port: 2 });
  expect(resolve("b.example", 443)).toEqual({ host: "b.example", port: 443 });
});

it("fills the variable of a directory's template", () => {
  expect(encodeSegment("mimi://a.example/r/it's(*)")).toBe("mimi%3A%2F%2Fa.example%2Fr%2Fit%27s%28%2A%29");
  const templates = { update: "https://a.example/u/{roomId}", notify: "http://a.example/{x}" };
  expect(expand(templates, "update", "a/b")).toBe("https://a.example/u/a%2Fb");
  for (const endpoint of ["notify", "keyMaterial"] as const) {
    expect(() => expand(templates, endpoint, "x")).toThrow(expect.objectContaining({ cause: "directory" }));
  }
});

it("reads directories leniently", () => {
  const read = (text: string) => readDirectory(new TextEncoder().encode(text));
  expect(read('{"update":"x","n":1}')).toEqual({ update: "x" });
  for (const wrong of ["", "[]", "null", "1", "{"]) expect(read(wrong)).toBeUndefined();
  expect(readDirectory(Uint8Array.of(0xff))).toBeUndefined();
});
