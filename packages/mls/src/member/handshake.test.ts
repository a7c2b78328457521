import { beforeEach, describe, expect, it } from "vitest";
import {
  add,
  addMembers,
  agreement,
  crypto,
  keysOf,
  mergeCommit,
  mimiCapabilities,
  mimiRequired,
  newGroup,
  options,
  suite,
  suiteId,
  text,
} from "../../test/actors.ts";
import { expectRefused, forgeProposal, insideOf } from "../../test/forge.ts";
import { ExtensionType, type FramedContent, type MLSMessage, type Proposal } from "../codec/index.ts";
import { signFramedContent } from "../framing/content.ts";
import { protectPrivate } from "../framing/private-message.ts";
import { MemberGroup } from "./group.ts";

let alice: MemberGroup;
let bob: MemberGroup;
let carol: MemberGroup;

beforeEach(() => {
  alice = newGroup();
  [bob, carol] = addMembers(alice, [], ["bob", "carol"]) as [MemberGroup, MemberGroup];
});

/** Everybody but the committer merges. */
function commitBy(
  committer: MemberGroup,
  others: readonly MemberGroup[],
  proposals: Proposal[] = [],
): MLSMessage {
  const { commit } = committer.commit({ proposals });
  committer.mergePendingCommit();
  for (const other of others) mergeCommit(other.process(commit));
  return commit;
}

describe("RFC 9420 §12.4.2, §14: commits", () => {
  it("change nothing until they are merged, and are merged once", () => {
    const { commit } = alice.commit({ proposals: [add(keysOf("dave"))], wireFormat: "privateMessage" });
    const before = bob.serialize();
    const first = bob.process(commit);
    const second = bob.process(commit);
    expect(bob.serialize()).toEqual(before);
    mergeCommit(first);
    expectRefused(bob, "usage", () => mergeCommit(first));
    expectRefused(bob, "wrong-epoch", () => mergeCommit(second));
    expectRefused(bob, "wrong-epoch", () => bob.process(commit));
  });

  it("of one's own are known when they come back, as either wire format", () => {
    for (const wireFormat of ["publicMessage", "privateMessage"] as const) {
      const { commit } = alice.commit({ wireFormat });
      const processed = alice.process(commit);
      expect(processed).toMatchObject({ kind: "commit", ownRemoved: false });
      for (const other of [bob, carol]) mergeCommit(other.process(commit));
      mergeCommit(processed);
      expect(alice.pendingCommit).toBeUndefined();
      expect(agreement(alice)).toBe(agreement(bob));
    }
  });

  it("of one's own that were cleared are not taken for another's", () => {
    const { commit } = alice.commit();
    alice.clearPendingCommit();
    expectRefused(alice, "own-message", () => alice.process(commit));
  });

  it("of others win over a pending one", () => {
    const { commit } = alice.commit();
    expectRefused(alice, "usage", () => alice.commit());
    const other = commitBy(bob, [carol]);
    mergeCommit(alice.process(other));
    expect(alice.pendingCommit).toBeUndefined();
    expectRefused(alice, "usage", () => alice.mergePendingCommit());
    expectRefused(carol, "wrong-epoch", () => carol.process(commit));
    expect(agreement(alice)).toBe(agreement(bob));
  });

  it("that remove this member end its membership, but late messages can be read", () => {
    const late = alice.protect(text("late"));
    const { commit } = alice.commit({ proposals: [{ proposalType: "remove", removed: 1 }] });
    const processed = bob.process(commit);
    expect(processed).toMatchObject({ kind: "commit", ownRemoved: true });
    expect(bob.standing).toBe("member");
    mergeCommit(processed);
    expect(bob.standing).toBe("removed");
    const restored = MemberGroup.deserialize(crypto, bob.serialize(), options);
    for (const action of [
      () => restored.protect(text("x")),
      () => restored.propose({ proposalType: "selfRemove" }),
      () => restored.proposeUpdate(),
      () => restored.commit(),
      () => restored.groupInfo(),
      () => restored.process(commit),
    ]) {
      expectRefused(restored, "not-a-member", action);
    }
    expect(restored.process(late)).toMatchObject({ applicationData: text("late") });
  });

  it("with a ReInit end the group", () => {
    const reinit: Proposal = {
      proposalType: "reinit",
      reinit: { groupId: text("next"), version: "mls10", cipherSuite: 1, extensions: [] },
    };
    commitBy(alice, [bob, carol], [reinit]);
    for (const member of [alice, bob]) {
      expect(member.standing).toBe("reinitialized");
      expectRefused(member, "usage", () => member.protect(text("x")));
    }
  });

  it("can change the committer's leaf", () => {
    const signatureKeyPair = suite.generateSignatureKeyPair();
    const credential = { credentialType: "basic" as const, identity: text("alice, renamed") };
    const made = alice.commit({ leaf: { credential, signatureKeyPair } });
    alice.mergePendingCommit();
    for (const other of [bob, carol]) mergeCommit(other.process(made.commit));
    expect(bob.process(alice.protect(text("x")))).toMatchObject({ credential });
    expect(made.staged.updated).toMatchObject([
      { leafIndex: 0, after: { signatureKey: signatureKeyPair.publicKey } },
    ]);
    commitBy(bob, [alice, carol]);
  });
});

describe("proposals", () => {
  it("become pending, once, and end with their epoch", () => {
    const { message, reference } = bob.propose({ proposalType: "remove", removed: 2 });
    for (const _ of [1, 2])
      expect(alice.process(message)).toMatchObject({ kind: "proposal", pending: { reference } });
    expect(alice.public.pending).toHaveLength(1);
    commitBy(carol, [alice, bob]);
    expect(alice.public.pending).toEqual([]);
    expectRefused(alice, "wrong-epoch", () => alice.process(message));
  });

  it("by reference as the committer chooses", () => {
    const first = bob.propose({ proposalType: "remove", removed: 2 });
    alice.process(first.message);
    const none = alice.commit({ references: [] });
    expect(none.staged.removed).toEqual([]);
    alice.clearPendingCommit();
    const one = alice.commit({ references: [first.reference] });
    expect(one.staged.removed).toHaveLength(1);
    alice.clearPendingCommit();
    expectRefused(alice, "unknown-proposal-reference", () => alice.commit({ references: [text("unknown")] }));
  });

  it("RFC 9420 §12.4: come before application data, for all who have seen them", () => {
    alice.process(bob.propose({ proposalType: "remove", removed: 2 }).message);
    for (const member of [alice, bob]) {
      expectRefused(member, "pending-proposals", () => member.protect(text("x")));
    }
    // Carol has not seen it, and whoever says so may send all the same.
    expect(alice.process(carol.protect(text("x")))).toMatchObject({ kind: "application" });
    expect(carol.process(bob.protect(text("x"), { despitePending: true }))).toMatchObject({ sender: 1 });
    // Making a commit is not enough: it has to be accepted (RFC 9420 §15.2).
    alice.commit();
    expectRefused(alice, "pending-proposals", () => alice.protect(text("x")));
    alice.mergePendingCommit();
    expect(alice.protect(text("x")).wireFormat).toBe("privateMessage");
    // What the application has dropped does not wait any more.
    bob.public.dropProposal(bob.public.pending[0]!.reference);
    expect(bob.protect(text("x")).wireFormat).toBe("privateMessage");
  });

  it("RFC 9420 §12.1.7: by reference, new extensions and the removal of who does not support them", () => {
    const plain = keysOf("plain", { ...mimiCapabilities, extensions: [ExtensionType.appDataDictionary] });
    const able = { ...mimiCapabilities, extensions: [ExtensionType.appDataDictionary, 0xf0a0] };
    const first = MemberGroup.create(
      crypto,
      { cipherSuite: suiteId, groupId: text("able"), own: keysOf("first", able), extensions: [mimiRequired] },
      options,
    );
    const keys = [keysOf("second", able), plain];
    const { welcome } = first.commit({ proposals: keys.map(add) });
    first.mergePendingCommit();
    const init = {
      welcome: welcome!,
      keyPackages: keys.slice(0, 1),
      ratchetTree: first.public.ratchetTree(),
    };
    const second = MemberGroup.join(crypto, init, options);
    const extensions = [mimiRequired, { extensionType: 0xf0a0, extensionData: text("x") }];
    const sent = second.propose({ proposalType: "groupContextExtensions", extensions });
    first.process(sent.message);
    // As long as the third one stays it is left out, and nobody takes a commit of it.
    expectRefused(first, "missing-capability", () => first.commit({ references: [sent.reference] }));
    expect(first.commit().staged.groupContext.extensions).toEqual([mimiRequired]);
    first.clearPendingCommit();
    first.process(second.propose({ proposalType: "remove", removed: 2 }).message);
    const made = first.commit();
    expect(made.staged.groupContext.extensions).toEqual(extensions);
    mergeCommit(second.process(made.commit));
    mergeCommit(first.process(made.commit));
    expect(second.epochAuthenticator).toEqual(first.epochAuthenticator);
  });

  it("of one's own leaf come with fresh keys, which count once they are committed", () => {
    const sent = [bob.proposeUpdate(), bob.proposeUpdate()];
    for (const { message } of sent) alice.process(message);
    const restored = MemberGroup.deserialize(crypto, bob.serialize(), options);
    const made = alice.commit();
    expect(made.staged.updated.map(({ leafIndex }) => leafIndex)).toEqual([1, 0]);
    alice.mergePendingCommit();
    for (const member of [bob, restored]) {
      mergeCommit(member.process(made.commit));
      expect(member.epochAuthenticator).toEqual(alice.epochAuthenticator);
    }
    expect(restored.process(alice.protect(text("x")))).toMatchObject({ kind: "application" });
  });

  it("extensions §6.3: a SelfRemove is sent once, as PublicMessage, and not committed by the one who leaves", () => {
    const { message } = bob.propose({ proposalType: "selfRemove" });
    expectRefused(bob, "usage", () => bob.propose({ proposalType: "selfRemove" }));
    expect(bob.commit().staged.removed).toEqual([]);
    alice.process(message);
    const made = alice.commit();
    expect(made.staged.removed).toMatchObject([{ leafIndex: 1 }]);
    expectRefused(carol, "unknown-proposal-reference", () => carol.process(made.commit));
    carol.process(message);
    mergeCommit(carol.process(made.commit));
    bob.clearPendingCommit();
    expect(bob.process(made.commit)).toMatchObject({ ownRemoved: true });
  });

  it("that are not valid are refused before they are sent, and when they arrive", () => {
    const cases: [string, Proposal][] = [
      ["invalid-proposal", { proposalType: "remove", removed: 9 }],
      ["invalid-proposal", { proposalType: "externalInit", kemOutput: new Uint8Array(32) }],
      [
        "invalid-extension",
        { proposalType: "groupContextExtensions", extensions: [mimiRequired, mimiRequired] },
      ],
      [
        "invalid-extension",
        {
          proposalType: "reinit",
          reinit: {
            ...{ groupId: text("next"), version: "mls10", cipherSuite: 1 },
            extensions: [mimiRequired, mimiRequired],
          },
        },
      ],
      ["invalid-leaf-node", { proposalType: "update", leafNode: keysOf("x").keyPackage.leafNode }],
    ];
    for (const [code, proposal] of cases) {
      expectRefused(bob, code, () => bob.propose(proposal));
      // No key is used up for what is not sent.
      expectRefused(bob, code, () => bob.propose(proposal, { wireFormat: "privateMessage" }));
      const forged = forgeProposal(bob, proposal);
      expectRefused(alice, code, () => alice.process(forged));
    }
  });

  it("in a PrivateMessage are read, but not a SelfRemove", () => {
    const { epoch, public: group } = insideOf(bob);
    const privately = (proposal: Proposal) => {
      const content: FramedContent = {
        groupId: bob.groupId,
        epoch: bob.epoch,
        sender: { senderType: "member", leafIndex: 1 },
        authenticatedData: new Uint8Array(),
        contentType: "proposal",
        proposal,
      };
      const signature = signFramedContent(
        suite,
        epoch.signaturePrivateKey,
        "privateMessage",
        content,
        group.groupContext,
      );
      const secrets = { senderDataSecret: epoch.secrets.senderDataSecret, secretTree: epoch.secretTree };
      return protectPrivate(suite, secrets, { wireFormat: "privateMessage", content, auth: { signature } });
    };
    const remove = privately({ proposalType: "remove", removed: 2 });
    expect(alice.process(remove)).toMatchObject({ kind: "proposal" });
    expectRefused(alice, "generation-consumed", () => alice.process(remove));
    const leave = privately({ proposalType: "selfRemove" });
    expectRefused(alice, "wrong-wire-format", () => alice.process(leave));
  });
});
