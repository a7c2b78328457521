import { decode, encode } from "@openmimi/content";
import { describe, expect, it } from "vitest";
import { messageWith, refusalOf } from "../../test/fixtures.ts";

describe("heads (content §6.1, RFC 8949 §3)", () => {
  it.each([
    // Every head of the format in a longer form than it needs.
    ["array of 7 in two octets", { head: "9807" }, "not-shortest MimiContent @0"],
    ["salt length in two octets", { salt: `5810${"00".repeat(16)}` }, "not-shortest salt @1"],
    ["topicId length in three", { topicId: "590000" }, "not-shortest topicId @19"],
    ["topicId length in five", { topicId: "5a00000000" }, "not-shortest topicId @19"],
    ["topicId length in nine", { topicId: "5b0000000000000000" }, "not-shortest topicId @19"],
    ["time 23 in two octets", { expires: "82f41817" }, "not-shortest expires.time @22"],
    ["time 255 in three octets", { expires: "82f41900ff" }, "not-shortest expires.time @22"],
    ["time 65535 in five octets", { expires: "82f41a0000ffff" }, "not-shortest expires.time @22"],
    ["time 2^32-1 in nine octets", { expires: "82f41b00000000ffffffff" }, "not-shortest expires.time @22"],
    ["an extension key", { mimiExtensions: "a1 1805 00" }, "not-shortest mimiExtensions.keys[0] @23"],
    ["an extension map", { mimiExtensions: "b800" }, "not-shortest mimiExtensions @22"],
    ["a negative integer", { mimiExtensions: "a1 05 3817" }, "not-shortest mimiExtensions[5] @24"],
    ["a tag", { mimiExtensions: "a1 05 d805 00" }, "not-shortest mimiExtensions[5] @24"],
    // Indefinite lengths.
    ["a message", { head: "9f" }, "indefinite-length MimiContent @0"],
    ["a salt", { salt: "5f41 00ff" }, "indefinite-length salt @1"],
    ["a text", { nestedPart: "85 01 7fff 01 60 40" }, "indefinite-length nestedPart.language @25"],
    ["extensions", { mimiExtensions: "bfff" }, "indefinite-length mimiExtensions @22"],
    ["an extension value", { mimiExtensions: "a1 05 9fff" }, "indefinite-length mimiExtensions[5] @24"],
    // What is not CBOR at all.
    ["a stray break", { replaces: "ff" }, "not-well-formed replaces @18"],
    ["reserved 28", { topicId: "5c" }, "not-well-formed topicId @19"],
    ["reserved 29", { expires: "fd" }, "not-well-formed expires @20"],
    ["reserved 30", { mimiExtensions: "a1 05 1e" }, "not-well-formed mimiExtensions[5] @24"],
    ["an integer of 31", { mimiExtensions: "a1 05 1f" }, "not-well-formed mimiExtensions[5] @24"],
    ["a tag of 31", { mimiExtensions: "a1 05 df" }, "not-well-formed mimiExtensions[5] @24"],
    ["false in two octets", { mimiExtensions: "a1 05 f814" }, "not-well-formed mimiExtensions[5] @24"],
    // Lengths that the input does not have.
    ["a string of 2^64-1", { topicId: "5bffffffffffffffff" }, "truncated topicId @19"],
    ["an array of 2^63", { mimiExtensions: "a1 05 9b8000000000000000" }, "truncated mimiExtensions[5] @24"],
    ["a map of 2^32", { mimiExtensions: "bb0000000100000000" }, "truncated mimiExtensions @22"],
  ])("refuses %s", (_, fields, expected) => {
    expect(refusalOf(fields)).toBe(expected);
  });

  it.each([
    ["24", "82f51818"],
    ["256", "82f5190100"],
    ["65536", "82f51a00010000"],
  ])("accepts %s in its shortest form", (_, expires) => {
    const bytes = messageWith({ expires });
    expect(encode(decode(bytes))).toEqual(bytes);
  });
});
