/**
 * Floating-point values: RFC 8949 §4.2.1 (shortest form) and draft-ietf-mimi-content-08 §6.2 (NaN).
 * @module
 */

/** What is wrong with a float, if anything. */
export type FloatFault = "invalid-nan" | "not-shortest" | undefined;

/** @returns what is wrong with a half-width float of these 16 bits */
export function checkHalf(bits: number): FloatFault {
  const hasNaN = (bits & 0x7c00) === 0x7c00 && (bits & 0x03ff) !== 0;
  // Content §6.2: the only NaN is F9 7E 00.
  return hasNaN && bits !== 0x7e00 ? "invalid-nan" : undefined;
}

/** @returns what is wrong with a single-width float of these 32 bits */
export function checkSingle(bits: number): FloatFault {
  const exponentField = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponentField === 0xff) return fraction === 0 ? "not-shortest" : "invalid-nan";
  // Zero fits a half; the subnormals of a single are far below the smallest half.
  if (exponentField === 0) return fraction === 0 ? "not-shortest" : undefined;
  return fitsHalf(exponentField - 127, fraction) ? "not-shortest" : undefined;
}

/** @returns what is wrong with a double-width float */
export function checkDouble(value: number): FloatFault {
  if (Number.isNaN(value)) return "invalid-nan";
  return Math.fround(value) === value ? "not-shortest" : undefined;
}

/** A half has 10 bits of fraction, exponents -14 to 15, and subnormals that are multiples of 2^-24. */
function fitsHalf(exponent: number, fraction: number): boolean {
  if (exponent > 15 || exponent < -24) return false;
  if (exponent >= -14) return (fraction & 0x1fff) === 0;
  const significand = 0x800000 | fraction;
  return (significand & ((1 << (-1 - exponent)) - 1)) === 0;
}
