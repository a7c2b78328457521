import { describe as describeBytes } from "@openmimi/content";
import { describe, expect, it } from "vitest";
import { hex, messageWith, times } from "../test/fixtures.ts";

const rows = (bytes: Uint8Array): string[] =>
  describeBytes(bytes).items.map(({ path, start, end, value, note }) =>
    [
      `${start}-${end}`,
      path.replace("MimiContent.", ""),
      value,
      ...(note === undefined ? [] : [`(${note})`]),
    ].join(" "),
  );

describe("describe", () => {
  it("says every item with its octets", () => {
    const bytes = messageWith({
      expires: "82f51818",
      mimiExtensions: "a2 01 6161 20 84 20 d820 6162 f93e00 a1 4100 f6",
      nestedPart: "85 01 62656e 03 00 82 83 02 60 00 83 186460 00",
    });
    expect(rows(bytes)).toEqual([
      "0-60 MimiContent array(7)",
      "1-18 salt h'000102030405060708090a0b0c0d0e0f'",
      "18-19 replaces null",
      "19-20 topicId h''",
      "20-24 expires array(2)",
      "21-22 expires.relative true",
      "22-24 expires.time 24 (seconds)",
      "24-25 inReplyTo null",
      "25-43 mimiExtensions map(2)",
      "26-27 mimiExtensions.keys[0] 1 (extension key)",
      '27-29 mimiExtensions[1] "a" (senderUri)',
      "29-30 mimiExtensions.keys[1] -1 (extension key)",
      "30-43 mimiExtensions[-1] array(4)",
      "31-32 mimiExtensions[-1][0] -1",
      "32-36 mimiExtensions[-1][1] tag(32)",
      '34-36 mimiExtensions[-1][1] "b"',
      "36-39 mimiExtensions[-1][2] 1.5",
      "39-43 mimiExtensions[-1][3] map(1)",
      "40-42 mimiExtensions[-1][3].keys[0] h'00'",
      "42-43 mimiExtensions[-1][3][h'00'] null",
      "43-60 nestedPart array(5) (part index 0)",
      "44-45 nestedPart.disposition 1 (render)",
      '45-48 nestedPart.language "en"',
      "48-49 nestedPart.cardinality 3 (multi)",
      "49-50 nestedPart.partSemantics 0 (chooseOne)",
      "50-60 nestedPart.parts array(2)",
      "51-55 nestedPart.parts[0] array(3) (part index 1)",
      "52-53 nestedPart.parts[0].disposition 2 (reaction)",
      '53-54 nestedPart.parts[0].language ""',
      "54-55 nestedPart.parts[0].cardinality 0 (nullpart)",
      "55-60 nestedPart.parts[1] array(3) (part index 2)",
      "56-58 nestedPart.parts[1].disposition 100",
      '58-59 nestedPart.parts[1].language ""',
      "59-60 nestedPart.parts[1].cardinality 0 (nullpart)",
    ]);
  });

  it("goes as far as the error", () => {
    const { items, error } = describeBytes(messageWith({ topicId: "5f" }));
    expect(error?.code).toBe("indefinite-length");
    expect(items.map(({ path, end }) => [path, end])).toEqual([
      ["MimiContent", 20],
      ["MimiContent.salt", 18],
      ["MimiContent.replaces", 19],
    ]);
  });

  it.each([
    ["f93c00", "1"],
    ["f98001", `${-(2 ** -24)}`],
    ["f9fc00", "-Infinity"],
    ["f97e00", "NaN"],
    ["fa7f7fffff", "3.4028234663852886e+38"],
    ["fb3ff199999999999a", "1.1"],
    ["f4", "false"],
    ["f5", "true"],
    ["f7", "undefined"],
    ["e5", "simple(5)"],
    ["f8ff", "simple(255)"],
    ["3bffffffffffffffff", "-18446744073709551616"],
  ])("shows %s as %s", (digits, value) => {
    const item = describeBytes(messageWith({ mimiExtensions: `a1 05 ${digits}` })).items.find(
      ({ path }) => path === "MimiContent.mimiExtensions[5]",
    );
    expect(item?.value).toBe(value);
  });

  it("reads status reports", () => {
    const { items, error } = describeBytes(hex(`81 82 5820${times(32, "01")} 02`), {
      format: "mimi-message-status",
    });
    expect(error).toBeUndefined();
    expect(items.at(-1)).toEqual({
      path: "MessageStatusReport[0].status",
      start: 36,
      end: 37,
      value: "2",
      note: "read",
    });
  });

  it("says that there is too much", () => {
    expect(describeBytes(messageWith({}), { maxOctets: 5 })).toMatchObject({
      items: [],
      error: { code: "too-large" },
    });
  });
});
