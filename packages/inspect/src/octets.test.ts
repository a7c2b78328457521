import { expect, it } from "vitest";
import { parseOctets } from "./index.ts";

const octets = Uint8Array.from([0, 1, 0xfe, 0xff, 0x3e]);

it.each([
  "0001feff3e",
  "0x0001FEFF3E",
  " 00:01:fe:ff:3e\n",
  "00 01 fe\r\nff 3e",
  "AAH+/z4=",
  "AAH+/z4",
  "AAH-_z4",
  "AAH+\n/z4=\n",
])("reads %j", (text) => {
  expect(parseOctets(text)).toEqual(octets);
});

it("takes a mimi: URI for its own octets", () => {
  expect(parseOctets(" mimi://a.example/u/alice\n")).toEqual(
    new TextEncoder().encode("mimi://a.example/u/alice"),
  );
});

it("takes a JSON object for its own octets", () => {
  expect(parseOctets(' {"a": 1}\n')).toEqual(new TextEncoder().encode('{"a": 1}'));
});

it.each(["", " ", "0", "0x", "zz!", "AAAAA", "AAH+_z4", "00 01 f", "mimi://a b"])(
  "finds no octets in %j",
  (text) => {
    expect(parseOctets(text)).toBeUndefined();
  },
);
