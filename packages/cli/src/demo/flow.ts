/**
 * The example flow of draft-ietf-mimi-protocol-06, section 3, step by step as in its figures 2 to 8.
 * @module
 */

import type { MimiClient, StoredMessage } from "@openmimi/client";
import { decode } from "@openmimi/content";
import { type Actor, type Scene, viewOf } from "./scene.ts";

/** Who is there when the flow is over. */
export interface Cast {
  readonly room: string;
  readonly alice: Actor;
  readonly bob: Actor;
  readonly cathy: Actor;
  readonly cathysNewDevice: Actor;
}

const A = "a.example";
const B = "b.example";
const C = "c.example";

/** Plays sections 3.1 to 3.6. */
export async function playFlow(scene: Scene): Promise<Cast> {
  scene.step("3", "Alice, Bob and Cathy have clients, and Bob's and Cathy's have published KeyPackages");
  const alice = await scene.actor(A, "alice", "ClientA1");
  const bob = await scene.actor(B, "bob", "ClientB1");
  const cathy = await scene.actor(C, "cathy", "ClientC1");
  for (const { client } of [alice, bob, cathy]) await client.publishKeyPackages(3);

  scene.step("3.1", "Alice creates the room");
  const room = await alice.client.createRoom({ name: "clubhouse", title: "Clubhouse" });
  scene.check(`${room} is hosted by ${A}`, viewOf(alice, room)?.status === "member");

  await addBob(scene, room, alice, bob);
  await addCathy(scene, room, { alice, bob, cathy });
  await cathySpeaks(scene, room, { alice, bob, cathy });
  await bobLeaves(scene, room, { alice, bob, cathy });
  const cathysNewDevice = await addDevice(scene, room, { alice, cathy });
  return { room, alice, bob, cathy, cathysNewDevice };
}

type Trio = { readonly alice: Actor; readonly bob: Actor; readonly cathy: Actor };

async function addBob(scene: Scene, room: string, alice: Actor, bob: Actor): Promise<void> {
  scene.step("3.2", "Alice adds Bob");
  await alice.client.addUser(room, bob.client.userUri);
  await scene.arrows(
    { from: A, to: B, endpoint: "keyMaterial", carries: "the claim of Bob's KeyPackages" },
    { from: A, to: B, endpoint: "notify", carries: "Welcome, tree" },
  );
  await scene.reaches(bob, room, 1n);
  scene.check(`${bob.name} has joined by the Welcome`, viewOf(bob, room)?.status === "member");
  scene.agree(room, [alice, bob]);
}

async function addCathy(scene: Scene, room: string, { alice, bob, cathy }: Trio): Promise<void> {
  scene.step("3.3", "Bob adds Cathy, through the hub");
  await bob.client.addUser(room, cathy.client.userUri);
  await scene.arrows(
    { from: B, to: A, endpoint: "keyMaterial", carries: "the claim of Cathy's KeyPackages" },
    { from: A, to: C, endpoint: "keyMaterial", carries: "the same claim, relayed" },
    { from: B, to: A, endpoint: "update", carries: "Commit, Welcome, GroupInfo" },
    { from: A, to: C, endpoint: "notify", carries: "Welcome, tree" },
    { from: A, to: B, endpoint: "notify", carries: "Commit" },
  );
  for (const actor of [cathy, alice]) await scene.reaches(actor, room, 2n);
  scene.agree(room, [alice, bob, cathy]);
}

async function cathySpeaks(scene: Scene, room: string, { alice, bob, cathy }: Trio): Promise<void> {
  scene.step("3.4", "Cathy sends a message");
  const text = "Hello _everyone_";
  const { messageId, acceptedTimestamp } = await cathy.client.sendText(room, text);
  await scene.arrows(
    { from: C, to: A, endpoint: "submitMessage", carries: "PrivateMessage" },
    { from: A, to: B, endpoint: "notify", carries: "PrivateMessage, frank" },
  );
  for (const actor of [alice, bob]) {
    await scene.until(
      actor,
      "Cathy's message",
      async () => (await messagesOf(actor.client, room)).length === 1,
    );
    const [message] = await messagesOf(actor.client, room);
    const same = message?.messageId === messageId && message.acceptedTimestamp === acceptedTimestamp;
    const shown = message === undefined ? "" : textOf(message);
    scene.check(
      `${actor.name} reads "${shown}", same ID and time as Cathy, frank ${message?.franking}`,
      shown === text && same && message?.franking === "verified",
    );
  }
}

async function bobLeaves(scene: Scene, room: string, { alice, bob, cathy }: Trio): Promise<void> {
  scene.step("3.5", "Bob leaves: he proposes, the hub caches, Cathy commits");
  await bob.client.leave(room);
  await scene.arrows(
    { from: B, to: A, endpoint: "update", carries: "SelfRemove, AppDataUpdate(-Bob)" },
    { from: A, to: C, endpoint: "notify", carries: "the proposals" },
  );
  await scene.until(cathy, "Bob's proposals", () => viewOf(cathy, room)?.pendingProposals === 2);
  const { committedProposals } = await cathy.client.commitPending(room);
  await scene.arrows(
    { from: C, to: A, endpoint: "update", carries: "Commit of the proposals" },
    { from: A, to: B, endpoint: "notify", carries: "Commit" },
  );
  scene.check(
    "Cathy's commit holds both cached proposals",
    committedProposals === 2,
    `${committedProposals}`,
  );
  await scene.until(bob, "his removal", () => viewOf(bob, room)?.status === "removed");
  await scene.reaches(alice, room, 3n);
  scene.check("Bob knows that he is out", viewOf(bob, room)?.status === "removed");
  const users = viewOf(alice, room)?.participants.map(({ userUri }) => userUri) ?? [];
  scene.check("Bob is no participant any more", users.length === 2 && !users.includes(bob.client.userUri));
  scene.agree(room, [alice, cathy]);
}

async function addDevice(
  scene: Scene,
  room: string,
  { alice, cathy }: Pick<Trio, "alice" | "cathy">,
): Promise<Actor> {
  scene.step("3.6", "Cathy's new device joins by external commit");
  const device = await scene.actor(C, "cathy", "ClientC3");
  await device.client.joinExternally(room);
  await scene.arrows(
    { from: C, to: A, endpoint: "groupInfo", carries: "GroupInfoRequest" },
    { from: C, to: A, endpoint: "update", carries: "external Commit, GroupInfo" },
    { from: A, to: C, endpoint: "notify", carries: "Commit" },
  );
  for (const actor of [alice, cathy]) await scene.reaches(actor, room, 4n);
  scene.agree(room, [alice, cathy, device]);
  await alice.client.sendText(room, "Welcome, new device");
  await scene.arrows({ from: A, to: C, endpoint: "notify", carries: "PrivateMessage, frank" });
  for (const actor of [device, cathy]) {
    await scene.until(actor, "Alice's message", () => hasRead(actor, room, "Welcome, new device"));
  }
  const texts = (await messagesOf(device.client, room)).map(textOf);
  scene.check(
    `${device.name} reads the next message, and nothing from before`,
    texts.length === 1 && texts[0] === "Welcome, new device",
    texts.join(", "),
  );
  return device;
}

/** The history of a room. */
export function messagesOf(client: MimiClient, room: string): Promise<readonly StoredMessage[]> {
  return client.messages(room);
}

/** Whether a text is in the actor's history. */
export async function hasRead({ client }: Actor, room: string, text: string): Promise<boolean> {
  return (await messagesOf(client, room)).some((message) => textOf(message) === text);
}

/** The text of a message that is one part of text. */
export function textOf({ content }: StoredMessage): string {
  const { nestedPart: part } = decode(content);
  return part.cardinality === "single" ? new TextDecoder().decode(part.content) : "";
}
