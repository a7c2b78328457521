import { encode } from "@openmimi/tls";
import { beforeEach, describe, expect, it } from "vitest";
import {
  add,
  addMembers,
  crypto,
  keysOf,
  mergeCommit,
  mimiCapabilities,
  mimiRequired,
  newGroup,
  options,
  suite,
  text,
} from "../../test/actors.ts";
import { commitOf, expectRefused, flipped, forgeCommit, forgeCommitOf, insideOf } from "../../test/forge.ts";
import {
  type Commit,
  type Extension,
  ExtensionType,
  type LeafNode,
  type Proposal,
  RequiredCapabilities,
  type UpdatePath,
} from "../codec/index.ts";
import { createKeyPackage, signLeafNode, type UnsignedLeafNode } from "../key-package.ts";
import type { MemberGroup } from "../member/group.ts";
import { PublicGroup } from "../public-group.ts";

let alice: MemberGroup;
let bob: MemberGroup;
let carol: MemberGroup;
let hub: PublicGroup;

const follow = (member: MemberGroup) =>
  PublicGroup.fromGroupInfo(crypto, member.groupInfo(), member.public.ratchetTree(), options);

beforeEach(() => {
  alice = newGroup();
  [bob, carol] = addMembers(alice, [], ["bob", "carol"]) as [MemberGroup, MemberGroup];
  hub = follow(alice);
});

/** Refused by the server and by a member, and neither changes. */
function refused(code: string, message: ReturnType<typeof forgeCommit>, receiver = bob): void {
  expectRefused(hub, code, () => hub.stage(message));
  expectRefused(receiver, code, () => receiver.process(message));
}

const data = (componentId: number, update: string): Proposal => ({
  proposalType: "appDataUpdate",
  appDataUpdate: { componentId, op: "update", update: text(update) },
});
const replace = (...extensions: Extension[]): Proposal => ({
  proposalType: "groupContextExtensions",
  extensions,
});

describe("RFC 9420 §12.4: when a path is needed", () => {
  it("is refused without one: an empty list, and whatever takes away or replaces", () => {
    refused("missing-path", forgeCommit(alice, []));
    refused("missing-path", forgeCommit(alice, [{ proposalType: "remove", removed: 2 }]));
    refused("missing-path", forgeCommit(alice, [replace(mimiRequired)]));
    const leave = carol.propose({ proposalType: "selfRemove" });
    const update = bob.proposeUpdate();
    for (const { message } of [leave, update]) hub.addProposal(hub.stageProposal(message));
    bob.process(leave.message);
    for (const { reference } of [leave, update]) {
      refused("missing-path", forgeCommitOf(alice, { proposals: [{ type: "reference", reference }] }));
    }
  });

  it("is not forced for Add, PSK, AppDataUpdate and AppEphemeral", () => {
    const psk: Proposal = {
      proposalType: "psk",
      psk: { pskType: "external", pskId: text("id"), pskNonce: suite.random(32) },
    };
    for (const proposals of [
      [add(keysOf("dave"))],
      [psk],
      [data(1, "x")],
      [data(1, "x"), add(keysOf("dave")), psk],
    ]) {
      expect(hub.stage(forgeCommit(alice, proposals)).hasPath).toBe(false);
    }
  });
});

describe("RFC 9420 §12.4.2, §7.5: the path", () => {
  /** A commit of alice with another path; its leaf is signed again unless `sign` is false. */
  function withPath(change: (path: UpdatePath) => UpdatePath, sign = true) {
    const { commit } = alice.commit();
    alice.clearPendingCommit();
    const original = commitOf(commit);
    const path = change(original.path!);
    const signed = sign ? { ...path, leafNode: signLeaf(path.leafNode) } : path;
    return forgeCommitOf(alice, { ...original, path: signed } satisfies Commit);
  }
  function signLeaf(leaf: LeafNode): LeafNode {
    const { signature: _, ...unsigned } = leaf;
    const place = { groupId: alice.groupId, leafIndex: 0 };
    return signLeafNode(
      suite,
      unsigned as UnsignedLeafNode,
      insideOf(alice).epoch.signaturePrivateKey,
      place,
    );
  }
  const nodesOf = (path: UpdatePath) => path.nodes.map((node) => ({ ...node }));

  const cases: [string, string, (path: UpdatePath) => UpdatePath][] = [
    ["has a node too few", "invalid-update-path", (path) => ({ ...path, nodes: path.nodes.slice(1) })],
    [
      "has a node too many",
      "invalid-update-path",
      (path) => ({ ...path, nodes: [...path.nodes, path.nodes[0]!] }),
    ],
    [
      "has a ciphertext too few",
      "invalid-update-path",
      (path) => ({ ...path, nodes: nodesOf(path).map((node) => ({ ...node, encryptedPathSecret: [] })) }),
    ],
    [
      "has one key twice",
      "invalid-update-path",
      (path) => ({
        ...path,
        nodes: nodesOf(path).map((node) => ({ ...node, encryptionKey: path.nodes[0]!.encryptionKey })),
      }),
    ],
    [
      "has a key of the tree",
      "invalid-update-path",
      (path) => {
        const nodes = nodesOf(path);
        nodes[0]!.encryptionKey = hub.tree.leaf(1)!.encryptionKey;
        return { ...path, nodes };
      },
    ],
    [
      "keeps the committer's key",
      "invalid-update-path",
      (path) => ({ ...path, leafNode: { ...path.leafNode, encryptionKey: hub.tree.leaf(0)!.encryptionKey } }),
    ],
    [
      "takes another member's signature key",
      "invalid-signature",
      (path) => ({ ...path, leafNode: { ...path.leafNode, signatureKey: hub.tree.leaf(1)!.signatureKey } }),
    ],
    [
      "has another key at a node",
      "invalid-parent-hash",
      (path) => {
        const nodes = nodesOf(path);
        nodes[0]!.encryptionKey = suite.generateHpkeKeyPair().publicKey;
        return { ...path, nodes };
      },
    ],
    [
      "has a leaf without the type of its credential",
      "invalid-leaf-node",
      (path) => ({
        ...path,
        leafNode: { ...path.leafNode, capabilities: { ...mimiCapabilities, credentials: [] } },
      }),
    ],
    [
      "has a leaf without what the group requires",
      "missing-capability",
      (path) => ({
        ...path,
        leafNode: { ...path.leafNode, capabilities: { ...mimiCapabilities, proposals: [] } },
      }),
    ],
  ];
  it.each(cases)("is refused if it %s", (_name, code, change) => refused(code, withPath(change)));

  it("is refused if its leaf is not signed, or comes from an Update", () => {
    const leaf = (path: UpdatePath) => path.leafNode;
    refused(
      "invalid-signature",
      withPath(
        (path) => ({ ...path, leafNode: { ...leaf(path), signature: flipped(leaf(path).signature) } }),
        false,
      ),
    );
    refused(
      "invalid-leaf-node",
      withPath((path) => ({ ...path, leafNode: { ...leaf(path), leafNodeSource: "update" } as LeafNode })),
    );
  });

  it("is decrypted and its confirmation tag checked by members only", () => {
    const { commit } = alice.commit();
    alice.clearPendingCommit();
    const original = commitOf(commit);
    hub.stage(forgeCommitOf(alice, original));
    expectRefused(bob, "invalid-confirmation-tag", () => bob.process(forgeCommitOf(alice, original)));
    const nodes = nodesOf(original.path!).map((node) => ({
      ...node,
      encryptedPathSecret: node.encryptedPathSecret.map((item) => ({
        ...item,
        ciphertext: flipped(item.ciphertext),
      })),
    }));
    const damaged = forgeCommitOf(alice, { ...original, path: { ...original.path!, nodes } });
    hub.stage(damaged);
    expectRefused(bob, "decryption-failed", () => bob.process(damaged));
  });

  it("excludes the leaves that the same commit adds", () => {
    const dave = keysOf("dave");
    const made = alice.commit({
      proposals: [add(dave), { proposalType: "remove", removed: bob.ownLeafIndex }],
    });
    expect(made.staged.added).toMatchObject([{ leafIndex: 1 }]);
    const ciphertexts = commitOf(made.commit).path!.nodes.map((node) => node.encryptedPathSecret.length);
    expect(ciphertexts).toEqual([0, 1]);
    hub.merge(hub.stage(made.commit));
    mergeCommit(carol.process(made.commit));
    expect(hub.tree.rootHash(suite)).toEqual(carol.public.tree.rootHash(suite));
  });
});

describe("RFC 9420 §7.3, §11.1, §12.2: leaves and what the group requires", () => {
  const plainly = { versions: [1], cipherSuites: [1], extensions: [], proposals: [], credentials: [1] };

  it("an Add needs what the group requires", () => {
    refused("missing-capability", forgeCommit(alice, [add(keysOf("plain", plainly))]));
  });

  it("an Add is judged by the extensions that the same commit brings", () => {
    const stricter: Extension = {
      extensionType: ExtensionType.requiredCapabilities,
      extensionData: encode(RequiredCapabilities, {
        extensionTypes: [0xf001],
        proposalTypes: [8, 10],
        credentialTypes: [],
      }),
    };
    expectRefused(alice, "missing-capability", () => alice.commit({ proposals: [replace(stricter)] }));
  });

  it("requirements bind the members that stay, not those that are removed", () => {
    alice = newGroup("alice", []);
    const plain = keysOf("plain", plainly);
    const first = alice.commit({ proposals: [add(plain), add(keysOf("bob"))] });
    alice.mergePendingCommit();
    hub = follow(alice);
    expectRefused(alice, "missing-capability", () => alice.commit({ proposals: [replace(mimiRequired)] }));
    expectRefused(alice, "missing-capability", () => alice.commit({ proposals: [data(1, "x")] }));
    // On its own it may wait for a commit that removes who does not support it; others leave it out.
    const { reference } = alice.propose(data(1, "x"));
    expect(alice.commit().staged.components.size).toBe(0);
    alice.clearPendingCommit();
    alice.public.dropProposal(reference);
    const both = alice.commit({
      proposals: [
        replace(mimiRequired),
        data(1, "x"),
        { proposalType: "remove", removed: first.staged.added[0]!.leafIndex },
      ],
    });
    hub.merge(hub.stage(both.commit));
    expect(hub.component(1)).toEqual(text("x"));
  });

  it("keys are unique among the members", () => {
    const dave = keysOf("dave");
    const twin = createKeyPackage(crypto, 1, {
      credential: { credentialType: "basic", identity: text("twin") },
      capabilities: mimiCapabilities,
      lifetime: { notBefore: 0n, notAfter: 2n ** 63n },
      signatureKeyPair: {
        publicKey: dave.keyPackage.leafNode.signatureKey,
        privateKey: dave.signaturePrivateKey,
      },
    });
    refused("invalid-proposal-list", forgeCommit(alice, [add(dave), add(twin)]));
    refused(
      "invalid-proposal-list",
      forgeCommit(alice, [add(keysOf("x")), data(1, "x"), add(dave), add(dave)]),
    );
    const update = bob.proposeUpdate({
      signatureKeyPair: {
        publicKey: dave.keyPackage.leafNode.signatureKey,
        privateKey: dave.signaturePrivateKey,
      },
    });
    hub.addProposal(hub.stageProposal(update.message));
    alice.process(update.message);
    expectRefused(alice, "invalid-leaf-node", () => alice.commit({ proposals: [add(dave)] }));
  });

  it("credential types are supported both ways", () => {
    const x509 = { credentialType: "x509" as const, certificates: [{ certData: text("certificate") }] };
    const own = createKeyPackage(crypto, 1, {
      credential: x509,
      capabilities: { ...mimiCapabilities, credentials: [1, 2] },
      lifetime: { notBefore: 0n, notAfter: 2n ** 63n },
    });
    refused("missing-capability", forgeCommit(alice, [add(own)]));
  });

  it("a KeyPackage is current when it is added, if the time is known", () => {
    const dave = createKeyPackage(crypto, 1, {
      credential: { credentialType: "basic", identity: text("dave") },
      capabilities: mimiCapabilities,
      lifetime: { notBefore: 0n, notAfter: 1000n },
    });
    const { commit } = alice.commit({ proposals: [add(dave)] });
    const at = (now: bigint) =>
      PublicGroup.deserialize(crypto, hub.serialize(), { ...options, now: () => now });
    at(1000n).stage(commit);
    const late = at(1001n);
    expectRefused(late, "invalid-leaf-node", () => late.stage(commit));
  });
});
