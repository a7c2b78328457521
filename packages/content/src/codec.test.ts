import { runInNewContext } from "node:vm";
import { ContentError, decode, encode, MAX_TOPIC_ID_OCTETS, type MimiContent } from "@openmimi/content";
import { describe, expect, it } from "vitest";
import { FIELDS, messageWith, refusal, refusalOf, times } from "../test/fixtures.ts";

const ID = times(32, "01");

describe("the behaviour fields (content §4.1)", () => {
  it("accepts the plainest message", () => {
    expect(decode(messageWith({}))).toEqual({
      salt: Uint8Array.from({ length: 16 }, (_, index) => index),
      replaces: null,
      topicId: new Uint8Array(),
      expires: null,
      inReplyTo: null,
      mimiExtensions: { unknownExtensions: new Map() },
      nestedPart: {
        disposition: 1,
        language: "",
        cardinality: "single",
        contentType: "",
        content: new Uint8Array(),
      },
    });
  });

  it.each([
    ["six elements", { head: "86" }, "wrong-length MimiContent @0"],
    ["eight elements", { head: "88" }, "wrong-length MimiContent @0"],
    ["a map around", { head: "a7" }, "wrong-type MimiContent @0"],
    ["a tag around", { head: "d9d9f787" }, "wrong-type MimiContent @0"],
    ["salt of 15", { salt: `4f${times(15, "00")}` }, "wrong-length salt @1"],
    ["salt of 17", { salt: `51${times(17, "00")}` }, "wrong-length salt @1"],
    ["salt as text", { salt: `70${times(16, "41")}` }, "wrong-type salt @1"],
    ["replaces of 31", { replaces: `581f${times(31, "01")}` }, "wrong-length replaces @18"],
    ["replaces of 33", { replaces: `5821${times(33, "01")}` }, "wrong-length replaces @18"],
    ["replaces as text", { replaces: `7820${times(32, "41")}` }, "wrong-type replaces @18"],
    ["replaces undefined", { replaces: "f7" }, "wrong-type replaces @18"],
    ["replaces false", { replaces: "f4" }, "wrong-type replaces @18"],
    ["topicId null", { topicId: "f6" }, "wrong-type topicId @19"],
    ["topicId of 4097", { topicId: `591001${times(4097, "00")}` }, "too-large topicId @19"],
    ["expires a number", { expires: "00" }, "wrong-type expires @20"],
    ["expires of one", { expires: "81f4" }, "wrong-length expires @20"],
    ["expires of three", { expires: "83f40000" }, "wrong-length expires @20"],
    ["expires without boolean", { expires: "820000" }, "wrong-type expires.relative @21"],
    ["expires null boolean", { expires: "82f600" }, "wrong-type expires.relative @21"],
    ["expires negative", { expires: "82f420" }, "wrong-type expires.time @22"],
    ["expires of 2^32", { expires: "82f41b0000000100000000" }, "out-of-range expires.time @22"],
    ["expires of 2^53", { expires: "82f41b0020000000000000" }, "out-of-range expires.time @22"],
    ["expires float", { expires: "82f4f90000" }, "wrong-type expires.time @22"],
    ["inReplyTo of 31", { inReplyTo: `581f${times(31, "01")}` }, "wrong-length inReplyTo @21"],
    ["extensions array", { mimiExtensions: "80" }, "wrong-type mimiExtensions @22"],
    ["extensions null", { mimiExtensions: "f6" }, "wrong-type mimiExtensions @22"],
    ["trailing octet", { nestedPart: `${FIELDS.nestedPart}00` }, "trailing-bytes MimiContent @29"],
  ])("refuses %s", (_, fields, expected) => {
    expect(refusalOf(fields)).toBe(expected);
  });

  it.each([
    ["message IDs", { replaces: `5820${ID}`, inReplyTo: `5820${ID}` }],
    ["a topicId of 4096", { topicId: `59${MAX_TOPIC_ID_OCTETS.toString(16)}${times(4096, "00")}` }],
    ["the last second of 32 bits", { expires: "82f51affffffff" }],
  ])("accepts %s", (_, fields) => {
    const bytes = messageWith(fields);
    expect(encode(decode(bytes))).toEqual(bytes);
  });
});

describe("decode", () => {
  it("names the section and the reason", () => {
    const error = refusal(() => decode(messageWith({ salt: "4100" })));
    expect(error.section).toBe("draft-ietf-mimi-content-08 §4.1");
    expect(error.message).toBe(
      "MimiContent.salt: expected 16 octets, got 1, at byte 1 (draft-ietf-mimi-content-08 §4.1)",
    );
  });

  it("refuses every proper beginning of a message as truncated", () => {
    const bytes = messageWith({ mimiExtensions: "a101 6161", expires: "82f418ff" });
    for (let length = 0; length < bytes.length; length++)
      expect(refusal(() => decode(bytes.subarray(0, length))).code).toBe("truncated");
  });

  it("refuses more octets than the limit, which the caller may set", () => {
    const bytes = messageWith({});
    expect(decode(bytes, { maxOctets: bytes.length })).toBeDefined();
    expect(refusal(() => decode(bytes, { maxOctets: bytes.length - 1 }))).toMatchObject({
      code: "too-large",
    });
    expect(refusal(() => decode(new Uint8Array(1024 * 1024 + 1))).code).toBe("too-large");
  });

  it("shares no memory with its input and looks only at its own view of it", () => {
    const bytes = messageWith({ mimiExtensions: "a1 05 42aabb" });
    const around = new Uint8Array(bytes.length + 20).fill(0xff);
    around.set(bytes, 10);
    const content = decode(around.subarray(10, 10 + bytes.length));
    around.fill(0);
    expect(encode(content)).toEqual(bytes);
  });

  it("gives plain Uint8Arrays for a Buffer", () => {
    const { salt, mimiExtensions } = decode(Buffer.from(messageWith({ mimiExtensions: "a1 05 42aabb" })));
    expect(Object.getPrototypeOf(salt)).toBe(Uint8Array.prototype);
    expect(Object.getPrototypeOf(mimiExtensions.unknownExtensions.get(5))).toBe(Uint8Array.prototype);
  });

  it("takes a Uint8Array of another realm", () => {
    const foreign = runInNewContext(`Uint8Array.from([${messageWith({}).join()}])`);
    expect(foreign).not.toBeInstanceOf(Uint8Array);
    expect(decode(foreign)).toEqual(decode(messageWith({})));
  });

  it("refuses octets that were transferred away", () => {
    const bytes = messageWith({});
    structuredClone(bytes.buffer, { transfer: [bytes.buffer as ArrayBuffer] });
    expect(refusal(() => decode(bytes)).code).toBe("invalid-argument");
  });

  it("gives empty octets that can be transferred away without others", () => {
    const [one, other] = [decode(messageWith({})), decode(messageWith({}))];
    structuredClone(one.topicId.buffer, { transfer: [one.topicId.buffer as ArrayBuffer] });
    expect(encode(other)).toEqual(messageWith({}));
    expect(refusal(() => encode(one)).path).toBe("MimiContent.topicId");
  });

  it.each([[undefined], [null], ["87"], [[0x87]], [new ArrayBuffer(8)], [new Uint16Array(8)], [{}]])(
    "refuses %o",
    (value) => {
      expect(refusal(() => decode(value as Uint8Array)).code).toBe("invalid-argument");
    },
  );
});

describe("encode", () => {
  const content = decode(messageWith({}));
  const single = { ...content.nestedPart, cardinality: "single", contentType: "", content: new Uint8Array() };
  const cyclic: { cardinality: string; parts: unknown[] } = { ...single, cardinality: "multi", parts: [] };
  Object.assign(cyclic, { partSemantics: "chooseOne" }).parts.push(cyclic, cyclic);

  it.each<[string, object, string]>([
    ["a short salt", { salt: new Uint8Array(15) }, "wrong-length MimiContent.salt"],
    ["a salt as array", { salt: Array(16).fill(0) }, "invalid-argument MimiContent.salt"],
    ["an undefined replaces", { replaces: undefined }, "invalid-argument MimiContent.replaces"],
    ["a fraction", { expires: { relative: true, time: 1.5 } }, "invalid-argument MimiContent.expires.time"],
    ["a time below 0", { expires: { relative: true, time: -1 } }, "wrong-type MimiContent.expires.time"],
    [
      "a time over 32 bits",
      { expires: { relative: true, time: 2 ** 32 } },
      "out-of-range MimiContent.expires.time",
    ],
    [
      "a number for relative",
      { expires: { relative: 1, time: 1 } },
      "invalid-argument MimiContent.expires.relative",
    ],
    ["no extensions", { mimiExtensions: undefined }, "invalid-argument MimiContent.mimiExtensions"],
    ["no part", { nestedPart: null }, "invalid-argument MimiContent.nestedPart"],
    [
      "an unknown kind",
      { nestedPart: { ...single, cardinality: "two" } },
      "invalid-argument MimiContent.nestedPart.cardinality",
    ],
    [
      "a lone surrogate",
      { nestedPart: { ...single, contentType: "\ud800" } },
      "invalid-argument MimiContent.nestedPart.contentType",
    ],
    [
      "a disposition of 256",
      { nestedPart: { ...single, disposition: 256 } },
      "out-of-range MimiContent.nestedPart.disposition",
    ],
    ["a cycle", { nestedPart: cyclic }, `too-deep MimiContent.nestedPart${".parts[0]".repeat(4)}`],
  ])("refuses %s", (_, fields, expected) => {
    const { code, path, offset } = refusal(() => encode({ ...content, ...fields } as MimiContent));
    expect(`${code} ${path}`).toBe(expected);
    expect(offset).toBe(-1);
  });

  it.each([[undefined], [null], ["text"], [[]]])("refuses %o", (value) => {
    expect(() => encode(value as unknown as MimiContent)).toThrow(ContentError);
  });
});
