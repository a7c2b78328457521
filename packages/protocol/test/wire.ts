/** Helpers of the components' tests. */
import { decode, encode, type Schema, TlsError } from "@openmimi/tls";
import { expect } from "vitest";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
export const unhex = (digits: string) => new Uint8Array(Buffer.from(digits.replaceAll(/\s/g, ""), "hex"));
export const octets = (text: string) => new TextEncoder().encode(text);
export const textHex = (text: string) => hex(octets(text));

/** The codec's error that comes of this. */
export function refusal(run: () => unknown): TlsError {
  try {
    run();
  } catch (error) {
    if (error instanceof TlsError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** Both ways: the value gives these octets, which were put together by hand from the draft's struct. */
export function expectWire<T>(schema: Schema<T>, value: T, parts: string): void {
  const digits = parts.replaceAll(/\s/g, "");
  expect(hex(encode(schema, value))).toBe(digits);
  expect(decode(schema, unhex(digits))).toEqual(value);
}
