/**
 * Cases of external content, salts and links. Content §4.5, §9.2, §9.6.
 * @module
 */

import { encryptExternal, plainExternal } from "@openmimi/content";
import { ALICE, BOB, CATHY } from "./content-example-cases.ts";
import { type Case, hex, type Vector } from "./envelope.ts";
import { seededOctets } from "./seeded.ts";

const random = seededOctets("external content, salts");
const NOW = 1_800_000_000_000n;
const second = Number(NOW / 1000n);

const film = new TextEncoder().encode("What a film would be.");
const encrypted = encryptExternal(film, { random });
const withAad = encryptExternal(film, { random, aad: Uint8Array.of(0xaa) });
const open = plainExternal(film);
const jsonOf = ({ fields }: typeof encrypted): Vector["input"] => ({
  url: "https://a.example/asset/1",
  size: String(fields.size),
  encAlg: fields.encAlg,
  key: hex(fields.key),
  nonce: hex(fields.nonce),
  aad: hex(fields.aad),
  hashAlg: fields.hashAlg,
  contentHash: hex(fields.contentHash),
  nowMs: String(NOW),
  maxOctets: 1_000_000,
});
const external = (id: string, changes: Vector["input"], reason?: string, notes?: string): Case => ({
  id,
  input: {
    ...jsonOf(encrypted),
    downloaded: hex(encrypted.octets),
    ...changes,
    ...(reason === undefined ? {} : { twin: "encrypted" }),
  },
  ...(reason === undefined ? {} : { reason }),
  ...(notes === undefined ? {} : { notes }),
});
const flipped = hex(encrypted.octets.map((octet, index) => (index === 3 ? octet ^ 1 : octet)));
const unhashed = { hashAlg: 0, contentHash: "" };

export const EXTERNAL_CONTENT_CASES: readonly Case[] = [
  external("encrypted", {}),
  external("encrypted-with-aad", { ...jsonOf(withAad), downloaded: hex(withAad.octets) }),
  external("not-encrypted", { ...jsonOf(open), downloaded: hex(open.octets) }),
  external("without-hash", unhashed),
  external("without-size", { size: "0" }),
  external("over-http", { url: "http://a.example/asset/1" }),
  external("not-yet-expired", { expires: second }),
  external("one-bit-other", { downloaded: flipped }, "hash-mismatch"),
  external(
    "one-bit-other-without-hash",
    { ...unhashed, downloaded: flipped },
    "not-authentic",
    "Two fields differ from the twin: the hash is left out, so that the tag decides.",
  ),
  external("another-key", { key: "00".repeat(16) }, "not-authentic"),
  external("another-nonce", { nonce: "00".repeat(12) }, "not-authentic"),
  external("another-aad", { aad: "00" }, "not-authentic"),
  external("another-hash", { contentHash: "00".repeat(32) }, "hash-mismatch"),
  external(
    "hash-of-the-plaintext",
    { contentHash: hex(open.fields.contentHash) },
    "hash-mismatch",
    "The hash is that of the octets at the URL.",
  ),
  external("size-of-the-plaintext", { size: String(film.length) }, "wrong-length", "And so is the size."),
  external("cut-off", { downloaded: hex(encrypted.octets.subarray(0, -1)) }, "wrong-length"),
  external("too-large-to-fetch", { maxOctets: encrypted.octets.length - 1 }, "too-large"),
  external("expired", { expires: second - 1 }, "expired"),
  external("from-a-file", { url: "file:///etc/passwd" }, "unsupported"),
  external(
    "of-another-aead",
    { encAlg: 29, key: "00".repeat(32) },
    "unsupported",
    "A receiver that supports algorithm 29 refuses it as not authentic.",
  ),
  external(
    "of-another-hash",
    { hashAlg: 10 },
    "unsupported",
    "A receiver that supports algorithm 10 finds that the hash is another.",
  ),
];

const secretOf = (octets: number): string => hex(random(octets));
export const SALT_CASES: readonly Case[] = [
  ...[32, 48, 64, 100].map(
    (octets): Case => ({
      id: `secret-of-${octets}`,
      input: { saltBaseSecret: secretOf(octets), nonce: secretOf(32) },
      readings: ["R-167"],
    }),
  ),
  { id: "nonce-of-16", input: { saltBaseSecret: secretOf(32), nonce: secretOf(16) }, readings: ["R-167"] },
];

const LINKS: readonly (readonly [id: string, text: string, target: string])[] = [
  ["without-scheme", "example.com/foobar", "https://example.com/foobar"],
  ["same", "https://example.com/foobar", "https://example.com/foobar"],
  ["with-port", "https://example.com:443/foobar", "https://example.com/foobar"],
  ["elsewhere", "https://example.com/foobar", "https://spearphishers.example/foobar"],
  ["downgraded", "https://example.com/foobar", "http://example.com/foobar"],
  ["host-in-capitals", "https://EXAMPLE.com/", "https://example.com/"],
  ["host-as-a-user-name", "https://example.com/", "https://example.com@evil.example/"],
  ["longer-host", "https://example.com/", "https://example.com.evil.example/"],
  ["path-in-capitals", "https://example.com/A", "https://example.com/a"],
  ["another-port", "https://example.com/foobar", "https://example.com:8443/foobar"],
  ["dot-segments", "https://example.com/a/../foobar", "https://example.com/foobar"],
  ["encoded-without-need", "https://example.com/%7Ealice", "https://example.com/~alice"],
  ["encoded-slash", "https://example.com/a%2Fb", "https://example.com/a/b"],
  ["empty-query", "https://example.com/foobar", "https://example.com/foobar?"],
  ["words", "click here", "https://example.com/"],
  ["user-by-uri", "mimi://example.com/u/alice-smith", "mimi://example.com/u/alice-smith"],
  ["user-by-name", "@AliceSmith", "mimi://example.com/u/alice-smith"],
  ["script", "x", "javascript:alert(1)"],
];

export const LINK_CASES: readonly Case[] = [
  ...LINKS.map(([id, text, target]): Case => ({ id, input: { text, target } })),
  ...[
    ["mention-with-a-name", `Ask [@Cathy](${CATHY}), she chose it.`],
    ["mention-by-uri", `Ask <${CATHY}>.`],
    ["mention-by-uri-twice", `Ask [${CATHY}](${CATHY}).`],
    ["mention-of-two", `[@Cathy](${CATHY}) and [Bob](${BOB})`],
    ["no-mention-of-others", "[@Dan](mimi://d.example/u/dan)"],
    ["no-mention-without-a-link", `${CATHY} @Cathy`],
    ["no-mention-in-code", `\`[@Cathy](${CATHY})\``],
  ].map(
    ([id, markdown]): Case => ({
      id: id as string,
      input: { markdown: markdown as string, members: [ALICE, BOB, CATHY] },
    }),
  ),
];

const parameter = (name: string, value: string): string => item(name) + item(value);
/** A text with its length in front: none is longer than 63 octets here. */
function item(text: string): string {
  const octets = new TextEncoder().encode(text);
  return octets.length.toString(16).padStart(2, "0") + hex(octets);
}
/** A vector of more octets than that. */
const long = (digits: string): string =>
  (digits.length < 128
    ? (digits.length / 2).toString(16).padStart(2, "0")
    : (0x4000 | (digits.length / 2)).toString(16)) + digits;
const mediaType = (type: string, ...parameters: readonly string[]): string =>
  item(type) + long(parameters.join(""));
const REQUIRED = [
  mediaType("application/mimi-content"),
  mediaType("text/plain", parameter("charset", "UTF-8")),
  mediaType("text/markdown", parameter("variant", "GFM-MIMI")),
];
const [CONTENT = "", PLAIN = "", MARKDOWN = ""] = REQUIRED;
const advertised = (id: string, types: readonly string[], reason?: string, notes?: string): Case => ({
  id,
  input: { advertised: long(types.join("")), ...(reason === undefined ? {} : { twin: "required-only" }) },
  ...(reason === undefined ? {} : { reason }),
  ...(notes === undefined ? {} : { notes }),
});
const MISSING = "missing-media-type";

/** What clients say that they can receive. Content §7.1; extensions §6.2. */
export const ADVERTISED_CASES: readonly Case[] = [
  advertised("required-only", REQUIRED),
  advertised("required-in-another-order", [MARKDOWN, CONTENT, PLAIN]),
  advertised("recommended-too", [
    ...REQUIRED,
    mediaType("text/markdown", parameter("variant", "CommonMark")),
    mediaType("text/html"),
    mediaType("image/jpeg"),
    mediaType("image/png"),
  ]),
  advertised("some-recommended-and-others", [...REQUIRED, mediaType("image/png"), mediaType("video/mp4")]),
  advertised(
    "plain-text-without-a-charset",
    [CONTENT, mediaType("text/plain"), MARKDOWN],
    undefined,
    "It stands for every charset.",
  ),
  advertised("markdown-of-every-variant", [CONTENT, PLAIN, mediaType("text/markdown")]),
  advertised(
    "in-capitals",
    REQUIRED.map((type) =>
      type.replace(hex(new TextEncoder().encode("text/plain")), hex(new TextEncoder().encode("Text/PLAIN"))),
    ),
  ),
  advertised("no-mimi-content", [PLAIN, MARKDOWN], MISSING),
  advertised("no-plain-text", [CONTENT, MARKDOWN], MISSING),
  advertised("no-markdown", [CONTENT, PLAIN], MISSING),
  advertised(
    "markdown-of-another-variant",
    [CONTENT, PLAIN, mediaType("text/markdown", parameter("variant", "CommonMark"))],
    MISSING,
  ),
  advertised(
    "plain-text-of-another-charset",
    [CONTENT, mediaType("text/plain", parameter("charset", "ISO-8859-1")), MARKDOWN],
    MISSING,
  ),
  advertised("nothing", [], "invalid-value", "A list of no media types is none (extensions section 6.2)."),
  {
    id: "not-said",
    input: { advertised: null, twin: "required-only" },
    reason: "not-advertised",
    notes: "The leaf has no content_media_types.",
  },
  {
    id: "cut-off",
    input: { advertised: long(REQUIRED.join("")).slice(0, -2), twin: "required-only" },
    reason: "truncated",
  },
];
