/** A client that is killed in the middle of sending and receiving, again and again, loses and doubles nothing. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { MimiClient, type StoredMessage } from "@openmimi/client";
import { sqliteStore } from "@openmimi/client/node";
import { decode } from "@openmimi/content";
import { expect, it } from "vitest";
import { seededRandom } from "./seeded-random.ts";
import { syncUntil, World } from "./world.ts";

const CHILD = fileURLToPath(new URL("./crashing-client.ts", import.meta.url));
const MESSAGES = 60;
const KILLS = 8;

function textOf({ content }: StoredMessage): string {
  const { nestedPart: part } = decode(content);
  return part.cardinality === "single" ? new TextDecoder().decode(part.content) : "";
}

/** Runs the client until it has written `lines` lines, then lets it live for so many more turns of the event loop. */
async function runAndKill(args: readonly string[], lines: number, turns: number): Promise<string[]> {
  const child: ChildProcess = spawn(process.execPath, [CHILD, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const written: string[] = [];
  const enough = Promise.withResolvers<void>();
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
    written.push(line);
    if (written.length >= lines || line === "done") enough.resolve();
  });
  const exited = once(child, "exit");
  await Promise.race([enough.promise, exited]);
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  child.kill("SIGKILL");
  await exited;
  return written;
}

it("a client killed again and again says and shows everything once", { timeout: 120_000 }, async () => {
  const world = await World.start(["a.example", "b.example"]);
  const folder = mkdtempSync(join(tmpdir(), "openmimi-client-crash-"));
  const random = seededRandom(20_261);
  try {
    const alice = await world.client("a.example", "alice", "A1");
    const room = await alice.createRoom({ name: "clubhouse" });
    const file = join(folder, "bob.sqlite");
    const bob = await MimiClient.register(world.transport("b.example"), sqliteStore(file), {
      user: "bob",
      device: "B1",
    });
    await bob.publishKeyPackages(1);
    await alice.addUser(room, bob.userUri);
    await syncUntil(bob, () => bob.rooms().length === 1);
    await bob.close();

    writeFileSync(join(folder, "ca.pem"), world.authority.certificatePem);
    const address = new URL(world.providers.get("b.example")?.clientUrl ?? "").host;
    const args = [file, join(folder, "ca.pem"), "b.example", address, room, String(MESSAGES)];
    const said: string[] = [];
    const speak = async () => {
      for (let number = 1; number <= MESSAGES; number++) {
        said.push(`Alice ${number}`);
        await alice.sendText(room, said.at(-1) as string);
        if (number % 10 === 0) await alice.update(room);
      }
    };
    const speaking = speak();
    const confirmed: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      confirmed.push(...(await runAndKill(args, 1 + Math.floor(random() * 6), Math.floor(random() * 40))));
    }
    await speaking;
    confirmed.push(...(await runAndKill(args, Number.POSITIVE_INFINITY, 0)));

    const numbers = Array.from({ length: MESSAGES }, (_, index) => String(index + 1));
    await syncUntil(alice, async () => (await alice.messages(room)).length >= 2 * MESSAGES);
    const history = await alice.messages(room);
    expect(history.filter(({ own }) => !own).map(textOf)).toEqual(numbers);
    expect(confirmed.filter((line) => line !== "done").every((line) => numbers.includes(line))).toBe(true);

    const again = await MimiClient.open(world.transport("b.example"), sqliteStore(file));
    await syncUntil(again, async () => (await again.messages(room)).length >= 2 * MESSAGES);
    const bobs = await again.messages(room);
    expect(bobs.map(({ messageId }) => messageId)).toEqual(history.map(({ messageId }) => messageId));
    expect(again.roomView(room).epochAuthenticator).toBe(alice.roomView(room).epochAuthenticator);
    await again.close();
  } finally {
    await world.close();
    rmSync(folder, { recursive: true });
  }
});
