import { describe, expect, it } from "vitest";
import {
  addMembers,
  crypto,
  keysOf,
  mergeCommit,
  mimiCapabilities,
  newGroup,
  options,
  text,
} from "../../test/actors.ts";
import { coded, expectRefused } from "../../test/forge.ts";
import { CipherSuiteId, type Proposal } from "../codec/index.ts";
import { createKeyPackage } from "../key-package.ts";
import { MemberGroup } from "./group.ts";

const p256 = CipherSuiteId.MLS_128_DHKEMP256_AES128GCM_SHA256_P256;
const nextKeysOf = (name: string, cipherSuite: number = p256) =>
  createKeyPackage(crypto, cipherSuite, {
    credential: { credentialType: "basic", identity: text(name) },
    capabilities: { ...mimiCapabilities, cipherSuites: [cipherSuite] },
    lifetime: { notBefore: 0n, notAfter: 2n ** 63n },
  });

/** Three members, and what ends their group. */
function ended() {
  const alice = newGroup();
  const [bob, carol] = addMembers(alice, [], ["bob", "carol"]) as [MemberGroup, MemberGroup];
  const reinit: Proposal = {
    proposalType: "reinit",
    reinit: { groupId: text("next"), version: "mls10", cipherSuite: p256, extensions: [] },
  };
  const { commit } = alice.commit({ proposals: [reinit] });
  mergeCommit(bob.process(commit));
  mergeCommit(carol.process(commit));
  alice.mergePendingCommit();
  return { alice, bob, carol };
}

describe("RFC 9420 §11.2: reinitialization", () => {
  it("takes the members into a group with other parameters, whoever makes it", () => {
    const { alice, bob, carol } = ended();
    const stored = MemberGroup.deserialize(crypto, carol.serialize(), options);
    const aliceKeys = nextKeysOf("alice");
    const bobKeys = nextKeysOf("bob");
    const members = [aliceKeys.keyPackage, bobKeys.keyPackage];
    const init = { own: nextKeysOf("carol"), members, treeInWelcome: true };
    const { group, welcome } = MemberGroup.reinitialize(crypto, stored, init);
    expect(group.epoch).toBe(1n);
    expect(group.groupId).toEqual(text("next"));
    const join = (own: typeof aliceKeys, old: MemberGroup) =>
      MemberGroup.join(crypto, { welcome: welcome!, keyPackages: [own], linked: old.linked() });
    const next = [join(aliceKeys, alice), join(bobKeys, bob)];
    for (const member of next) expect(member.epochAuthenticator).toEqual(group.epochAuthenticator);
    const read = next[0]!.process(group.protect(text("hello")));
    expect(read).toMatchObject({ kind: "application", applicationData: text("hello") });
  });

  it("does not work from another group, nor without the old one", () => {
    const { alice, bob } = ended();
    const bobKeys = nextKeysOf("bob");
    const carolKeys = nextKeysOf("carol");
    const members = [bobKeys.keyPackage, carolKeys.keyPackage];
    const { welcome } = MemberGroup.reinitialize(crypto, alice, {
      own: nextKeysOf("alice"),
      members,
      treeInWelcome: true,
    });
    const init = { welcome: welcome!, keyPackages: [bobKeys] };
    expect(() => MemberGroup.join(crypto, init)).toThrow(coded("missing-psk"));
    expect(() => MemberGroup.join(crypto, { ...init, linked: newGroup().linked() })).toThrow(
      coded("missing-psk"),
    );
    const known = { psk: () => bob.linked().resumption(bob.groupId, bob.epoch) };
    expect(() => MemberGroup.join(crypto, init, known)).toThrow(coded("invalid-welcome"));
  });

  it("needs a ReInit, and the same members", () => {
    const { alice } = ended();
    const own = nextKeysOf("alice");
    const make = (old: MemberGroup, names: string[]) => () =>
      MemberGroup.reinitialize(crypto, old, {
        own,
        members: names.map((name) => nextKeysOf(name).keyPackage),
      });
    expectRefused(alice, "usage", make(alice, ["bob"]));
    expectRefused(alice, "usage", make(alice, ["bob", "carol", "dave"]));
    const going = newGroup();
    expectRefused(going, "usage", make(going, []));
  });

  it("asks the application who is who", () => {
    const { alice } = ended();
    const own = nextKeysOf("alice new");
    const members = ["bob new", "carol new"].map((name) => nextKeysOf(name).keyPackage);
    const anybody = { sameMember: () => true };
    const { group } = MemberGroup.reinitialize(crypto, alice, { own, members }, anybody);
    expect(group.public.members()).toHaveLength(3);
  });
});

describe("RFC 9420 §11.3: branching", () => {
  const trio = () => {
    const alice = newGroup();
    const [bob, carol] = addMembers(alice, [], ["bob", "carol"]) as [MemberGroup, MemberGroup];
    return { alice, bob, carol };
  };

  it("takes some of the members into a subgroup, even a little later", () => {
    const { alice, bob, carol } = trio();
    const bobKeys = keysOf("bob");
    const { group, welcome } = MemberGroup.branch(
      crypto,
      alice,
      { own: keysOf("alice"), members: [bobKeys.keyPackage], groupId: text("aside"), treeInWelcome: true },
      options,
    );
    const { commit } = carol.commit({ path: true });
    mergeCommit(bob.process(commit));
    const init = { welcome: welcome!, keyPackages: [bobKeys], linked: bob.linked() };
    const aside = MemberGroup.join(crypto, init, options);
    expect(aside.epochAuthenticator).toEqual(group.epochAuthenticator);
    expect(aside.public.groupContext.extensions).toEqual(alice.public.groupContext.extensions);
    const forgetful = { ...options, pastEpochs: 0 };
    const late = MemberGroup.deserialize(crypto, carol.serialize(), forgetful);
    late.mergePendingCommit();
    expect(() => MemberGroup.join(crypto, { ...init, linked: late.linked() }, options)).toThrow(
      coded("missing-psk"),
    );
  });

  it("takes nobody else, and keeps the cipher suite", () => {
    const { alice } = trio();
    const branch = (name: string, suite: number) => () =>
      MemberGroup.branch(crypto, alice, {
        own: nextKeysOf("alice", 1),
        members: [nextKeysOf(name, suite).keyPackage],
        groupId: text("aside"),
        extensions: [],
      });
    expectRefused(alice, "usage", branch("mallory", 1));
    expectRefused(alice, "invalid-key-package", branch("bob", p256));
  });

  it("a joiner refuses a subgroup with somebody from outside", () => {
    const { alice, bob } = trio();
    const bobKeys = keysOf("bob");
    const members = [bobKeys.keyPackage, keysOf("mallory").keyPackage];
    const { welcome } = MemberGroup.branch(
      crypto,
      alice,
      { own: keysOf("alice"), members, groupId: text("aside"), treeInWelcome: true },
      { ...options, sameMember: () => true },
    );
    const init = { welcome: welcome!, keyPackages: [bobKeys], linked: bob.linked() };
    expect(() => MemberGroup.join(crypto, init, options)).toThrow(coded("invalid-welcome"));
  });
});
