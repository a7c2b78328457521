import { describe, expect, it } from "vitest";
import { encode, opaque, struct, TlsError, uint8, uint16, vector, withEncoded } from "./index.ts";

const Pair = struct("Pair", { small: uint8, data: opaque() });
const pair = (length: number) => ({ small: 7, data: new Uint8Array(length).fill(0xaa) });

describe("withEncoded", () => {
  it.each([0, 63, 64, 5_000, 200_000])("lends the octets that encode gives, %i of data", (length) => {
    const lent = withEncoded(Pair, pair(length), (octets) => octets.slice());
    expect(lent).toEqual(encode(Pair, pair(length)));
  });

  it("takes them back, all zero, also when something is thrown", () => {
    let kept = new Uint8Array();
    withEncoded(Pair, pair(40), (octets) => {
      kept = octets as Uint8Array<ArrayBuffer>;
    });
    expect(kept).toEqual(new Uint8Array(42));
    expect(() =>
      withEncoded(Pair, pair(40), (octets) => {
        kept = octets as Uint8Array<ArrayBuffer>;
        throw new RangeError("of the user");
      }),
    ).toThrow(RangeError);
    expect(kept).toEqual(new Uint8Array(42));
  });

  it("lends several at a time", () => {
    const both = withEncoded(Pair, pair(1), (outer) =>
      withEncoded(vector(uint16), [1, 2], (inner) => [...outer, ...inner, ...encode(uint8, 9)]),
    );
    expect(both).toEqual([7, 1, 0xaa, 4, 0, 1, 0, 2, 9]);
  });

  it("names what cannot be encoded", () => {
    expect(() => withEncoded(Pair, { small: 256, data: new Uint8Array() }, () => 0)).toThrow(TlsError);
    expect(() => withEncoded(Pair, { small: 256, data: new Uint8Array() }, () => 0)).toThrow(/Pair\.small/);
  });
});
