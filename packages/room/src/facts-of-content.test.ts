import {
  attachment,
  conferencing,
  Disposition,
  deletion,
  edit,
  encodeStatusReport,
  externalPart,
  type MimiContent,
  markdown,
  message,
  multiPart,
  reaction,
  reply,
  singlePart,
  statusMessage,
  text,
  unlike,
} from "@openmimi/content";
import { describe, expect, it } from "vitest";
import { factsOfContent, type KnownMessage } from "./facts-of-content.ts";

const id = (octet: number) => new Uint8Array(32).fill(octet).fill(1, 0, 1);
const alice = "mimi://a.example/u/alice";
const first = markdown("hello", { topicId: new Uint8Array([0xaa]) });
const history = new Map<number, KnownMessage>([
  [1, { senderUri: alice, content: first }],
  [2, { senderUri: alice, content: reaction(id(1), "+1") }],
]);
const facts = (content: MimiContent, acceptedTimestampMs = 0n) =>
  factsOfContent(content, { find: (messageId) => history.get(messageId[1] ?? 0), acceptedTimestampMs });

describe("factsOfContent", () => {
  it("looks up what a message refers to", () => {
    expect(facts(reply(id(1), "yes")).inReplyTo).toEqual({
      senderUri: alice,
      topicId: "aa",
      reaction: false,
    });
    expect(facts(reply(id(9), "yes")).inReplyTo).toBe("unknown");
    expect(facts(unlike(id(2)))).toMatchObject({ replaces: { reaction: true }, deletes: true });
    expect(facts(deletion(id(1)))).toMatchObject({ replaces: { reaction: false }, deletes: true });
    expect(facts(text("no"))).not.toHaveProperty("replaces");
  });

  it("compares the body of an edit, not its salt", () => {
    const topicId = first.topicId;
    expect(facts(edit(id(1), "hello", { topicId }))).toMatchObject({ changesBody: false, topicId: "aa" });
    expect(facts(edit(id(1), "hallo", { topicId })).changesBody).toBe(true);
    expect(facts(edit(id(9), "hello")).changesBody).toBe(true);
  });

  it("knows reactions, to something only (reading R-157)", () => {
    expect(facts(reaction(id(1), ["+1", "!"])).reaction).toBe(true);
    expect(facts({ ...reaction(id(1), "+1"), inReplyTo: null }).reaction).toBe(false);
  });

  it.each([
    ["see [this](https://a.example/x)", true],
    ["see <https://a.example/x>", true],
    ["see https://a.example/x.", true],
    ["call <tel:+123>", true],
    ["write to <alice@a.example>", true],
    ["ask <mimi://a.example/u/alice>", false],
    ["a < b: c > d", false],
    ["write to mailto:a@a.example", true],
    ["see www.a.example", true],
    ["[1]: https://a.example", true],
    ["[@alice](mimi://a.example/u/alice)", false],
    ["in [#den](mimi://a.example/r/den)", false],
    ["![picture](cid:1@local.invalid)", false],
    ["nothing [to] (see) here: a.example", false],
  ])("finds links: %s", (body, expected) => {
    expect(facts(markdown(body)).hasLink).toBe(expected);
  });

  it("looks for links in a long text that is made to have none", () => {
    const started = performance.now();
    // Seconds are plenty: looking anew from each dot would take hours.
    for (const unit of ["a.", "a-", "<a", "](", "href", "<a@"])
      expect(facts(text(unit.repeat(1_000_000 / unit.length))).hasLink).toBe(false);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it("finds links in plain text and HTML, and in no other part", () => {
    expect(facts(text("https://a.example")).hasLink).toBe(true);
    const html = (body: string) => facts(message(singlePart("text/html;charset=utf-8", body))).hasLink;
    expect(html('<a href="https://a.example">x</a>')).toBe(true);
    expect(html('<a href="mimi://a.example/u/alice">Alice</a>')).toBe(false);
    expect(facts(message(singlePart("application/json", '"https://a.example"'))).hasLink).toBe(false);
  });

  it("lists assets, previews and media types", () => {
    const preview = externalPart({
      contentType: "image/png",
      url: "https://a.example/p",
      disposition: Disposition.preview,
      size: 7n,
    });
    const linked = message(multiPart("processAll", [singlePart("text/plain", "https://a.example"), preview]));
    expect(facts(linked)).toMatchObject({
      hasLink: true,
      hasLinkPreview: true,
      mediaTypes: ["text/plain", "image/png"],
      assets: [{ disposition: "preview", mediaType: "image/png", url: "https://a.example/p", size: 7n }],
    });
    expect(
      facts(attachment({ contentType: "video/mp4", url: "https://a.example/v" })).assets[0],
    ).toMatchObject({
      disposition: "attachment",
    });
    const session = facts(conferencing({ url: "https://a.example/c" }));
    expect(session).toMatchObject({ mediaTypes: [], assets: [{ disposition: "session" }] });
    const odd = externalPart({ contentType: "image/png", url: "https://a.example/p", disposition: 99 });
    expect(facts(message(odd)).assets[0]?.disposition).toBe("render");
  });

  it("reads status reports, also those that cannot be read", () => {
    const report = (...statuses: number[]) =>
      facts(statusMessage(statuses.map((status) => ({ messageId: id(1), status })))).reports;
    expect(report(1, 2, 2)).toEqual(["delivery", "read"]);
    expect(report(3)).toEqual(["other"]);
    expect(report()).toEqual(["other"]);
    const shouted = singlePart("Application/MIMI-Message-Status", encodeStatusReport([]));
    expect(facts(message(shouted)).reports).toEqual(["other"]);
    const broken = singlePart("application/mimi-message-status", new Uint8Array([0xff]));
    expect(facts(message(broken)).reports).toEqual(["other"]);
  });

  it("counts the life of a message from its reading or from its acceptance", () => {
    const expiring = (relative: boolean, time: number) => markdown("bye", { expires: { relative, time } });
    expect(facts(expiring(true, 60), 5000n).lifetimeSeconds).toBe(60);
    expect(facts(expiring(false, 60), 5999n).lifetimeSeconds).toBe(55);
    expect(facts(expiring(false, 4), 5000n).lifetimeSeconds).toBe(0);
    expect(facts(markdown("stay"))).not.toHaveProperty("lifetimeSeconds");
  });
});
