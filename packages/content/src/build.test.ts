import { decode, encode, singlePart, text } from "@openmimi/content";
import { Decoder } from "cbor-x";
import { describe, expect, it } from "vitest";
import { hex, messageWith } from "../test/fixtures.ts";

const decoder = new Decoder({ mapsAsObjects: false, useRecords: false });

describe("what is kept away from cbor-x", () => {
  it("text: cbor-x drops U+FEFF from the front of a long one, decode does not", () => {
    const marked = `\ufeff${"a".repeat(100)}`;
    const encoded = new TextEncoder().encode(marked);
    expect(decoder.decode(Uint8Array.of(0x78, encoded.length, ...encoded))).toBe(marked.slice(1));

    const content = { ...text("x"), nestedPart: singlePart(marked, "x", { language: marked }) };
    expect(decode(encode(content))).toEqual(content);
  });

  it("tags: cbor-x acts on them, decode keeps them", () => {
    expect(() => decoder.decode(hex("d81d00"))).toThrow(TypeError);
    const bytes = messageWith({ mimiExtensions: "a1 05 d81d00" });
    expect(encode(decode(bytes))).toEqual(bytes);
  });

  it("the rest is the same as cbor-x alone makes of a whole message", () => {
    const bytes = messageWith({
      replaces: `5820${"ab".repeat(32)}`,
      expires: "82f51affffffff",
      nestedPart: "85 01 62656e 01 6161 43010203",
    });
    const [salt, replaces, topicId, expires, , , part] = decoder.decode(bytes);
    const content = decode(bytes);
    expect(content).toMatchObject({
      replaces: new Uint8Array(replaces),
      expires: { relative: expires[0], time: expires[1] },
    });
    expect([content.salt, content.topicId]).toEqual([new Uint8Array(salt), new Uint8Array(topicId)]);
    expect(content.nestedPart).toEqual({
      disposition: part[0],
      language: part[1],
      cardinality: "single",
      contentType: part[3],
      content: new Uint8Array(part[4]),
    });
  });
});
