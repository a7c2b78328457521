import {
  type Authorize,
  externalPart,
  type HistoryInput,
  type HistoryLimits,
  MessageHistory,
  multiPart,
  nullPart,
  singlePart,
} from "@openmimi/content";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALICE, BOB, id, linesOf, MALLORY, reported, type Said, said } from "../../test/room.ts";
import { authorOnly } from "./authorize.ts";
import { Graph } from "./graph.ts";
import { DEFAULT_LIMITS } from "./limits.ts";

const moderated: Authorize = (change) =>
  authorOnly(change) || (change.actorUri === BOB && change.action === "deleteMessage");

/** Messages of any kind; what one replaces has a smaller number, as a hash cannot refer to what comes after it. */
const room: fc.Arbitrary<HistoryInput[]> = fc
  .array(
    fc.record({
      at: fc.nat({ max: 8 }),
      by: fc.constantFrom(ALICE, BOB, MALLORY),
      what: fc.constantFrom("message", "edit", "edit", "delete", "reaction", "reply", "report", "nothing"),
      of: fc.nat({ max: 20 }),
      topic: fc.nat({ max: 2 }),
      expires: fc.option(fc.record({ relative: fc.boolean(), time: fc.nat({ max: 20 }) }), { freq: 8 }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((messages) =>
    messages.map(({ at, by, what, of, topic, expires }, number) => {
      const name = `m${number}`;
      const any = `m${of}`;
      // m-1 and below are never received.
      const earlier = `m${number - 1 - (of % 6)}`;
      const topicId = new Uint8Array(topic);
      const emoji = singlePart("text/plain;charset=utf-8", String(topic), { disposition: 2 });
      switch (what) {
        case "edit":
          return said({ name, at, by, replaces: earlier, inReplyTo: any, changes: { topicId } });
        case "delete":
          return said({ name, at, by, replaces: earlier, body: nullPart() });
        case "reaction":
          return said({ name, at, by, inReplyTo: any, body: emoji });
        case "reply":
          return said({ name, at, by, inReplyTo: any, changes: { topicId } });
        case "report":
          return reported(name, at, by, [any, topic], [earlier, (of * 7) % 9]);
        case "nothing":
          return said({ name, at, by, body: nullPart() });
        default:
          return said({ name, at, by, changes: { topicId, expires } });
      }
    }),
  );

/** Messages, and times that pass between them. */
type Event = HistoryInput | { readonly nowMs: bigint };

function everythingIn(events: readonly Event[]): unknown {
  const history = new MessageHistory({ authorize: moderated });
  for (const event of events)
    if ("nowMs" in event) history.advanceTo(event.nowMs);
    else expect(history.add(event).taken).toBe(true);
  for (let number = 0; number < 20; number += 3) history.markRead(id(`m${number}`), 5_000n);
  history.advanceTo(12_000n);
  const ids = Array.from({ length: 26 }, (_, index) => id(`m${index - 6}`));
  return {
    messages: history.messages(),
    topics: [0, 1, 2].map((length) => history.messages({ topicId: new Uint8Array(length) })),
    each: ids.map((one) => [
      history.message(one),
      history.firstVersion(one),
      history.newestVersion(one),
      history.replyChain(one),
      [...history.statuses(one)].sort(),
    ]),
  };
}

describe("a history", () => {
  it("shows the same in whatever order its messages arrive", () => {
    const times: Event[] = Array.from({ length: 12 }, (_, second) => ({ nowMs: BigInt(second * 1_000) }));
    const arrivals = room.chain((messages) => {
      const events = [...messages, ...times];
      return fc.tuple(fc.constant(messages), fc.shuffledSubarray(events, { minLength: events.length }));
    });
    fc.assert(
      fc.property(arrivals, ([messages, arrived]) => {
        expect(everythingIn(arrived)).toEqual(everythingIn(messages));
      }),
      { numRuns: 1500 },
    );
  });

  it("keeps no more than its limits, whatever comes, and forgets the oldest first", () => {
    const limits: Required<HistoryLimits> = {
      ...DEFAULT_LIMITS,
      messages: 6,
      changesPerMessage: 3,
      reactionsPerMessage: 2,
      impliedStatuses: 2,
    };
    fc.assert(
      fc.property(room, (messages) => {
        const history = new MessageHistory({ authorize: moderated, limits });
        for (const message of messages) {
          history.add(message);
          expect(history.size).toBeLessThanOrEqual(6);
          for (const { versions, reactions } of history.messages()) {
            expect(versions.length).toBeLessThanOrEqual(4);
            // Of three people.
            expect(reactions.length).toBeLessThanOrEqual(3 * 2 * 4);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** A graph that many messages of all kinds have gone through. */
function flooded(count: number, limits: HistoryLimits): Graph {
  const graph = new Graph(authorOnly, { ...DEFAULT_LIMITS, ...limits });
  for (let number = 0; number < count; number++) {
    const { content, ...message } = said({ name: `m${number}`, at: number });
    const key = (of: number) => `key ${of}`;
    const replaces = number % 3 === 1 ? key(number - 1) : undefined;
    const inReplyTo = number % 3 === 2 ? key(number + 7) : undefined;
    graph.add({ ...message, content, key: key(number), replaces, inReplyTo });
  }
  return graph;
}

describe("a flooded history", () => {
  it("plans no more than its messages need", () => {
    const graph = new Graph(authorOnly, { ...DEFAULT_LIMITS, messages: 50 });
    const expires = { relative: false, time: 4_000_000_000 };
    for (let number = 0; number < 2_000; number++) {
      const { content, ...message } = said({ name: `m${number}`, at: number, changes: { expires } });
      graph.add({ ...message, content, key: `key ${number}`, replaces: undefined, inReplyTo: undefined });
      expect(graph.scheduledCount).toBeLessThanOrEqual(2 * graph.nodeCount + 64);
    }
  });

  it("holds no more IDs than its messages refer to", () => {
    const graph = flooded(5_000, { messages: 100 });
    expect(graph.size).toBe(100);
    expect(graph.nodeCount).toBeLessThanOrEqual(300);
    expect(graph.shown.size).toBeLessThanOrEqual(100);
  });

  it("holds no more octets than its limit", () => {
    const graph = flooded(1_000, { octets: 20_000 });
    expect(graph.octets).toBeLessThanOrEqual(20_000);
    expect(graph.octets).toBeGreaterThan(15_000);
  });

  it("counts whatever a sender can make large", () => {
    const long = "x".repeat(5_000);
    const octets = new Uint8Array(5_000);
    const external = externalPart({ contentType: "a/b", url: "https://a.example" });
    const large: readonly Omit<Said, "name" | "at">[] = [
      { body: singlePart("text/plain", octets) },
      { body: singlePart(long, "x") },
      { body: singlePart("text/plain", "x", { language: long }) },
      { body: nullPart({ language: long }) },
      ...["url", "description", "filename", "contentType"].map((field) => ({
        body: { ...external, [field]: long },
      })),
      ...["key", "nonce", "aad", "contentHash"].map((field) => ({ body: { ...external, [field]: octets } })),
      { body: multiPart("processAll", [external, singlePart("text/plain", octets)]) },
      { changes: { topicId: new Uint8Array(4_096) } },
    ];
    for (const [at, each] of large.entries()) {
      const graph = new Graph(authorOnly, { ...DEFAULT_LIMITS, octets: 60_000 });
      for (let number = 0; number < 50; number++) {
        const { content, ...message } = said({ name: `m${number}`, at: number, ...each });
        graph.add({ ...message, content, key: `key ${number}`, replaces: undefined, inReplyTo: undefined });
      }
      expect(graph.size, String(at)).toBeLessThan(15);
      expect(graph.octets).toBeLessThanOrEqual(60_000);
    }
  });

  it("takes nothing from before what it has forgotten", () => {
    const history = new MessageHistory({ limits: { messages: 2 } });
    for (let at = 1; at <= 3; at++) history.add(said({ name: `m${at}`, at }));
    expect(linesOf(history)).toEqual(["m2=m2", "m3=m3"]);
    expect(history.add(said({ name: "m1", at: 1 }))).toEqual({ taken: false, reason: "too-old" });
    expect(history.add(said({ name: "m0", at: 0 }))).toEqual({ taken: false, reason: "too-old" });
  });

  it("treats edits of forgotten messages as those of unknown ones", () => {
    const history = new MessageHistory({ limits: { messages: 2 } });
    history.add(said({ name: "a", at: 1 }));
    history.add(said({ name: "b", at: 2, replaces: "a", body: "edited" }));
    history.add(said({ name: "c", at: 3 }));
    expect(linesOf(history)).toEqual(["a=edited implied", "c=c"]);
  });

  it("refuses more changes and reactions of one sender than its limits", () => {
    const history = new MessageHistory({ limits: { changesPerMessage: 1, reactionsPerMessage: 1 } });
    const like = singlePart("text/plain", "x", { disposition: 2 });
    history.add(said({ name: "a", at: 1 }));
    history.add(said({ name: "b", at: 2, replaces: "a" }));
    history.add(said({ name: "r", at: 3, inReplyTo: "a", body: like }));
    const refused = { taken: false, reason: "over-limit" };
    expect(history.add(said({ name: "c", at: 4, replaces: "b" }))).toEqual(refused);
    expect(history.add(said({ name: "s", at: 5, inReplyTo: "a", body: like }))).toEqual(refused);
    expect(history.isKnown(id("c"))).toBe(false);
    // Others are not in the way of anybody, nor edits in the way of a delete.
    history.add(said({ name: "m", at: 6, by: MALLORY, replaces: "a" }));
    expect(history.add(said({ name: "n", at: 7, by: MALLORY, replaces: "a" }))).toEqual(refused);
    history.add(said({ name: "t", at: 8, by: BOB, inReplyTo: "a", body: like }));
    expect(history.message(id("a"))?.reactions).toHaveLength(2);
    history.add(said({ name: "d", at: 9, replaces: "a", body: nullPart() }));
    expect(history.message(id("a"))?.state).toBe("deleted");
  });

  it("takes in a message as fast as an empty one does", () => {
    const limits = { messages: 1_000_000 };
    const time = (graph: Graph, from: number): number => {
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 5; round++) {
        const start = performance.now();
        for (let number = 0; number < 200; number++) {
          const name = from + 200 * round + number;
          const message = said({ name: `n${name}`, at: name % 1_000 });
          graph.add({ ...message, key: `late ${name}`, replaces: undefined, inReplyTo: undefined });
        }
        best = Math.min(best, performance.now() - start);
      }
      return best;
    };
    // Messages that come late, so that each has to be put in front of all others. 1,000 against 60,000 of them.
    const [small, large] = [flooded(1_000, limits), flooded(60_000, limits)];
    expect(time(large, 100_000)).toBeLessThan(12 * time(small, 100_000));
  });
});
