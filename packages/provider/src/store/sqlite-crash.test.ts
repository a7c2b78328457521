import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { CRASH, namesIn } from "../../test/crash-names.ts";
import { seededRandom } from "../../test/seeded-random.ts";
import { createRoom, NOW_SECONDS, octetsOf, registerAlice, sha256, textOf } from "./contract/fixtures.ts";
import { openSqliteStore } from "./sqlite.ts";
import type { Store } from "./store.ts";

const CHILD = fileURLToPath(new URL("../../test/crash-child.ts", import.meta.url));

interface Death {
  /** In the middle of the transaction of this acceptance. */
  readonly inAcceptance?: number;
  /** From outside, once so many operations were answered. */
  readonly afterAnswers?: number;
}

/** Lets a process work on the store until its death. @returns the operations that it was given an answer for */
async function runUntilKilled(path: string, round: number, seed: number, death: Death): Promise<string[]> {
  const inAcceptance = death.inAcceptance === undefined ? [] : [String(death.inAcceptance)];
  const child = spawn(process.execPath, [CHILD, path, `round ${round}`, String(seed), ...inAcceptance], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.on("close", (_code, signal) => resolve(signal));
  });
  const answered: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    answered.push(line);
    if (answered.length === death.afterAnswers) child.kill("SIGKILL");
  }
  expect(await ended).toBe("SIGKILL");
  return answered;
}

async function inboxNames(store: Store, clientUri: string): Promise<string[]> {
  const events = await store.inbox.read(clientUri, 0, 1_000_000);
  expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index + 1));
  return events.flatMap((event) => namesIn(event.fanout));
}

/** Takes everything out of the outbox. @returns the names of its operations */
async function deliverAll(store: Store): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const lane = { roomUri: CRASH.roomUri, destination: CRASH.destination };
    const batch = await store.outbox.batch(lane, { maxOctets: 100_000, maxEvents: 7 });
    if (batch === undefined) return names;
    names.push(...namesIn(batch.body));
    await store.outbox.delivered(batch);
  }
}

/** Everything answered is there, and everything that is there is whole. */
async function judge(store: Store, answered: readonly string[], delivered: string[]): Promise<void> {
  const accepted = await inboxNames(store, CRASH.hubClient);
  expect(new Set(accepted).size).toBe(accepted.length);
  const answeredHere = answered.filter((name) => /^(message|commit)/.test(name));
  expect(answeredHere.filter((name) => !accepted.includes(name))).toEqual([]);

  delivered.push(...(await deliverAll(store)));
  expect(delivered).toEqual(accepted);
  for (const name of accepted) {
    const key = { source: CRASH.destination, path: "/", bodyHash: sha256(name) };
    expect(textOf(await store.rooms.findAnswer(key))).toBe(`answer ${name}`);
  }
  const stamps = (await store.inbox.read(CRASH.hubClient, 0, 1_000_000)).map((e) => e.acceptedTimestampMs);
  expect(stamps.every((stamp, index) => index === 0 || stamp > (stamps[index - 1] ?? 0n))).toBe(true);

  const commits = accepted.filter((name) => name.startsWith("commit"));
  const room = await store.rooms.load(CRASH.roomUri);
  expect(room?.epoch).toBe(BigInt(commits.length));
  expect(room?.revision).toBe(commits.length);
  expect(room?.publicGroup).toEqual(octetsOf(`group ${commits.at(-1) ?? "0"}`));
  expect(room?.lastAcceptedTimestampMs).toBe(stamps.at(-1));
  expect(
    (await store.keyPackages.routes(commits.map(sha256))).filter((route) => route !== undefined),
  ).toEqual([]);

  const notified = await inboxNames(store, CRASH.followerClient);
  expect(new Set(notified).size).toBe(notified.length);
  const answeredNotify = answered.filter((name) => name.startsWith("notify"));
  expect(answeredNotify.filter((name) => !notified.includes(name))).toEqual([]);
  for (const name of notified) {
    const notification = { hub: "b.example", roomUri: CRASH.followedUri, bodyHash: sha256(name), nowMs: 0 };
    expect(await store.followedRooms.isRepeated(notification)).toBe(true);
  }
}

it("after SIGKILL, what was answered is there, and nothing is there by half", async () => {
  const folder = mkdtempSync(join(tmpdir(), "openmimi-crash-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "provider.db");
  const before = openSqliteStore(path);
  await registerAlice(before);
  await createRoom(before);
  await before.followedRooms.change(CRASH.followedUri, { joined: [CRASH.followerClient], left: [] });
  await before.close();

  const random = seededRandom(2026);
  const answered: string[] = [];
  const delivered: string[] = [];
  for (let round = 0; round < 6; round += 1) {
    const point = 5 + Math.floor(random() * 60);
    const death = round % 2 === 0 ? { inAcceptance: point } : { afterAnswers: point };
    answered.push(...(await runUntilKilled(path, round, Math.floor(random() * 2 ** 32), death)));
    const store = openSqliteStore(path);
    await judge(store, answered, delivered);
    await store.close();
  }

  // No KeyPackage is issued twice, however the first claim ended.
  const claims = answered.filter((name) => name.startsWith("claim "));
  const store = openSqliteStore(path);
  const left = await store.keyPackages.available(CRASH.hubClient, NOW_SECONDS);
  const request = { cipherSuites: [1], nowSeconds: NOW_SECONDS, marginSeconds: 0n, claimedBy: "c.example" };
  const rest = await Promise.all(
    Array.from({ length: left }, () => store.keyPackages.claim({ userUri: CRASH.userUri, ...request })),
  );
  for (const [claimed] of rest) {
    claims.push(claimed?.status === "success" ? `claim ${textOf(claimed.keyPackage.octets)}` : "none");
  }
  expect(claims.length).toBeGreaterThan(left);
  expect(new Set(claims).size).toBe(claims.length);
  await store.close();
});
