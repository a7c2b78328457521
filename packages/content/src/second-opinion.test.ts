import {
  decode,
  type Extensions,
  encode,
  externalPart,
  type MimiContent,
  message,
  type NestedPart,
} from "@openmimi/content";
import { arbitraryContent } from "@openmimi/content/testing";
import { Decoder, Encoder } from "cbor-x";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hex, messageWith } from "../test/fixtures.ts";

const options = { mapsAsObjects: false, useRecords: false };
const decoder = new Decoder(options);
const encoder = new Encoder({ ...options, tagUint8Array: false });

/** A message as cbor-x sees it: what it makes of the octets is the array that the CDDL describes. */
function asArray(extensions: Extensions, part: NestedPart): unknown[] {
  const { senderUri, roomUri } = extensions;
  const known: [number, string | undefined][] = [
    [1, senderUri],
    [2, roomUri],
  ];
  return [new Map(known.filter(([, uri]) => uri !== undefined)), partAsArray(part)];
}

function partAsArray(part: NestedPart): unknown[] {
  const { disposition, language } = part;
  switch (part.cardinality) {
    case "nullpart":
      return [disposition, language, 0];
    case "single":
      return [disposition, language, 1, part.contentType, part.content];
    case "external": {
      const { contentType, url, expires, size, encAlg, key, nonce, aad, hashAlg, contentHash } = part;
      const fields = [contentType, url, expires, size, encAlg, key, nonce, aad, hashAlg, contentHash];
      // cbor-x has a number for what 32 bits hold, and a bigint from there on.
      const plain = fields.map((field) =>
        typeof field === "bigint" && field <= 0xffff_ffffn ? Number(field) : field,
      );
      return [disposition, language, 2, ...plain, part.description, part.filename];
    }
    case "multi": {
      const semantics = ["chooseOne", "singleUnit", "processAll"].indexOf(part.partSemantics);
      return [disposition, language, 3, semantics, part.parts.map(partAsArray)];
    }
  }
}

// cbor-x drops a U+FEFF from the front of a long text.
const isUnmarked = (bytes: Uint8Array) => !Buffer.from(bytes).includes(hex("efbbbf"));

function expectSame(content: MimiContent, bytes: Uint8Array): void {
  const { salt, replaces, topicId, expires, inReplyTo, mimiExtensions, nestedPart } = content;
  const expected = [
    ...[salt, replaces, topicId, expires && [expires.relative, expires.time], inReplyTo],
    ...asArray(mimiExtensions, nestedPart),
  ];
  const read: unknown = decoder.decode(bytes.slice());
  expect(read).toEqual(expected);
  expect(new Uint8Array(encoder.encode(expected))).toEqual(bytes);
}

describe("cbor-x, which shares no code with this package,", () => {
  it("reads the same values out of what is encoded, and writes the same octets", () => {
    const messages = arbitraryContent().map((content) => ({
      ...content,
      mimiExtensions: { ...content.mimiExtensions, unknownExtensions: new Map() },
    }));
    fc.assert(
      fc.property(messages, (content) => {
        const bytes = encode(content);
        fc.pre(isUnmarked(bytes));
        expectSame(content, bytes);
      }),
      { numRuns: 300 },
    );
  });

  it.each([1n, 0xffff_ffffn, 0x1_0000_0000n, 2n ** 53n, 2n ** 64n - 1n])("agrees on a size of %s", (size) => {
    const content = message(externalPart({ contentType: "video/mp4", url: "https://a.example/x", size }));
    expectSame(content, encode(content));
  });

  it("acts on tags, where decode keeps them", () => {
    expect(() => decoder.decode(hex("d81d00"))).toThrow(TypeError);
    const bytes = messageWith({ mimiExtensions: "a1 05 d81d00" });
    expect(encode(decode(bytes))).toEqual(bytes);
  });
});
