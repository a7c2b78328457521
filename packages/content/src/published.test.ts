import {
  decode,
  decodeStatusReport,
  encode,
  encodeStatusReport,
  messageId,
  messageUris,
} from "@openmimi/content";
import { describe, expect, it } from "vitest";
import { hex, refusal } from "../test/fixtures.ts";
import { published } from "../test/published.ts";

const EXAMPLES = [
  "attachment",
  "conferencing",
  "delete",
  "edit",
  "expiring",
  "mention",
  "mention-html",
  "multipart-1",
  "multipart-2",
  "multipart-3",
  "original",
  "reaction",
  "reply",
  "unlike",
];

/** The ID in the comment at the head of an annotated example. */
function idInComment(edn: Uint8Array): Uint8Array {
  const comment = /message ID = h'([0-9a-f]+)\s*#\s*([0-9a-f]+)'/.exec(new TextDecoder().decode(edn));
  return hex(`${comment?.[1]}${comment?.[2]}`);
}

describe.each(EXAMPLES)("the published example %s", (name) => {
  it("decodes and encodes to the same octets", ({ skip }) => {
    const bytes = published(skip, "mimi-content-08", `${name}.cbor`);
    expect(encode(decode(bytes))).toEqual(bytes);
  });

  it("has the ID that its annotation gives", ({ skip }) => {
    const bytes = published(skip, "mimi-content-08", `${name}.cbor`);
    const { senderUri, roomUri } = messageUris(decode(bytes));
    const id = idInComment(published(skip, "mimi-content-08", `${name}.edn`));
    expect(id).toHaveLength(32);
    expect(messageId(bytes, senderUri, roomUri)).toEqual(id);
  });
});

it("implied-original carries the ID of content-07, which is no longer the original's", ({ skip }) => {
  const implied = published(skip, "mimi-content-08", "implied-original.cbor");
  const stale = implied.subarray(3, 35);
  expect(stale).toEqual(hex("01b0084467273cc43d6f0ebeac13eb84229c4fffe8f6c3594c905f47779e5a79"));
  const original = published(skip, "mimi-content-08", "original.cbor");
  const { senderUri, roomUri } = messageUris(decode(original));
  expect(messageId(original, senderUri, roomUri)).not.toEqual(stale);
  // It is no message either, though it is an array of seven too.
  expect(refusal(() => decode(implied))).toMatchObject({ code: "wrong-length", path: "MimiContent.salt" });
});

it("the published status report decodes and encodes to the same octets", ({ skip }) => {
  const bytes = published(skip, "mimi-message-status-01", "status.cbor");
  const report = decodeStatusReport(bytes);
  expect(report.map(({ status }) => status)).toEqual([2, 2, 0, 3]);
  expect(encodeStatusReport(report)).toEqual(bytes);
  const original = published(skip, "mimi-content-08", "original.edn");
  expect(report[0]?.messageId).toEqual(idInComment(original));
});

it("multipart-3 sits exactly at the nesting limit", ({ skip }) => {
  const bytes = published(skip, "mimi-content-08", "multipart-3.cbor");
  const root = decode(bytes).nestedPart;
  const tooDeep = {
    ...root,
    cardinality: "multi" as const,
    partSemantics: "chooseOne" as const,
    parts: [root, root],
  };
  expect(refusal(() => encode({ ...decode(bytes), nestedPart: tooDeep })).code).toBe("too-deep");
});
