/**
 * The draft's example flow with three providers in one process. Protocol §3.
 */

import type { MimiClient } from "@openmimi/client";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { syncUntil, World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await World.start(["a.example", "b.example", "c.example"]);
});
afterAll(() => world.close());
afterEach(({ task }) => {
  if (task.result?.state === "fail") console.error(world.log.join(""));
});

const epochOf = (client: MimiClient, room: string) => {
  const view = client.rooms().find(({ roomUri }) => roomUri === room);
  return view?.epoch ?? -1n;
};

it("creates a room, adds, talks, leaves and joins from outside, and everybody agrees", async () => {
  const alice = await world.client("a.example", "alice", "ClientA1");
  const bob = await world.client("b.example", "bob", "ClientB1");
  const cathy = await world.client("c.example", "cathy", "ClientC1");

  const room = await alice.createRoom({ name: "clubhouse" });
  await alice.addUser(room, bob.userUri);
  await syncUntil(bob, () => epochOf(bob, room) === 1n);

  await bob.addUser(room, cathy.userUri);
  await syncUntil(cathy, () => epochOf(cathy, room) === 2n);
  await syncUntil(alice, () => epochOf(alice, room) === 2n);

  await cathy.sendText(room, "Hello everyone");
  for (const client of [alice, bob]) {
    await syncUntil(client, async () => (await client.messages(room)).length === 1);
  }

  await bob.leave(room);
  await syncUntil(cathy, () => cathy.roomView(room).pendingProposals > 0);
  await cathy.commitPending(room);
  await syncUntil(alice, () => epochOf(alice, room) === 3n);
  expect(alice.roomView(room).participants.map(({ userUri }) => userUri)).toEqual([
    alice.userUri,
    cathy.userUri,
  ]);

  const cathy3 = await world.client("c.example", "cathy", "ClientC3");
  await cathy3.joinExternally(room);
  await alice.sync({ waitMs: 0 });
  await alice.sendText(room, "Welcome, device");
  await syncUntil(cathy3, async () => (await cathy3.messages(room)).length === 1);
  await syncUntil(cathy, () => epochOf(cathy, room) === 4n);
  await syncUntil(alice, () => epochOf(alice, room) === 4n);

  const views = [alice, cathy, cathy3].map((client) => client.roomView(room));
  for (const view of views) {
    expect(view.epochAuthenticator).toEqual(views[0]?.epochAuthenticator);
    expect(view.treeHash).toEqual(views[0]?.treeHash);
    expect(view.participants).toEqual(views[0]?.participants);
  }
});
