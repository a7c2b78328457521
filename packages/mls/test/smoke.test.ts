import { MemberGroup, MLSMessage, PublicGroup } from "@openmimi/mls";
import { decode, encode } from "@openmimi/tls";
import { expect, it } from "vitest";
import {
  add,
  addMembers,
  agreement,
  crypto,
  keysOf,
  mergeCommit,
  newGroup,
  options,
  text,
} from "./actors.ts";

/** As it would arrive. */
const sent = (message: MLSMessage): MLSMessage => decode(MLSMessage, encode(MLSMessage, message));

function expectAgreement(members: readonly MemberGroup[], hub: PublicGroup): void {
  for (const member of members) {
    expect(agreement(member)).toBe(agreement(hub));
    expect(member.epochAuthenticator).toEqual(members[0]!.epochAuthenticator);
  }
}

function expectReads(sender: MemberGroup, readers: readonly MemberGroup[], content: string): void {
  const message = sent(sender.protect(text(content)));
  for (const reader of readers) {
    expect(reader.process(message)).toMatchObject({
      kind: "application",
      sender: sender.ownLeafIndex,
      applicationData: text(content),
    });
  }
}

it("a group lives: create, add, join, message, update, AppDataUpdate, remove, SelfRemove, external commit", () => {
  const alice = newGroup();
  const hub = PublicGroup.fromGroupInfo(crypto, alice.groupInfo(), alice.public.ratchetTree(), options);

  // Add and join
  const bobKeys = keysOf("bob");
  const added = alice.commit({ proposals: [add(bobKeys)] });
  const staged = hub.stage(sent(added.commit));
  hub.verifyGroupInfo(staged, added.groupInfo);
  hub.merge(staged);
  mergeCommit(alice.process(sent(added.commit)));
  const bob = MemberGroup.join(
    crypto,
    { welcome: added.welcome!, keyPackages: [bobKeys], ratchetTree: hub.ratchetTree() },
    options,
  );
  expectAgreement([alice, bob], hub);
  expectReads(alice, [bob], "hello bob");
  expectReads(bob, [alice], "hello alice");

  const follow = (made: { commit: MLSMessage }, others: readonly MemberGroup[]) => {
    hub.merge(hub.stage(sent(made.commit)));
    for (const other of others) mergeCommit(other.process(sent(made.commit)));
  };

  // Two more
  const carolKeys = keysOf("carol");
  const daveKeys = keysOf("dave");
  const two = bob.commit({ proposals: [add(carolKeys), add(daveKeys)], treeInWelcome: true, path: true });
  bob.mergePendingCommit();
  follow(two, [alice]);
  const [carol, dave] = [carolKeys, daveKeys].map((own) =>
    MemberGroup.join(crypto, { welcome: two.welcome!, keyPackages: [own] }, options),
  ) as [MemberGroup, MemberGroup];
  expectAgreement([alice, bob, carol, dave], hub);
  expectReads(dave, [alice, bob, carol], "from dave");

  // Update by proposal, committed by another
  const update = sent(carol.proposeUpdate().message);
  hub.addProposal(hub.stageProposal(update));
  for (const member of [alice, bob, dave]) member.process(update);
  const updated = alice.commit();
  alice.mergePendingCommit();
  follow(updated, [bob, carol, dave]);
  expectAgreement([alice, bob, carol, dave], hub);

  // Empty commit
  const empty = dave.commit();
  dave.mergePendingCommit();
  follow(empty, [alice, bob, carol]);
  expectAgreement([alice, bob, carol, dave], hub);

  // AppDataUpdate without a path
  const data = carol.commit({
    proposals: [
      {
        proposalType: "appDataUpdate",
        appDataUpdate: { componentId: 0x22, op: "update", update: text("ab") },
      },
      {
        proposalType: "appDataUpdate",
        appDataUpdate: { componentId: 0x22, op: "update", update: text("cd") },
      },
    ],
  });
  expect(data.staged.hasPath).toBe(false);
  carol.mergePendingCommit();
  follow(data, [alice, bob, dave]);
  expectAgreement([alice, bob, carol, dave], hub);
  expect(hub.component(0x22)).toEqual(text("abcd"));

  // Remove
  const removed = alice.commit({ proposals: [{ proposalType: "remove", removed: bob.ownLeafIndex }] });
  const seen = bob.process(sent(removed.commit));
  expect(seen).toMatchObject({ kind: "commit", ownRemoved: true });
  mergeCommit(seen);
  expect(() => bob.protect(text("x"))).toThrow(expect.objectContaining({ code: "not-a-member" }));
  alice.mergePendingCommit();
  follow(removed, [carol, dave]);
  expectAgreement([alice, carol, dave], hub);

  // SelfRemove, taken up by an external commit that also updates a component
  const leaving = sent(carol.propose({ proposalType: "selfRemove" }).message);
  hub.addProposal(hub.stageProposal(leaving));
  for (const member of [alice, dave]) member.process(leaving);
  const erin = MemberGroup.joinExternally(
    crypto,
    {
      groupInfo: dave.groupInfo(),
      ratchetTree: hub.ratchetTree(),
      own: keysOf("erin"),
      pending: hub.pending.map(({ message }) => message),
      proposals: [
        {
          proposalType: "appDataUpdate",
          appDataUpdate: { componentId: 0x22, op: "update", update: text("e") },
        },
      ],
    },
    options,
  );
  const stagedJoin = hub.stage(sent(erin.commit));
  expect(stagedJoin).toMatchObject({ external: true, joined: { leafIndex: 1 }, removed: [{ leafIndex: 2 }] });
  hub.verifyGroupInfo(stagedJoin, erin.groupInfo);
  follow(erin, [alice, dave]);
  expect(carol.process(sent(erin.commit))).toMatchObject({ ownRemoved: true });
  expectAgreement([alice, dave, erin.group], hub);
  expect(erin.group.public.component(0x22)).toEqual(text("abcde"));
  expectReads(erin.group, [alice, dave], "erin is here");

  // Everything can be stored and goes on
  const restored = [alice, dave, erin.group].map((group) =>
    MemberGroup.deserialize(crypto, group.serialize(), options),
  ) as [MemberGroup, MemberGroup, MemberGroup];
  const [frank] = addMembers(restored[0], restored.slice(1), ["frank"]) as [MemberGroup];
  expect(agreement(frank)).toBe(agreement(restored[2]));
  expectReads(frank, restored, "frank is here");
});
