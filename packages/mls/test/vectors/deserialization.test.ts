import { decodePrefix, opaque, Writer } from "@openmimi/tls";
import { expect, it } from "vitest";
import { hex, published, runCases, toHex } from "./published.ts";

interface DeserializationCase {
  vlbytes_header: string;
  length: number;
}

it("deserialization.json", (context) => {
  const cases = published<DeserializationCase>(context, "deserialization.json");
  const limits = { maxOctets: 2 ** 30 };
  const count = runCases(cases, ({ vlbytes_header, length }) => {
    const header = hex(vlbytes_header);
    const writer = new Writer();
    writer.size(length);
    expect(toHex(writer.finish())).toBe(vlbytes_header);
    if (length > 2 ** 20) return;
    const octets = new Uint8Array(header.length + length);
    octets.set(header);
    expect(decodePrefix(opaque(), octets, limits).value.length).toBe(length);
  });
  expect(count).toBeGreaterThan(10);
});
