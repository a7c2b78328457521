import {
  ContentError,
  decode,
  decodeStatusReport,
  describe as describeBytes,
  encode,
  encodeStatusReport,
} from "@openmimi/content";
import {
  arbitraryContent,
  arbitraryExtensionValue,
  arbitraryMutation,
  arbitraryStatusReport,
} from "@openmimi/content/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkExtensionValue } from "./read/extension-value.ts";

const mutations = fc.array(arbitraryMutation(), { minLength: 1, maxLength: 5 });

/** Octets are refused with our own error, by decode and describe alike, or they are the one encoding of a value. */
function checkOctets(bytes: Uint8Array): "accepted" | "refused" {
  const { items, error } = describeBytes(bytes);
  for (const { start, end } of items) expect(start <= end && end <= bytes.length).toBe(true);
  let content: ReturnType<typeof decode>;
  try {
    content = decode(bytes);
  } catch (refused) {
    if (!(refused instanceof ContentError)) throw refused;
    expect(error?.message).toBe(refused.message);
    expect(refused.offset >= 0 && refused.offset <= bytes.length).toBe(true);
    return "refused";
  }
  expect(error).toBeUndefined();
  expect(encode(content)).toEqual(bytes);
  return "accepted";
}

describe("any message", () => {
  it("comes back from its encoding, whole", () => {
    fc.assert(
      fc.property(arbitraryContent(), (content) => {
        const bytes = encode(content);
        expect(decode(bytes)).toEqual(content);
        expect(checkOctets(bytes)).toBe("accepted");
      }),
      { numRuns: 400 },
    );
  });

  it("once spoiled is refused, or is another message in its one encoding", () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(arbitraryContent(), mutations, (content, changes) => {
        const bytes = encode(content);
        for (const change of changes) seen[checkOctets(change(bytes))]++;
        seen[checkOctets(changes.reduce((spoiled, change) => change(spoiled), bytes))]++;
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(100);
  });

  it("is told from random octets", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void checkOctets(bytes)));
  });
});

it("any extension value passes, and a spoiled one only throws a ContentError", () => {
  fc.assert(
    fc.property(arbitraryExtensionValue(), arbitraryMutation(), (value, change) => {
      checkExtensionValue(value, "value");
      try {
        checkExtensionValue(change(value), "value");
      } catch (error) {
        expect(error).toBeInstanceOf(ContentError);
      }
    }),
    { numRuns: 1000 },
  );
});

it("any status report comes back from its encoding, and a spoiled one likewise or not at all", () => {
  fc.assert(
    fc.property(arbitraryStatusReport(), arbitraryMutation(), (report, change) => {
      const bytes = encodeStatusReport(report);
      expect(decodeStatusReport(bytes)).toEqual(report);
      const spoiled = change(bytes);
      const { error } = describeBytes(spoiled, { format: "mimi-message-status" });
      try {
        expect(encodeStatusReport(decodeStatusReport(spoiled))).toEqual(spoiled);
        expect(error).toBeUndefined();
      } catch (refused) {
        if (!(refused instanceof ContentError)) throw refused;
        expect(error?.message).toBe(refused.message);
      }
    }),
    { numRuns: 500 },
  );
});
