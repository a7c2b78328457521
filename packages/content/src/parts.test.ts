import {
  contentIdUri,
  decode,
  indexParts,
  languageTags,
  message,
  multiPart,
  nullPart,
  parseContentIdUri,
  resolveContentIdUri,
  singlePart,
} from "@openmimi/content";
import { describe, expect, it } from "vitest";
import { published } from "../test/published.ts";

describe("part indexes", () => {
  it("are 0 to 10 in the draft's nested example", ({ skip }) => {
    const content = decode(published(skip, "mimi-content-08", "multipart-3.cbor"));
    const kinds = indexParts(content).map(({ part }) =>
      part.cardinality === "single" ? part.contentType : "multi",
    );
    const half = ["multi", "multi", "text/html;charset=utf-8", "text/html;charset=utf-8"];
    expect(kinds).toEqual(["multi", ...half, "image/gif", ...half, "image/png"]);
    const levels = indexParts(content).map(({ level }) => level);
    expect(levels).toEqual([1, 2, 3, 4, 4, 3, 2, 3, 4, 4, 3]);
    expect(resolveContentIdUri(content, "cid:5@local.invalid")).toMatchObject({ contentType: "image/gif" });
  });
});

describe("cid: URIs", () => {
  const content = message(multiPart("processAll", [singlePart("a/b", "x"), nullPart()]));

  it("go there and back", () => {
    for (const index of [0, 7, 10, 1023]) expect(parseContentIdUri(contentIdUri(index))).toBe(index);
    expect(parseContentIdUri("CID:1@LOCAL.INVALID")).toBe(1);
  });

  it.each([
    "cid:01@local.invalid",
    "cid:-1@local.invalid",
    "cid:@local.invalid",
    "cid:1@example.com",
    "cid:1@local.invalid\n",
    "xcid:1@local.invalid",
    "cid:99999999999999999999@local.invalid",
  ])("are not %j", (uri) => {
    expect(parseContentIdUri(uri)).toBeUndefined();
    expect(resolveContentIdUri(content, uri)).toBeUndefined();
  });

  it("lead to parts with content only", () => {
    expect(resolveContentIdUri(content, contentIdUri(1))).toMatchObject({ contentType: "a/b" });
    for (const dead of [0, 2, 3]) expect(resolveContentIdUri(content, contentIdUri(dead))).toBeUndefined();
  });
});

it("languageTags splits at commas and tolerates spaces", () => {
  expect(languageTags("")).toEqual([]);
  expect(languageTags("en")).toEqual(["en"]);
  expect(languageTags("en, fr-CA ,de")).toEqual(["en", "fr-CA", "de"]);
});
