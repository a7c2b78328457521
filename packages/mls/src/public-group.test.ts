import { encode } from "@openmimi/tls";
import { beforeEach, describe, expect, it } from "vitest";
import {
  add,
  addMembers,
  agreement,
  crypto,
  keysOf,
  mimiRequired,
  newGroup,
  options,
  suite,
  text,
} from "../test/actors.ts";
import {
  coded,
  expectRefused,
  flipped,
  forgeCommit,
  forgeGroupInfo,
  forgeProposal,
  publicMessageOf,
} from "../test/forge.ts";
import { type Extension, ExtensionType, ExternalSenders, type Proposal } from "./codec/index.ts";
import { externalProposal, joinProposal } from "./external-proposal.ts";
import { partialGroupInfo } from "./group-info.ts";
import type { MemberGroup } from "./member/group.ts";
import { PublicGroup } from "./public-group.ts";

const hubKeys = suite.generateSignatureKeyPair();
const hubSender: Extension = {
  extensionType: ExtensionType.externalSenders,
  extensionData: encode(ExternalSenders, [
    { signatureKey: hubKeys.publicKey, credential: { credentialType: "basic", identity: text("hub") } },
  ]),
};

let alice: MemberGroup;
let bob: MemberGroup;
let hub: PublicGroup;

const follow = (member: MemberGroup) =>
  PublicGroup.fromGroupInfo(crypto, member.groupInfo(), member.public.ratchetTree(), options);
const fromHub = (
  proposal: Proposal,
  changes: { epoch?: bigint; groupId?: Uint8Array; senderIndex?: number } = {},
) =>
  externalProposal(crypto, {
    groupContext: { ...hub.groupContext, ...changes },
    senderIndex: changes.senderIndex ?? 0,
    signaturePrivateKey: hubKeys.privateKey,
    proposal,
  });

beforeEach(() => {
  alice = newGroup("alice", [mimiRequired, hubSender]);
  [bob] = addMembers(alice, [], ["bob"]) as [MemberGroup];
  hub = follow(alice);
});

describe("RFC 9420 §12.4.3.1: following a group", () => {
  it("sees what members see", () => {
    expect(agreement(hub)).toBe(agreement(alice));
    expect(hub.members()).toHaveLength(2);
    expect(hub.externalSenders()).toHaveLength(1);
  });

  it("refuses a GroupInfo that does not fit its tree or is not signed", () => {
    const info = alice.groupInfo();
    const tree = alice.public.ratchetTree();
    const start = (changes: Partial<typeof info>, nodes = tree) =>
      PublicGroup.fromGroupInfo(crypto, forgeGroupInfo(alice, info, changes), nodes, options);
    const context = info.groupContext;
    expect(() => start({}, tree.slice(0, 1))).toThrow(coded("invalid-tree-hash"));
    expect(() => start({ signer: 1 })).toThrow(coded("invalid-group-info"));
    expect(() => start({ signer: 7 })).toThrow(coded("invalid-group-info"));
    const again = [...info.extensions, ...info.extensions];
    expect(() => start({ extensions: again })).toThrow(coded("invalid-extension"));
    // Extensions §4.6: the dictionary of a GroupInfo is as strict as any; component 2 in front of 1 here.
    for (const data of ["no", "\x06\x00\x02\x00\x00\x01\x00"]) {
      const dictionary = { extensionType: ExtensionType.appDataDictionary, extensionData: text(data) };
      expect(() => start({ extensions: [...info.extensions, dictionary] })).toThrow(
        coded("invalid-extension"),
      );
      const { groupInfo, staged } = alice.commit({ groupInfoExtensions: [dictionary] });
      expectRefused(hub, "invalid-extension", () => hub.verifyGroupInfo(staged, groupInfo));
      alice.clearPendingCommit();
    }
    expect(() => start({ groupContext: { ...context, cipherSuite: 99 } })).toThrow(
      coded("unsupported-cipher-suite"),
    );
    const unknown = { extensionType: 0xf001, extensionData: text("") };
    expect(() => start({ groupContext: { ...context, extensions: [unknown] } })).toThrow(
      coded("missing-capability"),
    );
    const unsigned = { ...info, signature: flipped(info.signature) };
    expect(() => PublicGroup.fromGroupInfo(crypto, unsigned, tree, options)).toThrow(
      coded("invalid-group-info"),
    );
  });

  it("RFC 9420 §13.5: ignores GREASE in the GroupInfo", () => {
    const info = alice.groupInfo({ extensions: [{ extensionType: 0x0a0a, extensionData: text("grease") }] });
    expect(agreement(PublicGroup.fromGroupInfo(crypto, info, alice.public.ratchetTree(), options))).toBe(
      agreement(hub),
    );
  });
});

describe("proposals of the hub (RFC 9420 §12.1.8)", () => {
  const keyPackage = keysOf("carol").keyPackage;
  const cases: Proposal[] = [
    { proposalType: "add", keyPackage },
    { proposalType: "remove", removed: 1 },
    { proposalType: "psk", psk: { pskType: "external", pskId: text("id"), pskNonce: new Uint8Array(32) } },
    {
      proposalType: "reinit",
      reinit: { groupId: text("next"), version: "mls10", cipherSuite: 1, extensions: [] },
    },
    { proposalType: "groupContextExtensions", extensions: [mimiRequired] },
    { proposalType: "appDataUpdate", appDataUpdate: { componentId: 1, op: "update", update: text("x") } },
    { proposalType: "appEphemeral", appEphemeral: { componentId: 1, data: text("x") } },
  ];
  it.each(cases.map((proposal) => [proposal.proposalType, proposal] as const))(
    "may be %s",
    (_type, proposal) => {
      const message = fromHub(proposal);
      hub.addProposal(hub.stageProposal(message));
      expect(alice.process(message)).toMatchObject({
        kind: "proposal",
        pending: { sender: { senderType: "external" } },
      });
      expect(alice.public.pending.map(({ reference }) => reference)).toEqual(
        hub.pending.map(({ reference }) => reference),
      );
    },
  );

  const bad: Proposal[] = [
    { proposalType: "update", leafNode: keyPackage.leafNode },
    { proposalType: "selfRemove" },
    { proposalType: "externalInit", kemOutput: new Uint8Array(32) },
    { proposalType: "remove", removed: 5 },
  ];
  it.each(bad.map((proposal) => [proposal.proposalType, proposal] as const))(
    "may not be this %s",
    (_type, proposal) => {
      const message = fromHub(proposal);
      expectRefused(hub, "invalid-proposal", () => hub.stageProposal(message));
      expectRefused(alice, "invalid-proposal", () => alice.process(message));
    },
  );

  it("hold for one group and one exact epoch, by a sender that is listed", () => {
    const remove: Proposal = { proposalType: "remove", removed: 1 };
    const wrong: [string, Parameters<typeof fromHub>[1]][] = [
      ["wrong-epoch", { epoch: hub.epoch + 1n }],
      ["wrong-epoch", { epoch: hub.epoch - 1n }],
      ["wrong-group", { groupId: text("another room") }],
      ["unknown-sender", { senderIndex: 1 }],
    ];
    for (const [code, changes] of wrong) {
      const message = fromHub(remove, changes);
      expectRefused(hub, code, () => hub.stageProposal(message));
      expectRefused(alice, code, () => alice.process(message));
    }
    const byAnother = externalProposal(crypto, {
      groupContext: hub.groupContext,
      senderIndex: 0,
      signaturePrivateKey: suite.generateSignatureKeyPair().privateKey,
      proposal: remove,
    });
    expectRefused(hub, "invalid-signature", () => hub.stageProposal(byAnother));
  });

  it("are committed by reference, once", () => {
    for (const proposal of [cases[0]!, cases[5]!]) {
      const message = fromHub(proposal);
      for (const member of [alice, bob]) member.process(message);
      hub.addProposal(hub.stageProposal(message));
    }
    const made = bob.commit();
    const staged = hub.stage(made.commit);
    expect(staged.proposals.map(({ sender }) => sender.senderType)).toEqual(["external", "external"]);
    hub.verifyGroupInfo(staged, made.groupInfo);
    hub.merge(staged);
    expect(hub.pending).toEqual([]);
    expect(hub.component(1)).toEqual(text("x"));
  });
});

describe("somebody asks to be added (new_member_proposal)", () => {
  const carol = keysOf("carol");
  const { keyPackage, signaturePrivateKey } = carol;

  it("by an Add of one's own KeyPackage", () => {
    const message = joinProposal(crypto, { groupContext: hub.groupContext, keyPackage, signaturePrivateKey });
    expect(hub.stageProposal(message)).toMatchObject({ proposal: { proposalType: "add" } });
  });

  it("not of another's, nor by anything else", () => {
    const other = keysOf("other").signaturePrivateKey;
    const message = joinProposal(crypto, {
      groupContext: hub.groupContext,
      keyPackage,
      signaturePrivateKey: other,
    });
    expectRefused(hub, "invalid-signature", () => hub.stageProposal(message));
    const sender = { senderType: "newMemberProposal" as const };
    const remove = forgeProposal(alice, { proposalType: "remove", removed: 1 }, { sender });
    expectRefused(hub, "unknown-sender", () => hub.stageProposal(remove));
  });

  it("with what the group requires", () => {
    const plain = keysOf("plain", {
      versions: [1],
      cipherSuites: [1],
      extensions: [],
      proposals: [],
      credentials: [1],
    });
    const message = joinProposal(crypto, { groupContext: hub.groupContext, ...plain });
    expectRefused(hub, "missing-capability", () => hub.stageProposal(message));
  });
});

describe("handshakes that belong elsewhere, or come from nobody", () => {
  const remove: Proposal = { proposalType: "remove", removed: 1 };

  it("are refused", () => {
    const cases: [string, Parameters<typeof forgeCommit>[2]][] = [
      ["wrong-group", { groupId: text("other") }],
      ["wrong-epoch", { epoch: 0n }],
      ["wrong-epoch", { epoch: 9n }],
      ["unknown-sender", { sender: { senderType: "member", leafIndex: 5 } }],
      ["invalid-signature", { sender: { senderType: "member", leafIndex: 1 } }],
      ["invalid-commit", { sender: { senderType: "external", senderIndex: 0 } }],
      ["invalid-commit", { sender: { senderType: "newMemberProposal" } }],
      ["missing-path", { sender: { senderType: "newMemberCommit" } }],
    ];
    for (const [code, forgery] of cases) {
      expectRefused(hub, code, () => hub.stage(forgeCommit(alice, [remove], forgery)));
    }
    const proposal = forgeProposal(alice, remove, { sender: { senderType: "newMemberCommit" } });
    expectRefused(hub, "unknown-sender", () => hub.stageProposal(proposal));
  });

  it("are not read where a server cannot read them", () => {
    const { commit } = alice.commit({ wireFormat: "privateMessage" });
    expectRefused(hub, "wrong-wire-format", () => hub.stage(commit));
    expectRefused(hub, "wrong-wire-format", () => hub.stageProposal(commit));
  });

  it("are not mistaken for each other", () => {
    const proposal = alice.propose(remove).message;
    expectRefused(hub, "usage", () => hub.stage(proposal));
    alice.public.dropProposal(alice.public.pending[0]!.reference);
    const { commit } = alice.commit();
    expectRefused(hub, "usage", () => hub.stageProposal(commit));
  });
});

describe("stage, inspect, merge", () => {
  it("stages without a change, and merges once", () => {
    const { commit } = alice.commit({ proposals: [add(keysOf("carol"))] });
    const before = hub.serialize();
    const staged = hub.stage(commit);
    const second = hub.stage(commit);
    expect(hub.serialize()).toEqual(before);
    hub.merge(staged);
    expectRefused(hub, "wrong-epoch", () => hub.merge(second));
    expectRefused(hub, "wrong-epoch", () => hub.stage(commit));
  });

  it("refuses a commit whose references are not pending here", () => {
    bob.propose({ proposalType: "remove", removed: 0 });
    const { commit } = bob.commit();
    expectRefused(hub, "unknown-proposal-reference", () => hub.stage(commit));
  });

  it("says what its pending proposals would make of the group", () => {
    const data = fromHub({
      proposalType: "appDataUpdate",
      appDataUpdate: { componentId: 1, op: "update", update: text("x") },
    });
    hub.addProposal(hub.stageProposal(data));
    const leave = hub.stageProposal(bob.propose({ proposalType: "selfRemove" }).message);
    const { tree, extensions } = hub.provisional([leave]);
    expect(tree.leaves()).toHaveLength(1);
    expect(extensions).toHaveLength(3);
    const remove = hub.stageProposal(fromHub({ proposalType: "remove", removed: 1 }));
    expectRefused(hub, "invalid-proposal-list", () => hub.provisional([leave, remove]));
  });

  it("is stored and restored with its pending proposals", () => {
    hub.addProposal(hub.stageProposal(bob.propose({ proposalType: "selfRemove" }).message));
    const restored = PublicGroup.deserialize(crypto, hub.serialize(), options);
    expect(restored.serialize()).toEqual(hub.serialize());
    expect(restored.pending).toEqual(hub.pending);
    restored.dropProposal(restored.pending[0]!.reference);
    expect(restored.pending).toEqual([]);
  });
});

describe("RFC 9420 §12.4.3, tree options §4: the GroupInfo of the new epoch", () => {
  it("is verified over the staged context", () => {
    const made = alice.commit({ proposals: [add(keysOf("carol"))] });
    const staged = hub.stage(made.commit);
    hub.verifyGroupInfo(staged, made.groupInfo);
    const context = made.groupInfo.groupContext;
    const wrong = [
      alice.groupInfo(),
      forgeGroupInfo(alice, made.groupInfo, { groupContext: { ...context, epoch: 9n } }),
      forgeGroupInfo(alice, made.groupInfo, { confirmationTag: flipped(made.groupInfo.confirmationTag) }),
      forgeGroupInfo(bob, made.groupInfo, { signer: 1 }),
      { ...made.groupInfo, signature: flipped(made.groupInfo.signature) },
    ];
    for (const groupInfo of wrong) {
      expectRefused(hub, "invalid-group-info", () => hub.verifyGroupInfo(staged, groupInfo));
    }
  });

  it("is put together from its partial form (readings R-052, R-053)", () => {
    const made = alice.commit({ proposals: [add(keysOf("carol"))] });
    const staged = hub.stage(made.commit);
    const partial = partialGroupInfo(made.groupInfo);
    expect(hub.rebuildGroupInfo(staged, partial)).toEqual(made.groupInfo);
    expect(hub.rebuildGroupInfo(staged, { ...partial, ratchetTreePresence: "removed" })).toEqual(
      made.groupInfo,
    );
    const tree = hub.tree.extension();
    const wrong = [
      { ...partial, ratchetTreePresence: "present" as const },
      { ...partial, ratchetTreePresence: "added" as const },
      { ...partial, groupInfoExtensions: [...partial.groupInfoExtensions, tree] },
      { ...partial, groupInfoExtensions: [] },
    ];
    for (const form of wrong) {
      expectRefused(hub, "invalid-group-info", () => hub.rebuildGroupInfo(staged, form));
    }
  });
});

it("a membership tag is not for servers, but members check it", () => {
  const { message } = bob.propose({ proposalType: "selfRemove" });
  const inner = publicMessageOf(message);
  const damaged = {
    ...message,
    publicMessage: { ...inner, membershipTag: flipped(inner.membershipTag!) },
  } as typeof message;
  hub.stageProposal(damaged);
  expectRefused(alice, "invalid-membership-tag", () => alice.process(damaged));
});
