import {
  encode,
  type MessageEnvelope,
  MessageHistory,
  markdown,
  message,
  messageId,
  receiveMessage,
  singlePart,
  text,
} from "@openmimi/content";
import { expect, it } from "vitest";
import { refusal } from "../../test/fixtures.ts";

const senderUri = "mimi://a.example/u/alice";
const roomUri = "mimi://a.example/r/club";
const nowMs = 1_800_000_000_000n;
const envelope: MessageEnvelope = {
  senderUri,
  roomUri,
  acceptedTimestampMs: nowMs,
  nowMs,
  senderIsMember: true,
};
const bytes = encode(markdown("Hi", { senderUri, roomUri }));

it("takes a message from its octets into a history", () => {
  const history = new MessageHistory();
  const { messageId: id, content, outcome } = receiveMessage(history, bytes, envelope);
  expect(id).toEqual(messageId(bytes, senderUri, roomUri));
  expect(content.mimiExtensions.roomUri).toBe(roomUri);
  expect(outcome).toMatchObject({ taken: true, action: "message", firstVersion: id });
  expect(history.message(id)?.senderUri).toBe(senderUri);
  // The URIs need not be in the message.
  expect(receiveMessage(history, encode(markdown("Hi")), envelope).outcome.taken).toBe(true);
});

it("keeps what makes no sense out of it", () => {
  const history = new MessageHistory();
  const late = { ...envelope, nowMs: 0n };
  const { outcome } = receiveMessage(history, bytes, late);
  expect(outcome).toMatchObject({ reason: "nonsense", nonsense: { code: "timestamp-in-the-future" } });
  expect(history.size).toBe(0);
  receiveMessage(history, bytes, envelope);
  const again = receiveMessage(history, bytes, envelope).outcome;
  expect(again).toMatchObject({ taken: false, nonsense: { code: "duplicate-message-id" } });
  const policy = { clockToleranceMs: 2n ** 60n };
  expect(receiveMessage(new MessageHistory(), bytes, late, policy).outcome.taken).toBe(true);
});

it("refuses what is no message, is too large, or is somebody else's", () => {
  const history = new MessageHistory();
  expect(refusal(() => receiveMessage(history, bytes.subarray(1), envelope)).offset).toBe(0);
  expect(refusal(() => receiveMessage(history, bytes, envelope, { maxOctets: 10 })).code).toBe("too-large");
  const mallory = { ...envelope, senderUri: "mimi://a.example/u/mallory" };
  expect(refusal(() => receiveMessage(history, bytes, mallory)).code).toBe("uri-mismatch");
  const broken = encode(message(singlePart("application/mimi-message-status", Uint8Array.of(0xff))));
  expect(refusal(() => receiveMessage(history, broken, envelope)).path).toContain("MessageStatusReport");
  expect(
    refusal(() => receiveMessage(history, encode(text("x")), { ...envelope, roomUri: "\ud800" })).code,
  ).toBe("invalid-argument");
  expect(history.size).toBe(0);
});
