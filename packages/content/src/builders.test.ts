import {
  attachment,
  conferencing,
  decode,
  decodeStatusReport,
  deletion,
  edit,
  encode,
  type MimiContent,
  markdown,
  message,
  multiPart,
  nullPart,
  reaction,
  reply,
  singlePart,
  statusMessage,
  text,
  unlike,
} from "@openmimi/content";
import { describe, expect, it } from "vitest";
import { hex, refusal } from "../test/fixtures.ts";
import { published } from "../test/published.ts";

const ID = new Uint8Array(32).fill(1);
const BOB = "mimi://example.com/u/bob-jones";
const CATHY = "mimi://example.com/u/cathy-washington";
const ALICE = "mimi://example.com/u/alice-smith";
const roomUri = "mimi://example.com/r/engineering_team";
const ORIGINAL = hex("017ce54837404c3696e0c747b985cb172716d0ed0a3d249ca63ace7d82a096f4");
const REPLY = hex("015354973c2b65ca937bf1e035ae53a5ab80e947afa43d46920d4202e5cc0b27");
const REACTION = hex("0158c4288911e50a8f6be3f47746b6682f10fd91bc8c05557aa589a3157aff68");

describe("the builders make the draft's examples", () => {
  it.for<[string, (salt: Uint8Array) => MimiContent]>([
    [
      "original",
      (salt) =>
        markdown("Hi everyone, we just shipped release 2.0. __Good  work__!", {
          salt,
          senderUri: ALICE,
          roomUri,
        }),
    ],
    [
      "reply",
      (salt) => reply(ORIGINAL, "Right on! _Congratulations_ 'all!", { salt, senderUri: BOB, roomUri }),
    ],
    ["reaction", (salt) => reaction(ORIGINAL, "❤", { salt, senderUri: CATHY, roomUri })],
    [
      "edit",
      (salt) =>
        edit(REPLY, "Right on! _Congratulations_ y'all!", {
          salt,
          senderUri: BOB,
          roomUri,
          inReplyTo: ORIGINAL,
        }),
    ],
    ["delete", (salt) => deletion(REPLY, { salt, senderUri: BOB, roomUri, inReplyTo: ORIGINAL })],
    ["unlike", (salt) => unlike(REACTION, { salt, senderUri: CATHY, roomUri, inReplyTo: ORIGINAL })],
    [
      "expiring",
      (salt) =>
        markdown("__*VPN GOING DOWN*__ I'm rebooting the VPN in ten minutes unless anyone objects.", {
          salt,
          senderUri: ALICE,
          roomUri,
          expires: { relative: false, time: 1644390004 },
        }),
    ],
    [
      "attachment",
      (salt) =>
        attachment(
          {
            contentType: "video/mp4",
            url: "https://example.com/storage/8ksB4bSrrRE.mp4",
            size: 708234961n,
            encAlg: 1,
            key: hex("21399320958a6f4c745dde670d95e0d8"),
            nonce: hex("c86cf2c33f21527d1dd76f5b"),
            hashAlg: 1,
            contentHash: hex("9ab17a8cf0890baaae7ee016c7312fcc080ba46498389458ee44f0276e783163"),
            description: "2 hours of key signing video",
            filename: "bigfile.mp4",
          },
          { salt, senderUri: BOB, roomUri, language: "en" },
        ),
    ],
    [
      "conferencing",
      (salt) =>
        conferencing(
          { url: "https://example.com/join/12345", description: "Join the Foo 118 conference" },
          { salt, senderUri: ALICE, roomUri, topicId: new TextEncoder().encode("Foo 118") },
        ),
    ],
  ])("%s", ([name, build], { skip }) => {
    const bytes = published(skip, "mimi-content-08", `${name}.cbor`);
    expect(encode(build(decode(bytes).salt))).toEqual(bytes);
  });

  it("multipart-2, several reactions at once", ({ skip }) => {
    const bytes = published(skip, "mimi-content-08", "multipart-2.cbor");
    const { salt, nestedPart } = decode(bytes);
    const built = reaction(ORIGINAL, ["❤", "🥳", "🤞"], { salt, senderUri: ALICE, roomUri });
    expect(built.nestedPart).toEqual(nestedPart);
    // The example leaves inReplyTo out; we never do.
    expect(built.inReplyTo).toEqual(ORIGINAL);
  });
});

describe("salts", () => {
  it("are random by default", () => {
    const salts = new Set(Array.from({ length: 1000 }, () => text("").salt.join()));
    expect(salts.size).toBe(1000);
  });

  it("come from the source that is passed in", () => {
    const random = (octets: number) => new Uint8Array(octets).fill(7);
    expect(text("", { random }).salt).toEqual(new Uint8Array(16).fill(7));
  });

  it("are refused when the source gives too few octets", () => {
    expect(refusal(() => text("", { random: () => new Uint8Array(8) })).path).toBe("MimiContent.salt");
  });
});

describe("nothing invalid can be built", () => {
  const image = singlePart("image/png", new Uint8Array(3));

  it.each<[string, () => MimiContent, string]>([
    ["a short ID", () => reply(ID.subarray(1), "x"), "wrong-length"],
    ["an empty reaction", () => reaction(ID, ""), "invalid-argument"],
    ["no reactions", () => reaction(ID, []), "invalid-argument"],
    ["too many reactions", () => reaction(ID, Array(1024).fill("❤")), "too-many-parts"],
    ["a lone surrogate", () => text("\ud800"), "invalid-argument"],
    ["a MultiPart of one", () => message(multiPart("chooseOne", [image])), "wrong-length"],
    [
      "a part without media type",
      () => message(multiPart("chooseOne", [image, singlePart("", "x")])),
      "invalid-argument",
    ],
    [
      "an attachment without media type",
      () => attachment({ contentType: "", url: "x:y" }),
      "invalid-argument",
    ],
    [
      "a key without algorithm",
      () => attachment({ contentType: "a/b", url: "https://a.example", key: new Uint8Array(16) }),
      "inconsistent",
    ],
    [
      "half a hash",
      () =>
        attachment({
          contentType: "a/b",
          url: "https://a.example",
          hashAlg: 1,
          contentHash: ID.subarray(16),
        }),
      "invalid-argument",
    ],
    [
      "an attachment at http",
      () => attachment({ contentType: "a/b", url: "http://a.b" }),
      "invalid-argument",
    ],
    ["a link to nowhere", () => conferencing({ url: "" }), "invalid-argument"],
    ["a link with a space", () => conferencing({ url: "https://a.example/a b" }), "invalid-argument"],
    ["a link that is no URI", () => conferencing({ url: "join/12345" }), "invalid-argument"],
    ["a message without content", () => message(nullPart()), "invalid-argument"],
    ["a reply without content", () => reply(ID, nullPart()), "invalid-argument"],
    ["an edit without content", () => edit(ID, nullPart()), "invalid-argument"],
    ["an ID of another algorithm", () => reply(new Uint8Array(32), "x"), "invalid-argument"],
    ["a deletion of nothing", () => deletion(new Uint8Array(32)), "invalid-argument"],
    ["a message in reply to itself", () => edit(ID, "x", { inReplyTo: ID.slice() }), "invalid-argument"],
    ["what is no media type", () => message(singlePart("text", "x")), "invalid-argument"],
    ["what is no language", () => text("x", { language: "english language" }), "invalid-argument"],
    ["a language too many", () => text("x", { language: "en," }), "invalid-argument"],
    ["a sender that is no URI", () => text("x", { senderUri: "alice" }), "invalid-argument"],
    ["a room of 65,536 octets", () => text("x", { roomUri: `x:${"a".repeat(65_534)}` }), "invalid-argument"],
    [
      "an expiry in 100 years",
      () => text("x", { expires: { relative: true, time: 3_155_760_000 } }),
      "invalid-argument",
    ],
    [
      "HTML in a part of Markdown",
      () => message(singlePart('text/markdown; variant="GFM-MIMI"', "a <b>")),
      "invalid-argument",
    ],
    ["a long topic", () => text("", { topicId: new Uint8Array(4097) }), "too-large"],
    [
      "an extension of half a value",
      () => text("", { unknownExtensions: new Map([[9, hex("81")]]) }),
      "truncated",
    ],
    [
      "a report on half an ID",
      () => statusMessage([{ messageId: new Uint8Array(16), status: 2 }]),
      "wrong-length",
    ],
  ])("%s", (_, build, code) => {
    expect(refusal(build).code).toBe(code);
  });

  it.each([
    "en",
    "de-CH-1996",
    "zh-Hant-TW",
    "sl-rozaj-biske",
    "x-klingon",
    "i-default",
    "en-a-bbb-x-a",
    "en,fr",
  ])("a language may be %s", (language) => {
    expect(text("x", { language }).nestedPart.language).toBe(language);
  });

  it("what a user writes holds no HTML when it is sent (content §7.1.1)", () => {
    const sent = (content: MimiContent) =>
      content.nestedPart.cardinality === "single" && new TextDecoder().decode(content.nestedPart.content);
    const typed = "a <b>c</b> `<b>` <https://a.example>";
    const neutral = "a &lt;b>c&lt;/b> `<b>` <https://a.example>";
    expect([markdown(typed), reply(ID, typed), edit(ID, typed)].map(sent)).toEqual(Array(3).fill(neutral));
    // Plain text is what it is.
    expect(sent(text(typed))).toBe(typed);
    const long = `\`<b>\` ${"x".repeat(20_000)}`;
    expect(sent(markdown(long))).toBe(long.replace("<", "&lt;"));
  });

  it("and every part may be a body", () => {
    const body = multiPart("singleUnit", [image, nullPart()], { language: "en" });
    expect(edit(ID, body)).toMatchObject({ replaces: ID, nestedPart: body });
  });
});

it("statusMessage carries a report", () => {
  const report = [{ messageId: ID, status: 2 }];
  const { nestedPart } = decode(encode(statusMessage(report)));
  expect(nestedPart).toMatchObject({ disposition: 0, contentType: "application/mimi-message-status" });
  expect(nestedPart.cardinality === "single" && decodeStatusReport(nestedPart.content)).toEqual(report);
});
