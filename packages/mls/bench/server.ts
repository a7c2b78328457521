/**
 * A server that follows large groups: the time by the size, the cryptography it cannot avoid, and memory.
 * Prints one JSON line each.
 * @module
 */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MLSMessage, type PublicGroup, RatchetTreeNodes } from "@openmimi/mls";
import { decode, encode } from "@openmimi/tls";
import { medians, report, reportRate } from "./tools/measure.ts";
import { commitOf, suite, warmMembers } from "./tools/warm.ts";

const ROUNDS = 40;

/** Octets on the heap once everything unused is gone. */
const heap = (): number => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

/** Commits of two members in turn, as octets. */
function commits(size: number, count: number): { hub: PublicGroup; sent: Uint8Array[] } {
  const { alice, hub } = warmMembers(size);
  return { hub, sent: Array.from({ length: count }, () => encode(MLSMessage, commitOf(alice))) };
}

const check = (hub: PublicGroup, octets: Uint8Array): void =>
  hub.merge(hub.stage(decode(MLSMessage, octets)));

const small = commits(1000, ROUNDS + 10);
const large = commits(10_000, ROUNDS + 10);
const [n1000, n10000] = await medians(
  ROUNDS,
  () => check(small.hub, small.sent.shift()!),
  () => check(large.hub, large.sent.shift()!),
);
report("mls.public.stage.n10000", "ms", n10000!, n1000!, { atMost: 2 });

const tree = encode(RatchetTreeNodes, large.hub.ratchetTree());
const stored = large.hub.serialize();
const { PublicGroup: Group } = await import("@openmimi/mls");
const { crypto } = await import("./tools/warm.ts");
const before = heap();
const restored = Group.deserialize(crypto, stored.slice());
restored.tree.rootHash(suite);
const used = heap() - before;
report("mls.public.memory.n10000", "octets", used, tree.length, { atMost: 10 });

// What no server can do without: the signatures of the commit and of the new leaf, and the hashes of one path.
const { hub, sent } = commits(500, 4 * ROUNDS);
const octets = sent[0]!;
const { publicKey, privateKey } = suite.generateSignatureKeyPair();
const signature = suite.sign(privateKey, octets);
const levels = Math.log2(hub.tree.leafCount);
const node = new Uint8Array(150);
const unavoidable = (): void => {
  for (let count = 0; count < 2; count++) suite.verify(publicKey, octets, signature);
  // Parent hashes on the way down, tree hashes on the way up, the leaf, and two of the transcript.
  for (let count = 0; count < 2 * levels + 3; count++) suite.hash(node);
};
const [checking, crypting] = await medians(3 * ROUNDS, () => check(hub, sent.shift()!), unavoidable);
reportRate("mls.public.check.n500", checking!, crypting!, 0.3);
