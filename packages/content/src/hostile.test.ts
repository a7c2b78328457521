import { decode, describe as describeBytes } from "@openmimi/content";
import { describe, expect, it } from "vitest";
import { FIELDS, hex, messageWith, refusal } from "../test/fixtures.ts";

const MEGABYTE = 1024 * 1024;

/** Fills what is left of a megabyte. */
function filled(start: string, octet: number): Uint8Array {
  const bytes = new Uint8Array(MEGABYTE).fill(octet);
  bytes.set(hex(start));
  return bytes;
}

const BEFORE_EXTENSIONS = Object.values(FIELDS).slice(0, 6).join("");
const BEFORE_PART = Object.values(FIELDS).slice(0, 7).join("");

describe("hostile messages are refused where the limit is, not after reading on", () => {
  it.each<[string, Uint8Array, string, number]>([
    ["a million arrays from the start", filled("", 0x81), "wrong-length", 0],
    ["a million arrays in an extension", filled(`${BEFORE_EXTENSIONS} a1 05`, 0x81), "too-deep", 27],
    ["a million tags in an extension", filled(`${BEFORE_EXTENSIONS} a1 05`, 0xc6), "too-deep", 27],
    ["a million maps in an extension", filled(`${BEFORE_EXTENSIONS} a1 05`, 0xa1), "invalid-key", 25],
    [
      "parts in parts, 100,000 times",
      hex(BEFORE_PART + "85016003028283016000".repeat(100_000)),
      "too-deep",
      59,
    ],
    [
      "13,000 parts",
      messageWith({ nestedPart: `850160030299${(13_000).toString(16)}${"83016000".repeat(13_000)}` }),
      "too-many-parts",
      28,
    ],
    [
      "a megabyte of octets that are no UTF-8",
      filled(`${BEFORE_PART} 85 01 7a000fff00`, 0x80),
      "invalid-utf8",
      30,
    ],
  ])("%s", (_, bytes, code, offset) => {
    expect(refusal(() => decode(bytes))).toMatchObject({ code, offset });
  });
});

describe("time grows with the octets", () => {
  /** Half a million empty byte strings. */
  const wide = (octets: number): Uint8Array => {
    const count = octets.toString(16).padStart(8, "0");
    return hex(`${BEFORE_EXTENSIONS} a1 05 9a${count}${"40".repeat(octets)}${FIELDS.nestedPart}`);
  };

  it("reads and describes a megabyte of the smallest items, below a long key too", () => {
    const bytes = wide(500_000);
    expect(decode(bytes).mimiExtensions.unknownExtensions.get(5)).toHaveLength(500_005);
    expect(describeBytes(bytes).items).toHaveLength(500_015);

    // A path holds only the beginning of a key: else 100,000 paths of 400,000 octets would be built here.
    const key = `7a${(400_000).toString(16).padStart(8, "0")}${"61".repeat(400_000)}`;
    const items = `9a${(100_000).toString(16).padStart(8, "0")}${"40".repeat(100_000)}`;
    const { items: described, error } = describeBytes(
      messageWith({ mimiExtensions: `a1 05 a1 ${key} ${items}` }),
    );
    expect(error).toBeUndefined();
    expect(Math.max(...described.slice(-50_000).map(({ path }) => path.length))).toBeLessThan(200);
  });
});
