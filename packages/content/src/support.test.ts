import {
  effectiveDisposition,
  externalPart,
  multiPart,
  nullPart,
  RECOMMENDED_MEDIA_TYPES,
  REQUIRED_MEDIA_TYPES,
  singlePart,
  supporting,
} from "@openmimi/content";
import { expect, it } from "vitest";

const single = (contentType: string) => singlePart(contentType, "x");

it("the required and recommended media types are the draft's (content §7.1)", () => {
  expect([REQUIRED_MEDIA_TYPES, RECOMMENDED_MEDIA_TYPES]).toEqual([
    ["application/mimi-content", "text/plain;charset=utf-8", "text/markdown;variant=GFM-MIMI"],
    ["text/markdown;variant=CommonMark", "text/html", "image/jpeg", "image/png"],
  ]);
});

it.each<[string, boolean]>([
  ["text/plain;charset=utf-8", true],
  ["Text/Plain", true],
  ['text/plain; charset="UTF-8"; format=flowed', true],
  ["text/plain;charset=iso-8859-1", false],
  ["text/markdown;variant=GFM-MIMI", true],
  ["text/markdown;variant=Other", false],
  ["text/markdown", false],
  ["image/png;x=y", true],
  ["image/gif", false],
  ["", false],
  ["nonsense", false],
])("%s is understood: %s", (contentType, expected) => {
  const understands = supporting({ mediaTypes: [...REQUIRED_MEDIA_TYPES, "image/png", "not a media type"] });
  expect(understands(single(contentType))).toBe(expected);
});

it("services are external parts without a media type (reading R-164)", () => {
  const session = externalPart({ contentType: "", url: "https://a.example/join" });
  const video = externalPart({ contentType: "video/mp4", url: "https://a.example/x" });
  expect(supporting({ mediaTypes: [] })(session)).toBe(false);
  expect(supporting({ mediaTypes: [], services: true })(session)).toBe(true);
  expect(supporting({ mediaTypes: [], services: true })(single(""))).toBe(false);
  expect(supporting({ mediaTypes: ["video/mp4"] })(video)).toBe(true);
});

it("a NullPart is understood by everybody, a MultiPart by its parts", () => {
  const understands = supporting({ mediaTypes: [] });
  expect([understands(nullPart()), understands(multiPart("processAll", []))]).toEqual([true, false]);
});

it("unknown dispositions count as render (content §9.1)", () => {
  const of = (disposition: number) => effectiveDisposition({ ...single("text/plain"), disposition });
  expect([0, 2, 8, 9, 200, 255].map(of)).toEqual([0, 2, 8, 1, 1, 1]);
});
