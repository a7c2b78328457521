import { expect, it } from "vitest";
import { DeliveryScene } from "../../test/delivery-scene.ts";
import { until } from "../../test/fake-timer.ts";
import { NOW_MS, ROOM } from "../store/contract/fixtures.ts";
import { StoreError } from "../store/errors.ts";
import type { DeliveryAnswer } from "./worker.ts";

const OTHER_ROOM = "mimi://a.example/r/other";

it("delivers what waits and what comes, in order, concatenated while a request is outstanding", async () => {
  const scene = new DeliveryScene();
  await scene.room();
  await scene.accept("a ");
  let answer: (answer: DeliveryAnswer) => void = () => {};
  scene.followers.behaviour = ({ index }) =>
    index > 0 ? { status: 201 } : new Promise((resolve) => (answer = resolve));
  await scene.start();
  await scene.requests(1);
  for (const name of ["b ", "c ", "d "]) await scene.accept(name);
  answer({ status: 202 });
  await scene.drained();
  await scene.accept("e ");
  await scene.drained();
  expect(scene.followers.bodies("b.example")).toEqual(["a ", "b c d ", "e "]);
  expect(scene.followers.mostPerLane).toBe(1);
});

it("keeps batches within their limits", async () => {
  const scene = new DeliveryScene();
  await scene.room();
  for (const name of ["1", "2", "3", "4444", "5"]) await scene.accept(name);
  await scene.start({ batch: { maxOctets: 5, maxEvents: 2 } });
  await scene.drained();
  expect(scene.followers.bodies("b.example")).toEqual(["12", "34444", "5"]);
});

it.each([408, 429, 500, 503, "connection refused"])("repeats the same octets after %s", async (failure) => {
  const scene = new DeliveryScene();
  await scene.room();
  await scene.accept("a ");
  scene.followers.behaviour = ({ index }) => {
    if (index >= 3) return { status: 201 };
    if (typeof failure === "string") throw new Error(failure);
    return { status: failure };
  };
  await scene.start();
  await scene.requests(1);
  await scene.accept("b ");
  await scene.drained();
  expect(scene.followers.bodies("b.example")).toEqual(["a ", "a ", "a ", "a ", "b "]);
  expect(scene.logged.map(({ event }) => event)).toEqual(Array(3).fill("delivery failed"));
});

it("waits longer after each failure, and as long as Retry-After says", async () => {
  const scene = new DeliveryScene();
  await scene.room();
  await scene.accept("a");
  const retryAfter = [undefined, undefined, "100", new Date(NOW_MS + 10_000_000).toUTCString()];
  scene.followers.behaviour = ({ index }) => ({ status: 503, retryAfter: retryAfter[index] });
  await scene.start({ random: () => 0 });
  const waits: (number | undefined)[] = [];
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    await scene.requests(attempt);
    await until(() => scene.timer.alarmsInMs.length > 0);
    waits.push(scene.timer.alarmsInMs[0]);
    scene.timer.advanceToNext();
  }
  expect(waits).toEqual([500, 1_000, 100_000, 10_000_000 - 101_500]);
});

it("leaves neither a slow nor a failing provider, nor a slow room, in the way of others", async () => {
  const scene = new DeliveryScene();
  await scene.room();
  await scene.room(OTHER_ROOM);
  scene.followers.behaviour = ({ destination, roomUri }) => {
    if (destination === "slow.example") return new Promise(() => {});
    if (destination === "failing.example") throw new Error("connection refused");
    return roomUri === OTHER_ROOM ? new Promise(() => {}) : { status: 201 };
  };
  await scene.start();
  const everywhere = ["slow.example", "failing.example", "b.example"];
  await scene.accept("stuck", ["b.example"], OTHER_ROOM);
  for (let number = 0; number < 20; number += 1) {
    await scene.accept(`${number} `, everywhere);
    await until(() => scene.followers.requests.at(-1)?.body === `${number} `);
  }
  await until(async () => (await scene.store.outbox.lanes()).length === 3);
  expect(scene.followers.bodies("slow.example")).toEqual(["0 "]);
  expect(scene.followers.bodies("b.example").length).toBe(21);
  // The test leaves requests that are never answered: nothing to wait for.
  scene.delivery = undefined;
});

it("has a few requests outstanding at one provider, and takes rooms in turn", async () => {
  const scene = new DeliveryScene();
  const rooms = Array.from({ length: 10 }, (_, index) => `mimi://a.example/r/room${index}`);
  for (const room of rooms) {
    await scene.room(room);
    for (const name of ["1", "2"]) await scene.accept(name, ["b.example"], room);
  }
  await scene.start({ maxPerDestination: 3, batch: { maxOctets: 1, maxEvents: 1 } });
  await scene.drained();
  expect(scene.followers.mostPerDestination).toBe(3);
  expect(scene.followers.mostPerLane).toBe(1);
  const bodies = scene.followers.bodies("b.example");
  expect(bodies.slice(0, 10)).toEqual(Array(10).fill("1"));
  expect(bodies.slice(10)).toEqual(Array(10).fill("2"));
});

it.each([400, 403, 404, 410])(
  "makes a dead letter of what is refused with %s, and goes on",
  async (status) => {
    const scene = new DeliveryScene();
    await scene.room();
    await scene.accept("bad");
    scene.followers.behaviour = ({ body }) => ({ status: body === "bad" ? status : 201 });
    await scene.start({ batch: { maxOctets: 1, maxEvents: 1 } });
    await scene.accept("good");
    await scene.drained();
    expect(scene.followers.bodies("b.example")).toEqual(["bad", "good"]);
    const letters = await scene.store.outbox.deadLetters(0, 10);
    expect(letters).toMatchObject([
      { roomUri: ROOM, destination: "b.example", status, events: 1, octets: 3 },
    ]);
    expect(scene.logged).toMatchObject([
      { event: "delivery given up", fields: { destination: "b.example", room: ROOM, deadLetter: 1 } },
    ]);

    scene.followers.behaviour = () => ({ status: 201 });
    await scene.store.outbox.requeue(letters[0]?.deadLetterId ?? 0, scene.timer.nowMs());
    await scene.drained();
    expect(scene.followers.bodies("b.example").at(-1)).toBe("bad");
  },
);

it("sends smaller bodies where large ones are refused, and gives up one event that is too large alone", async () => {
  const scene = new DeliveryScene();
  await scene.room();
  for (const name of ["a", "b", "c", "dddd", "e"]) await scene.accept(name);
  scene.followers.behaviour = ({ body }) => ({ status: body.length > 2 ? 413 : 201 });
  await scene.start();
  await scene.drained();
  const bodies = scene.followers.bodies("b.example");
  expect(bodies.filter((body) => body.length <= 2).join("")).toBe("abce");
  expect(await scene.store.outbox.deadLetters(0, 10)).toMatchObject([{ status: 413, events: 1, octets: 4 }]);
});

it("gives up what has waited for too long, and only that", async () => {
  const scene = new DeliveryScene();
  await scene.room();
  await scene.accept("old");
  scene.followers.behaviour = () => {
    throw new Error("connection refused");
  };
  await scene.start({ retry: { firstMs: 1_000, maxMs: 1_000, giveUpMs: 4_500 }, random: () => 0.99 });
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    await scene.requests(attempt);
    if (attempt < 6) await until(() => scene.timer.alarmsInMs.length > 0);
    scene.timer.advanceToNext();
  }
  await until(async () => (await scene.store.outbox.lanes()).length === 0);
  const [letter] = await scene.store.outbox.deadLetters(0, 10);
  expect(letter).toMatchObject({ reason: "given up: connection refused", events: 1 });
  expect(letter).not.toHaveProperty("status");

  await scene.store.outbox.requeue(letter?.deadLetterId ?? 0, scene.timer.nowMs());
  await scene.requests(7);
  await until(() => scene.timer.alarmsInMs.length > 0);
  expect(await scene.store.outbox.lanes()).toMatchObject([{ attempts: 1 }]);
});

it("stops after the answers that are outstanding, and starts nothing new", async () => {
  const scene = new DeliveryScene();
  await scene.room();
  for (const name of ["a", "b"]) await scene.accept(name);
  let answer: (answer: DeliveryAnswer) => void = () => {};
  scene.followers.behaviour = () => new Promise((resolve) => (answer = resolve));
  await scene.start({ batch: { maxOctets: 1, maxEvents: 1 } });
  await scene.requests(1);
  let stopped = false;
  const stop = scene.delivery?.stop().then(() => {
    stopped = true;
  });
  await scene.accept("c");
  await new Promise(setImmediate);
  expect(stopped).toBe(false);
  answer({ status: 201 });
  await stop;
  expect(scene.followers.bodies("b.example")).toEqual(["a"]);
  const batch = await scene.store.outbox.batch(
    { roomUri: ROOM, destination: "b.example" },
    { maxOctets: 9, maxEvents: 9 },
  );
  expect(new TextDecoder().decode(batch?.body)).toBe("bc");
});

it("goes on after a restart where it was: same octets, same wait", async () => {
  const scene = new DeliveryScene();
  await scene.room();
  for (const name of ["a", "b"]) await scene.accept(name);
  scene.followers.behaviour = ({ index }) => ({ status: index === 0 ? 503 : 201 });
  await scene.start({ random: () => 0 });
  await until(() => scene.timer.alarmsInMs.length > 0);
  await scene.accept("c");
  scene.timer.advance(100);
  await scene.restart({ batch: { maxOctets: 1, maxEvents: 1 } });
  await until(() => scene.timer.alarmsInMs.length > 0);
  expect(scene.timer.alarmsInMs).toEqual([400]);
  expect(scene.followers.requests).toHaveLength(1);
  scene.timer.advance(400);
  await scene.drained();
  expect(scene.followers.bodies("b.example")).toEqual(["ab", "ab", "c"]);
});

it("sends again when the store could not record the answer", async () => {
  const scene = new DeliveryScene();
  await scene.room();
  await scene.accept("a");
  let failures = 2;
  const outbox = {
    ...scene.store.outbox,
    delivered: (batch: Parameters<typeof scene.store.outbox.delivered>[0]) => {
      failures -= 1;
      if (failures >= 0) return Promise.reject(new StoreError("storage-failed", "disk full"));
      return scene.store.outbox.delivered(batch);
    },
  };
  await scene.start({ outbox, random: () => 0 });
  const waits: (number | undefined)[] = [];
  for (let round = 0; round < 2; round += 1) {
    await until(() => scene.timer.alarmsInMs.length > 0);
    waits.push(scene.timer.alarmsInMs[0]);
    scene.timer.advanceToNext();
  }
  await scene.drained();
  expect(waits).toEqual([500, 1_000]);
  expect(scene.followers.bodies("b.example")).toEqual(["a", "a", "a"]);
  expect(scene.logged.map(({ event }) => event)).toEqual(Array(2).fill("delivery interrupted"));
});

it("does not start on an outbox that cannot be read", async () => {
  const scene = new DeliveryScene();
  await scene.store.close();
  await expect(scene.start()).rejects.toMatchObject({ code: "closed" });
});
