import { decode, encode } from "@openmimi/content";
import { describe, expect, it } from "vitest";
import { hex, messageWith, refusalOf } from "../../test/fixtures.ts";

const AT = "mimiExtensions[5]";
const refused = (value: string): string => refusalOf({ mimiExtensions: `a1 05 ${value}` }).replace(AT, "");

describe("extension values", () => {
  it.each([
    ["the draft's sample at four levels", "82 82 421234 d820 6161 82 423456 19168b"],
    ["64-bit integers", "82 1bffffffffffffffff 3bffffffffffffffff"],
    ["bignums above 64 bits", "82 c249010000000000000000 c349010000000000000000"],
    ["simple values", "86 f4 f5 f6 f7 e0 f820"],
    ["floats in shortest form", "84 f93e00 fa7f7fffff fb3ff199999999999a f97c00"],
    ["the quiet NaN", "f97e00"],
    ["a typed array with NaNs in its octets", "d851 48 7fc00001ffc00000"],
    ["mixed keys", "a4 00 00 20 00 40 00 60 00"],
    ["the empty text and array", "82 60 80"],
    ["many tags that decoders act on", "84 c06161 d81c80 d81d00 d9010280"],
  ])("accepts %s and keeps it", (_, value) => {
    const bytes = messageWith({ mimiExtensions: `a1 05 ${value}` });
    const content = decode(bytes);
    expect(content.mimiExtensions.unknownExtensions.get(5)).toEqual(hex(value));
    expect(encode(content)).toEqual(bytes);
  });

  it.each([
    ["five levels of arrays", "81 81 81 80", "too-deep [0][0][0] @27"],
    ["a tag at the fifth level", "81 81 81 c100", "too-deep [0][0][0] @27"],
    ["a map at the fifth level", "81 d820 81 a0", "too-deep [0][0] @28"],
    ["a bignum at the fifth level", "81 81 81 c249010000000000000000", "too-deep [0][0][0] @27"],
    ["an array as key", "a1 80 00", "invalid-key .keys[0] @25"],
    ["a tag as key", "a1 c100 00", "invalid-key .keys[0] @25"],
    ["a float as key", "a1 f90000 00", "invalid-key .keys[0] @25"],
    ["a nested key of 2^53", "a1 1b0020000000000000 00", "invalid-key .keys[0] @25"],
    ["a nested duplicate", "a2 6161 00 6161 00", "duplicate-key .keys[1] @28"],
    ["nested disorder", "a2 6161 00 4161 00", "unsorted-keys .keys[1] @28"],
    ["a fault below a text key", "a1 6161 1801", 'not-shortest ["a"] @27'],
    ["a fault below an octets key", "a1 410a 1801", "not-shortest [h'0a'] @27"],
    ["bad UTF-8", "62c328", "invalid-utf8  @26"],
    ["a small bignum", "c24101", "invalid-bignum  @25"],
    ["a bignum of 64 bits", "c248ffffffffffffffff", "invalid-bignum  @25"],
    ["a bignum with leading zeros", "c2 4a 00010000000000000000", "invalid-bignum  @25"],
    ["a bignum of text", "c26161", "invalid-bignum  @25"],
    ["another quiet NaN", "f97e01", "invalid-nan  @24"],
    ["a negative NaN", "f9fe00", "invalid-nan  @24"],
    ["a single NaN", "fa7fc00000", "invalid-nan  @24"],
    ["a double NaN", "fb7ff8000000000000", "invalid-nan  @24"],
    ["a NaN directly in tag 80", "d850 fa7fc00000", "invalid-nan  @26"],
    ["a single that fits a half", "fa3fc00000", "not-shortest  @24"],
    ["a double that fits a single", "fb47efffffe0000000", "not-shortest  @24"],
    ["double infinity", "fb7ff0000000000000", "not-shortest  @24"],
  ])("refuses %s", (_, value, expected) => {
    expect(refused(value)).toBe(expected);
  });
});
