/** The example in the README of @openmimi/client. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MimiClient } from "@openmimi/client";
import { nodeTransport, sqliteStore } from "@openmimi/client/node";
import { expect, it } from "vitest";
import { syncUntil, World } from "./world.ts";

it("the example in the client's README works", async () => {
  const world = await World.start(["a.example", "b.example"]);
  const folder = mkdtempSync(join(tmpdir(), "openmimi-readme-"));
  const file = join(folder, "alice.sqlite");
  const bob = await world.client("b.example", "bob", "ClientB1");
  const ca = world.authority.certificatePem;
  const connectTo = new URL(world.providers.get("a.example")?.clientUrl ?? "").host;
  const transport = nodeTransport({ url: "https://a.example", ca, connectTo });
  try {
    const alice = await MimiClient.register(transport, sqliteStore(file), {
      user: "alice",
      device: "ClientA1",
    });
    const room = await alice.createRoom({ name: "clubhouse" });
    await alice.addUser(room, "mimi://b.example/u/bob");
    const { messageId, acceptedTimestamp } = await alice.sendText(room, "Hello _Bob_");
    await alice.close();

    await syncUntil(bob, async () => (await bob.messages(room)).length === 1);
    expect((await bob.messages(room))[0]).toMatchObject({ messageId, acceptedTimestamp });
    await bob.sendText(room, "Hello Alice");

    const again = await MimiClient.open(transport, sqliteStore(file));
    const { events } = await again.sync({ waitMs: 10_000 });
    const senders = events.flatMap((event) => (event.kind === "message" ? [event.message.senderUri] : []));
    expect(senders).toEqual([bob.userUri]);
    expect((await again.messages(room)).length).toBe(2);
    await again.close();
  } finally {
    transport.close();
    await world.close();
    rmSync(folder, { recursive: true });
  }
});
