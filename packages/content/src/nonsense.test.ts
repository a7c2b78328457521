import {
  type Circumstances,
  FORMAT_PUBLISHED_MS,
  type MimiContent,
  nonsenseOf,
  reply,
  text,
  YEAR_SECONDS,
} from "@openmimi/content";
import { describe, expect, it } from "vitest";

const NOW = 1_800_000_000_000n;
const id = (first: number) => Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? first : 7));
const circumstances: Circumstances = {
  messageId: id(1),
  acceptedTimestampMs: NOW,
  senderIsMember: true,
  nowMs: NOW,
};
const judge = (changes: Partial<Circumstances>, content: MimiContent = text("x")) =>
  nonsenseOf(content, { ...circumstances, ...changes })?.code;
const expiring = (relative: boolean, time: bigint): MimiContent => ({
  ...text("x"),
  expires: { relative, time: Number(time) },
});

describe("nonsense (content §9.1)", () => {
  it("is not seen in a plain message, nor in references to what is unknown", () => {
    expect(judge({})).toBeUndefined();
    expect(judge({}, { ...reply(id(1), "x"), replaces: id(1) })).toBeUndefined();
    expect(judge({}, text("x", { language: "xx-unknown" }))).toBeUndefined();
  });

  it("says why, and by which section", () => {
    expect(nonsenseOf(text("x"), { ...circumstances, senderIsMember: false })).toEqual({
      code: "sender-not-member",
      reason: "the sender is not in the group",
      section: "draft-ietf-mimi-content-08 §9.1",
    });
  });

  it("is a known ID", () => {
    expect(judge({ isKnown: (other) => other[0] === 1 })).toBe("duplicate-message-id");
    expect(judge({ isKnown: () => false })).toBeUndefined();
  });

  it("is an ID of an unknown hash algorithm, the message's own or one it refers to", () => {
    expect(judge({ messageId: id(0x7f) })).toBe("unknown-hash-algorithm");
    expect(judge({}, { ...text("x"), inReplyTo: id(0x7f) })).toBe("unknown-hash-algorithm");
    expect(judge({}, { ...text("x"), replaces: id(0) })).toBe("unknown-hash-algorithm");
    expect(
      nonsenseOf(
        { ...text("x"), inReplyTo: id(8) },
        { ...circumstances, messageId: id(8) },
        { hashAlgorithms: [8] },
      ),
    ).toBeUndefined();
  });

  it("is a time more than five minutes ahead", () => {
    expect(judge({ acceptedTimestampMs: NOW + 300_000n })).toBeUndefined();
    expect(judge({ acceptedTimestampMs: NOW + 300_001n })).toBe("timestamp-in-the-future");
    const lenient = { clockToleranceMs: 3_600_000n };
    expect(
      nonsenseOf(text("x"), { ...circumstances, acceptedTimestampMs: NOW + 3_600_000n }, lenient),
    ).toBeUndefined();
  });

  it("is a time before the format or before the room", () => {
    expect(judge({ acceptedTimestampMs: FORMAT_PUBLISHED_MS })).toBeUndefined();
    expect(judge({ acceptedTimestampMs: FORMAT_PUBLISHED_MS - 1n })).toBe("timestamp-before-format");
    expect(
      nonsenseOf(text("x"), { ...circumstances, acceptedTimestampMs: 0n }, { earliestMs: 0n }),
    ).toBeUndefined();
    expect(judge({ roomCreatedMs: NOW })).toBeUndefined();
    expect(judge({ roomCreatedMs: NOW + 1n })).toBe("timestamp-before-room");
  });

  const second = NOW / 1000n;
  it.each<[boolean, bigint, string | undefined]>([
    [true, 0n, undefined],
    [true, YEAR_SECONDS, undefined],
    [true, YEAR_SECONDS + 1n, "expires-too-late"],
    [false, second, undefined],
    [false, second + YEAR_SECONDS, undefined],
    [false, second + YEAR_SECONDS + 1n, "expires-too-late"],
    [false, second - YEAR_SECONDS, undefined],
    [false, second - YEAR_SECONDS - 1n, "expired-too-long-ago"],
  ])("is an expiry more than a year away: relative %s, %s", (relative, time, expected) => {
    expect(judge({}, expiring(relative, time))).toBe(expected);
  });
});
