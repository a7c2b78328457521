/**
 * KeyPackages and application messages beside ts-mls. Prints one JSON line each.
 * @module
 */

import { medians, repeated, reportRate } from "./tools/measure.ts";
import { TheirMember, theirKeys, theirSuites } from "./tools/ts-mls.ts";
import { keysOf, warmGroup, warmMembers } from "./tools/warm.ts";

const ROUNDS = 30;
const content = new Uint8Array(200).fill(0x61);

/** The fastest of what ts-mls offers, in milliseconds. */
const fastest = (times: readonly number[]): number => Math.min(...times);

async function keyPackages(): Promise<void> {
  const [ours, ...theirs] = await medians(
    ROUNDS,
    repeated(20, () => keysOf("somebody")),
    ...theirSuites.map((suite) => repeated(2, () => theirKeys(suite, "somebody"))),
  );
  reportRate("mls.keyPackage.generate", ours! / 20, fastest(theirs) / 2, 3);
}

async function applicationMessages(): Promise<void> {
  const { alice, bob } = warmMembers(8);
  const group = warmGroup(6);
  const pairs = await Promise.all(
    theirSuites.map(async (suite) => {
      const sender = await TheirMember.joinExternally(suite, group);
      const keys = await theirKeys(suite, "bob");
      const { welcome } = await sender.commit([keys]);
      return { sender, receiver: await TheirMember.join(suite, keys, welcome!) };
    }),
  );
  const [protect, ...theirProtect] = await medians(
    ROUNDS,
    repeated(20, () => alice.protect(content)),
    ...pairs.map(({ sender }) => repeated(2, () => sender.protect(content))),
  );
  reportRate("mls.message.protect.200B", protect! / 20, fastest(theirProtect) / 2, 8);
  // The receivers begin behind what was sent so far.
  bob.process(alice.protect(content));
  for (const { sender, receiver } of pairs) await receiver.unprotect(await sender.protect(content));
  const queue = Array.from({ length: 20 * (ROUNDS + 3) }, () => alice.protect(content));
  const theirQueues = await Promise.all(
    pairs.map(async ({ sender }) => {
      const sent = [];
      for (let index = 0; index < 2 * (ROUNDS + 3); index++) sent.push(await sender.protect(content));
      return sent;
    }),
  );
  const [unprotect, ...theirUnprotect] = await medians(
    ROUNDS,
    repeated(20, () => bob.process(queue.shift()!)),
    ...pairs.map(({ receiver }, index) =>
      repeated(2, () => receiver.unprotect(theirQueues[index]!.shift()!)),
    ),
  );
  reportRate("mls.message.unprotect.200B", unprotect! / 20, fastest(theirUnprotect) / 2, 4);
}

await keyPackages();
await applicationMessages();
