import {
  ExtensionType,
  ExternalPub,
  MemberGroup,
  type MLSMessage,
  RequiredCapabilities,
} from "@openmimi/mls";
import { decode, encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { add, crypto, keysOf, mergeCommit, suite, suiteId, text } from "../actors.ts";
import { type TheirKeys, TsMlsMember, theirKeyPackage, theirKeysOf, toOurs } from "./ts-mls-peer.ts";

const plain = { versions: [1], cipherSuites: [suiteId], extensions: [], proposals: [], credentials: [1, 2] };
const ourKeys = (name: string) => keysOf(name, plain);

/** Their KeyPackage in our Add. */
function addTheirs(keys: TheirKeys) {
  const message = toOurs({ version: "mls10", wireformat: "mls_key_package", keyPackage: keys.publicPackage });
  if (message.wireFormat !== "keyPackage") throw new Error("not a KeyPackage");
  return { proposalType: "add" as const, keyPackage: message.keyPackage };
}

/** Our KeyPackage in their Add. */
function theirAdd(keys: ReturnType<typeof ourKeys>) {
  const keyPackage = theirKeyPackage({
    version: "mls10",
    wireFormat: "keyPackage",
    keyPackage: keys.keyPackage,
  });
  return { proposalType: "add" as const, add: { keyPackage } };
}

async function expectTalk(ours: readonly MemberGroup[], theirs: readonly TsMlsMember[]): Promise<void> {
  const first = ours[0]!;
  for (const member of ours) expect(member.epochAuthenticator).toEqual(first.epochAuthenticator);
  for (const member of theirs) {
    expect(member.epochAuthenticator).toEqual(first.epochAuthenticator);
    expect(member.treeHash).toEqual(first.public.groupContext.treeHash);
  }
  for (const sender of ours) {
    const content = text(`from leaf ${sender.ownLeafIndex}`);
    const message = sender.protect(content);
    for (const reader of theirs) expect(await reader.process(message)).toEqual(content);
    for (const reader of ours)
      if (reader !== sender) expect(reader.process(message)).toMatchObject({ applicationData: content });
  }
  for (const sender of theirs) {
    const content = text(`from leaf ${sender.leafIndex}`);
    const message = await sender.protect(content);
    for (const reader of ours) expect(reader.process(message)).toMatchObject({ applicationData: content });
    for (const reader of theirs)
      if (reader !== sender) expect(await reader.process(message)).toEqual(content);
  }
}

const newOurGroup = (name: string) =>
  MemberGroup.create(crypto, { cipherSuite: suiteId, groupId: text("interop"), own: ourKeys(name) });

describe("ours creates, ts-mls joins", () => {
  for (const treeInWelcome of [true, false]) {
    for (const wireFormat of ["publicMessage", "privateMessage"] as const) {
      it(`tree ${treeInWelcome ? "inside" : "outside"} the Welcome, handshakes as ${wireFormat}`, async () => {
        const alice = newOurGroup("alice");
        const bobKeys = await theirKeysOf("bob");
        const { welcome } = alice.commit({ proposals: [addTheirs(bobKeys)], treeInWelcome, wireFormat });
        alice.mergePendingCommit();
        const tree = treeInWelcome ? undefined : alice.public.ratchetTree();
        const bob = await TsMlsMember.join(bobKeys, welcome!, tree);
        await expectTalk([alice], [bob]);

        // A second of theirs and a second of ours, in one commit with a path
        const carolKeys = await theirKeysOf("carol");
        const daveKeys = ourKeys("dave");
        const two = alice.commit({
          proposals: [addTheirs(carolKeys), add(daveKeys)],
          path: true,
          treeInWelcome,
          wireFormat,
        });
        alice.mergePendingCommit();
        await bob.process(two.commit);
        const outside = treeInWelcome ? {} : { ratchetTree: alice.public.ratchetTree() };
        const carol = await TsMlsMember.join(carolKeys, two.welcome!, outside.ratchetTree);
        const dave = MemberGroup.join(crypto, { welcome: two.welcome!, keyPackages: [daveKeys], ...outside });
        await expectTalk([alice, dave], [bob, carol]);

        // An Update proposal of ours, committed by theirs
        const update = dave.proposeUpdate().message;
        alice.process(update);
        for (const member of [bob, carol]) await member.process(update);
        const updated = await bob.commit([], { wireAsPublicMessage: wireFormat === "publicMessage" });
        for (const member of [alice, dave]) mergeCommit(member.process(updated.commit));
        await carol.process(updated.commit);
        await expectTalk([alice, dave], [bob, carol]);

        // Empty commits of everyone
        for (const member of [alice, dave]) {
          const { commit } = member.commit({ wireFormat });
          member.mergePendingCommit();
          mergeCommit((member === alice ? dave : alice).process(commit));
          for (const other of [bob, carol]) await other.process(commit);
        }
        for (const member of [bob, carol]) {
          const { commit } = await member.commit([], { wireAsPublicMessage: wireFormat === "publicMessage" });
          for (const other of [alice, dave]) mergeCommit(other.process(commit));
          await (member === bob ? carol : bob).process(commit);
        }
        await expectTalk([alice, dave], [bob, carol]);

        // Ours removes theirs, theirs removes ours
        const removed = dave.commit({
          proposals: [{ proposalType: "remove", removed: bob.leafIndex }],
          wireFormat,
        });
        dave.mergePendingCommit();
        mergeCommit(alice.process(removed.commit));
        await carol.process(removed.commit);
        await bob.process(removed.commit);
        expect(bob.state.groupActiveState.kind).toBe("removedFromGroup");
        const remove = { proposalType: "remove" as const, remove: { removed: dave.ownLeafIndex } };
        const second = await carol.commit([remove], { wireAsPublicMessage: wireFormat === "publicMessage" });
        mergeCommit(alice.process(second.commit));
        expect(dave.process(second.commit)).toMatchObject({ ownRemoved: true });
        await expectTalk([alice], [carol]);
      });
    }
  }
});

describe("ts-mls creates, ours joins", () => {
  for (const wireAsPublicMessage of [true, false]) {
    it(`handshakes as ${wireAsPublicMessage ? "PublicMessage" : "PrivateMessage"}`, async () => {
      const alice = await TsMlsMember.create("alice", text("interop"));
      const bobKeys = ourKeys("bob");
      const carolKeys = ourKeys("carol");
      const first = await alice.commit([theirAdd(bobKeys), theirAdd(carolKeys)], {
        wireAsPublicMessage,
        ratchetTreeExtension: true,
      });
      const bob = MemberGroup.join(crypto, { welcome: first.welcome!, keyPackages: [bobKeys] });
      const carol = MemberGroup.join(crypto, { welcome: first.welcome!, keyPackages: [carolKeys] });
      await expectTalk([bob, carol], [alice]);

      // Their Add by proposal, committed by ours
      const daveKeys = await theirKeysOf("dave");
      const proposal = await alice.propose(
        { proposalType: "add", add: { keyPackage: daveKeys.publicPackage } },
        wireAsPublicMessage,
      );
      for (const member of [bob, carol]) expect(member.process(proposal).kind).toBe("proposal");
      const added = bob.commit({ treeInWelcome: true });
      bob.mergePendingCommit();
      mergeCommit(carol.process(added.commit));
      await alice.process(added.commit);
      const dave = await TsMlsMember.join(daveKeys, added.welcome!);
      await expectTalk([bob, carol], [alice, dave]);

      // Our Remove by proposal, committed by theirs
      const remove = bob.propose({ proposalType: "remove", removed: carol.ownLeafIndex }).message;
      carol.process(remove);
      for (const member of [alice, dave]) await member.process(remove);
      const removed = await dave.commit([], { wireAsPublicMessage });
      mergeCommit(bob.process(removed.commit));
      expect(carol.process(removed.commit)).toMatchObject({ ownRemoved: true });
      await alice.process(removed.commit);
      await expectTalk([bob], [alice, dave]);
    });
  }
});

it("pre-shared keys", async () => {
  const pskId = text("psk");
  const psk = text("a secret that everybody has");
  const psks = { [Buffer.from(pskId).toString("base64")]: psk };
  const options = { psk: () => psk };
  const alice = MemberGroup.create(
    crypto,
    { cipherSuite: suiteId, groupId: text("psk group"), own: ourKeys("alice") },
    options,
  );
  const bobKeys = await theirKeysOf("bob");
  const id = { pskType: "external" as const, pskId, pskNonce: suite.random(suite.hashLength) };
  const first = alice.commit({
    proposals: [addTheirs(bobKeys), { proposalType: "psk", psk: id }],
    treeInWelcome: true,
  });
  alice.mergePendingCommit();
  const bob = await TsMlsMember.join(bobKeys, first.welcome!, undefined, psks);
  await expectTalk([alice], [bob]);
  const theirId = { psktype: "external" as const, pskId, pskNonce: suite.random(suite.hashLength) };
  const second = await bob.commit([{ proposalType: "psk", psk: { preSharedKeyId: theirId } }]);
  mergeCommit(alice.process(second.commit));
  await expectTalk([alice], [bob]);
});

describe("GroupContextExtensions", () => {
  const extensions = [
    {
      extensionType: ExtensionType.requiredCapabilities,
      extensionData: encode(RequiredCapabilities, {
        extensionTypes: [],
        proposalTypes: [],
        credentialTypes: [1],
      }),
    },
  ];

  it("ours commits, ts-mls follows", async () => {
    const alice = newOurGroup("alice");
    const bobKeys = await theirKeysOf("bob");
    const { welcome } = alice.commit({ proposals: [addTheirs(bobKeys)], treeInWelcome: true });
    alice.mergePendingCommit();
    const bob = await TsMlsMember.join(bobKeys, welcome!);
    const made = alice.commit({ proposals: [{ proposalType: "groupContextExtensions", extensions }] });
    alice.mergePendingCommit();
    await bob.process(made.commit);
    await expectTalk([alice], [bob]);
  });

  // RFC 9420 §12.4: GroupContextExtensions need a path; ts-mls makes none.
  it("ts-mls 1.6.4 commits without a path, and ours refuses", async () => {
    const alice = await TsMlsMember.create("alice", text("interop"));
    const bobKeys = ourKeys("bob");
    const first = await alice.commit([theirAdd(bobKeys)], { ratchetTreeExtension: true });
    const bob = MemberGroup.join(crypto, { welcome: first.welcome!, keyPackages: [bobKeys] });
    const groupContextExtensions = {
      extensions: extensions.map(({ extensionData }) => ({
        extensionType: "required_capabilities" as const,
        extensionData,
      })),
    };
    const made = await alice.commit([{ proposalType: "group_context_extensions", groupContextExtensions }]);
    expect(() => bob.process(made.commit)).toThrow(expect.objectContaining({ code: "missing-path" }));
  });
});

describe("external commits", () => {
  // ts-mls 1.6.4 reads and writes external_pub without its inner length (RFC 9420 §12.4.3.2), so both sides are
  // given what they expect.
  const unwrapped = (group: MemberGroup): MLSMessage => {
    const { extensions } = group.groupInfo();
    const { externalPub } = decode(
      ExternalPub,
      extensions.find(({ extensionType }) => extensionType === ExtensionType.externalPub)!.extensionData,
    );
    const own = [{ extensionType: ExtensionType.externalPub, extensionData: externalPub }];
    return {
      version: "mls10",
      wireFormat: "groupInfo",
      groupInfo: group.groupInfo({ externalPub: false, extensions: own }),
    };
  };

  for (const resync of [false, true]) {
    it(`ts-mls joins a group of ours${resync ? " and removes its old leaf" : ""}`, async () => {
      const alice = newOurGroup("alice");
      const bobKeys = await theirKeysOf("bob");
      const { welcome } = alice.commit({ proposals: [addTheirs(bobKeys)], treeInWelcome: true });
      alice.mergePendingCommit();
      const bob = await TsMlsMember.join(bobKeys, welcome!);
      const keys = resync ? bobKeys : await theirKeysOf("carol");
      const { member: carol, commit } = await TsMlsMember.joinExternally(
        keys,
        unwrapped(alice),
        alice.public.ratchetTree(),
        resync,
      );
      mergeCommit(alice.process(commit));
      if (resync) return expectTalk([alice], [carol]);
      await bob.process(commit);
      await expectTalk([alice], [bob, carol]);
    });
  }

  it("ours refuses the external_pub of ts-mls", async () => {
    const alice = await TsMlsMember.create("alice", text("interop"));
    const message = await alice.groupInfo();
    if (message.wireFormat !== "groupInfo") throw new Error("not a GroupInfo");
    const { groupInfo } = message;
    expect(() =>
      MemberGroup.joinExternally(crypto, {
        groupInfo,
        ratchetTree: alice.ratchetTree(),
        own: ourKeys("bob"),
      }),
    ).toThrow(expect.objectContaining({ code: "invalid-extension" }));
  });

  it("ours joins a group with members of both", async () => {
    const alice = newOurGroup("alice");
    const bobKeys = await theirKeysOf("bob");
    const { welcome } = alice.commit({ proposals: [addTheirs(bobKeys)], treeInWelcome: true });
    alice.mergePendingCommit();
    const bob = await TsMlsMember.join(bobKeys, welcome!);
    const joined = MemberGroup.joinExternally(crypto, {
      groupInfo: alice.groupInfo(),
      ratchetTree: alice.public.ratchetTree(),
      own: ourKeys("carol"),
    });
    mergeCommit(alice.process(joined.commit));
    await bob.process(joined.commit);
    await expectTalk([alice, joined.group], [bob]);
  });
});

describe("what ts-mls 1.6.4 gets wrong", () => {
  // RFC 9420 §12.4.1: commit_secret follows the last path secret of the filtered direct path. ts-mls derives once more
  // where the root is not in that path, that is, where the other half of the tree is blank.
  it("commit_secret where half of the tree is blank", async () => {
    const alice = newOurGroup("alice");
    const bobKeys = ourKeys("bob");
    const carolKeys = await theirKeysOf("carol");
    const daveKeys = ourKeys("dave");
    const { welcome } = alice.commit({
      proposals: [add(bobKeys), addTheirs(carolKeys), add(daveKeys)],
      treeInWelcome: true,
    });
    alice.mergePendingCommit();
    const carol = await TsMlsMember.join(carolKeys, welcome!);
    const dave = MemberGroup.join(crypto, { welcome: welcome!, keyPackages: [daveKeys] });
    const bob = MemberGroup.join(crypto, { welcome: welcome!, keyPackages: [bobKeys] });
    const proposals = [0, 1].map((removed) => ({ proposalType: "remove" as const, removed }));
    const ours = dave.commit({ proposals });
    await expect(carol.process(ours.commit)).rejects.toThrow();
    dave.clearPendingCommit();
    const theirs = await carol.commit(
      [0, 1].map((removed) => ({ proposalType: "remove", remove: { removed } })),
    );
    const before = dave.serialize();
    expect(() => dave.process(theirs.commit)).toThrow(
      expect.objectContaining({ code: "invalid-confirmation-tag" }),
    );
    expect(dave.serialize()).toEqual(before);
    expect(bob.process(theirs.commit)).toMatchObject({ ownRemoved: true });
  });
});
