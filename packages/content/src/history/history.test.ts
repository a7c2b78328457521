import {
  type Authorize,
  externalPart,
  type HistoryInput,
  type HistoryOptions,
  MessageHistory,
  multiPart,
  nullPart,
  singlePart,
  supporting,
} from "@openmimi/content";
import { describe, expect, it } from "vitest";
import { refusal } from "../../test/fixtures.ts";
import { ALICE, BOB, id, linesOf, MALLORY, nameOf, said, textOf } from "../../test/room.ts";

const none = nullPart();
const like = (emoji: string) => singlePart("text/plain;charset=utf-8", emoji, { disposition: 2 });

function historyOf(messages: readonly HistoryInput[], options: HistoryOptions = {}): MessageHistory {
  const history = new MessageHistory(options);
  for (const message of messages) history.add(message);
  return history;
}

describe("order (content §3.4, §5.11)", () => {
  it("is that of the accepted timestamp, then that of the message ID, and not that of arrival", () => {
    const messages = [
      said({ name: "d", at: 20 }),
      said({ name: "b", at: 10 }),
      said({ name: "c", at: 10 }),
      said({ name: "a", at: 30 }),
    ];
    expect(linesOf(historyOf(messages))).toEqual(["b=b", "c=c", "d=d", "a=a"]);
    expect(linesOf(historyOf(messages.reverse()))).toEqual(["b=b", "c=c", "d=d", "a=a"]);
  });

  it("compares all 64 bits of a time and all octets of an ID as unsigned", () => {
    const late = { ...said({ name: "late", at: 0 }), acceptedTimestampMs: 2n ** 64n - 1n };
    const high = { ...said({ name: "x", at: 5, body: "high" }), messageId: id("x").fill(0xff, 30) };
    const messages = [late, high, said({ name: "x", at: 5, body: "low" }), said({ name: "y", at: 4 })];
    const texts = historyOf(messages)
      .messages()
      .map(({ body }) => textOf(body));
    expect(texts).toEqual(["y", "low", "high", "late"]);
  });

  it("can be paged", () => {
    const names = Array.from({ length: 10 }, (_, index) => `m${index}`);
    const history = historyOf(names.map((name, at) => said({ name, at })));
    const page = (options: Parameters<MessageHistory["messages"]>[0]) =>
      history.messages(options).map(({ messageId }) => nameOf(messageId));
    expect(page({ limit: 2 })).toEqual(["m0", "m1"]);
    expect(page({ after: id("m1"), limit: 2 })).toEqual(["m2", "m3"]);
    expect(page({ before: id("m9"), limit: 2 })).toEqual(["m7", "m8"]);
    expect(page({ before: id("m0") })).toEqual([]);
    expect(page({ after: id("m9") })).toEqual([]);
    expect(refusal(() => page({ after: id("other") })).code).toBe("invalid-argument");
  });
});

describe("taking in", () => {
  it("refuses what is known (content §9.1)", () => {
    const history = historyOf([said({ name: "a", at: 1 })]);
    expect(history.add(said({ name: "a", at: 2, body: "other" }))).toEqual({
      taken: false,
      reason: "duplicate",
    });
    expect(linesOf(history)).toEqual(["a=a"]);
    expect([history.isKnown(id("a")), history.isKnown(id("b"))]).toEqual([true, false]);
  });

  it("takes references to what is unknown (content §9.1)", () => {
    const history = historyOf([said({ name: "r", at: 1, inReplyTo: "never seen" })]);
    expect(linesOf(history)).toEqual(["r=r"]);
    expect(history.messages()[0]?.inReplyTo).toEqual(id("never seen"));
    expect(history.isKnown(id("never seen"))).toBe(false);
  });

  it("shows nothing of a body without content that replaces nothing (reading R-154)", () => {
    const history = new MessageHistory();
    expect(history.add(said({ name: "n", at: 1, body: none }))).toMatchObject({ action: "nothing" });
    expect([linesOf(history), history.size]).toEqual([[], 1]);
  });

  it("refuses IDs and times that are none", () => {
    const history = new MessageHistory();
    const message = said({ name: "a", at: 1 });
    for (const spoiled of [
      { ...message, messageId: new Uint8Array(31) },
      { ...message, acceptedTimestampMs: -1n },
      { ...message, acceptedTimestampMs: 2n ** 64n },
      { ...message, acceptedTimestampMs: 5 as never },
      { ...message, content: { ...message.content, replaces: new Uint8Array() } },
    ])
      expect(refusal(() => history.add(spoiled)).code).toBe("invalid-argument");
    expect(history.size).toBe(0);
  });
});

describe("edits (content §5.5)", () => {
  const original = said({ name: "a", at: 1, body: "borow a pen" });
  const edited = said({ name: "a2", at: 2, replaces: "a", body: "borrow a pen" });

  it("give a message another body, in its place, and say so", () => {
    const history = historyOf([original, said({ name: "z", at: 3 }), edited]);
    expect(linesOf(history)).toEqual(["a=borrow a pen v2", "z=z"]);
    expect(
      history.messages()[0]?.versions.map(({ messageId, body }) => [nameOf(messageId), textOf(body)]),
    ).toEqual([
      ["a", "borow a pen"],
      ["a2", "borrow a pen"],
    ]);
  });

  it("count by the hub's order, not by arrival", () => {
    const again = said({ name: "a3", at: 3, replaces: "a", body: "third" });
    expect(linesOf(historyOf([original, again, edited]))).toEqual(["a=third v3"]);
  });

  it("of an edit are edits of the first version (reading R-156), whichever of them arrives first", () => {
    const chain = [original, edited, said({ name: "a3", at: 3, replaces: "a2", body: "third" })];
    for (const messages of [chain, chain.toReversed(), [chain[2]!, chain[0]!, chain[1]!]]) {
      const history = historyOf(messages);
      expect(linesOf(history)).toEqual(["a=third v3"]);
      expect(["a", "a2", "a3"].map((name) => nameOf(history.firstVersion(id(name))))).toEqual([
        "a",
        "a",
        "a",
      ]);
      expect(nameOf(history.newestVersion(id("a")))).toBe("a3");
    }
  });

  it("keep the topic, the reply reference and the expiry of the first version (reading R-155)", () => {
    const first = said({ name: "a", at: 1, inReplyTo: "q", changes: { topicId: Uint8Array.of(1) } });
    const expires = { relative: false, time: 1 };
    const other = said({
      name: "b",
      at: 2,
      replaces: "a",
      inReplyTo: "x",
      changes: { topicId: Uint8Array.of(2), expires },
    });
    const history = historyOf([first, other]);
    history.advanceTo(10_000_000n);
    expect(history.messages()).toMatchObject([
      { topicId: Uint8Array.of(1), inReplyTo: id("q"), expiresAtMs: undefined, state: "shown" },
    ]);
    expect(history.messages({ topicId: Uint8Array.of(2) })).toEqual([]);
  });

  it("by others are refused, unless the room allows them", () => {
    const forged = said({ name: "f", at: 2, by: MALLORY, replaces: "a", body: "borrow your car" });
    const history = historyOf([original]);
    expect(history.add(forged)).toMatchObject({ taken: true, action: "edit", standing: "refused" });
    expect(linesOf(history)).toEqual(["a=borow a pen"]);

    const asked: unknown[] = [];
    const authorize: Authorize = (change) => asked.push(change) > 0;
    expect(linesOf(historyOf([original, forged], { authorize }))).toEqual(["a=borrow your car v2"]);
    expect(asked[0]).toEqual({
      action: "editMessage",
      actorUri: MALLORY,
      authorUri: ALICE,
      acceptedTimestampMs: 2n,
    });
  });

  it("move a message to another topic only with a permission of its own", () => {
    const moved = said({ name: "b", at: 2, by: BOB, replaces: "a", changes: { topicId: Uint8Array.of(9) } });
    const authorize: Authorize = ({ action }) => action === "changeTopic";
    const history = historyOf([original, moved], { authorize });
    expect(history.messages({ topicId: Uint8Array.of(9) }).map(({ versions }) => versions.length)).toEqual([
      1,
    ]);
    expect(linesOf(history)).toEqual(["a=borow a pen"]);
  });
});

describe("deletes (content §5.6)", () => {
  const messages = [
    said({ name: "a", at: 1 }),
    said({ name: "d", at: 2, replaces: "a", body: none }),
    said({ name: "e", at: 3, replaces: "a", body: "again" }),
  ];

  it("leave a placeholder and no content, and are final", () => {
    const history = historyOf(messages);
    expect(linesOf(history)).toEqual(["a=deleted v2"]);
    expect(history.message(id("a"))).toMatchObject({ deletedBy: ALICE, body: undefined, reactions: [] });
    expect(history.messages()[0]?.versions.every(({ body }) => body === undefined)).toBe(true);
    expect(linesOf(historyOf(messages.toReversed()))).toEqual(["a=deleted v2"]);
  });

  it("may name any version", () => {
    const chain = [messages[0]!, said({ name: "b", at: 2, replaces: "a" })];
    expect(linesOf(historyOf([...chain, said({ name: "d", at: 3, replaces: "b", body: none })]))).toEqual([
      "a=deleted v2",
    ]);
  });

  it("by others need the capability, which is asked for by name", () => {
    const remove = said({ name: "d", at: 2, by: BOB, replaces: "a", body: none });
    const canDeleteOtherMessage: Authorize = ({ action, actorUri }) =>
      actorUri === BOB && action === "deleteMessage";
    expect(linesOf(historyOf([messages[0]!, remove]))).toEqual(["a=a"]);
    const history = historyOf([messages[0]!, remove], { authorize: canDeleteOtherMessage });
    expect(history.message(id("a"))).toMatchObject({ state: "deleted", deletedBy: BOB });
  });
});

describe("messages of which only changes are known", () => {
  const late = said({ name: "a", at: 1, body: "first" });
  const edit = said({ name: "e", at: 5, replaces: "a", body: "second" });

  it("are shown as their edits, until the original arrives", () => {
    const history = historyOf([edit]);
    expect(history.add(said({ name: "f", at: 6, replaces: "a", body: "third" }))).toMatchObject({
      firstVersion: id("a"),
      standing: "pending",
    });
    expect(linesOf(history)).toEqual(["a=third v2 implied"]);
    history.add(late);
    expect(linesOf(history)).toEqual(["a=third v3"]);
    expect(history.messages()[0]?.acceptedTimestampMs).toBe(1n);
  });

  it("belong to nobody: each sees only what its own sender made of it", () => {
    const forged = said({ name: "m", at: 4, by: MALLORY, replaces: "a", body: "forged" });
    const removed = said({ name: "n", at: 7, by: MALLORY, replaces: "a", body: none });
    const history = historyOf([edit, forged]);
    expect(linesOf(history)).toEqual(["a=forged implied", "a=second implied"]);
    expect(history.messages().map(({ senderUri }) => senderUri)).toEqual([MALLORY, ALICE]);
    history.add(removed);
    expect(linesOf(history)).toEqual(["a=deleted implied", "a=second implied"]);
    history.add(late);
    expect(linesOf(history)).toEqual(["a=second v2"]);
  });

  it("are not shown for a delete alone, which counts as soon as they arrive", () => {
    const history = historyOf([said({ name: "d", at: 5, replaces: "a", body: none })]);
    expect(linesOf(history)).toEqual([]);
    history.add(late);
    expect(linesOf(history)).toEqual(["a=deleted"]);
  });

  it("cannot replace themselves", () => {
    const history = historyOf([
      said({ name: "b", at: 2, replaces: "a" }),
      said({ name: "c", at: 3, replaces: "b" }),
    ]);
    expect(history.add(said({ name: "a", at: 1, replaces: "c" }))).toEqual({ taken: false, reason: "loop" });
    expect(history.add(said({ name: "s", at: 4, replaces: "s" }))).toEqual({ taken: false, reason: "loop" });
  });
});

describe("reactions (content §5.3, §5.7)", () => {
  const message = said({ name: "a", at: 1 });
  const react = (name: string, at: number, by: string, emoji: string, inReplyTo = "a") =>
    said({ name, at, by, inReplyTo, body: like(emoji) });

  it("show in the message that they are about, in order, and not by themselves", () => {
    const history = historyOf([message, react("r2", 3, BOB, "👍"), react("r1", 2, ALICE, "❤")]);
    expect(linesOf(history)).toEqual(["a=a ❤ 👍"]);
    expect(history.messages()[0]?.reactions[1]).toMatchObject({
      senderUri: BOB,
      messageId: id("r2"),
      toVersion: id("a"),
    });
    expect(history.message(id("r1"))).toMatchObject({ kind: "reaction", senderUri: ALICE });
  });

  it("may be several in one message, each a part of its own", () => {
    const body = multiPart("processAll", [like("❤"), like("🍰")], { disposition: 2 });
    expect(linesOf(historyOf([message, said({ name: "r", at: 2, inReplyTo: "a", body })]))).toEqual([
      "a=a ❤ 🍰",
    ]);
  });

  it("may come in several formats, of which one is shown", () => {
    const gif = externalPart({ contentType: "image/gif", url: "https://a.example/x", disposition: 2 });
    const alternatives = multiPart("chooseOne", [gif, like("🚀")], { disposition: 2 });
    const body = multiPart("processAll", [alternatives, like("🍰")], { disposition: 2 });
    const events = [message, said({ name: "r", at: 2, inReplyTo: "a", body })];
    expect(linesOf(historyOf(events))).toEqual(["a=a external 🍰"]);
    const receiver = { understands: supporting({ mediaTypes: ["text/plain"] }) };
    expect(linesOf(historyOf(events, { receiver }))).toEqual(["a=a 🚀 🍰"]);
  });

  it("count once for each sender, however often they are sent, until the last of them is taken back", () => {
    const twice = [message, react("r1", 2, BOB, "❤"), react("r2", 3, BOB, "❤")];
    const history = historyOf(twice);
    expect(linesOf(history)).toEqual(["a=a ❤"]);
    const unlike = (name: string, at: number, replaces: string, by = BOB) =>
      said({ name, at, by, replaces, inReplyTo: "a", body: none });
    expect(history.add(unlike("u1", 4, "r1"))).toMatchObject({ action: "retraction", standing: "allowed" });
    expect(linesOf(history)).toEqual(["a=a ❤"]);
    expect(history.add(unlike("u0", 5, "r2", MALLORY))).toMatchObject({ standing: "refused" });
    history.add(unlike("u2", 6, "r2"));
    expect(linesOf(history)).toEqual(["a=a"]);
  });

  it("may be changed, and ask for capabilities of reactions", () => {
    const asked: string[] = [];
    const authorize: Authorize = ({ action }) => asked.push(action) > 0;
    const changed = said({ name: "c", at: 3, by: BOB, replaces: "r", inReplyTo: "a", body: like("🎉") });
    const unlike = said({ name: "u", at: 4, by: BOB, replaces: "r", inReplyTo: "a", body: none });
    expect(linesOf(historyOf([message, react("r", 2, BOB, "❤"), changed], { authorize }))).toEqual([
      "a=a 🎉",
    ]);
    historyOf([message, react("r", 2, BOB, "❤"), unlike], { authorize });
    expect([...new Set(asked)]).toEqual(["editReaction", "deleteReaction"]);
  });

  it("say which version they are about, and stay when there is another", () => {
    const edited = said({ name: "b", at: 2, replaces: "a", body: "other" });
    const history = historyOf([message, edited, react("r1", 3, BOB, "❤"), react("r2", 4, BOB, "👍", "b")]);
    expect(linesOf(history)).toEqual(["a=other v2 ❤ 👍"]);
    expect(history.messages()[0]?.reactions.map(({ toVersion }) => nameOf(toVersion))).toEqual(["a", "b"]);
  });

  it("to a version that does not stand show nowhere (content §9.3)", () => {
    const forged = said({ name: "m", at: 2, by: MALLORY, replaces: "a", body: "forged" });
    const history = historyOf([message, forged, react("r1", 3, BOB, "❤"), react("r2", 4, BOB, "👍", "m")]);
    expect(linesOf(history)).toEqual(["a=a ❤"]);
    // As soon as the edit stands, so do the reactions to it.
    const allowed = historyOf([message, forged, react("r2", 4, BOB, "👍", "m")], { authorize: () => true });
    expect(linesOf(allowed)).toEqual(["a=forged v2 👍"]);
  });

  it("to what one sender made of an unknown message do not show in what another made of it", () => {
    const edited = said({ name: "b", at: 2, replaces: "unknown", body: "edited" });
    const forged = said({ name: "m", at: 3, by: MALLORY, replaces: "unknown", body: "forged" });
    const reactions = [react("r1", 4, BOB, "❤", "b"), react("r2", 5, BOB, "👍", "m")];
    expect(linesOf(historyOf([edited, forged, ...reactions]))).toEqual([
      "unknown=edited implied ❤",
      "unknown=forged implied 👍",
    ]);
    const history = historyOf([edited, forged]);
    for (const name of ["b", "m"]) {
      expect(history.newestVersion(id(name))).toEqual(id(name));
      expect(history.message(id(name))?.versions.map(({ messageId }) => nameOf(messageId))).toEqual([name]);
    }
  });

  it("may arrive before their message", () => {
    expect(linesOf(historyOf([react("r", 2, BOB, "❤"), message]))).toEqual(["a=a ❤"]);
  });

  it("to nothing are ordinary messages (reading R-157)", () => {
    expect(linesOf(historyOf([said({ name: "r", at: 2, body: like("❤") })]))).toEqual(["r=❤"]);
  });
});

describe("topics (content §5.11)", () => {
  it("list their messages in order", () => {
    const topicId = new TextEncoder().encode("Lunch");
    const messages = [
      said({ name: "c", at: 3, changes: { topicId } }),
      said({ name: "b", at: 2 }),
      said({ name: "a", at: 1, changes: { topicId } }),
    ];
    const history = historyOf(messages);
    expect(history.messages({ topicId }).map(({ messageId }) => nameOf(messageId))).toEqual(["a", "c"]);
    expect(history.messages({ topicId: new Uint8Array() })).toEqual([]);
  });
});
