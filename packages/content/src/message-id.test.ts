import { createHash } from "node:crypto";
import { decode, encode, messageId, messageUris, text } from "@openmimi/content";
import { describe, expect, it } from "vitest";
import { messageWith, refusal } from "../test/fixtures.ts";

const bytes = messageWith({});
const SENDER = "mimi://a.example/u/älice";
const ROOM = `mimi://a.example/r/${"x".repeat(300)}`;

/** The formula of content §3.3, by another hash implementation. */
function expected(message: Uint8Array, senderUri: string, roomUri: string, algorithm: string): Uint8Array {
  const hash = createHash(algorithm);
  for (const uri of [senderUri, roomUri].map((each) => Buffer.from(each))) {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(uri.length);
    hash.update(length).update(uri);
  }
  return new Uint8Array(hash.update(message).update(message.subarray(2, 18)).digest().subarray(0, 31));
}

describe("messageId", () => {
  it("counts the octets of the URIs, in two octets", () => {
    const id = messageId(bytes, SENDER, ROOM);
    expect(id).toHaveLength(32);
    expect(id[0]).toBe(1);
    expect(id.subarray(1)).toEqual(expected(bytes, SENDER, ROOM, "sha256"));
  });

  it("takes another hash function", () => {
    const digest = (data: Uint8Array) => createHash("sha512").update(data).digest();
    const id = messageId(bytes, SENDER, ROOM, { hashAlg: 8, digest });
    expect(id).toEqual(Uint8Array.of(8, ...expected(bytes, SENDER, ROOM, "sha512")));
    expect(Object.getPrototypeOf(id)).toBe(Uint8Array.prototype);
  });

  it("refuses a digest that is too short", () => {
    const hash = { hashAlg: 1, digest: () => new Uint8Array(30) };
    expect(refusal(() => messageId(bytes, SENDER, ROOM, hash)).code).toBe("invalid-argument");
  });

  it("takes URIs of 65535 octets and no more", () => {
    expect(messageId(bytes, "é".repeat(32767), ROOM)).toHaveLength(32);
    expect(refusal(() => messageId(bytes, "é".repeat(32768), ROOM))).toMatchObject({
      code: "too-large",
      path: "senderUri",
    });
  });

  it.each([[new Uint8Array()], [bytes.subarray(0, 17)], [bytes.subarray(1)]])(
    "refuses what is no message",
    (octets) => {
      expect(refusal(() => messageId(octets, SENDER, ROOM)).code).toBe("wrong-type");
    },
  );

  it("refuses URIs that have no UTF-8", () => {
    expect(refusal(() => messageId(bytes, "\udc00", ROOM)).code).toBe("invalid-argument");
  });
});

describe("messageUris", () => {
  const derived = { senderUri: SENDER, roomUri: ROOM };

  it("takes the URIs in the message, or else those that MLS gives", () => {
    expect(messageUris(text("", derived))).toEqual(derived);
    expect(messageUris(text("", derived), derived)).toEqual(derived);
    expect(messageUris(text("", { senderUri: SENDER }), { roomUri: ROOM })).toEqual(derived);
    expect(messageUris(decode(encode(text(""))), derived)).toEqual(derived);
  });

  it("refuses a message that says something else than MLS", () => {
    const spoofed = text("", { ...derived, senderUri: "mimi://a.example/u/mallory" });
    expect(refusal(() => messageUris(spoofed, derived))).toMatchObject({
      code: "uri-mismatch",
      path: "MimiContent.mimiExtensions.senderUri",
    });
  });

  it("says so in one short line, whatever the URI", () => {
    const spoofed = { ...text(""), mimiExtensions: { ...derived, senderUri: `x:\n${"y".repeat(100_000)}` } };
    const content = {
      ...spoofed,
      mimiExtensions: { ...spoofed.mimiExtensions, unknownExtensions: new Map() },
    };
    const { message } = refusal(() => messageUris(content, derived));
    expect(message.length).toBeLessThan(800);
    expect(message).not.toContain("\n");
  });

  it("refuses to guess", () => {
    expect(refusal(() => messageUris(text(""), { senderUri: SENDER })).code).toBe("invalid-argument");
  });
});
