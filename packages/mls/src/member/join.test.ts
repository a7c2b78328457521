import { decode, encode } from "@openmimi/tls";
import { beforeEach, describe, expect, it } from "vitest";
import {
  add,
  addMembers,
  agreement,
  crypto,
  keysOf,
  newGroup,
  options,
  suite,
  text,
} from "../../test/actors.ts";
import { coded, expectRefused, flipped, forgeGroupInfo, insideOf } from "../../test/forge.ts";
import {
  GroupInfo,
  GroupSecrets,
  type MLSMessage,
  type PreSharedKeyID,
  type Proposal,
  type Welcome,
} from "../codec/index.ts";
import { decryptWithLabel, encryptWithLabel } from "../crypto/labels.ts";
import { pskSecret, welcomeKeys } from "../key-schedule.ts";
import { sameOctets } from "../octets.ts";
import { RatchetTree } from "../tree/ratchet-tree.ts";
import { MemberGroup } from "./group.ts";

const bobKeys = keysOf("bob");
let alice: MemberGroup;
let welcome: Welcome;

beforeEach(() => {
  alice = newGroup();
  addMembers(alice, [], ["carol"]);
  welcome = alice.commit({ proposals: [add(bobKeys)], path: true }).welcome!;
  alice.mergePendingCommit();
});

const join = (changed: Partial<Welcome> = {}, init: Partial<Parameters<typeof MemberGroup.join>[1]> = {}) =>
  MemberGroup.join(
    crypto,
    {
      welcome: { ...welcome, ...changed },
      keyPackages: [bobKeys],
      ratchetTree: alice.public.ratchetTree(),
      ...init,
    },
    options,
  );

/** Opens the Welcome as its addressee, changes what is inside, and closes it again. */
function rewritten(
  changeInfo: (info: GroupInfo) => GroupInfo,
  changeSecrets = (secrets: GroupSecrets) => secrets,
): Welcome {
  const [entry] = welcome.secrets;
  const opened = decryptWithLabel(
    suite,
    bobKeys.initPrivateKey,
    "Welcome",
    welcome.encryptedGroupInfo,
    entry!.encryptedGroupSecrets,
  );
  const secrets = decode(GroupSecrets, opened);
  const { key, nonce } = welcomeKeys(suite, secrets.joinerSecret, pskSecret(suite, []));
  const empty = new Uint8Array();
  const info = decode(GroupInfo, suite.open(key, nonce, empty, welcome.encryptedGroupInfo));
  const encryptedGroupInfo = suite.seal(key, nonce, empty, encode(GroupInfo, changeInfo(info)));
  const plaintext = encode(GroupSecrets, changeSecrets(secrets));
  const sealed = encryptWithLabel(
    suite,
    bobKeys.keyPackage.initKey,
    "Welcome",
    encryptedGroupInfo,
    plaintext,
  );
  return { ...welcome, encryptedGroupInfo, secrets: [{ ...entry!, encryptedGroupSecrets: sealed }] };
}

describe("RFC 9420 §12.4.3.1: joining by Welcome", () => {
  it("enters the epoch of the committer, with the keys that the path secret gives", () => {
    const bob = join();
    expect(agreement(bob)).toBe(agreement(alice));
    expect(bob.epochAuthenticator).toEqual(alice.epochAuthenticator);
    expect([...insideOf(bob).epoch.privateState.keys.keys()].sort()).toEqual([3, 4]);
    expect(bob.ownLeafIndex).toBe(2);
  });

  it("finds its KeyPackage among several", () => {
    const keyPackages = [keysOf("other"), bobKeys, keysOf("another")];
    expect(join({}, { keyPackages }).ownLeafIndex).toBe(2);
    expect(() => join({}, { keyPackages: [keysOf("other")] })).toThrow(coded("invalid-welcome"));
    expect(() => join({}, { keyPackages: [] })).toThrow(coded("invalid-welcome"));
  });

  it("enters in the same way with the signatures verified on threads", async () => {
    const ratchetTree = alice.public.ratchetTree();
    const bob = await MemberGroup.joinAsync(
      crypto,
      { welcome, keyPackages: [bobKeys], ratchetTree },
      options,
    );
    expect(agreement(bob)).toBe(agreement(alice));
    alice.process(bob.protect(text("hello")));
    // The verdict is given at once from now on.
    const { signatureKey } = alice.public.members()[0]!.leafNode;
    expect(bob.public.suite.verify(signatureKey, text("never signed"), new Uint8Array(64))).toBe(false);
  });

  it("refuses a tree with a wrong signature on threads, too, and says the same", async () => {
    const { tree } = alice.public;
    const nodes = alice.public
      .ratchetTree()
      .map((node) =>
        node?.nodeType === "leaf" &&
        sameOctets(node.leafNode.signatureKey, bobKeys.keyPackage.leafNode.signatureKey)
          ? { ...node, leafNode: { ...node.leafNode, signature: flipped(node.leafNode.signature) } }
          : node,
      );
    const treeHash = RatchetTree.fromNodes(nodes, 16).rootHash(suite);
    expect(treeHash).not.toEqual(tree.rootHash(suite));
    const wrong = rewritten((info) =>
      forgeGroupInfo(alice, info, { groupContext: { ...info.groupContext, treeHash } }),
    );
    const init = { welcome: wrong, keyPackages: [bobKeys], ratchetTree: nodes };
    expect(() => MemberGroup.join(crypto, init, options)).toThrow(coded("invalid-signature"));
    await expect(MemberGroup.joinAsync(crypto, init, options)).rejects.toThrow(coded("invalid-signature"));
  });

  it("needs the right tree, from inside or from outside", () => {
    const { welcome: _, keyPackages } = { welcome, keyPackages: [bobKeys] };
    expect(() => MemberGroup.join(crypto, { welcome, keyPackages }, options)).toThrow(
      coded("invalid-welcome"),
    );
    const other = newGroup("mallory").public.ratchetTree();
    expect(() => join({}, { ratchetTree: other })).toThrow(coded("invalid-tree-hash"));
    expect(() => join({}, { ratchetTree: [] })).toThrow(coded("invalid-tree"));
  });

  it("refuses damaged octets", () => {
    expect(() => join({ encryptedGroupInfo: flipped(welcome.encryptedGroupInfo) })).toThrow(
      coded("decryption-failed"),
    );
    const [entry] = welcome.secrets;
    const { encryptedGroupSecrets } = entry!;
    const damaged = { ...encryptedGroupSecrets, ciphertext: flipped(encryptedGroupSecrets.ciphertext) };
    expect(() => join({ secrets: [{ ...entry!, encryptedGroupSecrets: damaged }] })).toThrow(
      coded("decryption-failed"),
    );
    expect(() => join({ cipherSuite: 3 })).toThrow(coded("invalid-welcome"));
    expect(() => join({ cipherSuite: 99 })).toThrow(coded("unsupported-cipher-suite"));
  });

  it("refuses a GroupInfo that is wrong inside", () => {
    const cases: [string, (info: GroupInfo) => GroupInfo][] = [
      ["invalid-group-info", (info) => ({ ...info, signature: flipped(info.signature) })],
      ["invalid-group-info", (info) => ({ ...info, signer: 1 })],
      [
        "invalid-confirmation-tag",
        (info) => forgeGroupInfo(alice, info, { confirmationTag: flipped(info.confirmationTag) }),
      ],
      [
        "invalid-confirmation-tag",
        (info) => forgeGroupInfo(alice, info, { groupContext: { ...info.groupContext, epoch: 77n } }),
      ],
      [
        "invalid-welcome",
        (info) => forgeGroupInfo(alice, info, { groupContext: { ...info.groupContext, cipherSuite: 3 } }),
      ],
    ];
    for (const [code, change] of cases) expect(() => join(rewritten(change))).toThrow(coded(code));
    expect(join(rewritten((info) => info)).epoch).toBe(alice.epoch);
  });

  it("refuses secrets that are wrong inside", () => {
    const same = (info: GroupInfo) => info;
    const pathSecret = { pathSecret: new Uint8Array(32) };
    expect(() => join(rewritten(same, (secrets) => ({ ...secrets, pathSecret })))).toThrow(
      coded("invalid-update-path"),
    );
    const joinerSecret = new Uint8Array(32);
    expect(() => join(rewritten(same, (secrets) => ({ ...secrets, joinerSecret })))).toThrow(
      coded("decryption-failed"),
    );
    const unknown: PreSharedKeyID = { pskType: "external", pskId: text("?"), pskNonce: new Uint8Array(32) };
    expect(() => join(rewritten(same, (secrets) => ({ ...secrets, psks: [unknown] })))).toThrow(
      coded("missing-psk"),
    );
  });

  it("joins by Welcome without a path secret", () => {
    const dave = keysOf("dave");
    const made = alice.commit({ proposals: [add(dave)], treeInWelcome: true });
    alice.mergePendingCommit();
    const joined = MemberGroup.join(crypto, { welcome: made.welcome!, keyPackages: [dave] }, options);
    expect(agreement(joined)).toBe(agreement(alice));
    expect(made.groupInfo.extensions.map(({ extensionType }) => extensionType)).toEqual([4]);
  });
});

describe("RFC 9420 §8.4: pre-shared keys", () => {
  const psk = text("known to all");
  const id: PreSharedKeyID = { pskType: "external", pskId: text("id"), pskNonce: new Uint8Array(32) };
  const propose = (value: PreSharedKeyID): Proposal => ({ proposalType: "psk", psk: value });
  const known = {
    ...options,
    psk: (wanted: PreSharedKeyID) => (wanted.pskType === "external" ? psk : undefined),
  };
  const reopen = (group: MemberGroup) => MemberGroup.deserialize(crypto, group.serialize(), known);

  it("go into the key schedule of members and joiners", () => {
    const committer = reopen(alice);
    const dave = keysOf("dave");
    const made = committer.commit({ proposals: [propose(id), add(dave)], treeInWelcome: true });
    committer.mergePendingCommit();
    const init = { welcome: made.welcome!, keyPackages: [dave] };
    expect(MemberGroup.join(crypto, init, known).epochAuthenticator).toEqual(committer.epochAuthenticator);
    expect(() => MemberGroup.join(crypto, init, options)).toThrow(coded("missing-psk"));
    const other = { ...options, psk: () => text("another value") };
    expect(() => MemberGroup.join(crypto, init, other)).toThrow(coded("decryption-failed"));
  });

  it("of past epochs of the group are known by themselves", () => {
    const bob = join();
    const resumption: PreSharedKeyID = {
      pskType: "resumption",
      usage: "application",
      pskGroupId: alice.groupId,
      pskEpoch: alice.epoch,
      pskNonce: suite.random(32),
    };
    const step = (proposals: Proposal[]): MLSMessage => {
      const { commit } = alice.commit({ proposals });
      alice.mergePendingCommit();
      const processed = bob.process(commit);
      if (processed.kind === "commit") processed.merge();
      return commit;
    };
    step([]);
    step([propose(resumption)]);
    expect(bob.epochAuthenticator).toEqual(alice.epochAuthenticator);
    const commitOf = (psk: PreSharedKeyID) => () => alice.commit({ proposals: [propose(psk)] });
    expectRefused(alice, "missing-psk", commitOf({ ...resumption, pskEpoch: 99n }));
    expectRefused(alice, "invalid-proposal", commitOf({ ...resumption, usage: "reinit" }));
    expectRefused(alice, "invalid-proposal", commitOf({ ...id, pskNonce: new Uint8Array(4) }));
  });
});
