import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hex } from "../../test/fixtures.ts";
import { findInvalidUtf8 } from "./utf8.ts";

describe("findInvalidUtf8", () => {
  it.each([
    ["a continuation alone", "6180", 1],
    ["C0 80, overlong", "c080", 0],
    ["C1 BF, overlong", "c1bf", 0],
    ["E0 80 80, overlong", "e08080", 1],
    ["F0 80 80 80, overlong", "f0808080", 1],
    ["a surrogate", "eda080", 1],
    ["above U+10FFFF", "f4908080", 1],
    ["F5", "f5808080", 0],
    ["FF", "ff", 0],
    ["a sequence cut short", "61e282", 1],
    ["a letter for a continuation", "e28261", 2],
    ["nothing wrong", "e282ac f48fbfbf ed9fbf ee8080 f0908080 efbbbf 00", -1],
  ])("finds %s", (_, digits, offset) => {
    const bytes = hex(digits);
    expect(findInvalidUtf8(bytes, 0, bytes.length)).toBe(offset);
  });

  it("agrees with a fatal TextDecoder on any octets", () => {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const octet = fc.oneof(
      fc.nat({ max: 255 }),
      fc.constantFrom(0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc2, 0xe0, 0xed, 0xf0, 0xf4),
    );
    fc.assert(
      fc.property(fc.array(octet, { maxLength: 8 }), (octets) => {
        const bytes = Uint8Array.from(octets);
        let isValid = true;
        try {
          decoder.decode(bytes);
        } catch {
          isValid = false;
        }
        expect(findInvalidUtf8(bytes, 0, bytes.length) === -1).toBe(isValid);
      }),
      { numRuns: 20_000 },
    );
  });
});
