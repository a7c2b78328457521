import { expect, it } from "vitest";
import type { AcceptedNotification, FollowedRoom, NotifiedEvent } from "../records.ts";
import {
  ALICE_1,
  ALICE_2,
  inboxTexts,
  keyPackage,
  NOW_MS,
  octetsOf,
  registerAlice,
  type StoreHarness,
  sha256,
} from "./fixtures.ts";

const ROOM = "mimi://b.example/r/lobby";

const notification = (body: string, hub = "b.example", roomUri = ROOM) => ({
  hub,
  roomUri,
  bodyHash: sha256(body),
  nowMs: NOW_MS,
});

const event = (message: string, clients: readonly string[], stamp = 1n): NotifiedEvent => ({
  fanout: octetsOf(message),
  contentHash: sha256(message),
  acceptedTimestampMs: stamp,
  clients,
});

const accepted = (change: Partial<AcceptedNotification>): AcceptedNotification => ({
  events: [],
  joined: [],
  left: [],
  welcomedKeyPackages: [],
  ...change,
});

/** Rooms that other providers host. */
export function followedRoomsContract(make: () => Promise<StoreHarness>): void {
  it("learns of a room with its first member, and who receives what from there on", async () => {
    const harness = await make();
    await registerAlice(harness.store);
    await harness.store.keyPackages.publish([keyPackage("one")]);
    expect(await harness.store.followedRooms.find(ROOM)).toEqual({
      roomUri: ROOM,
      known: false,
      clients: [],
    });
    const outcome = await harness.store.followedRooms.acceptNotification(notification("welcome"), (room) => {
      expect(room.known).toBe(false);
      return accepted({
        events: [event("welcome", [ALICE_1]), event("commit", [ALICE_1])],
        joined: [ALICE_1, "mimi://a.example/d/nobody/N1"],
        welcomedKeyPackages: [sha256("one")],
      });
    });
    expect(outcome).toEqual({ outcome: "accepted", stored: 2, skipped: 0 });
    const store = await harness.reopen();
    await store.followedRooms.change(ROOM, { joined: [ALICE_1, ALICE_2], left: [] });
    let seen: FollowedRoom | undefined;
    await store.followedRooms.acceptNotification(notification("next"), (room) => {
      seen = room;
      return accepted({ events: [event("next", room.clients, 7n)], left: [ALICE_1] });
    });
    expect(seen).toEqual({ roomUri: ROOM, known: true, clients: [ALICE_1, ALICE_2] });
    expect(await inboxTexts(store, ALICE_1)).toEqual(["welcome", "commit", "next"]);
    expect(await store.inbox.read(ALICE_2, 0, 10)).toEqual([
      { sequence: 1, roomUri: ROOM, acceptedTimestampMs: 7n, fanout: octetsOf("next") },
    ]);
    expect((await store.followedRooms.find(ROOM)).clients).toEqual([ALICE_2]);
    await store.followedRooms.change(ROOM, { joined: [ALICE_1], left: [ALICE_1, ALICE_2] });
    expect(await store.followedRooms.find(ROOM)).toEqual({ roomUri: ROOM, known: true, clients: [] });
    expect(await store.keyPackages.targets([sha256("one")])).toEqual([undefined]);
  });

  it("gives the record of the leaves back, and forgets it when a notification leaves none", async () => {
    const harness = await make();
    await registerAlice(harness.store);
    const roster = octetsOf("who is where");
    await harness.store.followedRooms.acceptNotification(notification("welcome"), () =>
      accepted({ joined: [ALICE_1], roster }),
    );
    const store = await harness.reopen();
    expect((await store.followedRooms.find(ROOM)).roster).toEqual(roster);
    await store.followedRooms.acceptNotification(notification("next"), () => accepted({}));
    expect((await store.followedRooms.find(ROOM)).roster).toBeUndefined();
  });

  it("does not come to know a room by clients that are not registered", async () => {
    const { store } = await make();
    await store.followedRooms.change(ROOM, { joined: [ALICE_1], left: [ALICE_2] });
    expect((await store.followedRooms.find(ROOM)).known).toBe(false);
  });

  it("processes a body once per hub and room (protocol 5.5, reading R-087)", async () => {
    const harness = await make();
    await registerAlice(harness.store);
    const accept = (store = harness.store, body = notification("body"), message = "message") =>
      store.followedRooms.acceptNotification(body, () => accepted({ events: [event(message, [ALICE_1])] }));
    const [first, second] = await Promise.all([accept(), accept()]);
    expect(first).toEqual({ outcome: "accepted", stored: 1, skipped: 0 });
    expect(second).toEqual({ outcome: "repeated" });
    const store = await harness.reopen();
    expect(await store.followedRooms.isRepeated(notification("body"))).toBe(true);
    expect(await store.followedRooms.isRepeated(notification("another"))).toBe(false);
    expect(await accept(store)).toEqual({ outcome: "repeated" });
    const otherHub = notification("body", "c.example");
    expect(await accept(store, otherHub, "2")).toMatchObject({ stored: 1 });
    const otherRoom = notification("body", "b.example", "mimi://b.example/r/other");
    expect(await accept(store, otherRoom)).toMatchObject({ stored: 1 });
    expect(await inboxTexts(store, ALICE_1)).toEqual(["message", "2", "message"]);
  });

  it("skips a message that came before in another body, in order", async () => {
    const { store } = await make();
    await registerAlice(store);
    const accept = (body: string, messages: readonly string[]) =>
      store.followedRooms.acceptNotification(notification(body), () =>
        accepted({ events: messages.map((message) => event(message, [ALICE_1])) }),
      );
    await accept("1", ["a", "b"]);
    expect(await accept("2", ["b", "c", "c", "a", "d"])).toEqual({
      outcome: "accepted",
      stored: 2,
      skipped: 3,
    });
    expect(await inboxTexts(store, ALICE_1)).toEqual(["a", "b", "c", "d"]);
  });

  it("remembers nothing of what was refused", async () => {
    const { store } = await make();
    await registerAlice(store);
    const refuse = store.followedRooms.acceptNotification(notification("body"), () => {
      throw new RangeError("unknown room");
    });
    await expect(refuse).rejects.toThrow(RangeError);
    expect(await store.followedRooms.isRepeated(notification("body"))).toBe(false);
  });

  it("forgets hashes when their time has passed", async () => {
    const { store } = await make();
    await registerAlice(store);
    const accept = () =>
      store.followedRooms.acceptNotification(notification("body"), () =>
        accepted({ events: [event("message", [ALICE_1])] }),
      );
    await accept();
    await store.prune({ nowMs: NOW_MS + 1000, answersMs: 0, notificationsMs: 1000 });
    expect(await accept()).toEqual({ outcome: "repeated" });
    await store.prune({ nowMs: NOW_MS + 1000, answersMs: 0, notificationsMs: 999 });
    expect(await accept()).toMatchObject({ stored: 1 });
  });
}
