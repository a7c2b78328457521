import { ContentError, encode, encodeStatusReport } from "@openmimi/content";
import { arbitraryContent, arbitraryMutation, arbitraryStatusReport } from "@openmimi/content/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FIELDS, hex, messageWith } from "../test/fixtures.ts";
import { Cursor } from "./read/cursor.ts";
import { readMessage } from "./read/message.ts";
import { readStatusReport } from "./status-report.ts";

/** How often each octet may be looked at, on average, and a few more times for short inputs. */
const MOST_PER_OCTET = 8;
const MOST_BESIDE = 64;

/** Octets that count how often one of them is read or copied. */
function counted(bytes: Uint8Array): { bytes: Uint8Array; count: () => number } {
  let count = 0;
  const proxy = new Proxy(bytes, {
    get(target, name) {
      if (name === "slice" || name === "subarray") {
        return (start: number, end: number) => {
          count += end - start;
          return target[name](start, end);
        };
      }
      if (typeof name === "string" && /^[0-9]+$/.test(name)) count++;
      return Reflect.get(target, name, target) as unknown;
    },
  });
  return { bytes: proxy, count: () => count };
}

/** @returns how many octets were looked at, whatever became of the message */
function operations(bytes: Uint8Array, read: (cursor: Cursor) => unknown = readMessage): number {
  const watched = counted(bytes);
  try {
    read(new Cursor(watched.bytes, "MimiContent", ""));
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
  }
  return watched.count();
}

const isLinear = (bytes: Uint8Array, read?: (cursor: Cursor) => unknown) =>
  expect(operations(bytes, read)).toBeLessThanOrEqual(MOST_PER_OCTET * bytes.length + MOST_BESIDE);

describe("decoding looks at each octet a few times only", () => {
  it("of any message, right or spoiled", () => {
    const changes = fc.array(arbitraryMutation(), { maxLength: 3 });
    fc.assert(
      fc.property(arbitraryContent(), changes, (content, mutations) => {
        isLinear(mutations.reduce((bytes, change) => change(bytes), encode(content)));
      }),
      { numRuns: 500 },
    );
  });

  it("of any status report, right or spoiled", () => {
    fc.assert(
      fc.property(arbitraryStatusReport(), arbitraryMutation(), (report, change) => {
        isLinear(change(encodeStatusReport(report)), readStatusReport);
      }),
    );
  });

  const be32 = (value: number) => value.toString(16).padStart(8, "0");
  const many = (count: number, items: string) => `9a${be32(count)}${items.repeat(count)}`;
  const keys = (count: number) => {
    let entries = "";
    for (let key = 0; key < count; key++) entries += `1a${be32(0x10000 + key)}00`;
    return `b9${be32(count).slice(4)}${entries}`;
  };

  it.each<[string, (size: number) => Uint8Array]>([
    ["small items", (size) => messageWith({ mimiExtensions: `a1 05 ${many(size, "00")}` })],
    ["keys", (size) => messageWith({ mimiExtensions: `a1 05 ${keys(Math.ceil(size / 6))}` })],
    [
      "long keys that differ at their end",
      (size) => {
        const key = (end: string) => `7a${be32(size)}${"61".repeat(size - 1)}${end}`;
        return messageWith({
          mimiExtensions: `a1 05 a3 ${["61", "62", "63"].map((end) => `${key(end)} 00`).join("")}`,
        });
      },
    ],
    [
      "text of two octets each",
      (size) => messageWith({ nestedPart: `85 01 7a${be32(2 * size)}${"c3a9".repeat(size)} 01 60 40` }),
    ],
    [
      "text that ends badly",
      (size) => messageWith({ nestedPart: `85 01 7a${be32(size)}${"61".repeat(size - 1)}c3 01 60 40` }),
    ],
    [
      "a long body",
      (size) => messageWith({ nestedPart: `85 01 60 01 60 5a${be32(size)}${"00".repeat(size)}` }),
    ],
    [
      "arrays in arrays",
      (size) => hex(`${Object.values(FIELDS).slice(0, 6).join("")} a1 05 ${"81".repeat(size)}`),
    ],
  ])("of %s: twice the octets, at most twice the work", (_, make) => {
    const [small, large] = [make(70_000), make(140_000)];
    isLinear(large);
    expect(operations(large)).toBeLessThanOrEqual(2.1 * operations(small) + MOST_BESIDE);
  });
});
