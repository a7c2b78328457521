/**
 * Commits and joining in a group of 1,000 beside ts-mls. Prints one JSON line each.
 * @module
 */

import { MemberGroup, type MLSMessage } from "@openmimi/mls";
import { medians, reportRate, shortest } from "./tools/measure.ts";
import { TheirMember, theirKeys, theirSuites } from "./tools/ts-mls.ts";
import { commitOf, crypto, keysOf, warmGroup, warmMembers } from "./tools/warm.ts";

const SIZE = 1000;
const ROUNDS = 30;
/** Theirs are slow: fewer rounds, of the same kind. */
const THEIR_ROUNDS = 3;

const { alice, bob } = warmMembers(SIZE);
const sent: MLSMessage[] = [];
const [create] = await medians(ROUNDS, () => sent.push(commitOf(alice)));
const [process_] = await medians(ROUNDS, () => {
  const processed = bob.process(sent.shift()!);
  if (processed.kind === "commit") processed.merge();
});
const carolKeys = keysOf("carol");
const add = { proposalType: "add" as const, keyPackage: carolKeys.keyPackage };
const { welcome } = alice.commit({ proposals: [add], path: true, treeInWelcome: true });
// As theirs: WebCrypto, too, verifies on threads.
const [join] = await shortest(10, () =>
  MemberGroup.joinAsync(crypto, { welcome: welcome!, keyPackages: [carolKeys] }),
);

const group = warmGroup(SIZE - 2);
const times: { create: number; process: number; join: number }[] = [];
for (const suite of theirSuites) {
  const theirAlice = await TheirMember.joinExternally(suite, group);
  const keys = await theirKeys(suite, "bob");
  const added = await theirAlice.commit([keys]);
  let theirBob: TheirMember | undefined;
  const [theirJoin] = await shortest(THEIR_ROUNDS, async () => {
    theirBob = await TheirMember.join(suite, keys, added.welcome!);
  });
  const theirSent: Awaited<ReturnType<TheirMember["commit"]>>[] = [];
  const [theirCreate] = await medians(THEIR_ROUNDS, async () => theirSent.push(await theirAlice.commit()));
  const [theirProcess] = await medians(THEIR_ROUNDS, () => theirBob!.process(theirSent.shift()!.commit));
  times.push({ create: theirCreate!, process: theirProcess!, join: theirJoin! });
}
const fastest = (kind: "create" | "process" | "join") => Math.min(...times.map((item) => item[kind]));

reportRate("mls.commit.create.n1000", create!, fastest("create"), 40);
reportRate("mls.commit.process.n1000", process_!, fastest("process"), 40);
reportRate("mls.welcome.join.n1000", join!, fastest("join"), 10);
