/**
 * Many at once: messages and commits from three providers. Readings.
 */
import type { MimiClient } from "@openmimi/client";
import { afterEach, beforeEach, expect, it } from "vitest";
import { syncUntil, World } from "./world.ts";

let world: World;

beforeEach(async () => {
  world = await World.start(["a.example", "b.example", "c.example"]);
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") console.error(world.log.slice(-60).join(""));
  await world.close();
});

it("keeps one order for everybody while all send and commit", async () => {
  const alice = await world.client("a.example", "alice", "ClientA1");
  const bob = await world.client("b.example", "bob", "ClientB1");
  const cathy = await world.client("c.example", "cathy", "ClientC1");
  const room = await alice.createRoom({ name: "crowd" });
  await alice.addUsers(room, [bob.userUri, cathy.userUri]);
  const clients = [alice, bob, cathy];
  for (const client of clients) await syncUntil(client, () => client.rooms().length === 1);

  const each = 12;
  await Promise.all(
    clients.map(async (client) => {
      for (let number = 0; number < each; number++) {
        await client.sendText(room, `${client.userUri} ${number}`);
        if (number % 6 === 5) await client.update(room);
      }
    }),
  );
  const total = clients.length * each;
  for (const client of clients)
    await syncUntil(client, async () => (await client.messages(room)).length === total);
  await settled(clients, room);
  const order = async (client: MimiClient) =>
    (await client.messages(room)).map(({ acceptedTimestamp }) => acceptedTimestamp);
  const expected = await order(alice);
  expect(new Set(expected).size).toBe(total);
  for (const client of clients) {
    expect(await order(client)).toEqual(expected);
    expect(client.roomView(room).epochAuthenticator).toBe(alice.roomView(room).epochAuthenticator);
  }
});

it("removes a user of another provider: the commit comes, later messages do not", async () => {
  const alice = await world.client("a.example", "alice", "ClientA1");
  const bob = await world.client("b.example", "bob", "ClientB1");
  const ben = await world.client("b.example", "ben", "ClientB9");
  const room = await alice.createRoom({ name: "removal" });
  await alice.addUsers(room, [bob.userUri, ben.userUri]);
  for (const client of [bob, ben]) await syncUntil(client, () => client.rooms().length === 1);
  await alice.removeUser(room, bob.userUri);
  await alice.sendText(room, "without Bob");
  await syncUntil(ben, async () => (await ben.messages(room)).length === 1);
  await syncUntil(bob, () => bob.roomView(room).status === "removed");
  await bob.sync();
  expect(await bob.messages(room)).toEqual([]);
});

it("keeps a leaver's promise when somebody joins from outside first (R-062)", async () => {
  const alice = await world.client("a.example", "alice", "ClientA1");
  const bob = await world.client("b.example", "bob", "ClientB1");
  const bob2 = await world.client("b.example", "bob", "ClientB2");
  const cathy = await world.client("c.example", "cathy", "ClientC1");
  const room = await alice.createRoom({ name: "leaving" });
  await alice.addUsers(room, [bob.userUri, cathy.userUri]);
  for (const client of [bob, bob2, cathy]) await syncUntil(client, () => client.rooms().length === 1);
  await bob.leave(room);
  const cathy2 = await world.client("c.example", "cathy", "ClientC2");
  await cathy2.joinExternally(room);
  await syncUntil(
    alice,
    () => alice.roomView(room).epoch === 2n && alice.roomView(room).pendingProposals > 0,
  );
  await alice.commitPending(room);
  await syncUntil(cathy2, () => cathy2.roomView(room).epoch === 3n);
  expect(cathy2.roomView(room).participants.map(({ userUri }) => userUri)).toEqual([
    alice.userUri,
    cathy.userUri,
  ]);
  expect(cathy2.roomView(room).members).toEqual(alice.roomView(room).members);
  expect(alice.roomView(room).members).toHaveLength(3);
});

/** Everybody is in the newest epoch. */
async function settled(clients: readonly MimiClient[], room: string): Promise<void> {
  const epochOf = (client: MimiClient) => client.roomView(room).epoch;
  const isNewest = (client: MimiClient) => clients.every((other) => epochOf(other) <= epochOf(client));
  for (const client of clients) await syncUntil(client, () => isNewest(client));
}
