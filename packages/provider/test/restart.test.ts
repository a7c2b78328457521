/**
 * What was accepted outlives the process. Protocol §5.5: an answer is a commitment.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { syncUntil, World } from "./world.ts";

let world: World;
let directory: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "openmimi-restart-"));
  world = await World.start([]);
  for (const domain of ["a.example", "b.example"]) {
    await world.provider(domain, { database: join(directory, `${domain}.db`) });
  }
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") console.error(world.log.slice(-60).join(""));
  await world.close();
  rmSync(directory, { recursive: true });
});

it("delivers after a restart what was accepted before it, once and in order, and goes on", async () => {
  const alice = await world.client("a.example", "alice", "ClientA1");
  const bob = await world.client("b.example", "bob", "ClientB1");
  const room = await alice.createRoom({ name: "clubhouse" });
  await alice.addUser(room, bob.userUri);
  await syncUntil(bob, () => bob.rooms().length === 1);

  // Bob's provider is away: nothing can be delivered to it.
  await world.providers.get("b.example")?.close();
  for (let number = 0; number < 20; number++) await alice.sendText(room, `before ${number}`);
  await world.providers.get("a.example")?.close();
  await world.provider("a.example");
  await world.provider("b.example");
  await alice.sendText(room, "after");
  await syncUntil(bob, async () => (await bob.messages(room)).length === 21);
  expect((await bob.messages(room)).map(({ acceptedTimestamp }) => acceptedTimestamp)).toEqual(
    (await alice.messages(room)).map(({ acceptedTimestamp }) => acceptedTimestamp),
  );

  // The room's state, the hub's keys, tokens and KeyPackages are what they were.
  const bob2 = await world.client("b.example", "bob", "ClientB2");
  await bob2.joinExternally(room);
  await bob.sendText(room, "and I have a new device");
  await syncUntil(alice, async () => (await alice.messages(room)).length === 22);
  await syncUntil(bob2, async () => (await bob2.messages(room)).length === 1);
});
