import {
  byLanguage,
  decode,
  encode,
  externalPart,
  findContentIdUris,
  MediaType,
  multiPart,
  type NestedPart,
  nullPart,
  type Processing,
  processParts,
  REQUIRED_MEDIA_TYPES,
  type Receiver,
  singlePart,
  supporting,
} from "@openmimi/content";
import { arbitraryContent } from "@openmimi/content/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { published } from "../test/published.ts";

const plain = (text: string, language = "") => singlePart(MediaType.plainText, text, { language });
const unknown = singlePart("application/vnd.example.secret", "x");
const gif = singlePart("image/gif", "GIF");
const receiver: Receiver = {
  understands: supporting({ mediaTypes: [...REQUIRED_MEDIA_TYPES, "image/gif", "text/html"] }),
  references: findContentIdUris,
};
const html = (...indexes: number[]) =>
  singlePart(
    "text/html;charset=utf-8",
    indexes.map((index) => `<img src="cid:${index}@local.invalid">`).join(""),
  );

const process = (part: NestedPart, changes: Partial<Receiver> = {}): Processing =>
  processParts({ nestedPart: part }, { ...receiver, ...changes });
const indexes = ({ parts }: Processing) => parts.map(({ partIndex }) => partIndex);

describe("processing the parts of a message (content §4.4)", () => {
  it("is simple for a single part", () => {
    expect(process(plain("x"))).toEqual({
      parts: [{ partIndex: 0, part: plain("x"), references: [] }],
      skipped: [],
      notUnderstood: [],
    });
    expect(process(unknown)).toEqual({ parts: [], skipped: [], notUnderstood: [0] });
    expect(process(nullPart())).toEqual({ parts: [], skipped: [], notUnderstood: [] });
  });

  it("chooseOne: exactly one that is understood, the sender's first unless the receiver prefers another", () => {
    const part = multiPart("chooseOne", [unknown, plain("a"), plain("b")]);
    expect(indexes(process(part))).toEqual([2]);
    expect(indexes(process(part, { choose: (all) => all.length - 1 }))).toEqual([3]);
    expect(indexes(process(part, { choose: () => 99 }))).toEqual([2]);
    expect(process(multiPart("chooseOne", [unknown, unknown])).notUnderstood).toEqual([0]);
  });

  it("chooseOne: what is understood whole comes before what is understood in part (content B.3)", () => {
    const withGif = multiPart("processAll", [html(3), gif]);
    const withPng = multiPart("processAll", [html(6), singlePart("image/png", "PNG")]);
    const understands = (type: string): Partial<Receiver> => ({
      understands: supporting({ mediaTypes: ["text/html", type] }),
    });
    const part = multiPart("chooseOne", [withGif, withPng]);
    expect(indexes(process(part, understands("image/gif")))).toEqual([2]);
    expect(process(part, understands("image/png"))).toMatchObject({
      parts: [{ partIndex: 5, references: [6] }],
      skipped: [6],
      notUnderstood: [],
    });
    expect(process(part, understands("image/jpeg"))).toMatchObject({
      parts: [{ partIndex: 2, references: [] }],
      notUnderstood: [3],
    });
  });

  it("chooseOne: offers the receiver only what it understands, and a NullPart only for want of others", () => {
    const offered: number[][] = [];
    const choose: NonNullable<Receiver["choose"]> = (all) => {
      offered.push(all.map(({ partIndex }) => partIndex));
      return 0;
    };
    process(multiPart("chooseOne", [nullPart(), unknown, plain("a")]), { choose });
    process(multiPart("chooseOne", [nullPart(), unknown]), { choose });
    expect(offered).toEqual([[3], [1]]);
  });

  it("singleUnit: all or none", () => {
    expect(process(multiPart("singleUnit", [plain("a"), gif])).parts).toMatchObject([
      { partIndex: 1, unit: 0 },
      { partIndex: 2, unit: 0 },
    ]);
    expect(process(multiPart("singleUnit", [plain("a"), unknown]))).toMatchObject({
      parts: [],
      notUnderstood: [0],
    });
    expect(indexes(process(multiPart("singleUnit", [plain("a"), nullPart()])))).toEqual([1]);
  });

  it("processAll: as many as possible", () => {
    const part = multiPart("processAll", [unknown, plain("a"), multiPart("singleUnit", [gif, unknown]), gif]);
    expect(process(part)).toMatchObject({ notUnderstood: [1, 3] });
    expect(indexes(process(part))).toEqual([2, 6]);
  });

  it("a choice that nobody can make spoils the unit around it, but not the rest", () => {
    const dead = multiPart("chooseOne", [unknown, unknown]);
    expect(process(multiPart("singleUnit", [plain("a"), dead])).parts).toEqual([]);
    expect(indexes(process(multiPart("processAll", [plain("a"), dead])))).toEqual([1]);
    expect(indexes(process(multiPart("chooseOne", [dead, plain("a")])))).toEqual([4]);
  });

  it("does not process again what an earlier part has shown, whatever its disposition", () => {
    const attached = { ...gif, disposition: 6 };
    expect(process(multiPart("processAll", [html(2), attached]))).toMatchObject({
      parts: [{ partIndex: 1, references: [2] }],
      skipped: [2],
    });
    // A part in front of the reference has been processed already.
    expect(indexes(process(multiPart("processAll", [attached, html(1)])))).toEqual([1, 2]);
  });

  it("follows references through parts that are shown in others, and out of circles", () => {
    const part = multiPart("processAll", [html(2), html(3), html(1), gif]);
    expect(process(part)).toMatchObject({ parts: [{ partIndex: 1, references: [2] }, { partIndex: 4 }] });
    expect(process(part).skipped).toEqual([2, 3]);
  });

  it("takes for dead: itself, a MultiPart, an index past the end, and what was not chosen", () => {
    const part = multiPart("processAll", [html(0, 1, 99), multiPart("chooseOne", [gif, plain("b")])]);
    expect(process(part).parts[0]?.references).toEqual([]);
    expect(indexes(process(part))).toEqual([1, 3]);
    const other = multiPart("processAll", [html(4, 4), multiPart("chooseOne", [gif, plain("b")])]);
    expect(process(other).parts[0]?.references).toEqual([]);
    expect(process(other, { choose: () => 1 }).parts).toMatchObject([{ partIndex: 1, references: [4] }]);
  });

  it("shows the image of the published example once", ({ skip }) => {
    const content = decode(published(skip, "mimi-content-08", "multipart-3.cbor"));
    const french = processParts(content, { ...receiver, choose: byLanguage(["fr"]) });
    expect(french).toMatchObject({ parts: [{ partIndex: 4, references: [5] }], skipped: [5] });
    expect(processParts(content, receiver)).toMatchObject({ parts: [{ partIndex: 3 }], skipped: [5] });
    const png = { ...receiver, understands: supporting({ mediaTypes: ["text/html", "image/png"] }) };
    // The page with the picture that can be shown, and not half of the other one.
    const shown = { parts: [{ partIndex: 8, references: [10] }], skipped: [10], notUnderstood: [] };
    expect(processParts(content, png)).toMatchObject(shown);
  });

  it("processes no part twice, and every part at most once, of any message", () => {
    fc.assert(
      fc.property(
        arbitraryContent(),
        fc.func(fc.boolean()),
        fc.func(fc.nat({ max: 3 })),
        (content, yes, pick) => {
          const outcome = processParts(decode(encode(content)), {
            understands: (_, index) => yes(index),
            choose: (all) => pick(all.length),
            references: (_, index) => [`cid:${index + 1}@local.invalid`],
          });
          const all = [...indexes(outcome), ...outcome.skipped, ...outcome.notUnderstood];
          expect(new Set(all).size).toBe(all.length);
        },
      ),
    );
  });
});

describe("preferring languages", () => {
  const part = multiPart("chooseOne", [
    plain("a", "de"),
    plain("b", "en-GB, en-US"),
    plain("c"),
    plain("d", "FR"),
  ]);
  it.each<[string[], number]>([
    [[], 1],
    [["fr", "en"], 4],
    [["en"], 2],
    [["en-us"], 2],
    [["e"], 1],
    [["nl", "x"], 1],
  ])("%j", (wanted, expected) => {
    expect(indexes(process(part, { choose: byLanguage(wanted) }))).toEqual([expected]);
  });
});

describe("references in a text", () => {
  it("are found by their form", () => {
    const text =
      "![](cid:3@local.invalid) <img src='CID:12@local.invalid'> cid:x@local.invalid cid:1@a.example";
    const found = ["cid:3@local.invalid", "CID:12@local.invalid"];
    expect(findContentIdUris(singlePart(MediaType.markdown, text))).toEqual(found);
    expect(findContentIdUris(singlePart("application/octet-stream", text))).toEqual([]);
    expect(findContentIdUris(singlePart("", text))).toEqual([]);
    expect(findContentIdUris(externalPart({ contentType: "text/html", url: text }))).toEqual([]);
  });
});
