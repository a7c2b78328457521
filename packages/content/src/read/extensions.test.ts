import { decode, encode, type MimiContent } from "@openmimi/content";
import { describe, expect, it } from "vitest";
import { hex, messageWith, refusal, refusalOf, times } from "../../test/fixtures.ts";

const accepted = (mimiExtensions: string) => {
  const bytes = messageWith({ mimiExtensions });
  const content = decode(bytes);
  expect(encode(content)).toEqual(bytes);
  return content.mimiExtensions;
};

describe("extension keys (content §4.3, §6.2)", () => {
  it("keeps unknown values as their octets", () => {
    const { senderUri, roomUri, unknownExtensions } = accepted(
      "a5 01 6161 02 6162 190100 82 41ff d820 6163 20 f6 6178 a0",
    );
    expect([senderUri, roomUri]).toEqual(["a", "b"]);
    expect([...unknownExtensions]).toEqual([
      [256, hex("82 41ff d820 6163")],
      [-1, hex("f6")],
      ["x", hex("a0")],
    ]);
  });

  it("takes keys from -(2^53-1) to 2^53-1", () => {
    const { unknownExtensions } = accepted("a2 1b001fffffffffffff 00 3b001ffffffffffffe 00");
    expect([...unknownExtensions.keys()]).toEqual([Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]);
  });

  it("takes text keys of 255 octets", () => {
    expect([...accepted(`a1 78ff ${times(255, "61")} 00`).unknownExtensions.keys()]).toEqual([
      "a".repeat(255),
    ]);
  });

  it.each([
    ["key 0", "a1 00 00", "invalid-key mimiExtensions.keys[0] @23"],
    ["2^53", "a1 1b0020000000000000 00", "invalid-key mimiExtensions.keys[0] @23"],
    ["-(2^53)", "a1 3b001fffffffffffff 00", "invalid-key mimiExtensions.keys[0] @23"],
    ["the empty text", "a1 60 00", "invalid-key mimiExtensions.keys[0] @23"],
    ["a text of 256 octets", `a1 790100 ${times(256, "61")} 00`, "invalid-key mimiExtensions.keys[0] @23"],
    ["octets", "a1 4101 00", "invalid-key mimiExtensions.keys[0] @23"],
    ["an array", "a1 80 00", "invalid-key mimiExtensions.keys[0] @23"],
    ["a tag", "a1 c100 00", "invalid-key mimiExtensions.keys[0] @23"],
    ["null", "a1 f6 00", "invalid-key mimiExtensions.keys[0] @23"],
    ["bad UTF-8", "a1 61ff 00", "invalid-utf8 mimiExtensions.keys[0] @24"],
    ["senderUri as octets", "a1 01 4161", "wrong-type mimiExtensions[1] @24"],
    ["roomUri in tag 32", "a1 02 d8206161", "wrong-type mimiExtensions[2] @24"],
    ["a key twice", "a2 05 00 05 00", "duplicate-key mimiExtensions.keys[1] @25"],
    ["keys in falling order", "a2 06 00 05 00", "unsorted-keys mimiExtensions.keys[1] @25"],
    ["a key thrice, not in a row", "a3 05 00 06 00 05 00", "unsorted-keys mimiExtensions.keys[2] @27"],
    // RFC 7049 order: -1 (one octet) in front of 100 (two octets).
    ["keys length-first", "a2 20 00 1864 00", "unsorted-keys mimiExtensions.keys[1] @25"],
  ])("refuses %s", (_, mimiExtensions, expected) => {
    expect(refusalOf({ mimiExtensions })).toBe(expected);
  });

  it("sorts bytewise: 10, 100, -1, text", () => {
    accepted("a4 0a 00 1864 00 20 00 617a 00");
  });
});

describe("encoding extensions", () => {
  const encodeWith = (unknownExtensions: Map<unknown, unknown>) => {
    const content = decode(messageWith({}));
    return encode({ ...content, mimiExtensions: { unknownExtensions } } as MimiContent);
  };

  it("sorts them, in whatever order they are given", () => {
    const values = new Map(["z", -1, 100, 10].map((key) => [key, hex("00")]));
    expect(encodeWith(values)).toEqual(messageWith({ mimiExtensions: "a4 0a 00 1864 00 20 00 617a 00" }));
  });

  it.each<[string, unknown, unknown, string]>([
    ["key 0", 0, hex("00"), "invalid-key"],
    ["key 1, which has a field", 1, hex("6161"), "invalid-argument"],
    ["a fraction", 0.5, hex("00"), "invalid-argument"],
    ["2^53", 2 ** 53, hex("00"), "invalid-argument"],
    ["a bigint", 5n, hex("00"), "invalid-argument"],
    ["the empty text", "", hex("00"), "invalid-key"],
    ["128 letters of two octets", "é".repeat(128), hex("00"), "invalid-key"],
    ["no octets", 5, hex(""), "truncated"],
    ["two values in one", 5, hex("01 06 02"), "trailing-bytes"],
    ["half a value", 5, hex("82 01"), "truncated"],
    ["a value that is not deterministic", 5, hex("1801"), "not-shortest"],
    ["a value that is no Uint8Array", 5, "00", "invalid-argument"],
  ])("refuses %s", (_, key, value, code) => {
    expect(refusal(() => encodeWith(new Map([[key, value]])))).toMatchObject({ code, offset: -1 });
  });
});
