/**
 * How long a commit takes to make, to process and to stage, in a group of `n` members whose tree is full of keys,
 * beside ts-mls in the same process. Prints one JSON line per measurement; `ratio` is theirs by ours.
 *
 * Usage: `node packages/mls/bench/commit.ts [n]`
 * @module
 */

import { MemberGroup, type MLSMessage, nobleCrypto, PublicGroup } from "@openmimi/mls";
import { add, keysOf, mergeCommit, suiteId, text } from "../test/actors.ts";
import { TsMlsMember, theirKeysOf } from "../test/interop/ts-mls-peer.ts";

const size = Number(process.argv[2] ?? 200);
const rounds = 10;
const plain = { versions: [1], cipherSuites: [suiteId], extensions: [], proposals: [], credentials: [1, 2] };

/** The median of what `work` took, in milliseconds. */
async function median(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[rounds / 2]!;
}

function report(measure: string, ours: number, theirs?: number): void {
  const rounded = (value: number) => Math.round(value * 100) / 100;
  const beside = theirs === undefined ? {} : { theirs: rounded(theirs), ratio: rounded(theirs / ours) };
  console.log(JSON.stringify({ measure, members: size, unit: "ms", ours: rounded(ours), ...beside }));
}

const groupId = text("bench");
const alice = MemberGroup.create(nobleCrypto, { cipherSuite: suiteId, groupId, own: keysOf("alice", plain) });
const others = Array.from({ length: size - 2 }, (_, index) => keysOf(`member ${index}`, plain));
const bobKeys = keysOf("bob", plain);
const carolKeys = await theirKeysOf("carol");
const { welcome } = alice.commit({
  proposals: [add(bobKeys), ...others.map(add)],
  path: true,
  treeInWelcome: true,
});
alice.mergePendingCommit();

const joining = await median(() =>
  MemberGroup.join(nobleCrypto, { welcome: welcome!, keyPackages: [bobKeys] }),
);
report("join", joining);
const bob = MemberGroup.join(nobleCrypto, { welcome: welcome!, keyPackages: [bobKeys] });
const hub = PublicGroup.fromGroupInfo(nobleCrypto, alice.groupInfo(), alice.public.ratchetTree());

// Ours: alice commits, bob processes, the server stages.
const commits: MLSMessage[] = [];
const making = await median(() => {
  const { commit } = alice.commit();
  alice.mergePendingCommit();
  commits.push(commit);
});
const queue = [...commits];
const staging = await median(() => hub.merge(hub.stage(queue.shift()!)));
const processing = await median(() => mergeCommit(bob.process(commits.shift()!)));

// Theirs: a group of the same size.
const theirs = await TsMlsMember.create("alice", groupId);
const theirAdds = [];
for (let index = 0; index < size - 2; index++) theirAdds.push((await theirKeysOf(`${index}`)).publicPackage);
const first = await theirs.commit(
  [carolKeys.publicPackage, ...theirAdds].map((keyPackage) => ({ proposalType: "add", add: { keyPackage } })),
  { ratchetTreeExtension: true },
);
const carol = await TsMlsMember.join(carolKeys, first.welcome!);
const theirCommits: Awaited<ReturnType<typeof theirs.commit>>[] = [];
const theirMaking = await median(async () =>
  theirCommits.push(await theirs.commit([], { wireAsPublicMessage: true })),
);
const theirProcessing = await median(() => carol.process(theirCommits.shift()!.commit));

report("make an empty commit", making, theirMaking);
report("process an empty commit", processing, theirProcessing);
report("stage an empty commit as a server", staging);
report("protect an application message", await median(() => alice.protect(text("hello"))));
report("store a member", await median(() => alice.serialize()));
report("restore a member", await median(() => MemberGroup.deserialize(nobleCrypto, alice.serialize())));
