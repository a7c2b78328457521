import { expect, it } from "vitest";
import {
  ALICE_1,
  ALICE_2,
  client,
  createRoom,
  inboxTexts,
  octetsOf,
  registerAlice,
  type StoreHarness,
  sendEvent,
} from "./fixtures.ts";

/** Inboxes of own clients. */
export function inboxContract(make: () => Promise<StoreHarness>): void {
  it("is read from any point, in portions, and shrinks by cumulative acknowledgement", async () => {
    const harness = await make();
    await registerAlice(harness.store);
    await createRoom(harness.store);
    for (const name of ["a", "b", "c", "d"])
      await sendEvent(harness.store, name, { clients: [ALICE_1, ALICE_2] });
    const store = await harness.reopen();
    const portion = await store.inbox.read(ALICE_1, 1, 2);
    expect(portion.map((event) => [event.sequence, event.fanout])).toEqual([
      [2, octetsOf("b")],
      [3, octetsOf("c")],
    ]);
    await store.inbox.acknowledge(ALICE_1, 3);
    await store.inbox.acknowledge(ALICE_1, 2);
    expect(await inboxTexts(store, ALICE_1)).toEqual(["d"]);
    expect(await inboxTexts(store, ALICE_2)).toEqual(["a", "b", "c", "d"]);
    expect(await store.inbox.read("mimi://a.example/d/nobody/N1", 0, 10)).toEqual([]);
    await store.inbox.acknowledge("mimi://a.example/d/nobody/N1", 10);
  });

  it("never uses a sequence again, not even after everything was acknowledged and a restart", async () => {
    const harness = await make();
    await registerAlice(harness.store);
    await createRoom(harness.store);
    await sendEvent(harness.store, "a", { clients: [ALICE_1] });
    await harness.store.inbox.acknowledge(ALICE_1, 1_000_000);
    const store = await harness.reopen();
    await sendEvent(store, "b", { clients: [ALICE_1, ALICE_1] });
    expect((await store.inbox.read(ALICE_1, 1, 10)).map((event) => event.sequence)).toEqual([2]);
  });

  it("skips clients that are not registered", async () => {
    const { store } = await make();
    await registerAlice(store);
    await createRoom(store);
    await sendEvent(store, "a", { clients: ["mimi://a.example/d/nobody/N1", ALICE_1] });
    expect(await inboxTexts(store, ALICE_1)).toEqual(["a"]);
    await store.clients.register(client("mimi://a.example/d/nobody/N1", "mimi://a.example/u/nobody"));
    expect(await inboxTexts(store, "mimi://a.example/d/nobody/N1")).toEqual([]);
  });

  it("wakes those who wait for the client, once its events can be read", async () => {
    const { store } = await make();
    await registerAlice(store);
    await createRoom(store);
    const seen: Promise<readonly (string | undefined)[]>[] = [];
    let others = 0;
    const end = store.inbox.subscribe(ALICE_1, () => seen.push(inboxTexts(store, ALICE_1)));
    const endOther = store.inbox.subscribe(ALICE_2, () => {
      others += 1;
    });
    await Promise.all([
      sendEvent(store, "a", { clients: [ALICE_1] }),
      sendEvent(store, "b", { clients: [ALICE_1] }),
    ]);
    await sendEvent(store, "c", { clients: [ALICE_1] });
    end();
    end();
    await sendEvent(store, "d", { clients: [ALICE_1] });
    endOther();
    expect(await Promise.all(seen)).toEqual([
      ["a", "b"],
      ["a", "b", "c"],
    ]);
    expect(others).toBe(0);
  });

  it("refuses what is not a whole number", async () => {
    const { store } = await make();
    await registerAlice(store);
    for (const [after, limit] of [
      [0, -1],
      [Number.NaN, 1],
      [0, 0.5],
      [Number.POSITIVE_INFINITY, 1],
    ] as const) {
      await expect(store.inbox.read(ALICE_1, after, limit)).rejects.toMatchObject({ code: "usage" });
    }
    await expect(store.inbox.acknowledge(ALICE_1, Number.NaN)).rejects.toMatchObject({ code: "usage" });
  });
}
