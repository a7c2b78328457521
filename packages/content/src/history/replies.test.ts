import { MessageHistory } from "@openmimi/content";
import { describe, expect, it } from "vitest";
import { id, nameOf, said } from "../../test/room.ts";

const chainOf = (history: MessageHistory, name: string): string => {
  const { messages, end } = history.replyChain(id(name));
  return `${messages.map(nameOf).join(" ")} | ${end}`;
};

describe("reply chains (content §4.1)", () => {
  it("lead to a message that is no reply, or to one that is not known", () => {
    const history = new MessageHistory();
    history.add(said({ name: "a", at: 1 }));
    history.add(said({ name: "b", at: 2, inReplyTo: "a" }));
    history.add(said({ name: "c", at: 3, inReplyTo: "b" }));
    history.add(said({ name: "x", at: 4, inReplyTo: "unknown" }));
    expect(["a", "c", "x", "other"].map((name) => chainOf(history, name))).toEqual([
      " | start",
      "b a | start",
      "unknown | unknown",
      " | unknown",
    ]);
  });

  it("that loop end, and are not to be replied to", () => {
    const history = new MessageHistory();
    history.add(said({ name: "a", at: 1, inReplyTo: "c" }));
    history.add(said({ name: "b", at: 2, inReplyTo: "a" }));
    expect(history.mayReplyTo(id("b"))).toBe(true);
    history.add(said({ name: "c", at: 3, inReplyTo: "b" }));
    history.add(said({ name: "d", at: 4, inReplyTo: "c" }));
    history.add(said({ name: "s", at: 5, inReplyTo: "s" }));
    expect(["a", "d", "s"].map((name) => chainOf(history, name))).toEqual([
      "c b a | loop",
      "c b a c | loop",
      "s | loop",
    ]);
    expect(["a", "d", "s"].map((name) => history.mayReplyTo(id(name)))).toEqual([false, false, false]);
  });

  it("lead through versions: a loop over an edit is one too", () => {
    const history = new MessageHistory();
    history.add(said({ name: "a", at: 1, inReplyTo: "r" }));
    history.add(said({ name: "a2", at: 2, replaces: "a", inReplyTo: "other" }));
    history.add(said({ name: "r", at: 3, inReplyTo: "a2" }));
    expect(chainOf(history, "r")).toBe("a2 r | loop");
    expect(nameOf(history.newestVersion(id("a")))).toBe("a2");
  });

  it("are followed so far and no further", () => {
    const history = new MessageHistory({ limits: { replyChain: 10 } });
    history.add(said({ name: "m0", at: 0 }));
    for (let at = 1; at <= 30; at++) history.add(said({ name: `m${at}`, at, inReplyTo: `m${at - 1}` }));
    expect(history.replyChain(id("m30"))).toMatchObject({ end: "limit" });
    expect(history.replyChain(id("m30")).messages).toHaveLength(10);
    expect(history.replyChain(id("m10"))).toMatchObject({ end: "start" });
  });
});
