import { encode as encodeContent, markdown } from "@openmimi/content";
import { ApplicationFraming, type MLSMessage, SafeAAD } from "@openmimi/mls";
import { frankedAuthenticatedData } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { beforeEach, describe, expect, it } from "vitest";
import { composeMessage } from "../src/message.ts";
import type { Room } from "../src/room.ts";
import type { Session } from "../src/session.ts";
import { aliceAndBob, arriving, commit, frank, open, ROOM, take } from "./actors.ts";

type World = Awaited<ReturnType<typeof aliceAndBob>>;
const ALICE = "mimi://a.example/u/alice";
const context = { senderUri: ALICE, roomUri: ROOM };
const AT = 1_950_000_000_000n;

let world: World;
beforeEach(async () => {
  world = await aliceAndBob();
});

function roomOf(session: Session): Room {
  const room = session.rooms.get(ROOM);
  if (room === undefined) throw new TypeError("no such room");
  return room;
}

/** Alice says something. */
function say(text: string): MLSMessage {
  const { applicationData, authenticatedData } = composeMessage(world.group.public, markdown(text), context);
  return world.group.protect(applicationData, authenticatedData === undefined ? {} : { authenticatedData });
}

/** Alice sends octets that no client of ours would. */
function sayRaw(innerApplicationContent: Uint8Array, authenticatedData: Uint8Array): MLSMessage {
  const framing = { mediaType: { type: "", parameters: [] }, innerApplicationContent };
  return world.group.protect(encode(ApplicationFraming, framing), { authenticatedData });
}

describe("a Welcome", () => {
  it("makes the client a member, and uses its KeyPackage up", async () => {
    const { bob, group, events } = world;
    expect(events).toEqual([{ kind: "joined", roomUri: ROOM, epoch: 1n }]);
    expect(bob.session.keyPackages.size).toBe(0);
    expect((await bob.store.load()).keyPackages).toEqual([]);
    expect(roomOf(bob.session).group.epochAuthenticator).toEqual(group.epochAuthenticator);
  });

  it("that comes again, or is for others, changes nothing", async () => {
    const { bob, alice, welcome } = world;
    expect(await take(bob.session, welcome)).toEqual([]);
    expect(await take(alice.session, welcome)).toEqual([]);
  });
});

describe("a message", () => {
  it("is shown once, with its time, sender and content", async () => {
    const message = say("Hello");
    const event = arriving(message, { at: AT, frank: frank(message, ALICE, AT) });
    const events = await take(world.bob.session, event);
    expect(events).toMatchObject([
      {
        kind: "message",
        roomUri: ROOM,
        message: { senderUri: ALICE, acceptedTimestamp: AT, own: false, epoch: 1n, franking: "verified" },
      },
    ]);
    expect(await take(world.bob.session, event)).toEqual([]);
    expect((await world.bob.store.messages(ROOM)).length).toBe(1);
  });

  it("is shown once across a restart", async () => {
    const [first, second] = [arriving(say("one")), arriving(say("two"))];
    await take(world.bob.session, first);
    const restarted = await open(world.bob.store);
    expect(restarted.cursor).toBe(first.sequence);
    expect(await take(restarted, first)).toEqual([]);
    expect(await take(restarted, second)).toMatchObject([{ kind: "message" }]);
    expect((await world.bob.store.messages(ROOM)).length).toBe(2);
  });

  it("without a frank is shown as unfranked, with a wrong one as unverified (reading R-080)", async () => {
    const [plain, stamped] = [say("one"), say("two")];
    const wrong = frank(stamped, "mimi://a.example/u/mallory", AT);
    const events = [
      ...(await take(world.bob.session, arriving(plain))),
      ...(await take(world.bob.session, arriving(stamped, { at: AT, frank: wrong }))),
    ];
    expect(events.map((event) => event.kind === "message" && event.message.franking)).toEqual([
      "unfranked",
      "unverified",
    ]);
  });

  it("that comes late, after its epoch, is still shown", async () => {
    const message = say("late");
    const made = commit(world.group, [], true);
    await take(world.bob.session, arriving(made.commit));
    expect(await take(world.bob.session, arriving(message))).toMatchObject([{ kind: "message" }]);
  });

  const tag = frankedAuthenticatedData(new Uint8Array(32));
  const none = encode(SafeAAD, { aadItems: [] });
  const bobs = markdown("I am Bob", { senderUri: "mimi://b.example/u/bob", roomUri: ROOM });
  const elsewhere = markdown("there", { senderUri: ALICE, roomUri: "mimi://a.example/r/other" });
  it.each([
    [
      "carries a tag of something else",
      () => sayRaw(encodeContent(markdown("x", context)), tag),
      "invalid-message",
    ],
    ["names another sender", () => sayRaw(encodeContent(bobs), none), "uri-mismatch"],
    ["names another room", () => sayRaw(encodeContent(elsewhere), none), "uri-mismatch"],
    ["is no MIMI content", () => sayRaw(Uint8Array.of(1, 2, 3), none), "wrong-type"],
  ])("is refused if it %s, and the next one is read", async (_, make, code) => {
    const events = await take(world.bob.session, arriving(make()));
    expect(events).toMatchObject([{ kind: "refused", what: "message", code }]);
    expect(await world.bob.store.messages(ROOM)).toEqual([]);
    expect(await take(world.bob.session, arriving(say("fine")))).toMatchObject([{ kind: "message" }]);
  });

  it("that was changed on the way is refused", async () => {
    const message = say("Hello");
    if (message.wireFormat !== "privateMessage") throw new TypeError("not a PrivateMessage");
    const { privateMessage } = message;
    const ciphertext = privateMessage.ciphertext.map((octet, index) => (index === 3 ? octet ^ 1 : octet));
    const changed = { ...message, privateMessage: { ...privateMessage, ciphertext } };
    const events = await take(world.bob.session, arriving(changed));
    expect(events).toMatchObject([{ kind: "refused", what: "message", code: "decryption-failed" }]);
    expect(await take(world.bob.session, arriving(message))).toMatchObject([{ kind: "message" }]);
  });
});

describe("an own message that comes back", () => {
  it("takes its place in the history, as if its answer had come (reading R-089)", async () => {
    const { session, store } = world.alice;
    const composed = composeMessage(world.group.public, markdown("mine"), context);
    const { authenticatedData, applicationData, content } = composed;
    const message = world.group.protect(
      applicationData,
      authenticatedData === undefined ? {} : { authenticatedData },
    );
    const digest = session.digest(message);
    const body = Uint8Array.of();
    const outgoing = {
      digest,
      roomUri: ROOM,
      kind: "message",
      body,
      epoch: 1n,
      content,
      applicationData,
    } as const;
    await session.write([{ change: "add-outgoing", outgoing }]);
    const restarted = await open(store);
    const event = arriving(message, { at: AT, frank: frank(message, ALICE, AT) });
    expect(await take(restarted, event)).toMatchObject([
      { kind: "message", message: { own: true, acceptedTimestamp: AT, franking: "verified" } },
    ]);
    expect(restarted.outgoing.size).toBe(0);
    expect(await take(restarted, event)).toEqual([]);
  });
});

describe("an event", () => {
  it("that cannot be read is reported and passed over", async () => {
    const event = { ...arriving(say("x")), fanout: Uint8Array.of(0, 1, 2) };
    const events = await take(world.bob.session, event);
    expect(events).toMatchObject([{ kind: "refused", what: "event", code: "truncated" }]);
    expect(world.bob.session.cursor).toBe(event.sequence);
  });

  it("for a room that the client is not in changes nothing", async () => {
    const event = { ...arriving(say("x")), roomUri: "mimi://a.example/r/other" };
    expect(await take(world.bob.session, event)).toEqual([]);
  });
});
