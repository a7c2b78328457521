/**
 * Clients of ours against providers of ours: what happens when several act at once, leave, come back or start again.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClientEvent, MimiClient, type RoomView } from "@openmimi/client";
import { sqliteStore } from "@openmimi/client/node";
import { decode } from "@openmimi/content";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { syncUntil, World } from "./world.ts";

let world: World;
let count = 0;

beforeAll(async () => {
  world = await World.start(["a.example", "b.example", "c.example"]);
});
afterAll(() => world.close());
afterEach(({ task }) => {
  if (task.result?.state === "fail") console.error(world.log.slice(-200).join(""));
});

/** Fresh names for each test. */
async function people(keyPackages = 4) {
  count += 1;
  const alice = await world.client("a.example", `alice${count}`, "A1", keyPackages);
  const bob = await world.client("b.example", `bob${count}`, "B1", keyPackages);
  const cathy = await world.client("c.example", `cathy${count}`, "C1", keyPackages);
  return { alice, bob, cathy };
}

async function together(preset: "cooperative" | "strictly-administered" | "moderated" = "cooperative") {
  const trio = await people();
  const { alice, bob, cathy } = trio;
  const room = await alice.createRoom({ name: `room${count}`, preset });
  await alice.addUsers(room, [bob.userUri, cathy.userUri]);
  for (const client of [bob, cathy]) await syncUntil(client, () => viewOf(client, room) !== undefined);
  return { ...trio, room };
}

function viewOf(client: MimiClient, room: string): RoomView | undefined {
  return client.rooms().find(({ roomUri }) => roomUri === room);
}

async function textsOf(client: MimiClient, room: string): Promise<string[]> {
  return (await client.messages(room)).map(({ content }) => {
    const { nestedPart: part } = decode(content);
    return part.cardinality === "single" ? new TextDecoder().decode(part.content) : "";
  });
}

/** All are brought to the newest epoch and show the same. */
async function agree(room: string, clients: readonly MimiClient[]): Promise<RoomView> {
  const newest = Math.max(...clients.map((client) => Number(client.roomView(room).epoch)));
  for (const client of clients) await syncUntil(client, () => Number(client.roomView(room).epoch) >= newest);
  const views = clients.map((client) => {
    const { epoch, epochAuthenticator, treeHash, participants, members } = client.roomView(room);
    return { epoch, epochAuthenticator, treeHash, participants, members };
  });
  for (const view of views) expect(view).toEqual(views[0]);
  return clients[0]!.roomView(room);
}

describe("at the same time", () => {
  it("commits of all members find their order", async () => {
    const { alice, bob, cathy, room } = await together();
    const clients = [alice, bob, cathy];
    const each = 4;
    await Promise.all(
      clients.map(async (client) => {
        for (let index = 0; index < each; index++) await client.update(room);
      }),
    );
    expect((await agree(room, clients)).epoch).toBe(BigInt(1 + clients.length * each));
  });

  it("messages pass between commits, each once", async () => {
    const { alice, bob, cathy, room } = await together();
    const said: string[] = [];
    const speak = async (client: MimiClient) => {
      for (let index = 0; index < 10; index++) {
        said.push(`${client.clientUri} ${index}`);
        await client.sendText(room, said.at(-1) as string);
      }
    };
    const change = async () => {
      for (let index = 0; index < 5; index++) await bob.update(room);
    };
    await Promise.all([speak(alice), speak(cathy), change()]);
    await agree(room, [alice, bob, cathy]);
    const expected = [...said].sort();
    for (const client of [alice, bob, cathy]) {
      await syncUntil(client, async () => (await textsOf(client, room)).length >= expected.length);
      expect((await textsOf(client, room)).sort()).toEqual(expected);
    }
    const [first, ...others] = await Promise.all([alice, bob, cathy].map((client) => client.messages(room)));
    const order = (messages: typeof first) => messages?.map(({ messageId }) => messageId);
    for (const other of others) expect(order(other)).toEqual(order(first));
    expect(first?.every(({ franking }) => franking === "verified")).toBe(true);
  });
});

describe("who comes and goes", () => {
  it("all devices of a user leave together", async () => {
    const { alice, bob, cathy, room } = await together();
    const tablet = await world.client("b.example", `bob${count}`, "B2");
    const { missing } = await bob.addOwnClients(room);
    expect(missing).toEqual([]);
    await syncUntil(tablet, () => viewOf(tablet, room)?.status === "member");
    await tablet.leave(room);
    await syncUntil(alice, () => alice.roomView(room).pendingProposals === 3);
    expect((await alice.commitPending(room)).committedProposals).toBe(3);
    for (const gone of [bob, tablet]) await syncUntil(gone, () => viewOf(gone, room)?.status === "removed");
    const { participants, members } = await agree(room, [alice, cathy]);
    expect(participants.map(({ userUri }) => userUri)).toEqual([alice.userUri, cathy.userUri]);
    expect(members).toEqual([alice.clientUri, cathy.clientUri]);
  });

  it("a leaver's SelfRemove survives an external commit, and the hub sees to the rest (reading R-062)", async () => {
    const { alice, bob, cathy, room } = await together();
    await bob.leave(room);
    const device = await world.client("c.example", `cathy${count}`, "C2");
    await device.joinExternally(room);
    await syncUntil(bob, () => viewOf(bob, room)?.status === "removed");
    expect(device.roomView(room).members).not.toContain(bob.clientUri);
    await syncUntil(alice, () => alice.roomView(room).pendingProposals > 0);
    await alice.commitPending(room);
    const { participants } = await agree(room, [alice, cathy, device]);
    expect(participants.map(({ userUri }) => userUri)).toEqual([alice.userUri, cathy.userUri]);
  });

  it("who was removed can be added again, and reads on from there", async () => {
    const { alice, bob, cathy, room } = await together();
    await alice.removeUser(room, bob.userUri);
    await alice.sendText(room, "without Bob");
    await syncUntil(bob, () => viewOf(bob, room)?.status === "removed");
    await expect(bob.sendText(room, "x")).rejects.toMatchObject({ code: "not-a-member" });
    await expect(bob.joinExternally(room)).rejects.toMatchObject({ code: "not-allowed" });
    await cathy.addUser(room, bob.userUri);
    await alice.sendText(room, "with Bob");
    await syncUntil(bob, async () => (await textsOf(bob, room)).length > 0);
    expect(await textsOf(bob, room)).toEqual(["with Bob"]);
    await agree(room, [alice, bob, cathy]);
  });

  it("who is banned loses the clients, and stays out until unbanned", async () => {
    const { alice, bob, cathy, room } = await together();
    await alice.changeRole(room, bob.userUri, 1);
    await syncUntil(bob, () => viewOf(bob, room)?.status === "removed");
    await expect(bob.joinExternally(room)).rejects.toMatchObject({ code: "not-allowed" });
    await expect(cathy.addUser(room, bob.userUri)).rejects.toMatchObject({ name: "ClientError" });
    await alice.changeRole(room, bob.userUri, 2);
    await bob.joinExternally(room);
    const { participants } = await agree(room, [alice, bob, cathy]);
    expect(participants[1]).toEqual({ userUri: bob.userUri, roleIndex: 2 });
  });

  it("clients without KeyPackages are named, and others come in without them", async () => {
    const { alice, bob } = await people();
    const empty = await world.client("b.example", `bob${count}`, "B2", 0);
    const room = await alice.createRoom({ name: `room${count}` });
    const { missing } = await alice.addUser(room, bob.userUri);
    expect(missing).toEqual([{ clientUri: empty.clientUri, reason: "keyMaterialExhausted" }]);
    await syncUntil(bob, () => viewOf(bob, room) !== undefined);
    const nobody = `mimi://b.example/u/nobody${count}`;
    await expect(alice.addUser(room, nobody)).rejects.toMatchObject({ code: "no-key-material" });
  });

  it("a client that has lost track comes back with a fresh leaf", async () => {
    const { alice, cathy, room } = await together();
    const folder = mkdtempSync(join(tmpdir(), "openmimi-lost-"));
    try {
      const store = sqliteStore(join(folder, "client.sqlite"));
      const who = { user: `cathy${count}`, device: "C9" };
      const device = await MimiClient.register(world.transport("c.example"), store, who);
      await device.joinExternally(room);
      await agree(room, [alice, cathy, device]);
      // Its group is gone, its identity is not.
      await store.write([{ change: "forget-room", roomUri: room }]);
      const reopened = await MimiClient.open(world.transport("c.example"), store);
      expect(viewOf(reopened, room)).toBeUndefined();
      await reopened.joinExternally(room);
      const { members } = await agree(room, [alice, cathy, reopened]);
      expect(members.filter((uri) => uri === reopened.clientUri).length).toBe(1);
      await alice.sendText(room, "Welcome back");
      await syncUntil(reopened, async () => (await textsOf(reopened, room)).includes("Welcome back"));
      await device.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("what the room is", () => {
  it("name and subject change for everybody", async () => {
    const { alice, bob, cathy, room } = await together();
    await bob.setMetadata(room, { roomName: "The other clubhouse" });
    await cathy.setMetadata(room, { roomSubject: "Birds" });
    await agree(room, [alice, bob, cathy]);
    // An ordinary user may not touch the description (policy appendix A.1).
    const roomDescriptions = [{ mediaType: "", languageTag: "en", descriptionContent: new Uint8Array(3) }];
    await expect(bob.setMetadata(room, { roomDescriptions })).rejects.toMatchObject({ code: "not-allowed" });
    await alice.setMetadata(room, { roomDescriptions });
    await agree(room, [alice, bob, cathy]);
  });

  it("guests of a moderated room listen until they are given a voice", async () => {
    const { alice, bob, cathy, room } = await together("moderated");
    await expect(bob.sendText(room, "x")).rejects.toMatchObject({ code: "not-allowed" });
    await alice.changeRole(room, bob.userUri, 4);
    await syncUntil(bob, () => bob.roomView(room).epoch === 2n);
    await bob.sendText(room, "Thank you");
    await syncUntil(cathy, async () => (await textsOf(cathy, room)).length === 1);
  });

  it("there is one room of a name", async () => {
    const { alice, bob } = await people();
    const other = await world.client("a.example", `anna${count}`, "A1");
    const room = await alice.createRoom({ name: `room${count}` });
    await expect(other.createRoom({ name: `room${count}` })).rejects.toMatchObject({ code: "conflict" });
    expect(viewOf(other, room)).toBeUndefined();
    await expect(bob.joinExternally(room)).rejects.toMatchObject({ code: "not-allowed" });
    const nowhere = "mimi://a.example/r/nowhere";
    await expect(bob.joinExternally(nowhere)).rejects.toMatchObject({ name: "ClientError" });
  });
});

describe("starting again", () => {
  it("a client goes on from its file, and shows everything once", async () => {
    const { alice, room } = await together();
    const folder = mkdtempSync(join(tmpdir(), "openmimi-restart-"));
    try {
      const file = join(folder, "client.sqlite");
      const transport = world.transport("c.example");
      const who = { user: `cathy${count}`, device: "C5" };
      let device = await MimiClient.register(transport, sqliteStore(file), who);
      await device.joinExternally(room);
      const shown: ClientEvent[] = [];
      for (let index = 0; index < 6; index++) {
        await alice.sendText(room, `number ${index}`);
        if (index === 3) await device.sendText(room, "mine");
        while (!(await textsOf(device, room)).includes(`number ${index}`)) {
          shown.push(...(await device.sync({ waitMs: 500 })).events);
        }
        await device.close();
        device = await MimiClient.open(transport, sqliteStore(file));
      }
      expect(shown.filter(({ kind }) => kind === "message").length).toBe(6);
      expect((await textsOf(device, room)).length).toBe(7);
      await agree(room, [alice, device]);
      await device.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
