import { MessageHistory, MessageStatus } from "@openmimi/content";
import { describe, expect, it } from "vitest";
import { refusal } from "../../test/fixtures.ts";
import { ALICE, BOB, id, linesOf, MALLORY, nameOf, reported, said } from "../../test/room.ts";

const SECOND = 1_000n;
const expiring = (relative: boolean, time: number) => ({ changes: { expires: { relative, time } } });

describe("expiry (content §4.1, §5.8)", () => {
  it("absolute: at that second, read or not, without anything else happening", () => {
    const history = new MessageHistory();
    history.add(said({ name: "a", at: 1, ...expiring(false, 100) }));
    expect(history.messages()[0]?.expiresAtMs).toBe(100n * SECOND);
    expect(history.advanceTo(100n * SECOND - 1n)).toEqual([]);
    expect(linesOf(history)).toEqual(["a=a"]);
    expect(history.advanceTo(100n * SECOND).map(nameOf)).toEqual(["a"]);
    expect(linesOf(history)).toEqual(["a=expired"]);
    expect(history.messages()[0]?.versions[0]?.body).toBeUndefined();
    expect(history.advanceTo(200n * SECOND)).toEqual([]);
  });

  it("relative: so many seconds after the first reading, and never unread", () => {
    const history = new MessageHistory();
    history.add(said({ name: "a", at: 1, ...expiring(true, 30) }));
    history.add(said({ name: "b", at: 2, ...expiring(true, 30) }));
    history.markRead(id("a"), 10n * SECOND);
    history.markRead(id("a"), 20n * SECOND);
    history.markRead(id("unknown"), 20n * SECOND);
    expect(history.advanceTo(40n * SECOND - 1n)).toEqual([]);
    expect(history.advanceTo(40n * SECOND).map(nameOf)).toEqual(["a"]);
    expect(history.advanceTo(10n ** 15n)).toEqual([]);
    expect(linesOf(history)).toEqual(["a=expired", "b=b"]);
  });

  it("may be over when the message arrives, and is never undone", () => {
    const history = new MessageHistory();
    history.advanceTo(500n * SECOND);
    history.advanceTo(1n);
    history.add(said({ name: "a", at: 1, ...expiring(false, 100) }));
    history.add(said({ name: "b", at: 2, replaces: "a", body: "later" }));
    expect(linesOf(history)).toEqual(["a=expired v2"]);
  });

  it("takes edits and reactions with it", () => {
    const history = new MessageHistory();
    history.add(said({ name: "a", at: 1, ...expiring(false, 100) }));
    history.add(said({ name: "b", at: 2, replaces: "a", body: "later" }));
    history.add(said({ name: "r", at: 3, inReplyTo: "a", ...expiring(false, 50) }));
    history.advanceTo(50n * SECOND);
    expect(linesOf(history)).toEqual(["a=later v2", "r=expired"]);
    history.advanceTo(100n * SECOND);
    expect(linesOf(history)).toEqual(["a=expired v2", "r=expired"]);
  });

  it("may be over at the moment of reading", () => {
    const history = new MessageHistory();
    history.add(said({ name: "a", at: 1, ...expiring(true, 0) }));
    history.add(said({ name: "b", at: 2, ...expiring(true, 5) }));
    history.advanceTo(100n * SECOND);
    history.markRead(id("a"), 100n * SECOND);
    history.markRead(id("b"), 90n * SECOND);
    expect(linesOf(history)).toEqual(["a=expired", "b=expired"]);
    expect(history.message(id("b"))?.versions[0]?.body).toBeUndefined();
    expect(history.advanceTo(100n * SECOND).map(nameOf)).toEqual(["b", "a"]);
    expect(history.advanceTo(200n * SECOND)).toEqual([]);
  });

  it("counts from the reading of any version, also if the first one comes later", () => {
    const history = new MessageHistory();
    history.add(said({ name: "c", at: 3, replaces: "b", ...expiring(true, 30) }));
    history.markRead(id("c"), 10n * SECOND);
    // Only now it turns out that b is an edit too.
    history.add(said({ name: "b", at: 2, replaces: "a", ...expiring(true, 30) }));
    history.add(said({ name: "a", at: 1, ...expiring(true, 30) }));
    expect(history.advanceTo(40n * SECOND).map(nameOf)).toEqual(["a"]);
  });

  it("of an edit before the first version comes: what is forgotten does not stand any more", () => {
    const history = new MessageHistory();
    history.add(said({ name: "b", at: 2, replaces: "a", body: "later", ...expiring(false, 50) }));
    history.advanceTo(60n * SECOND);
    expect(linesOf(history)).toEqual(["a=expired implied"]);
    history.add(said({ name: "a", at: 1, ...expiring(false, 100) }));
    expect(linesOf(history)).toEqual(["a=a"]);
  });

  it("keeps many apart", () => {
    const history = new MessageHistory();
    for (let at = 0; at < 100; at++)
      history.add(said({ name: `m${at}`, at, ...expiring(false, 1 + ((at * 37) % 100)) }));
    const expired: number[] = [];
    for (let second = 1n; second <= 100n; second++) expired.push(history.advanceTo(second * SECOND).length);
    expect(expired).toEqual(Array(100).fill(1));
  });
});

describe("statuses (status §3)", () => {
  const { delivered, read, unread, deleted } = MessageStatus;
  const message = said({ name: "a", at: 1 });
  const statusesOf = (...reports: Parameters<MessageHistory["add"]>[0][]) => {
    const history = new MessageHistory();
    for (const each of reports) history.add(each);
    return Object.fromEntries(history.statuses(id("a")));
  };

  it("are kept for each user and each of the messages that a report names", () => {
    const history = new MessageHistory();
    history.add(message);
    history.add(said({ name: "b", at: 2 }));
    expect(history.add(reported("s", 3, BOB, ["a", read], ["b", delivered]))).toMatchObject({
      action: "statusReport",
    });
    history.add(reported("t", 4, MALLORY, ["a", delivered]));
    expect([...history.statuses(id("a"))]).toEqual([
      [BOB, read],
      [MALLORY, delivered],
    ]);
    expect([...history.statuses(id("b"))]).toEqual([[BOB, delivered]]);
    expect(linesOf(history)).toEqual(["a=a", "b=b"]);
  });

  it("follow the hub's order, whatever the order of arrival", () => {
    const reports = [
      reported("s1", 2, BOB, ["a", delivered]),
      reported("s2", 3, BOB, ["a", read]),
      reported("s3", 4, BOB, ["a", unread]),
    ];
    expect(statusesOf(message, ...reports)).toEqual({ [BOB]: unread });
    expect(statusesOf(...reports.toReversed(), message)).toEqual({ [BOB]: unread });
    expect(
      statusesOf(message, reported("s", 5, BOB, ["a", deleted]), reported("t", 6, BOB, ["a", delivered])),
    ).toEqual({
      [BOB]: deleted,
    });
  });

  it("within one report follow its order", () => {
    expect(statusesOf(message, reported("s", 2, BOB, ["a", read], ["a", unread]))).toEqual({ [BOB]: unread });
  });

  it("of unknown messages do no harm", () => {
    const history = new MessageHistory({ limits: { impliedStatuses: 2 } });
    for (const name of ["x", "y", "z"]) history.add(reported(`s${name}`, 2, BOB, [name, read]));
    expect([...history.statuses(id("x"))]).toEqual([]);
    history.add(said({ name: "z", at: 1 }));
    expect([...history.statuses(id("z"))]).toEqual([[BOB, read]]);
    expect([...history.statuses(id("never"))]).toEqual([]);
  });

  it("that are malformed are refused whole", () => {
    const history = new MessageHistory();
    const report = reported("s", 2, ALICE, ["a", read]);
    const spoiled = { ...report.content.nestedPart, content: Uint8Array.of(0x81) } as never;
    const input = { ...report, content: { ...report.content, nestedPart: spoiled } };
    expect(refusal(() => history.add(input)).code).toBe("truncated");
    expect([history.size, history.isKnown(id("s"))]).toEqual([0, false]);
  });
});
