import { expect, it } from "vitest";
import {
  ALICE,
  ALICE_1,
  ALICE_2,
  client,
  createRoom,
  inboxTexts,
  keyPackage,
  NOW_MS,
  NOW_SECONDS,
  octetsOf,
  ROOM,
  registerAlice,
  type StoreHarness,
  sendEvent,
} from "./fixtures.ts";

/** Users, clients, tokens, secrets. */
export function clientsContract(make: () => Promise<StoreHarness>): void {
  it("registers clients, in order, and finds them by their token, also after a restart", async () => {
    const harness = await make();
    await registerAlice(harness.store);
    const store = await harness.reopen();
    expect(await store.clients.findByToken(`token of ${ALICE_2}`)).toEqual({
      userUri: ALICE,
      clientUri: ALICE_2,
    });
    expect(await store.clients.findByToken("another")).toBeUndefined();
    expect((await store.clients.ofUser(ALICE)).map((known) => known.clientUri)).toEqual([ALICE_1, ALICE_2]);
    expect(await store.clients.ofUser("mimi://a.example/u/nobody")).toEqual([]);
  });

  it("registers a client once, also when asked twice in the same turn", async () => {
    const { store } = await make();
    const results = await Promise.allSettled([
      store.clients.register(client(ALICE_1)),
      store.clients.register({ ...client(ALICE_1), token: "another" }),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected"]);
    await expect(store.clients.register(client(ALICE_1))).rejects.toMatchObject({ code: "client-exists" });
    expect(await store.clients.findByToken("another")).toBeUndefined();
  });

  it("gives no two clients the same token", async () => {
    const { store } = await make();
    await store.clients.register(client(ALICE_1));
    const second = { ...client(ALICE_2), token: `token of ${ALICE_1}` };
    await expect(store.clients.register(second)).rejects.toMatchObject({ code: "usage" });
  });

  it("knows unknown, active and deleted users; a deleted user leaves nothing behind", async () => {
    const { store } = await make();
    await registerAlice(store);
    await createRoom(store);
    await store.keyPackages.publish([keyPackage("one")]);
    await store.followedRooms.change("mimi://b.example/r/x", { joined: [ALICE_1], left: [] });
    await sendEvent(store, "hello", { clients: [ALICE_1] });
    expect(await store.clients.userStatus("mimi://a.example/u/nobody")).toBe("unknown");
    expect(await store.clients.userStatus(ALICE)).toBe("active");

    expect(await store.clients.markUserDeleted(ALICE, NOW_MS)).toBe(true);
    expect(await store.clients.markUserDeleted(ALICE, NOW_MS)).toBe(false);
    expect(await store.clients.markUserDeleted("mimi://a.example/u/nobody", NOW_MS)).toBe(false);
    expect(await store.clients.userStatus(ALICE)).toBe("deleted");
    expect(await store.clients.findByToken(`token of ${ALICE_1}`)).toBeUndefined();
    expect(await store.clients.ofUser(ALICE)).toEqual([]);
    expect(await store.keyPackages.available(ALICE_1, NOW_SECONDS)).toBe(0);
    expect(await store.keyPackages.targets([keyPackage("one").reference])).toEqual([undefined]);
    expect((await store.followedRooms.find("mimi://b.example/r/x")).clients).toEqual([]);
    await sendEvent(store, "more", { clients: [ALICE_1] });
    expect(await inboxTexts(store, ALICE_1)).toEqual([]);
    await expect(store.clients.register(client("mimi://a.example/d/alice/A3"))).rejects.toMatchObject({
      code: "user-deleted",
    });
    await expect(store.keyPackages.publish([keyPackage("two")])).rejects.toMatchObject({
      code: "user-deleted",
    });
    expect(await store.rooms.head(ROOM)).toBeDefined();
  });

  it("makes a secret once and keeps it", async () => {
    const harness = await make();
    const first = await harness.store.secrets.obtain("hub", () => octetsOf("first"));
    const store = await harness.reopen();
    expect(await store.secrets.obtain("hub", () => octetsOf("second"))).toEqual(first);
    expect(await store.secrets.obtain("other", () => octetsOf("second"))).toEqual(octetsOf("second"));
  });

  it("refuses everything once it is closed", async () => {
    const { store } = await make();
    const before = store.clients.register(client(ALICE_1));
    await store.close();
    await expect(before).resolves.toBeUndefined();
    await expect(store.clients.register(client(ALICE_2))).rejects.toMatchObject({ code: "closed" });
    await expect(store.rooms.head(ROOM)).rejects.toMatchObject({ code: "closed" });
    await store.close();
  });
}
