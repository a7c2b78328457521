/** The example rooms of the policy draft (appendix A), each lived in by clients of three providers. */

import { type MimiClient, presetNames, type RoomPreset } from "@openmimi/client";
import { BaseRoomPolicy, JoinLinkPolicy, MimiComponentId } from "@openmimi/protocol";
import { defaultBasePolicy } from "@openmimi/room";
import { encode } from "@openmimi/tls";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { syncUntil, World } from "./world.ts";

let world: World;
let count = 0;
let alice: MimiClient;
let bob: MimiClient;
let cathy: MimiClient;

beforeAll(async () => {
  world = await World.start(["a.example", "b.example", "c.example"]);
});
afterAll(() => world.close());
beforeEach(async () => {
  count += 1;
  alice = await world.client("a.example", `alice${count}`, "A1");
  bob = await world.client("b.example", `bob${count}`, "B1");
  cathy = await world.client("c.example", `cathy${count}`, "C1");
});
afterEach(({ task }) => {
  if (task.result?.state === "fail") console.error(world.log.slice(-100).join(""));
});

const BANNED = 1;
const denied = { code: "not-allowed" };

/** Alice founds the room and gives the others roles. */
async function found(
  preset: RoomPreset,
  others: readonly (readonly [MimiClient, number])[],
): Promise<string> {
  const room = await alice.createRoom({ name: `${preset}${count}`, preset });
  for (const [client, role] of others) await alice.addUser(room, client.userUri, role);
  for (const [client] of others) await member(client, room);
  await catchUp(room, ...others.map(([client]) => client));
  return room;
}

const statusIn = (client: MimiClient, room: string) =>
  client.rooms().find(({ roomUri }) => roomUri === room)?.status;
const member = (client: MimiClient, room: string) =>
  syncUntil(client, () => statusIn(client, room) === "member");
const gone = (client: MimiClient, room: string) =>
  syncUntil(client, () => statusIn(client, room) === "removed");

async function catchUp(room: string, ...clients: readonly MimiClient[]): Promise<void> {
  const { epoch } = alice.roomView(room);
  for (const client of clients) await syncUntil(client, () => client.roomView(room).epoch >= epoch);
}

/** Who is listed, in which role, as all of these show it. */
async function rolesIn(room: string, ...clients: readonly MimiClient[]): Promise<Record<string, number>> {
  for (const client of clients) await client.sync();
  const newest = Math.max(...clients.map((client) => Number(client.roomView(room).epoch)));
  for (const client of clients) await syncUntil(client, () => Number(client.roomView(room).epoch) >= newest);
  const views = clients.map((client) => {
    const { participants } = client.roomView(room);
    return Object.fromEntries(participants.map(({ userUri, roleIndex }) => [userUri, roleIndex]));
  });
  for (const view of views) expect(view).toEqual(views[0]);
  return views[0] ?? {};
}

it("are the four of the draft", () => {
  expect(presetNames).toEqual(["cooperative", "strictly-administered", "moderated", "multi-organization"]);
});

it("cooperative (A.1): everybody brings others, administrators decide who stays away", async () => {
  const room = await found("cooperative", [[bob, 2]]);
  await bob.addUser(room, cathy.userUri);
  await member(cathy, room);
  await cathy.setMetadata(room, { roomName: "Ours" });
  expect(await rolesIn(room, alice, bob, cathy)).toEqual({
    [alice.userUri]: 4,
    [bob.userUri]: 2,
    [cathy.userUri]: 2,
  });
  // Ordinary users remove each other, but ban nobody and make nobody an administrator.
  await expect(bob.changeRole(room, cathy.userUri, BANNED)).rejects.toMatchObject(denied);
  await expect(bob.changeRole(room, cathy.userUri, 3)).rejects.toMatchObject(denied);
  await alice.changeRole(room, bob.userUri, 3);
  await catchUp(room, bob, cathy);
  await bob.changeRole(room, cathy.userUri, BANNED);
  await gone(cathy, room);
  await expect(cathy.joinExternally(room)).rejects.toMatchObject(denied);
  await bob.changeRole(room, cathy.userUri, 2);
  await cathy.joinExternally(room);
  await cathy.sendText(room, "back again");
  await cathy.leave(room);
  await syncUntil(alice, () => alice.roomView(room).pendingProposals > 0);
  await alice.commitPending(room);
  expect(await rolesIn(room, alice, bob)).toEqual({ [alice.userUri]: 4, [bob.userUri]: 3 });
});

it("strictly administered (A.2): administrators bring others, strangers need a code", async () => {
  const room = await found("strictly-administered", [[bob, 2]]);
  await expect(bob.addUser(room, cathy.userUri)).rejects.toMatchObject(denied);
  await expect(bob.createJoinLink(room)).rejects.toMatchObject(denied);
  await expect(cathy.joinExternally(room)).rejects.toMatchObject(denied);
  const link = await alice.createJoinLink(room);
  await cathy.joinExternally(room, { joiningCode: link });
  expect(await rolesIn(room, alice, bob, cathy)).toMatchObject({ [cathy.userUri]: 2 });
  await alice.deleteJoinLink(room, link);
  const david = await world.client("c.example", `david${count}`, "C1");
  await expect(david.joinExternally(room, { joiningCode: link })).rejects.toMatchObject(denied);
  await catchUp(room, bob, cathy);
  await expect(bob.removeUser(room, cathy.userUri)).rejects.toMatchObject(denied);
  await alice.changeRole(room, bob.userUri, 3);
  await catchUp(room, bob, cathy);
  await bob.kickUser(room, cathy.userUri);
  await gone(cathy, room);
  // A kick is no ban: who is listed comes back without a code.
  await cathy.joinExternally(room);
  await bob.removeUser(room, cathy.userUri);
  await gone(cathy, room);
  expect(await rolesIn(room, alice, bob)).toEqual({ [alice.userUri]: 4, [bob.userUri]: 3 });
});

it("moderated (A.3): guests listen, speakers speak, moderators give the floor", async () => {
  const room = await found("moderated", [[bob, 5]]);
  const link = await bob.createJoinLink(room);
  await cathy.joinExternally(room, { joiningCode: link });
  expect(await rolesIn(room, alice, bob, cathy)).toMatchObject({ [cathy.userUri]: 2 });
  await expect(cathy.sendText(room, "me too")).rejects.toMatchObject(denied);
  await bob.changeRole(room, cathy.userUri, 4);
  await catchUp(room, cathy);
  await cathy.sync();
  await cathy.sendText(room, "thank you");
  await syncUntil(alice, async () => (await alice.messages(room)).length === 1);
  // Policies beyond the examples need a capability that none of their roles has.
  const policy = { onRequest: false, joinLink: "", multiuser: false, expiration: 60 };
  const data = encode(JoinLinkPolicy, policy);
  await expect(alice.setPolicy(room, MimiComponentId.joinLinkPolicy, data)).rejects.toMatchObject(denied);
  await bob.changeRole(room, cathy.userUri, BANNED);
  await gone(cathy, room);
  // A ban wins over every code (reading R-106).
  await expect(cathy.joinExternally(room, { joiningCode: link })).rejects.toMatchObject(denied);
  expect(await rolesIn(room, alice, bob)).toMatchObject({ [cathy.userUri]: BANNED });
});

it("multi-organization (A.4): each organization's administrators care for their own users", async () => {
  const bert = await world.client("b.example", `bert${count}`, "B1");
  const carl = await world.client("c.example", `carl${count}`, "C1");
  const room = await found("multi-organization", [
    [bob, 6],
    [cathy, 7],
  ]);
  await bob.addUser(room, bert.userUri, 3);
  await member(bert, room);
  await catchUp(room, cathy);
  await cathy.sync();
  await cathy.addUser(room, carl.userUri, 4);
  await member(carl, room);
  await bob.sync();
  // Nobody takes care of another organization's users.
  await expect(bob.changeRole(room, carl.userUri, BANNED)).rejects.toMatchObject(denied);
  await expect(cathy.removeUser(room, bert.userUri)).rejects.toMatchObject(denied);
  await expect(bob.addUser(room, `mimi://c.example/u/nobody${count}`, 4)).rejects.toMatchObject({
    name: "ClientError",
  });
  await bob.changeRole(room, bert.userUri, BANNED);
  await gone(bert, room);
  // Who bans is not who unbans.
  await expect(bob.changeRole(room, bert.userUri, 3)).rejects.toMatchObject(denied);
  await alice.sync();
  await alice.changeRole(room, bert.userUri, 3);
  await bert.joinExternally(room);
  await bert.sendText(room, "good morning");
  expect(await rolesIn(room, alice, bob, cathy, bert, carl)).toEqual({
    ...{ [alice.userUri]: 8, [bob.userUri]: 6, [cathy.userUri]: 7 },
    ...{ [bert.userUri]: 3, [carl.userUri]: 4 },
  });
});

it("a persistent room is founded again when its clients are gone, with the policy that it had", async () => {
  const anna = await world.client("a.example", `anna${count}`, "A1");
  const room = await found("cooperative", [[anna, 2]]);
  await expect(anna.renewRoom(room)).rejects.toMatchObject({ code: "conflict" });
  await alice.setMetadata(room, { roomSubject: "kept" });
  const persistent = encode(BaseRoomPolicy, { ...defaultBasePolicy, persistentRoom: true });
  await alice.setPolicy(room, MimiComponentId.baseRoomPolicy, persistent);
  await alice.kickUser(room, anna.userUri);
  await gone(anna, room);
  await expect(anna.renewRoom(room)).rejects.toMatchObject({ code: "not-found" });
  await alice.leave(room);
  await expect(anna.joinExternally(room)).rejects.toMatchObject({ name: "ClientError" });
  await expect(bob.renewRoom(room)).rejects.toMatchObject({ code: "not-found" });
  await anna.renewRoom(room);
  expect(await rolesIn(room, anna)).toEqual({ [anna.userUri]: 2 });
  await anna.addUser(room, bob.userUri);
  await member(bob, room);
  await bob.sendText(room, "it goes on");
  await syncUntil(anna, async () => (await anna.messages(room)).length === 1);
});

it("a room is destroyed by who may do that, for ever", async () => {
  const anna = await world.client("a.example", `anna${count}`, "A1");
  const room = await found("cooperative", [
    [anna, 2],
    [bob, 4],
  ]);
  await expect(anna.destroyRoom(room)).rejects.toMatchObject(denied);
  // The hub of the room does it for its own users.
  await expect(bob.destroyRoom(room)).rejects.toMatchObject({ code: "not-found" });
  await alice.destroyRoom(room);
  expect(statusIn(alice, room)).toBeUndefined();
  await expect(anna.sendText(room, "hello?")).rejects.toMatchObject({ code: "not-found" });
  await expect(alice.destroyRoom(room)).rejects.toMatchObject({ code: "not-found" });
  await expect(alice.createRoom({ name: `cooperative${count}` })).rejects.toMatchObject({ code: "conflict" });
});
