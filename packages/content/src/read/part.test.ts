import { decode, encode, MAX_PARTS } from "@openmimi/content";
import { describe, expect, it } from "vitest";
import { messageWith, refusalOf, times } from "../../test/fixtures.ts";

const LEAF = "83 01 60 00";
const multi = (parts: string[], semantics = "00"): string =>
  `85 01 60 03 ${semantics} 8${parts.length}${parts.join("")}`;

/** An ExternalPart like the conferencing example, with some fields other than usual. */
function external(fields: Record<string, string> = {}): string {
  const usual = {
    contentType: "60",
    url: "6161",
    expires: "00",
    size: "00",
    encAlg: "00",
    key: "40",
    nonce: "40",
    aad: "40",
    hashAlg: "00",
    contentHash: "40",
    description: "60",
    filename: "60",
  };
  return `8f 07 60 02 ${Object.values({ ...usual, ...fields }).join("")}`;
}

const accepted = (nestedPart: string) => {
  const bytes = messageWith({ nestedPart });
  const content = decode(bytes);
  expect(encode(content)).toEqual(bytes);
  return content.nestedPart;
};

describe("parts (content §4.4)", () => {
  it.each([
    ["no array", "01", "wrong-type nestedPart @23"],
    ["two elements", "82 01 60", "wrong-length nestedPart @23"],
    ["NullPart of 4", "84 01 60 00 00", "wrong-length nestedPart @23"],
    ["SinglePart of 4", "84 01 60 01 60", "wrong-length nestedPart @23"],
    ["SinglePart of 6", "86 01 60 01 60 40 40", "wrong-length nestedPart @23"],
    ["ExternalPart of 5", "85 01 60 02 60 60", "wrong-length nestedPart @23"],
    ["MultiPart of 4", "84 01 60 03 00", "wrong-length nestedPart @23"],
    ["disposition 256", "83 190100 60 00", "out-of-range nestedPart.disposition @24"],
    ["disposition -1", "83 20 60 00", "wrong-type nestedPart.disposition @24"],
    ["language null", "83 01 f6 00", "wrong-type nestedPart.language @25"],
    ["cardinality 4", "83 01 60 04", "unknown-value nestedPart.cardinality @26"],
    ["cardinality 256", "83 01 60 190100", "out-of-range nestedPart.cardinality @26"],
    ["contentType octets", "85 01 60 01 40 40", "wrong-type nestedPart.contentType @27"],
    ["content text", "85 01 60 01 60 60", "wrong-type nestedPart.content @28"],
    ["partSemantics 3", multi([LEAF, LEAF], "03"), "unknown-value nestedPart.partSemantics @27"],
    ["no parts", multi([]), "wrong-length nestedPart.parts @28"],
    ["one part", multi([LEAF]), "wrong-length nestedPart.parts @28"],
    ["parts null", "85 01 60 03 00 f6", "wrong-type nestedPart.parts @28"],
    ["a part in the wrong place", multi([LEAF, "f6"]), "wrong-type nestedPart.parts[1] @33"],
    ["a nested fault", multi([LEAF, "83 01 60 05"]), "unknown-value nestedPart.parts[1].cardinality @36"],
  ])("refuses %s", (_, nestedPart, expected) => {
    expect(refusalOf({ nestedPart })).toBe(expected);
  });

  it("accepts any disposition of one octet, and a NullPart anywhere", () => {
    expect(accepted("83 18ff 60 00").disposition).toBe(255);
    expect(accepted(multi([LEAF, LEAF], "02"))).toMatchObject({
      partSemantics: "processAll",
      parts: [{ cardinality: "nullpart" }, { cardinality: "nullpart" }],
    });
  });
});

describe("external parts (content §4.5)", () => {
  it("accepts each width up to its last number, 64 bits exactly", () => {
    const part = accepted(
      external({
        expires: "1affffffff",
        size: "1bffffffffffffffff",
        encAlg: "19ffff",
        hashAlg: "18ff",
        contentHash: "4100",
      }),
    );
    expect(part).toMatchObject({ expires: 2 ** 32 - 1, size: 2n ** 64n - 1n, encAlg: 0xffff, hashAlg: 255 });
    expect(accepted(external({ size: "1b0020000000000001" }))).toMatchObject({ size: 2n ** 53n + 1n });
    expect(accepted(external({ size: "05" }))).toMatchObject({ size: 5n });
  });

  it.each([
    ["url in tag 32", { url: "d8206161" }, "wrong-type nestedPart.url @28"],
    ["expires of 2^32", { expires: "1b0000000100000000" }, "out-of-range nestedPart.expires @30"],
    ["negative size", { size: "20" }, "wrong-type nestedPart.size @31"],
    ["size as bignum", { size: "c249010000000000000000" }, "wrong-type nestedPart.size @31"],
    ["encAlg of 2^16", { encAlg: "1a00010000" }, "out-of-range nestedPart.encAlg @32"],
    ["hashAlg of 256", { hashAlg: "190100" }, "out-of-range nestedPart.hashAlg @36"],
    ["a key without encAlg", { key: "4100" }, "inconsistent nestedPart.key @33"],
    ["a nonce without encAlg", { nonce: "4100" }, "inconsistent nestedPart.nonce @34"],
    ["an aad without encAlg", { aad: "4100" }, "inconsistent nestedPart.aad @35"],
    ["AES-128-GCM without key", { encAlg: "01" }, "inconsistent nestedPart.key @33"],
    [
      "AES-128-GCM with a nonce of 11",
      { encAlg: "01", key: `50${times(16, "00")}`, nonce: `4b${times(11, "00")}` },
      "inconsistent nestedPart.nonce @50",
    ],
    ["a hash without hashAlg", { contentHash: "4100" }, "inconsistent nestedPart.contentHash @37"],
    ["hashAlg without hash", { hashAlg: "01" }, "inconsistent nestedPart.contentHash @37"],
  ])("refuses %s", (_, fields, expected) => {
    expect(refusalOf({ nestedPart: external(fields) })).toBe(expected);
  });
});

describe("limits (content §6.3, §9.1)", () => {
  const nested = (levels: number): string => (levels === 1 ? LEAF : multi([LEAF, nested(levels - 1)]));
  const many = (parts: number): string =>
    `85 01 60 03 02 99${parts.toString(16).padStart(4, "0")}${LEAF.repeat(parts)}`;

  it("accepts four levels and refuses five", () => {
    accepted(nested(4));
    expect(refusalOf({ nestedPart: nested(5) })).toBe(
      "too-deep nestedPart.parts[1].parts[1].parts[1].parts[0] @59",
    );
  });

  it("accepts 1024 parts with the root, and refuses one more", () => {
    accepted(many(MAX_PARTS - 1));
    expect(refusalOf({ nestedPart: many(MAX_PARTS) })).toBe("too-many-parts nestedPart.parts @28");
  });

  it("counts over all containers", () => {
    // The root, two containers, 512 and 509 leaves are 1024.
    accepted(multi([many(512), many(509)]));
    expect(refusalOf({ nestedPart: multi([many(512), many(510)]) })).toMatch(
      /^too-many-parts .*parts\[1\]\.parts /,
    );
    // What an outer container still holds counts before it is read.
    accepted(multi([many(1021), LEAF]));
    expect(refusalOf({ nestedPart: multi([many(1022), LEAF]) })).toMatch(
      /^too-many-parts .*parts\[0\]\.parts /,
    );
  });
});
