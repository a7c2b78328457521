import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textOf } from "./text.ts";

const read = (octets: Uint8Array) => textOf(Uint8Array.of(0xff, ...octets, 0xff), 1, octets.length + 1);

describe("texts", () => {
  it("are what their UTF-8 says, of every length and with every octet other than ASCII in its place", () => {
    for (let length = 0; length <= 70; length++) {
      const ascii = Array.from({ length }, (_, index) => String.fromCharCode(32 + index)).join("");
      expect(read(Buffer.from(ascii))).toBe(ascii);
      for (let at = 0; at < length; at++) {
        const mixed = `${ascii.slice(0, at)}é${ascii.slice(at + 1)}`;
        expect(read(Buffer.from(mixed))).toBe(mixed);
        const spoiled = Buffer.from(ascii);
        spoiled[at] = 0x80;
        expect(read(spoiled)).toBeUndefined();
      }
    }
  });

  it("keep a U+FEFF at the front, which most decoders drop", () => {
    for (const rest of ["", "a", "a".repeat(100)])
      expect(read(Buffer.from(`\ufeff${rest}`))).toBe(`\ufeff${rest}`);
  });

  it("are the same as a decoder of the platform reads", () => {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.string({ unit: "binary", maxLength: 30 }).map((text) => new Uint8Array(Buffer.from(text))),
    );
    fc.assert(
      fc.property(octets, (bytes) => {
        let expected: string | undefined;
        try {
          expected = strict.decode(bytes);
        } catch {}
        expect(read(bytes)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
