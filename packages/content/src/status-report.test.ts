import { decodeStatusReport, encodeStatusReport, MessageStatus, messageStatusName } from "@openmimi/content";
import { describe, expect, it } from "vitest";
import { hex, refusal, times } from "../test/fixtures.ts";

const ID = times(32, "01");

describe("decodeStatusReport", () => {
  it.each([
    ["an empty report", "80", 0],
    ["one pair", `81 82 5820${ID} 02`, 1],
    ["a message twice", `82 82 5820${ID} 01 82 5820${ID} 02`, 2],
    ["an unknown status", `81 82 5820${ID} 18c8`, 1],
    ["status 255", `81 82 5820${ID} 18ff`, 1],
  ])("accepts %s", (_, digits, pairs) => {
    const report = decodeStatusReport(hex(digits));
    expect(report).toHaveLength(pairs);
    expect(encodeStatusReport(report)).toEqual(hex(digits));
  });

  it.each([
    ["nothing", "", "truncated", "MessageStatusReport"],
    ["a map", "a0", "wrong-type", "MessageStatusReport"],
    ["a pair of one", `81 81 5820${ID}`, "wrong-length", "MessageStatusReport[0]"],
    ["a pair of three", `81 83 5820${ID} 02 00`, "wrong-length", "MessageStatusReport[0]"],
    ["an ID of 31", `81 82 581f${times(31, "01")} 02`, "wrong-length", "MessageStatusReport[0].messageId"],
    ["an ID as text", `81 82 7820${ID} 02`, "wrong-type", "MessageStatusReport[0].messageId"],
    ["status 256", `81 82 5820${ID} 190100`, "out-of-range", "MessageStatusReport[0].status"],
    ["status -1", `81 82 5820${ID} 20`, "wrong-type", "MessageStatusReport[0].status"],
    ["a long status", `81 82 5820${ID} 1802`, "not-shortest", "MessageStatusReport[0].status"],
    ["a second fault", `82 82 5820${ID} 02 00`, "wrong-type", "MessageStatusReport[1]"],
    ["an indefinite length", "9fff", "indefinite-length", "MessageStatusReport"],
    ["a trailing octet", "8000", "trailing-bytes", "MessageStatusReport"],
    ["a count beyond the input", "9affffffff", "truncated", "MessageStatusReport"],
  ])("refuses %s", (_, digits, code, path) => {
    expect(refusal(() => decodeStatusReport(hex(digits)))).toMatchObject({ code, path });
  });

  it("names its own draft", () => {
    expect(refusal(() => decodeStatusReport(hex("a0"))).section).toBe("draft-mahy-mimi-message-status-01 §4");
  });
});

it("encodeStatusReport refuses what is no report", () => {
  const messageId = new Uint8Array(32);
  expect(refusal(() => encodeStatusReport([{ messageId, status: 256 }])).code).toBe("out-of-range");
  expect(refusal(() => encodeStatusReport([{ messageId, status: 0.5 }])).code).toBe("invalid-argument");
  expect(refusal(() => encodeStatusReport({} as [])).code).toBe("invalid-argument");
});

it("messageStatusName names the seven statuses", () => {
  expect(Object.values(MessageStatus).map(messageStatusName)).toEqual(Object.keys(MessageStatus));
  expect(messageStatusName(7)).toBeUndefined();
});
