/**
 * The hub dies in the middle of a burst of messages and comes back: nothing that it has accepted is lost, doubled or
 * out of order. Protocol §5.5; readings.
 * @module
 */

import type { Sent } from "@openmimi/client";
import type { Cast } from "./flow.ts";
import { hasRead, messagesOf, textOf } from "./flow.ts";
import type { Actor, Scene } from "./scene.ts";

/** How many messages there are, and after how many accepted ones the hub is killed. */
const MESSAGES = 200;
const KILL_AFTER = 80;

/** A message that the hub has answered with `accepted`. */
interface Accepted extends Sent {
  readonly text: string;
}

/** Plays it with everybody who is in the room. */
export async function playBurst(scene: Scene, { room, alice, cathy, cathysNewDevice }: Cast): Promise<void> {
  scene.step("burst", `${MESSAGES} messages, and the hub killed in the middle of them`);
  const members = [alice, cathy, cathysNewDevice];
  const before = new Map<string, number>();
  for (const { name, client } of members) before.set(name, (await messagesOf(client, room)).length);
  scene.quiet = true;
  scene.repeated = 0;
  const accepted: Accepted[] = [];
  const half = Promise.withResolvers<void>();
  const countAccepted = (sent: Accepted) => {
    accepted.push(sent);
    if (accepted.length === KILL_AFTER) half.resolve();
  };
  // Two senders: one whose provider is the hub itself, one behind a follower.
  const sending = Promise.all([
    sendAll(alice, room, MESSAGES / 2, countAccepted),
    sendAll(cathy, room, MESSAGES / 2, countAccepted),
  ]);
  await Promise.race([half.promise, sending]);
  const hub = scene.world.provider("a.example");
  const { pid } = hub;
  await hub.kill();
  const beforeKill = accepted.length;
  scene.report({
    kind: "note",
    text: `SIGKILL to ${hub.domain}, pid ${pid}: ${beforeKill} messages accepted so far`,
  });
  await hub.start();
  scene.report({ kind: "note", text: `${hub.domain} runs again on the same database, pid ${hub.pid}` });
  await sending;
  const text = `${scene.repeated} requests were not answered and sent again, octet for octet`;
  scene.report({ kind: "note", text });
  scene.check(
    `all ${MESSAGES} messages are accepted in the end, ${accepted.length - beforeKill} after the restart`,
    accepted.length === MESSAGES && beforeKill < MESSAGES,
  );
  // Deliveries are in order: who has read what another has sent behind the burst gets nothing of the burst any more.
  for (const { name, client } of [alice, cathy]) {
    const text = `${name} has nothing more to say`;
    accepted.push({ ...(await client.sendText(room, text)), text });
  }
  const expected = [...accepted].sort((x, y) => Number(x.acceptedTimestamp - y.acceptedTimestamp));
  for (const actor of members) await receivesAll(scene, room, actor, expected, before.get(actor.name) ?? 0);
  scene.quiet = false;
  scene.agree(room, members);
}

async function sendAll(
  { name, client }: Actor,
  room: string,
  count: number,
  accepted: (sent: Accepted) => void,
): Promise<void> {
  for (let number = 1; number <= count; number++) {
    const text = `${name} ${number}`;
    accepted({ ...(await client.sendText(room, text)), text });
  }
}

async function receivesAll(
  scene: Scene,
  room: string,
  actor: Actor,
  expected: readonly Accepted[],
  before: number,
): Promise<void> {
  const history = async () => (await messagesOf(actor.client, room)).slice(before);
  await scene.until(actor, "the end of the burst", async () => {
    for (const { text } of expected.slice(-2)) if (!(await hasRead(actor, room, text))) return false;
    return true;
  });
  const seen = await history();
  const same = seen.every(({ messageId, acceptedTimestamp }, index) => {
    const sent = expected[index];
    return sent?.messageId === messageId && sent.acceptedTimestamp === acceptedTimestamp;
  });
  const texts = seen.map(textOf);
  const inOrder = texts.every((text, index) => text === expected[index]?.text);
  scene.check(
    `${actor.name} has every accepted message exactly once, in the hub's order`,
    same && inOrder && seen.length === expected.length,
    `${seen.length} messages, ${new Set(texts).size} different, ${expected.length} expected`,
  );
}
