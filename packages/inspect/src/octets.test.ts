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
  "[0, 1, 254, 255, 62]",
  "0,1,254,255,62,",
  "{0x00, 0x1, 0xfe,\n 0xFF, 0x3e}",
  "h'0001feff3e'",
  "h'00 01 fe ff 3e'",
  String.raw`b"\x00\x01\xfe\xff\x3e"`,
  "00000000: 0001 feff 3e                             ....>",
  "00000000  00 01 fe ff 3e                                    |....>|\n00000005\n",
])("reads %j", (text) => {
  expect(parseOctets(text)).toEqual(octets);
});

it("reads dumps of several lines, whatever their text looks like", () => {
  const octets = Uint8Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 0x61 : 0x20));
  const lines = (group: number, after: string) =>
    [0, 16, 32].map((at) => {
      const row = Buffer.from(octets.subarray(at, at + 16));
      const groups = row.toString("hex").match(new RegExp(`.{${2 * group}}`, "g")) ?? [];
      return `${at.toString(16).padStart(8, "0")}${after} ${groups.join(" ")}  ${row.toString("latin1")}`;
    });
  expect(parseOctets(lines(2, ":").join("\n"))).toEqual(octets);
  expect(parseOctets(lines(1, " ").join("\r\n"))).toEqual(octets);
  const zeros = "00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|";
  expect(parseOctets(`${zeros}\n*\n00000030  2c 5b  |,[|\n00000032`)).toEqual(
    Uint8Array.of(...new Uint8Array(48), 0x2c, 0x5b),
  );
  expect(parseOctets(`${zeros}\n00000030  2c`)).toBeUndefined();
  // Rows of another length are not taken for the beginning of one.
  expect(parseOctets(`00000000: ${"00 ".repeat(64)}`)).not.toHaveLength(16);
  // Hexadecimal in groups of four octets is no dump.
  expect(parseOctets("00000001 00000002")).toEqual(Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2));
  expect(parseOctets("00000000 00000002")).toEqual(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 2));
});

it("takes a mimi: URI for its own octets", () => {
  expect(parseOctets(" mimi://a.example/u/alice\n")).toEqual(
    new TextEncoder().encode("mimi://a.example/u/alice"),
  );
});

it("takes a JSON object for its own octets", () => {
  expect(parseOctets(' {"a": 1}\n')).toEqual(new TextEncoder().encode('{"a": 1}'));
});

it.each(["", " ", "0", "0x", "zz!", "AAAAA", "AAH+_z4", "00 01 f", "mimi://a b", "[256]", "h'0'", "{1: 2}"])(
  "finds no octets in %j",
  (text) => {
    expect(parseOctets(text)).toBeUndefined();
  },
);
