import { beforeEach, describe, expect, it } from "vitest";
import {
  addMembers,
  agreement,
  crypto,
  keysOf,
  mergeCommit,
  newGroup,
  options,
  suite,
  text,
} from "../../test/actors.ts";
import {
  coded,
  commitOf,
  expectRefused,
  flipped,
  forgeGroupInfo,
  publicMessageOf,
} from "../../test/forge.ts";
import type { GroupInfo, MLSMessage, Proposal } from "../codec/index.ts";
import { signFramedContent } from "../framing/content.ts";
import { PublicGroup } from "../public-group.ts";
import type { ExternalJoinInit } from "./external.ts";
import { MemberGroup } from "./group.ts";

let alice: MemberGroup;
let bob: MemberGroup;
let carol: MemberGroup;
let hub: PublicGroup;
const erinKeys = keysOf("erin");

beforeEach(() => {
  alice = newGroup();
  [bob, carol] = addMembers(alice, [], ["bob", "carol"]) as [MemberGroup, MemberGroup];
  hub = PublicGroup.fromGroupInfo(crypto, alice.groupInfo(), alice.public.ratchetTree(), options);
});

const join = (init: Partial<ExternalJoinInit> = {}) =>
  MemberGroup.joinExternally(
    crypto,
    { groupInfo: alice.groupInfo(), ratchetTree: hub.ratchetTree(), own: erinKeys, ...init },
    options,
  );
const data: Proposal = {
  proposalType: "appDataUpdate",
  appDataUpdate: { componentId: 1, op: "update", update: text("x") },
};

/** A proposal that everybody has, the hub included. */
function propose(from: MemberGroup, proposal: Proposal): MLSMessage {
  const { message } = from.propose(proposal);
  hub.addProposal(hub.stageProposal(message));
  for (const member of [alice, bob, carol]) if (member !== from) member.process(message);
  return message;
}

function merged(joined: ReturnType<typeof join>, members: readonly MemberGroup[]): void {
  const staged = hub.stage(joined.commit);
  hub.verifyGroupInfo(staged, joined.groupInfo);
  hub.merge(staged);
  for (const member of members) {
    mergeCommit(member.process(joined.commit));
    expect(member.epochAuthenticator).toEqual(joined.group.epochAuthenticator);
    expect(agreement(member)).toBe(agreement(hub));
  }
  expect(agreement(joined.group)).toBe(agreement(hub));
}

describe("RFC 9420 §12.4.3.2: joining by external commit", () => {
  it("takes a new leaf, with the tree inside the GroupInfo or outside", () => {
    const { ratchetTree: _, ...inside } = {
      ratchetTree: 0,
      groupInfo: alice.groupInfo({ ratchetTree: true }),
      own: erinKeys,
    };
    const first = MemberGroup.joinExternally(crypto, inside, options);
    expect(first.group.ownLeafIndex).toBe(3);
    merged(first, [alice, bob, carol]);
  });

  it("carries AppDataUpdate and PSKs by value", () => {
    const psk: Proposal = {
      proposalType: "psk",
      psk: { pskType: "external", pskId: text("id"), pskNonce: suite.random(32) },
    };
    expect(() => join({ proposals: [psk] })).toThrow(coded("missing-psk"));
    merged(join({ proposals: [data, data] }), [alice, bob, carol]);
    expect(alice.public.component(1)).toEqual(text("xx"));
  });

  it("replaces an old leaf of one's own (resync)", () => {
    const joined = join({
      own: keysOf("bob again"),
      proposals: [{ proposalType: "remove", removed: bob.ownLeafIndex }],
    });
    expect(joined.group.ownLeafIndex).toBe(1);
    expect(bob.process(joined.commit)).toMatchObject({ ownRemoved: true });
    merged(joined, [alice, carol]);
  });

  it("extensions §6.3: refers to pending SelfRemoves and passes over other proposals", () => {
    const pending = [
      propose(bob, { proposalType: "selfRemove" }),
      propose(alice, data),
      propose(alice, { proposalType: "remove", removed: carol.ownLeafIndex }),
    ];
    const joined = join({ pending });
    expect(commitOf(joined.commit).proposals.map(({ type }) => type)).toEqual(["proposal", "reference"]);
    // The joiner takes the leftmost blank leaf once the removals are done.
    expect(joined.group.ownLeafIndex).toBe(1);
    merged(joined, [alice, carol]);
    expect(hub.pending).toEqual([]);
  });

  it("extensions §6.3: shrinks the tree before the joiner's place is chosen", () => {
    const pending = [bob, carol].map((member) => propose(member, { proposalType: "selfRemove" }));
    const joined = join({ pending });
    expect(joined.group.ownLeafIndex).toBe(1);
    expect(joined.group.public.tree.leafCount).toBe(2);
    merged(joined, [alice]);
  });

  it("extensions §6.3: checks a SelfRemove, but for the membership tag", () => {
    const message = propose(bob, { proposalType: "selfRemove" });
    const inner = publicMessageOf(message);
    const untagged = { ...inner, membershipTag: flipped(inner.membershipTag!) };
    join({ pending: [{ version: "mls10", wireFormat: "publicMessage", publicMessage: untagged }] });
    const unsigned = { ...inner, auth: { signature: flipped(inner.auth.signature) } };
    expect(() =>
      join({ pending: [{ version: "mls10", wireFormat: "publicMessage", publicMessage: unsigned }] }),
    ).toThrow(coded("invalid-signature"));
  });

  it("needs an external_pub, a tree, and the group's cipher suite", () => {
    expect(() => join({ groupInfo: alice.groupInfo({ externalPub: false }) })).toThrow(
      coded("invalid-group-info"),
    );
    const { groupInfo } = { groupInfo: alice.groupInfo() };
    expect(() => MemberGroup.joinExternally(crypto, { groupInfo, own: erinKeys }, options)).toThrow(
      coded("invalid-group-info"),
    );
    const wrong = (changes: Partial<GroupInfo>) => () =>
      join({ groupInfo: forgeGroupInfo(alice, groupInfo, changes) });
    expect(wrong({ extensions: [{ extensionType: 4, extensionData: text("no") }] })).toThrow(
      coded("invalid-extension"),
    );
    expect(wrong({ signer: 1 })).toThrow(coded("invalid-group-info"));
  });

  it("refuses proposals that have no place in an external commit", () => {
    const cases: Proposal[] = [
      { proposalType: "add", keyPackage: keysOf("x").keyPackage },
      { proposalType: "groupContextExtensions", extensions: [] },
    ];
    for (const proposal of cases)
      expect(() => join({ proposals: [proposal] })).toThrow(coded("invalid-proposal-list"));
    expect(() => join({ proposals: [{ proposalType: "selfRemove" }] })).toThrow(coded("invalid-proposal"));
  });

  it("needs what the group requires", () => {
    const plain = keysOf("plain", {
      versions: [1],
      cipherSuites: [1],
      extensions: [],
      proposals: [],
      credentials: [1],
    });
    expect(() => join({ own: plain })).toThrow(coded("missing-capability"));
  });

  it("does not bring a signature key that a member has", () => {
    const joined = join();
    merged(joined, [alice, bob, carol]);
    expect(() => join()).toThrow(coded("invalid-leaf-node"));
  });
});

describe("RFC 9420 §8.3, §12.2: what members check of an external commit", () => {
  /** The commit with other proposals, signed again by the joiner. */
  function forged(change: (commit: ReturnType<typeof commitOf>) => ReturnType<typeof commitOf>): MLSMessage {
    const { content, auth } = publicMessageOf(join().commit);
    if (content.contentType !== "commit") throw new Error("not a commit");
    const changed = { ...content, commit: change(content.commit) };
    const signature = signFramedContent(
      suite,
      erinKeys.signaturePrivateKey,
      "publicMessage",
      changed,
      hub.groupContext,
    );
    return {
      version: "mls10",
      wireFormat: "publicMessage",
      publicMessage: { content: changed, auth: { ...auth, signature } },
    };
  }
  const refused = (code: string, message: MLSMessage) => {
    expectRefused(hub, code, () => hub.stage(message));
    expectRefused(bob, code, () => bob.process(message));
  };

  it("exactly one ExternalInit, and nothing that has no place there", () => {
    refused(
      "invalid-proposal-list",
      forged((commit) => ({ ...commit, proposals: [] })),
    );
    refused(
      "invalid-proposal-list",
      forged((commit) => ({ ...commit, proposals: [...commit.proposals, ...commit.proposals] })),
    );
    const reinit: Proposal = {
      proposalType: "reinit",
      reinit: { groupId: text("x"), version: "mls10", cipherSuite: 1, extensions: [] },
    };
    refused(
      "invalid-proposal-list",
      forged((commit) => ({
        ...commit,
        proposals: [...commit.proposals, { type: "proposal", proposal: reinit }],
      })),
    );
  });

  it("a path, signed by its own leaf", () => {
    refused(
      "missing-path",
      forged(({ proposals }) => ({ proposals })),
    );
    const { content, auth } = publicMessageOf(join().commit);
    const damaged = { content, auth: { ...auth, signature: flipped(auth.signature) } };
    refused("invalid-signature", { version: "mls10", wireFormat: "publicMessage", publicMessage: damaged });
  });

  it("references to SelfRemoves only", () => {
    propose(alice, data);
    const { reference } = hub.pending[0]!;
    refused(
      "invalid-proposal-list",
      forged((commit) => ({ ...commit, proposals: [...commit.proposals, { type: "reference", reference }] })),
    );
  });

  it("members alone see that its init secret is wrong", () => {
    const kemOutput = suite.generateHpkeKeyPair().publicKey;
    const message = forged((commit) => ({
      ...commit,
      proposals: [{ type: "proposal", proposal: { proposalType: "externalInit", kemOutput } }],
    }));
    hub.stage(message);
    expectRefused(bob, "invalid-confirmation-tag", () => bob.process(message));
  });
});
