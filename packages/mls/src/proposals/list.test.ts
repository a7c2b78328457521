import { describe, expect, it } from "vitest";
import { add, keysOf, mimiCapabilities, mimiRequired, suite, text } from "../../test/actors.ts";
import { coded } from "../../test/forge.ts";
import type { Proposal, Sender } from "../codec/index.ts";
import { dictionaryExtension } from "../extensions.ts";
import { RatchetTree } from "../tree/ratchet-tree.ts";
import { checkExternalList, checkMemberList, type ResolvedProposal } from "./list.ts";
import { selectProposals } from "./select.ts";

const keys = ["a", "b", "c", "d"].map((name) => keysOf(name));
const tree = keys
  .slice(1)
  .reduce(
    (grown, own) => grown.addLeaf(own.keyPackage.leafNode).tree,
    RatchetTree.ofLeaf(keys[0]!.keyPackage.leafNode),
  )
  .removeLeaf(1);
const erin = keysOf("erin");
const frank = keysOf("frank");

const member = (leafIndex: number): Sender => ({ senderType: "member", leafIndex });
const hub: Sender = { senderType: "external", senderIndex: 0 };
const joiner: Sender = { senderType: "newMemberCommit" };
let references = 0;
/** Sent on its own. */
const sent = (proposal: Proposal, sender: Sender): ResolvedProposal => ({
  proposal,
  sender,
  reference: Uint8Array.of(references++),
});
/** In the commit itself, of leaf 0 or of a joiner. */
const value = (proposal: Proposal, sender = member(0)): ResolvedProposal => ({ proposal, sender });

const remove = (removed: number): Proposal => ({ proposalType: "remove", removed });
const update = (name = "update"): Proposal => ({
  proposalType: "update",
  leafNode: keysOf(name).keyPackage.leafNode,
});
const selfRemove: Proposal = { proposalType: "selfRemove" };
const extensions: Proposal = { proposalType: "groupContextExtensions", extensions: [] };
const externalInit: Proposal = { proposalType: "externalInit", kemOutput: new Uint8Array(32) };
const reinit: Proposal = {
  proposalType: "reinit",
  reinit: { groupId: text("next"), version: "mls10", cipherSuite: 1, extensions: [] },
};
const pskNonce = suite.random(32);
const psk: Proposal = { proposalType: "psk", psk: { pskType: "external", pskId: text("id"), pskNonce } };
const data: Proposal = {
  proposalType: "appDataUpdate",
  appDataUpdate: { componentId: 1, op: "update", update: text("x") },
};
const ephemeral: Proposal = {
  proposalType: "appEphemeral",
  appEphemeral: { componentId: 1, data: text("x") },
};

describe("RFC 9420 §12.2: the commit of a member", () => {
  it("takes everything that fits together", () => {
    checkMemberList(
      [
        value(add(erin)),
        value(remove(3)),
        sent(update(), member(2)),
        value(extensions),
        value(psk),
        sent(data, hub),
        sent(ephemeral, member(3)),
      ],
      0,
      tree,
    );
    checkMemberList([], 0, tree);
    checkMemberList([sent(reinit, hub)], 0, tree);
    checkMemberList([sent(selfRemove, member(2)), sent(selfRemove, member(3))], 0, tree);
    checkMemberList([value(remove(2)), value(add(keys[2]!))], 0, tree);
  });

  const twice = sent(add(erin), hub);
  const bad: [string, ResolvedProposal[]][] = [
    ["an Update by the committer", [sent(update(), member(0))]],
    ["an Update from outside", [sent(update(), hub)]],
    ["a Remove of the committer", [sent(remove(0), hub)]],
    ["a Remove of a blank leaf", [value(remove(1))]],
    ["a Remove outside the tree", [value(remove(99))]],
    ["two Removes of one leaf", [value(remove(2)), sent(remove(2), hub)]],
    ["two Updates of one leaf", [sent(update(), member(2)), sent(update(), member(2))]],
    ["an Update and a Remove of one leaf", [sent(update(), member(2)), value(remove(2))]],
    ["a SelfRemove and a Remove of one leaf", [sent(selfRemove, member(2)), value(remove(2))]],
    ["two SelfRemoves of one leaf", [sent(selfRemove, member(2)), sent(selfRemove, member(2))]],
    ["a SelfRemove by value", [value(selfRemove)]],
    ["a SelfRemove of the committer", [sent(selfRemove, member(0))]],
    ["a SelfRemove from outside", [sent(selfRemove, hub)]],
    ["two Adds of one client", [value(add(erin)), sent(add(erin), hub)]],
    ["an Add of a member", [value(add(keys[2]!))]],
    ["one PSK twice", [value(psk), value(psk)]],
    ["two GroupContextExtensions", [value(extensions), value(extensions)]],
    ["a ReInit beside something", [value(reinit), value(psk)]],
    ["an ExternalInit", [value(externalInit)]],
    ["one reference twice", [twice, twice]],
  ];
  it.each(bad)("does not take %s", (_name, list) => {
    expect(() => checkMemberList(list, 0, tree)).toThrow(coded("invalid-proposal-list"));
  });
});

describe("RFC 9420 §12.2, extensions §6.3, §4.7: an external commit", () => {
  const init = value(externalInit, joiner);

  it("takes ExternalInit, one Remove, PSKs, AppDataUpdate and AppEphemeral by value, SelfRemove by reference", () => {
    checkExternalList([init], tree);
    const rest = [remove(2), psk, data, data, ephemeral].map((proposal) => value(proposal, joiner));
    checkExternalList([...rest, init, sent(selfRemove, member(3))], tree);
  });

  const bad: [string, ResolvedProposal[]][] = [
    ["no ExternalInit", []],
    ["two of them", [init, init]],
    ["two Removes", [init, value(remove(2), joiner), value(remove(3), joiner)]],
    ["a Remove of a blank leaf", [init, value(remove(1), joiner)]],
    ["a Remove and a SelfRemove of one leaf", [init, value(remove(2), joiner), sent(selfRemove, member(2))]],
    ["a SelfRemove by value", [init, value(selfRemove, joiner)]],
    ["an Add", [init, value(add(erin), joiner)]],
    ["an Update", [init, value(update(), joiner)]],
    ["GroupContextExtensions", [init, value(extensions, joiner)]],
    ["a ReInit", [init, value(reinit, joiner)]],
    ["a Remove by reference", [init, sent(remove(2), hub)]],
    ["an AppDataUpdate by reference", [init, sent(data, hub)]],
    ["a PSK by reference", [init, sent(psk, member(2))]],
    ["one PSK twice", [init, value(psk, joiner), value(psk, joiner)]],
  ];
  it.each(bad)("does not take %s", (_name, list) => {
    expect(() => checkExternalList(list, tree)).toThrow(coded("invalid-proposal-list"));
  });
});

describe("RFC 9420 §12.2, §12.4: what a committer takes of the pending proposals", () => {
  const scope = {
    tree,
    extensions: [dictionaryExtension([{ componentId: 1, data: text("x") }])],
  };
  const chosen = (...pending: ResolvedProposal[]) =>
    selectProposals(pending, 0, scope).map((item) => pending.indexOf(item));

  it("everything, in order, if it fits", () => {
    expect(
      chosen(sent(data, hub), sent(add(erin), hub), sent(data, member(2)), sent(remove(3), hub)),
    ).toEqual([0, 1, 2, 3]);
  });

  it("nothing that touches the committer's own leaf", () => {
    expect(chosen(sent(update(), member(0)), sent(remove(0), hub), sent(selfRemove, member(0)))).toEqual([]);
  });

  it("a Remove rather than an Update, and a SelfRemove rather than a Remove", () => {
    expect(chosen(sent(update(), member(2)), sent(remove(2), hub))).toEqual([1]);
    expect(chosen(sent(remove(2), hub), sent(selfRemove, member(2)), sent(update(), member(2)))).toEqual([1]);
    expect(chosen(sent(remove(2), hub), sent(remove(2), member(3)))).toEqual([0]);
  });

  it("the last Update and the last GroupContextExtensions", () => {
    expect(
      chosen(sent(update("1"), member(2)), sent(update("2"), member(2)), sent(update("3"), member(3))),
    ).toEqual([1, 2]);
    expect(chosen(sent(extensions, hub), sent(extensions, member(2)))).toEqual([1]);
  });

  it("one Add of one client, and a ReInit only if there is nothing else", () => {
    expect(chosen(sent(add(erin), hub), sent(add(frank), hub), sent(add(erin), member(2)))).toEqual([0, 1]);
    expect(chosen(sent(reinit, hub), sent(data, hub))).toEqual([1]);
    expect(chosen(sent(reinit, hub), sent(reinit, member(2)))).toEqual([0]);
  });

  it("no Add of a member, unless the member goes", () => {
    const again = sent(add(keys[2]!), hub);
    expect(chosen(again)).toEqual([]);
    expect(chosen(again, sent(remove(2), hub))).toEqual([0, 1]);
    expect(chosen(sent(selfRemove, member(2)), again)).toEqual([0, 1]);
  });

  it("extensions §4.7: updates of a component or one removal, whatever came first", () => {
    const gone = (componentId: number): Proposal => ({
      proposalType: "appDataUpdate",
      appDataUpdate: { componentId, op: "remove" },
    });
    expect(chosen(sent(data, hub), sent(gone(1), hub), sent(data, hub))).toEqual([0, 2]);
    expect(chosen(sent(gone(1), hub), sent(data, hub), sent(gone(1), hub))).toEqual([0]);
    expect(chosen(sent(gone(2), hub), sent(data, hub))).toEqual([1]);
  });

  it("RFC 9420 §12.1.7: new extensions that all support who stay, and Adds and Updates that fit them", () => {
    const demanding: Proposal = {
      proposalType: "groupContextExtensions",
      extensions: [...scope.extensions, { extensionType: 0xf0a0, extensionData: text("x") }],
    };
    expect(chosen(sent(demanding, hub), sent(add(erin), hub))).toEqual([1]);
    const able = keysOf("able", { ...mimiCapabilities, extensions: [6, 0xf0a0] });
    const small = RatchetTree.ofLeaf(able.keyPackage.leafNode).addLeaf(erin.keyPackage.leafNode).tree;
    const pending = [sent(demanding, hub), sent(remove(1), hub), sent(add(frank), hub)];
    const selected = selectProposals(pending, 0, { ...scope, tree: small });
    expect(selected.map((item) => pending.indexOf(item))).toEqual([0, 1]);
    // Extensions §4.7: nor one that touches a dictionary that is locked.
    const locked = { ...scope, extensions: [mimiRequired, ...scope.extensions] };
    const without = sent({ proposalType: "groupContextExtensions", extensions: [mimiRequired] }, hub);
    expect(selectProposals([without], 0, locked)).toEqual([]);
  });

  it("RFC 9420 §12.2: proposals of a type that all support who stay", () => {
    const plain = keysOf("plain", { ...mimiCapabilities, proposals: [] });
    const grown = tree.addLeaf(plain.keyPackage.leafNode);
    const pending = [sent(data, hub), sent(ephemeral, hub)];
    const both = { ...scope, tree: grown.tree };
    expect(selectProposals(pending, 0, both)).toEqual([]);
    const gone = [...pending, sent(remove(grown.leafIndex), hub)];
    expect(selectProposals(gone, 0, both)).toEqual(gone);
  });

  it("gives a list that is valid", () => {
    const pending = [
      sent(remove(2), hub),
      sent(selfRemove, member(2)),
      sent(update(), member(3)),
      sent(extensions, hub),
      sent(extensions, hub),
      sent(add(erin), hub),
      sent(add(erin), hub),
    ];
    checkMemberList(selectProposals(pending, 0, scope), 0, tree);
  });
});
