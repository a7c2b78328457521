import { describe, expect, it } from "vitest";
import { truncated, withLastBitFlipped, withLongLength, withOctet, withTrailingOctet } from "./malformed.ts";

const hex = (octets: Uint8Array) => Buffer.from(octets).toString("hex");
const octets = Uint8Array.of(0xff, 2, 0xaa, 0xbb);

describe("octets with one thing wrong", () => {
  it("differ in that thing only", () => {
    expect(hex(truncated(octets))).toBe("ff02aa");
    expect(hex(truncated(octets, 9))).toBe("");
    expect(hex(withTrailingOctet(octets))).toBe("ff02aabb00");
    expect(hex(withOctet(octets, 0, 1))).toBe("0102aabb");
    expect(hex(withLastBitFlipped(octets))).toBe("ff02aaba");
    expect(hex(octets)).toBe("ff02aabb");
  });

  it("have lengths in more octets than they need", () => {
    expect(hex(withLongLength(octets, 1))).toBe("ff4002aabb");
    expect(hex(withLongLength(Uint8Array.of(0x40, 0x41), 0))).toBe("80000041");
    expect(() => withLongLength(Uint8Array.of(0x80, 0, 1, 0), 0)).toThrow(/no short vector/);
    expect(() => withLastBitFlipped(new Uint8Array())).toThrow(/no octet/);
  });
});
