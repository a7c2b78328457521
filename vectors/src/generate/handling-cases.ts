/**
 * Cases of messages that make no sense, and of the choice of parts. Content §4.4, §9.1.
 * @module
 */

import {
  encode,
  externalPart,
  markdown,
  message,
  multiPart,
  type NestedPart,
  nullPart,
  reply,
  singlePart,
} from "@openmimi/content";
import { EXAMPLES } from "./content-example-cases.ts";
import { messageOf } from "./content-tools.ts";
import { type Case, hex, type Vector } from "./envelope.ts";
import { seededOctets } from "./seeded.ts";

const random = seededOctets("handling");
const salt = random(16);
const NOW = 1_800_000_000_000n;
const YEAR = 31_622_400;
const second = Number(NOW / 1000n);
const idOf = (first: string): string => `${first}${"5d".repeat(31)}`;
const octetsOf = (content: Parameters<typeof encode>[0]): string => hex(encode(content));
const plain = octetsOf(markdown("x", { salt }));
const expiring = (relative: boolean, time: number): string =>
  octetsOf({ ...markdown("x", { salt }), expires: { relative, time } });

const usual: Vector["input"] = {
  octets: plain,
  messageId: idOf("01"),
  acceptedTimestampMs: String(NOW),
  nowMs: String(NOW),
  senderIsMember: true,
};

type NonsenseCase = readonly [
  id: string,
  changes: Vector["input"],
  reason?: string | undefined,
  readings?: readonly string[],
];

const NONSENSE: readonly NonsenseCase[] = [
  ["plausible", {}],
  ["sender-not-member", { senderIsMember: false }, "sender-not-member"],
  ["known", { isKnown: true }, "duplicate-message-id"],
  ["id-of-another-hash", { messageId: idOf("08") }, "unknown-hash-algorithm"],
  ["id-of-hash-0", { messageId: idOf("00") }, "unknown-hash-algorithm"],
  [
    "reply-to-an-unknown-hash",
    { octets: octetsOf({ ...markdown("x", { salt }), inReplyTo: new Uint8Array(32).fill(0x7f) }) },
    "unknown-hash-algorithm",
  ],
  ["reply-to-an-unknown-message", { octets: octetsOf(reply(new Uint8Array(32).fill(1), "x", { salt })) }],
  [
    "replaces-of-an-unknown-hash",
    { octets: octetsOf({ ...markdown("x", { salt }), replaces: new Uint8Array(32).fill(0x7f) }) },
    "unknown-hash-algorithm",
  ],
  ["five-minutes-ahead", { acceptedTimestampMs: String(NOW + 300_000n) }, undefined, ["R-161"]],
  [
    "more-than-five-minutes-ahead",
    { acceptedTimestampMs: String(NOW + 300_001n) },
    "timestamp-in-the-future",
    ["R-161"],
  ],
  ["an-hour-ahead", { acceptedTimestampMs: String(NOW + 3_600_000n) }, "timestamp-in-the-future", ["R-161"]],
  ["first-plausible-time", { acceptedTimestampMs: "1704067200000" }, undefined, ["R-160"]],
  ["before-the-format", { acceptedTimestampMs: "1704067199999" }, "timestamp-before-format", ["R-160"]],
  ["at-zero", { acceptedTimestampMs: "0" }, "timestamp-before-format", ["R-160"]],
  ["with-the-room", { roomCreatedMs: String(NOW) }],
  ["before-the-room", { roomCreatedMs: String(NOW + 1n) }, "timestamp-before-room"],
  ["expired-a-year-ago", { octets: expiring(false, second - YEAR) }, undefined, ["R-161"]],
  [
    "expired-more-than-a-year-ago",
    { octets: expiring(false, second - YEAR - 1) },
    "expired-too-long-ago",
    ["R-161"],
  ],
  ["expires-in-a-year", { octets: expiring(false, second + YEAR) }, undefined, ["R-161"]],
  [
    "expires-in-more-than-a-year",
    { octets: expiring(false, second + YEAR + 1) },
    "expires-too-late",
    ["R-161"],
  ],
  ["expires-a-year-after-reading", { octets: expiring(true, YEAR) }, undefined, ["R-161"]],
  [
    "expires-more-than-a-year-after-reading",
    { octets: expiring(true, YEAR + 1) },
    "expires-too-late",
    ["R-161"],
  ],
  [
    "unknown-disposition",
    { octets: octetsOf(message(singlePart("text/plain", "x", { disposition: 200 }), { salt })) },
  ],
  [
    "unknown-media-type",
    { octets: octetsOf(message(singlePart("application/vnd.example.new", "x"), { salt })) },
  ],
  ["unknown-language", { octets: octetsOf(markdown("x", { salt, language: "xx-unknown" })) }],
];

export const NONSENSE_CASES: readonly Case[] = NONSENSE.map(([id, changes, reason, readings]) => ({
  id,
  input: { ...usual, ...changes, ...(reason === undefined ? {} : { twin: "plausible" }) },
  ...(reason === undefined ? {} : { reason }),
  ...(readings === undefined ? {} : { readings }),
}));

const REQUIRED = ["application/mimi-content", "text/plain;charset=utf-8", "text/markdown;variant=GFM-MIMI"];
const text = (body: string, language = ""): NestedPart =>
  singlePart("text/plain;charset=utf-8", body, { language });
const secret = singlePart("application/vnd.example.secret", "x");
const image = singlePart("image/png", "PNG", { disposition: 4 });
const pageOf = (...uris: readonly string[]): NestedPart =>
  singlePart("text/html;charset=utf-8", uris.map((uri) => `<img src="${uri}">`).join(""));
const page = (...indexes: readonly number[]): NestedPart =>
  pageOf(...indexes.map((index) => `cid:${index}@local.invalid`));

const processing = (
  id: string,
  part: NestedPart | string,
  more: Vector["input"] = {},
  rest: Partial<Omit<Case, "id" | "input">> = {},
): Case => ({
  id,
  input: {
    octets: typeof part === "string" ? part : octetsOf({ ...markdown("x", { salt }), nestedPart: part }),
    mediaTypes: [...REQUIRED, "text/html", "image/png"],
    ...more,
  },
  ...rest,
});
const nestedExample = EXAMPLES.find(({ id }) => id === "nested-alternatives")?.octets ?? "";

export const PROCESSING_CASES: readonly Case[] = [
  processing("single", text("x")),
  processing("single-not-understood", secret),
  processing(
    "single-without-media-type",
    messageOf({ nestedPart: "8501600160 4178" }),
    {},
    { readings: ["R-164"] },
  ),
  processing("charset-implied", singlePart("text/plain", "x"), {}, { readings: ["R-165"] }),
  processing(
    "media-type-in-capitals",
    singlePart('Text/Plain; Charset="UTF-8"', "x"),
    {},
    { readings: ["R-165"] },
  ),
  processing(
    "another-charset",
    singlePart("text/plain;charset=iso-8859-1", "x"),
    {},
    { readings: ["R-165"] },
  ),
  processing("another-variant", singlePart("text/markdown;variant=Other", "x"), {}, { readings: ["R-165"] }),
  processing("nullpart", nullPart(), {}, { readings: ["R-154"] }),
  processing("chooseOne-first", multiPart("chooseOne", [text("a"), text("b")])),
  processing("chooseOne-understood", multiPart("chooseOne", [secret, text("b"), text("c")])),
  processing("chooseOne-none", multiPart("chooseOne", [secret, secret])),
  processing("chooseOne-by-language", multiPart("chooseOne", [text("a", "en"), text("b", "fr")]), {
    languages: ["fr", "en"],
  }),
  processing(
    "chooseOne-by-range-of-languages",
    multiPart("chooseOne", [text("a"), text("b", "de"), text("c", "en-GB,en-US")]),
    { languages: ["en"] },
  ),
  processing(
    "chooseOne-not-a-nullpart",
    multiPart("chooseOne", [nullPart(), text("b")]),
    {},
    { readings: ["R-154"] },
  ),
  processing("singleUnit", multiPart("singleUnit", [text("a"), image])),
  processing("singleUnit-not-understood", multiPart("singleUnit", [text("a"), secret])),
  processing(
    "singleUnit-with-a-choice",
    multiPart("singleUnit", [text("a"), multiPart("chooseOne", [secret, image])]),
  ),
  processing(
    "singleUnit-with-a-dead-choice",
    multiPart("singleUnit", [text("a"), multiPart("chooseOne", [secret, secret])]),
  ),
  processing("processAll", multiPart("processAll", [secret, text("a"), image])),
  processing(
    "processAll-with-a-unit",
    multiPart("processAll", [text("a"), multiPart("singleUnit", [image, secret])]),
  ),
  processing("reference-is-not-processed-again", multiPart("processAll", [page(2), image])),
  processing("reference-to-what-came-before", multiPart("processAll", [image, page(1)])),
  processing("reference-to-an-attachment", multiPart("processAll", [page(2), { ...image, disposition: 6 }])),
  processing(
    "reference-to-a-multipart",
    multiPart("processAll", [page(2), multiPart("processAll", [image, text("a")])]),
    {},
    { readings: ["R-169"] },
  ),
  processing(
    "reference-past-the-end",
    multiPart("processAll", [page(9), image]),
    {},
    { readings: ["R-169"] },
  ),
  ...(
    [
      ["reference-in-capitals", "CID:2@LOCAL.INVALID", "A URI's scheme and host have no case."],
      ["reference-of-another-host", "cid:2@local.example"],
      ["reference-without-a-host", "cid:2"],
      ["reference-with-a-leading-zero", "cid:02@local.invalid"],
      ["reference-of-no-number", "cid:two@local.invalid"],
      ["reference-of-a-negative-number", "cid:-2@local.invalid"],
      ["reference-with-more-behind-it", "cid:2@local.invalid.example"],
      ["reference-with-more-in-front", "acid:2@local.invalid"],
    ] as const
  ).map(([id, uri, notes]: readonly [string, string, string?]) =>
    processing(
      id,
      multiPart("processAll", [pageOf(uri), image]),
      {},
      { readings: ["R-169"], ...(notes === undefined ? {} : { notes }) },
    ),
  ),
  processing("reference-to-itself", multiPart("processAll", [page(1), image]), {}, { readings: ["R-169"] }),
  processing(
    "reference-to-what-was-not-chosen",
    multiPart("processAll", [page(4), multiPart("chooseOne", [text("a"), image])]),
  ),
  processing("references-in-a-circle", multiPart("processAll", [page(2), page(3), page(1)])),
  processing(
    "draft-nesting",
    nestedExample,
    { languages: ["fr"] },
    { section: "B.3", notes: "As content B.3: the PNG is shown within the French page, once." },
  ),
  processing(
    "draft-nesting-with-gif",
    nestedExample,
    { mediaTypes: ["text/html", "image/gif"] },
    { section: "B.3" },
  ),
  processing(
    "service",
    externalPart({ contentType: "", url: "https://a.example/join", disposition: 7 }),
    { services: true },
    { readings: ["R-164"] },
  ),
  processing(
    "service-not-offered",
    externalPart({ contentType: "", url: "https://a.example/join", disposition: 7 }),
    {},
    { readings: ["R-164"] },
  ),
  processing("unknown-disposition", { ...text("x"), disposition: 200 }, {}, { section: "9.1" }),
];
