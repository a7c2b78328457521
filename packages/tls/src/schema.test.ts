import { describe, expect, it } from "vitest";
import {
  annotate,
  bool,
  decode,
  decodePrefix,
  embedded,
  encode,
  enumeration,
  fixed,
  given,
  type Infer,
  nothing,
  opaque,
  optional,
  refined,
  type Schema,
  select,
  struct,
  TlsError,
  text,
  uint8,
  uint16,
  uint32,
  uint64,
  vector,
} from "./index.ts";
import { checkSchema } from "./testing.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const unhex = (digits: string) => new Uint8Array(Buffer.from(digits.replaceAll(" ", ""), "hex"));
const refusal = (run: () => unknown): TlsError => {
  try {
    run();
  } catch (error) {
    if (error instanceof TlsError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};

const Kind = enumeration("Kind", { none: 0, number: 1, words: 2 });
const Item = select("Item", {
  before: { id: uint16 },
  on: ["kind", Kind],
  cases: { none: {}, number: { number: uint32 }, words: { words: vector(text(100)) } },
  after: { note: optional(opaque()) },
});
type Item = Infer<typeof Item>;
const Outer = struct("Outer", {
  version: uint8,
  items: vector(Item),
  inner: embedded(struct("Inner", { time: uint64, tag: fixed(4) })),
  extra: given(
    "Extra",
    (before: { version: number }): Schema<number | undefined> => (before.version === 1 ? uint8 : nothing),
  ),
});

describe("encode and decode", () => {
  it("has bool in one octet, and no third value", () => {
    expect(hex(encode(bool, true))).toBe("01");
    expect(decode(bool, unhex("00"))).toBe(false);
    expect(refusal(() => decode(bool, unhex("02"))).code).toBe("unknown-value");
    expect(refusal(() => encode(bool, 1 as never)).code).toBe("unencodable");
    checkSchema(struct("Flags", { first: bool, second: optional(bool) }), { seed: 5 });
  });

  it("writes fields in order, big-endian, with shortest lengths", () => {
    const item: Item = { id: 0x0102, kind: "words", words: ["a", "é"], note: unhex("ff") };
    expect(hex(encode(Item, item))).toBe("01020205016102c3a90101ff");
    expect(decode(Item, encode(Item, item))).toEqual(item);
  });

  it("keeps 64 bits whole", () => {
    expect(decode(uint64, unhex("fffffffffffffffe"))).toBe(0xffff_ffff_ffff_fffen);
  });

  it.each([0, 63, 64, 16383, 16384, 70000])(
    "frames a vector of %i octets with its shortest length",
    (size) => {
      const bytes = encode(opaque(), new Uint8Array(size).fill(7));
      expect(bytes.length - size).toBe(size < 64 ? 1 : size < 16384 ? 2 : 4);
      expect(decode(opaque(), bytes).length).toBe(size);
      const nested = encode(vector(uint8), new Array(size).fill(7));
      expect(hex(nested)).toBe(hex(bytes));
    },
  );

  it("decodes objects that stand back to back", () => {
    const first = decodePrefix(uint16, unhex("00010002"));
    expect(first).toEqual({ value: 1, end: 2 });
    expect(decodePrefix(uint16, unhex("00010002"), {}, first.end)).toEqual({ value: 2, end: 4 });
  });

  it("chooses a given field by the fields before it", () => {
    const inner = { time: 1n, tag: unhex("01020304") };
    expect(hex(encode(Outer, { version: 1, items: [], inner, extra: 9 }))).toBe(
      "01000c00000000000000010102030409",
    );
    expect(decode(Outer, unhex("02000c000000000000000101020304"))).toEqual({ version: 2, items: [], inner });
  });
});

describe("refusals", () => {
  it.each([
    ["truncated", "01", uint16],
    ["truncated", "05 0102", opaque()],
    ["trailing-bytes", "0102", uint8],
    ["non-minimal-length", "4001 00", opaque()],
    ["non-minimal-length", "80000001 00", opaque()],
    ["invalid-length-prefix", "c0", opaque()],
    ["invalid-presence", "02 00", optional(uint8)],
    ["unknown-value", "03", Kind],
    ["limit-exceeded", "03 000000", opaque(2)],
    ["limit-exceeded", "03 000000", vector(uint8, { maxElements: 2 })],
    ["truncated", "03 000000", vector(uint16)],
    ["invalid-value", "02 c328", text()],
    ["invalid-value", "01 00", text()],
    ["trailing-bytes", "02 0000", embedded(uint8)],
  ] as [string, string, Schema<unknown>][])("%s: %s", (code, bytes, schema) => {
    expect(refusal(() => decode(schema, unhex(bytes))).code).toBe(code);
  });

  it("names the path and the offset", () => {
    const error = refusal(() => decode(Outer, unhex("01 04 00010300 0c")));
    expect(error.path).toBe("Outer.items[0].kind");
    expect(error.offset).toBe(4);
    expect(error.message).toBe("Outer.items[0].kind: Kind 3 is not defined, at byte 4");
  });

  it("does not read past the end of the vector it is in", () => {
    const error = refusal(() => decode(Outer, unhex("01 03 000101 0c 000000000000000001020304 09")));
    expect(error.message).toBe("Outer.items[0].number: needs 4 octets, 0 are left, at byte 5");
  });

  it("refuses an announced gigabyte before allocating anything", () => {
    expect(refusal(() => decode(opaque(0x3fff_ffff), unhex("bfffffff 00"))).code).toBe("truncated");
  });

  it("refuses an input over the caller's limit unread", () => {
    expect(refusal(() => decode(opaque(), new Uint8Array(11), { maxOctets: 10 })).code).toBe(
      "limit-exceeded",
    );
  });

  it.each([
    ["Item.id", { id: 65536, kind: "none" }],
    ["Item.kind", { id: 1, kind: "toString" }],
    ["Item.words[0]", { id: 1, kind: "words", words: ["\ud800"] }],
  ])("cannot encode what does not fit: %s", (path, value) => {
    const error = refusal(() => encode(Item, value as Item));
    expect([error.code, error.path]).toEqual(["unencodable", path]);
  });

  it("holds a refined rule both ways", () => {
    const even = refined(uint8, (value) => (value % 2 === 0 ? undefined : `${value} is odd`), "even");
    expect(refusal(() => decode(even, unhex("03"))).message).toBe("even: 3 is odd, at byte 0");
    expect(refusal(() => encode(even, 3)).code).toBe("unencodable");
  });
});

describe("annotate", () => {
  it("gives every field its octets", () => {
    const { tree, value } = annotate(Outer, unhex("01 04 00010000 0c 0000000000000001 01020304 09"));
    expect(value?.items).toEqual([{ id: 1, kind: "none" }]);
    expect(tree.children.map((child) => [child.name, child.start, child.end])).toEqual([
      ["version", 0, 1],
      ["items", 1, 6],
      ["inner", 6, 19],
      ["extra", 19, 20],
    ]);
    expect(tree.children.map((child) => child.shape.kind)).toEqual(["uint", "vector", "embedded", "uint"]);
  });

  it("shows everything up to the error", () => {
    const { tree, error, value } = annotate(Outer, unhex("01 04 00010300"));
    expect(error?.path).toBe("Outer.items[0].kind");
    expect(value).toBeUndefined();
    const item = tree.children[1]?.children[0];
    expect(item?.children.map((child) => [child.name, child.value])).toEqual([
      ["id", 1],
      ["kind", undefined],
    ]);
  });
});

describe("properties", () => {
  it.each([
    uint8,
    uint16,
    uint32,
    uint64,
    opaque(),
    fixed(5),
    text(),
    Kind,
    Item,
    Outer,
    vector(Item),
    optional(Item),
  ] as Schema<unknown>[])("$name", (schema) => checkSchema(schema));
});
