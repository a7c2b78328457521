import { expect, it } from "vitest";
import { hex } from "../../test/fixtures.ts";
import { Writer } from "./writer.ts";

it.each<[number | bigint, string]>([
  [0, "00"],
  [23, "17"],
  [24, "1818"],
  [255, "18ff"],
  [256, "190100"],
  [65535, "19ffff"],
  [65536, "1a00010000"],
  [2 ** 32 - 1, "1affffffff"],
  [2 ** 32, "1b0000000100000000"],
  [Number.MAX_SAFE_INTEGER, "1b001fffffffffffff"],
  [2n ** 53n + 1n, "1b0020000000000001"],
  [2n ** 64n - 1n, "1bffffffffffffffff"],
  [5n, "05"],
])("writes %s in its shortest form", (argument, digits) => {
  const writer = new Writer();
  writer.head(0, argument);
  expect(writer.finish()).toEqual(hex(digits));
});

it("grows", () => {
  const writer = new Writer();
  for (let index = 0; index < 1000; index++) writer.head(2, index < 999 ? 24 : 0x10000);
  writer.raw(new Uint8Array(5000).fill(1));
  const bytes = writer.finish();
  expect(bytes).toHaveLength(999 * 2 + 5 + 5000);
  expect(bytes.subarray(1996, 2004)).toEqual(hex("5818 5a00010000 01"));
});
