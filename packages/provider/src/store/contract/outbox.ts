import { expect, it } from "vitest";
import type { Lane, OutboxBatch } from "../records.ts";
import type { Store } from "../store.ts";
import {
  ALICE_1,
  createRoom,
  NOW_MS,
  ROOM,
  registerAlice,
  type StoreHarness,
  sendEvent,
  textOf,
} from "./fixtures.ts";

const LANE: Lane = { roomUri: ROOM, destination: "b.example" };
const OTHER: Lane = { roomUri: ROOM, destination: "c.example" };
const LIMITS = { maxOctets: 1_000, maxEvents: 2 };
const BURIAL = { reason: "gone", status: 410, nowMs: NOW_MS };

async function prepare(harness: StoreHarness, ...names: string[]): Promise<Store> {
  const { store } = harness;
  await registerAlice(store);
  await createRoom(store);
  for (const name of names) await sendEvent(store, name, { destinations: ["b.example"] });
  return store;
}

async function batchOf(store: Store, lane = LANE, limits = LIMITS): Promise<OutboxBatch> {
  const batch = await store.outbox.batch(lane, limits);
  if (batch === undefined) throw new Error("the lane is empty");
  return batch;
}

/** Delivers everything in the lane. @returns the bodies */
async function drain(store: Store, lane = LANE, limits = LIMITS): Promise<(string | undefined)[]> {
  const bodies: (string | undefined)[] = [];
  for (;;) {
    const batch = await store.outbox.batch(lane, limits);
    if (batch === undefined) return bodies;
    bodies.push(textOf(batch.body));
    await store.outbox.delivered(batch);
  }
}

/** What other providers have not confirmed. */
export function outboxContract(make: () => Promise<StoreHarness>): void {
  it("keeps the order of each lane, and lanes apart", async () => {
    const harness = await make();
    const before = await prepare(harness, "a", "b");
    await sendEvent(before, "c", { destinations: ["c.example", "b.example", "b.example"] });
    const store = await harness.reopen();
    expect(await store.outbox.lanes()).toEqual([
      { ...LANE, attempts: 0, nextAttemptAtMs: 0 },
      { ...OTHER, attempts: 0, nextAttemptAtMs: 0 },
    ]);
    expect(await drain(store)).toEqual(["ab", "c"]);
    expect((await store.outbox.lanes()).map((lane) => lane.destination)).toEqual(["c.example"]);
    expect(await drain(store, OTHER)).toEqual(["c"]);
    expect(await store.outbox.batch({ roomUri: ROOM, destination: "d.example" }, LIMITS)).toBeUndefined();
  });

  it("composes by octets and by events; what is larger goes alone", async () => {
    const store = await prepare(await make(), "1234", "12345", "1", "123456789", "1");
    const limits = { maxOctets: 6, maxEvents: 10 };
    expect(await drain(store, LANE, limits)).toEqual(["1234", "123451", "123456789", "1"]);
    for (const name of ["a", "b", "c"]) await sendEvent(store, name, { destinations: ["b.example"] });
    expect(await drain(store, LANE, { maxOctets: 0, maxEvents: 0 })).toEqual(["a", "b", "c"]);
  });

  it("gives the same octets until the batch is delivered, whatever came meanwhile (reading R-087)", async () => {
    const harness = await make();
    const before = await prepare(harness, "a");
    const first = await batchOf(before);
    expect(textOf(first.body)).toBe("a");
    await before.outbox.postpone(first, NOW_MS + 7.2);
    await sendEvent(before, "b", { destinations: ["b.example"] });
    const store = await harness.reopen();
    const again = await batchOf(store, LANE, { maxOctets: 1, maxEvents: 9 });
    expect(again).toEqual({ ...first, attempts: 1, nextAttemptAtMs: NOW_MS + 8 });
    await store.outbox.postpone(again, NOW_MS + 20);
    expect((await store.outbox.lanes())[0]).toEqual({ ...LANE, attempts: 2, nextAttemptAtMs: NOW_MS + 20 });
    await store.outbox.delivered(again);
    const next = await batchOf(store);
    expect(next).toMatchObject({ attempts: 0, nextAttemptAtMs: 0, events: 1 });
    expect(textOf(next.body)).toBe("b");
  });

  it("ignores what is said about a batch that the lane has left behind", async () => {
    const store = await prepare(await make(), "a", "b", "c");
    const first = await batchOf(store);
    await store.outbox.delivered(first);
    const second = await batchOf(store);
    await store.outbox.delivered(first);
    await store.outbox.postpone(first, NOW_MS + 5);
    expect(await store.outbox.split(first)).toBe(false);
    expect(await store.outbox.bury(first, BURIAL)).toBeUndefined();
    expect(await batchOf(store)).toEqual(second);
    await store.outbox.delivered(second);
    await store.outbox.postpone(second, NOW_MS + 5);
    await sendEvent(store, "d", { destinations: ["b.example"] });
    expect(await store.outbox.lanes()).toEqual([{ ...LANE, attempts: 0, nextAttemptAtMs: 0 }]);
  });

  it("splits a batch that was too large, down to one event", async () => {
    const store = await prepare(await make(), "a", "b", "c");
    const whole = await batchOf(store, LANE, { maxOctets: 100, maxEvents: 3 });
    expect(await store.outbox.split(whole)).toBe(true);
    const half = await batchOf(store);
    expect(textOf(half.body)).toBe("ab");
    expect(await store.outbox.split(half)).toBe(true);
    const one = await batchOf(store);
    expect(textOf(one.body)).toBe("a");
    expect(await store.outbox.split(one)).toBe(false);
    await store.outbox.delivered(half);
    expect(await drain(store)).toEqual(["a", "bc"]);
  });

  it("buries a batch, shows it, and goes on (reading R-096)", async () => {
    const harness = await make();
    const before = await prepare(harness, "a", "b", "c");
    const batch = await batchOf(before);
    await before.outbox.postpone(batch, NOW_MS + 1);
    const letter = await before.outbox.bury(batch, BURIAL);
    const expected = {
      ...LANE,
      deadLetterId: 1,
      reason: "gone",
      status: 410,
      buriedAtMs: NOW_MS,
      events: 2,
      octets: 2,
    };
    expect(letter).toEqual(expected);
    const store = await harness.reopen();
    expect(await store.outbox.deadLetters(0, 10)).toEqual([expected]);
    expect(await store.outbox.deadLetters(1, 10)).toEqual([]);
    expect(await drain(store)).toEqual(["c"]);
    expect(await store.outbox.lanes()).toEqual([]);
  });

  it("requeues a dead letter before what waits, without touching the batch under way", async () => {
    const store = await prepare(await make(), "a", "b", "c", "d", "e", "f");
    const first = await store.outbox.bury(await batchOf(store), BURIAL);
    const second = await store.outbox.bury(await batchOf(store), BURIAL);
    const woken: Lane[] = [];
    store.outbox.subscribe((lane) => woken.push(lane));
    expect(await store.outbox.requeue(first?.deadLetterId ?? 0, NOW_MS + 77)).toBe(true);
    expect(woken).toEqual([LANE]);
    const wide = { maxOctets: 100, maxEvents: 9 };
    const underWay = await batchOf(store, LANE, wide);
    expect(textOf(underWay.body)).toBe("abef");
    expect(underWay.queuedAtMs).toBe(NOW_MS + 77);
    expect(await store.outbox.requeue(second?.deadLetterId ?? 0, NOW_MS)).toBe(true);
    expect(await store.outbox.requeue(second?.deadLetterId ?? 0, NOW_MS)).toBe(false);
    expect(await batchOf(store, LANE, wide)).toEqual(underWay);
    expect(await drain(store)).toEqual(["abef", "cd"]);
    expect(await store.outbox.deadLetters(0, 10)).toEqual([]);
  });

  it("discards a dead letter", async () => {
    const store = await prepare(await make(), "a");
    const letter = await store.outbox.bury(await batchOf(store), { reason: "no answer", nowMs: NOW_MS });
    expect(letter).not.toHaveProperty("status");
    expect(await store.outbox.discard(letter?.deadLetterId ?? 0)).toBe(true);
    expect(await store.outbox.discard(letter?.deadLetterId ?? 0)).toBe(false);
    expect(await store.outbox.requeue(letter?.deadLetterId ?? 0, NOW_MS)).toBe(false);
    expect(await store.outbox.deadLetters(0, 10)).toEqual([]);
  });

  it("tells of lanes once their events are durable, each once per turn", async () => {
    const store = await prepare(await make());
    const woken: Promise<string>[] = [];
    const end = store.outbox.subscribe(async (lane) => {
      woken.push(batchOf(store, lane).then((batch) => `${lane.destination} ${textOf(batch.body)}`));
    });
    await Promise.all([
      sendEvent(store, "a", { destinations: ["b.example"], clients: [ALICE_1] }),
      sendEvent(store, "b", { destinations: ["b.example", "c.example"] }),
    ]);
    end();
    await sendEvent(store, "c", { destinations: ["d.example"] });
    expect(await Promise.all(woken)).toEqual(["b.example ab", "c.example b"]);
  });
}
