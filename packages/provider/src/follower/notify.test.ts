import { KeyPackage, nobleCrypto, type OwnKeyPackage, type Welcome } from "@openmimi/mls";
import { encodeFanoutMessages, type FanoutMessage } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { beforeEach, expect, it } from "vitest";
import { listUpdate, Member, SUITE } from "../../test/member.ts";
import { standardChecks } from "../checks.ts";
import { createLogger } from "../logging.ts";
import { openSqliteStore } from "../store/sqlite.ts";
import type { Store } from "../store/store.ts";
import { type NotifyParts, notifyEndpoint } from "./notify.ts";

const ROOM = "mimi://a.example/r/clubhouse";
const hubKeys = nobleCrypto.suite(SUITE).generateSignatureKeyPair();
const hub = {
  signatureKey: hubKeys.publicKey,
  credential: { credentialType: "basic", identity: new TextEncoder().encode("mimi://a.example") },
} as const;

let store: Store;
let parts: NotifyParts;
let alice: Member;
let bob1: Member;
let bob2: Member;
let time = 1_000n;

beforeEach(async () => {
  store = openSqliteStore(":memory:");
  parts = {
    domain: "b.example",
    store,
    crypto: nobleCrypto,
    checks: standardChecks,
    nowMs: () => 0,
    logger: createLogger("silent"),
  };
  alice = new Member("a.example", "alice", "ClientA1");
  bob1 = new Member("b.example", "bob", "ClientB1");
  bob2 = new Member("b.example", "bob", "ClientB2");
  alice.found(ROOM, hub);
  for (const { userUri, clientUri } of [bob1, bob2]) {
    await store.clients.register({ userUri, clientUri, token: `token of ${clientUri}`, nowMs: 0 });
  }
});

const fanout = (fields: Partial<FanoutMessage>) => ({ timestamp: ++time, ...fields }) as FanoutMessage;

/** A KeyPackage of a client, published and claimed by a hub. */
async function claimed(member: Member, by = "a.example"): Promise<OwnKeyPackage> {
  const own = member.keyPackage();
  const { clientUri, userUri } = member;
  const octets = encode(KeyPackage, own.keyPackage);
  const lifetime = { notBeforeSeconds: 0n, notAfterSeconds: 9_999_999_999n };
  await store.keyPackages.publish([
    { reference: own.reference, clientUri, cipherSuite: SUITE, lastResort: false, octets, ...lifetime },
  ]);
  await store.keyPackages.claim({
    userUri,
    cipherSuites: [SUITE],
    nowSeconds: 1n,
    marginSeconds: 0n,
    claimedBy: by,
  });
  return own;
}

/** Alice adds clients; gives the fan-out of the commit and of the Welcome. */
function add(...keyPackages: readonly OwnKeyPackage[]): { commit: FanoutMessage; welcome: FanoutMessage } {
  const listed = alice.group.epoch > 0n;
  const list = listed ? [] : [listUpdate({ addedParticipants: [{ user: bob1.userUri, roleIndex: 2 }] })];
  const adds = keyPackages.map(({ keyPackage }) => ({ proposalType: "add", keyPackage }) as const);
  const made = alice.group.commit({ proposals: [...list, ...adds] });
  alice.group.mergePendingCommit();
  time++;
  const message = { version: "mls10", wireFormat: "welcome", welcome: made.welcome as Welcome } as const;
  const ratchetTreeOption = { representation: "full", ratchetTree: made.staged.tree.toNodes() } as const;
  return {
    commit: { timestamp: time, message: made.commit, externalProposals: [] } as FanoutMessage,
    welcome: { timestamp: time, message, ratchetTreeOption } as FanoutMessage,
  };
}

function message(text: string): FanoutMessage {
  return fanout({ message: alice.group.protect(new TextEncoder().encode(text)), frank: undefined });
}

function commitOf(proposals: Parameters<Member["group"]["commit"]>[0]): FanoutMessage {
  const { commit } = alice.group.commit(proposals);
  alice.group.mergePendingCommit();
  return fanout({ message: commit, externalProposals: [] });
}

const notify = (fanouts: FanoutMessage[], caller = "a.example", uri = ROOM) =>
  notifyEndpoint(parts, { caller, uri, body: encodeFanoutMessages(fanouts) });

const inboxOf = async ({ clientUri }: Member) =>
  (await store.inbox.read(clientUri, 0, 100)).map(({ acceptedTimestampMs }) => BigInt(acceptedTimestampMs));

it("hands a Welcome to the client whose KeyPackage it uses, and to nobody else", async () => {
  const { welcome } = add(await claimed(bob1));
  expect(await notify([welcome])).toEqual({ status: 201 });
  expect(await inboxOf(bob1)).toEqual([welcome.timestamp]);
  expect(await inboxOf(bob2)).toEqual([]);
  expect(await store.followedRooms.find(ROOM)).toMatchObject({ known: true, clients: [bob1.clientUri] });
});

it("hands everything that follows to every member client, in order", async () => {
  const { welcome } = add(await claimed(bob1), await claimed(bob2));
  const events = [welcome, message("one"), message("two"), commitOf({ path: true })];
  await notify(events.slice(0, 2));
  await notify(events.slice(2));
  const times = events.map(({ timestamp }) => timestamp);
  expect(await inboxOf(bob1)).toEqual(times);
  expect(await inboxOf(bob2)).toEqual(times);
});

it("takes a body once, and a message once (protocol 5.5, R-087)", async () => {
  const { welcome } = add(await claimed(bob1));
  const [one, two] = [message("one"), message("two")];
  await notify([welcome]);
  await notify([one]);
  expect(await notify([one])).toEqual({ status: 201 });
  expect(await notify([one, two])).toEqual({ status: 201 });
  expect(await inboxOf(bob1)).toEqual([welcome.timestamp, one.timestamp, two.timestamp]);
});

it("hears the hub of the room only (R-093)", async () => {
  const { welcome } = add(await claimed(bob1));
  await expect(notify([welcome], "c.example")).rejects.toMatchObject({ status: 403 });
  await expect(notify([welcome], "a.example", "mimi://c.example/r/x")).rejects.toMatchObject({ status: 403 });
  await expect(notify([welcome], "a.example", "mimi://a.example/u/alice")).rejects.toMatchObject({
    status: 403,
  });
  expect(await inboxOf(bob1)).toEqual([]);
});

it("does not know a room without a Welcome for a client of its own (R-096)", async () => {
  await expect(notify([message("too early")])).rejects.toMatchObject({ status: 404 });
  const carl = new Member("c.example", "carl", "C1");
  const { welcome } = add(carl.keyPackage());
  await expect(notify([welcome])).rejects.toMatchObject({ status: 404 });
  expect((await store.followedRooms.find(ROOM)).known).toBe(false);
});

it("processes nothing of a body that breaks off (R-086)", async () => {
  const { welcome } = add(await claimed(bob1));
  const body = encodeFanoutMessages([welcome, message("one")]);
  const broken = notifyEndpoint(parts, {
    caller: "a.example",
    uri: ROOM,
    body: body.subarray(0, body.length - 1),
  });
  await expect(broken).rejects.toMatchObject({ name: "TlsError" });
  const nothing = notifyEndpoint(parts, { caller: "a.example", uri: ROOM, body: new Uint8Array() });
  await expect(nothing).rejects.toMatchObject({ name: "TlsError" });
  expect(await inboxOf(bob1)).toEqual([]);
});

it("does not take a Welcome through a hub that did not claim the KeyPackage", async () => {
  const own = await claimed(bob1, "c.example");
  const { welcome } = add(own);
  const withoutTree = {
    ...welcome,
    ratchetTreeOption: { representation: "distributionService" },
  } as FanoutMessage;
  await expect(notify([withoutTree])).rejects.toMatchObject({ status: 404 });
});

it("finds the client in the tree when the reference is not known (R-066, R-109)", async () => {
  const { welcome } = add(bob1.keyPackage());
  await notify([welcome]);
  expect(await inboxOf(bob1)).toEqual([welcome.timestamp]);
});

it("hands a removed client the commit that removes it, and nothing after it", async () => {
  const { welcome } = add(await claimed(bob1), await claimed(bob2));
  await notify([welcome]);
  const removal = commitOf({ proposals: [{ proposalType: "remove", removed: 2 }] });
  const later = message("later");
  await notify([removal, later]);
  expect(await inboxOf(bob1)).toEqual([welcome.timestamp, removal.timestamp, later.timestamp]);
  expect(await inboxOf(bob2)).toEqual([welcome.timestamp, removal.timestamp]);
  expect((await store.followedRooms.find(ROOM)).clients).toEqual([bob1.clientUri]);
});

it("follows removals by reference, in whatever bodies they come", async () => {
  const owns = [await claimed(bob1), await claimed(bob2)];
  const { welcome } = add(...owns);
  await notify([welcome]);
  bob1.join((welcome.message as { welcome: Welcome }).welcome, owns[0]!, alice.group.public.ratchetTree());
  const leaves = bob1.group.propose({ proposalType: "selfRemove" });
  const sibling = bob1.group.propose({ proposalType: "remove", removed: 2 });
  await notify([fanout({ message: leaves.message, moreProposals: [sibling.message] })]);
  for (const { message: proposal } of [leaves, sibling]) alice.group.process(proposal);
  const commit = commitOf({});
  await notify([commit]);
  expect((await inboxOf(bob2)).at(-1)).toBe(commit.timestamp);
  expect((await store.followedRooms.find(ROOM)).clients).toEqual([]);
});

it("welcomes back who was removed", async () => {
  const { welcome } = add(await claimed(bob1), await claimed(bob2));
  await notify([welcome]);
  await notify([commitOf({ proposals: [{ proposalType: "remove", removed: 2 }] })]);
  const again = add(await claimed(bob2));
  await notify([again.commit, again.welcome]);
  const removed = commitOf({ proposals: [{ proposalType: "remove", removed: 1 }] });
  await notify([removed]);
  expect((await store.followedRooms.find(ROOM)).clients).toEqual([bob2.clientUri]);
  expect((await inboxOf(bob2)).slice(-2)).toEqual([again.welcome.timestamp, removed.timestamp]);
});

it("copes with a Welcome that comes before its commit", async () => {
  const { welcome } = add(await claimed(bob1));
  await notify([welcome]);
  const own = await claimed(bob2);
  const made = alice.group.commit({
    proposals: [
      { proposalType: "remove", removed: 1 },
      { proposalType: "add", keyPackage: own.keyPackage },
    ],
  });
  alice.group.mergePendingCommit();
  time++;
  const ratchetTreeOption = { representation: "full", ratchetTree: made.staged.tree.toNodes() } as const;
  const both = [
    {
      timestamp: time,
      message: { version: "mls10", wireFormat: "welcome", welcome: made.welcome },
      ratchetTreeOption,
    },
    { timestamp: time, message: made.commit, externalProposals: [] },
  ] as FanoutMessage[];
  await notify(both);
  expect((await store.followedRooms.find(ROOM)).clients).toEqual([bob2.clientUri]);
  expect(await inboxOf(bob1)).toEqual([welcome.timestamp, time]);
});
