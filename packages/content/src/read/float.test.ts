import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkDouble, checkHalf, checkSingle } from "./float.ts";

const view = new DataView(new ArrayBuffer(8));

/** The value of a half, from its fields. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return exponent === 31
    ? sign * Number.POSITIVE_INFINITY
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function singleBits(value: number): number {
  view.setFloat32(0, value);
  return view.getUint32(0);
}

describe("shortest floats", () => {
  it("refuses as single and as double each of the 65536 halves, and none of their neighbours", () => {
    const wrong: number[] = [];
    const halves = new Set<number>();
    for (let bits = 0; bits < 0x10000; bits++) {
      const hasNaN = (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;
      if (checkHalf(bits) !== (hasNaN && bits !== 0x7e00 ? "invalid-nan" : undefined)) wrong.push(bits);
      if (hasNaN) continue;
      const value = halfValue(bits);
      halves.add(singleBits(value));
      if (checkSingle(singleBits(value)) !== "not-shortest") wrong.push(bits);
      if (checkDouble(value) !== "not-shortest") wrong.push(bits);
    }
    for (const bits of halves) {
      for (const near of [bits - 1, bits + 1, bits ^ 0x1000].map((neighbour) => neighbour >>> 0)) {
        if (halves.has(near) || (near & 0x7f800000) === 0x7f800000) continue;
        if (checkSingle(near) !== undefined) wrong.push(near);
      }
    }
    expect(halves.size).toBe(0x10000 - 2 * 1023);
    expect(wrong).toEqual([]);
  });

  it("refuses as double exactly what a single holds", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        expect(checkDouble(value)).toBe(Math.fround(value) === value ? "not-shortest" : undefined);
        expect(checkDouble(Math.fround(value))).toBe("not-shortest");
      }),
    );
  });

  it("refuses every wide NaN", () => {
    expect(checkSingle(0x7fc00000)).toBe("invalid-nan");
    expect(checkSingle(0xff800001)).toBe("invalid-nan");
    expect(checkDouble(Number.NaN)).toBe("invalid-nan");
  });
});
