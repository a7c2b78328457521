import { encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import {
  add,
  addMembers,
  crypto,
  keysOf,
  mimiCapabilities,
  newGroup,
  options,
  suite,
  suiteId,
  text,
} from "../../test/actors.ts";
import { coded, expectRefused, flipped } from "../../test/forge.ts";
import { type Capabilities, CipherSuiteId, Credential, type CredentialBinding } from "../codec/index.ts";
import { createKeyPackage } from "../key-package.ts";
import { MemberGroup } from "../member/group.ts";
import { certificatePublicKey } from "./certificate.ts";
import { type PresentedCredential, signCredentialBinding } from "./validate.ts";

const p256 = CipherSuiteId.MLS_128_DHKEMP256_AES128GCM_SHA256_P256;
const known: Capabilities = {
  ...mimiCapabilities,
  cipherSuites: [suiteId, p256],
  credentials: [1, 2, 3, 4],
};
const basic = (name: string) => ({ credentialType: "basic" as const, identity: text(name) });
const always = { notBefore: 0n, notAfter: 2n ** 63n };

/** Keys of a client whose credential is made from its signature key. */
function keysWith(make: (signatureKey: Uint8Array) => Credential, capabilities = known) {
  const signatureKeyPair = suite.generateSignatureKeyPair();
  const credential = make(signatureKeyPair.publicKey);
  return createKeyPackage(crypto, suiteId, { credential, signatureKeyPair, capabilities, lifetime: always });
}

function binding(signatureKey: Uint8Array, id: number = p256): CredentialBinding {
  const other = crypto.suite(id);
  const { publicKey: credentialKey, privateKey } = other.generateSignatureKeyPair();
  return signCredentialBinding(
    other,
    { credential: basic("bob at work"), credentialKey },
    signatureKey,
    privateKey,
  );
}

const group = (capabilities = known) =>
  MemberGroup.create(crypto, {
    cipherSuite: suiteId,
    groupId: text("g"),
    own: keysOf("alice", capabilities),
  });

describe("extensions §6.5: multi-credentials", () => {
  it.each(["multi", "weakMulti"] as const)(
    "%s: a member is added by what it is bound to",
    (credentialType) => {
      const alice = group();
      const bob = keysWith((key) => ({ credentialType, bindings: [binding(key), binding(key, suiteId)] }));
      alice.commit({ proposals: [add(bob)] });
      alice.mergePendingCommit();
      expect(alice.public.members()).toHaveLength(2);
    },
  );

  it.each(["multi", "weakMulti"] as const)("%s: a binding for another key is refused", (credentialType) => {
    const alice = group();
    const foreign = keysWith(() => ({ credentialType, bindings: [binding(text("another key"))] }));
    expectRefused(alice, "invalid-credential", () => alice.propose(add(foreign)));
    const broken = keysWith((key) => {
      const made = binding(key);
      return { credentialType, bindings: [{ ...made, signature: flipped(made.signature) }] };
    });
    expectRefused(alice, "invalid-credential", () => alice.commit({ proposals: [add(broken)] }));
  });

  it("multi needs the support of every member for every binding, weak-multi for one", () => {
    const narrow = { ...known, cipherSuites: [suiteId] };
    const make = (credentialType: "multi" | "weakMulti") =>
      keysWith((key) => ({ credentialType, bindings: [binding(key), binding(key, suiteId)] }));
    expectRefused(group(narrow), "missing-capability", () => {
      throw group(narrow).commit({ proposals: [add(make("multi"))] });
    });
    group(narrow).commit({ proposals: [add(make("weakMulti"))] });
    const none = keysWith((key) => ({ credentialType: "weakMulti", bindings: [binding(key)] }));
    expectRefused(group(narrow), "missing-capability", () => {
      throw group(narrow).commit({ proposals: [add(none)] });
    });
    const without = { ...known, credentials: [1] };
    expectRefused(group(without), "missing-capability", () => {
      throw group(without).commit({ proposals: [add(make("multi"))] });
    });
  });

  it("a suite that is not known here: weak-multi passes over it, multi is refused", () => {
    const wide = { ...known, cipherSuites: [suiteId, p256, 0x7a7a] };
    const strange = (key: Uint8Array): CredentialBinding => ({ ...binding(key), cipherSuite: 0x7a7a });
    const make = (credentialType: "multi" | "weakMulti") =>
      keysWith((key) => ({ credentialType, bindings: [strange(key), binding(key)] }), wide);
    expect(() => group(wide).commit({ proposals: [add(make("multi"))] })).toThrow(
      coded("invalid-credential"),
    );
    group(wide).commit({ proposals: [add(make("weakMulti"))] });
  });

  it("do not nest", () => {
    const inner = { credentialType: "multi", bindings: [] } as unknown as CredentialBinding["credential"];
    const nested = { ...binding(text("key")), credential: inner };
    expect(() => encode(Credential, { credentialType: "multi", bindings: [nested] })).toThrow();
  });
});

/** X.690: an element. */
const der = (tag: number, ...content: (number | Uint8Array)[]): Uint8Array => {
  const octets = content.flatMap((part) => (typeof part === "number" ? [part] : [...part]));
  const low = octets.length & 0xff;
  const long = octets.length < 0x100 ? [0x81, low] : [0x82, octets.length >> 8, low];
  const length = octets.length < 0x80 ? [low] : long;
  return Uint8Array.from([tag, ...length, ...octets]);
};

/** A certificate as far as RFC 9420 looks into it. */
function certificate(key: Uint8Array, version = true): Uint8Array {
  const algorithm = der(0x30, der(0x06, 0x2b, 0x65, 0x70));
  const name = der(0x30);
  const fields = [
    der(0x02, 1),
    algorithm,
    name,
    der(0x30),
    der(0x30, new Uint8Array(200)),
    der(0x30, algorithm, der(0x03, 0, key)),
  ];
  const body = der(0x30, ...(version ? [der(0xa0, der(0x02, 2))] : []), ...fields);
  return der(0x30, body, algorithm, der(0x03, 0));
}

describe("RFC 9420 §5.3: X.509 credentials", () => {
  const x509 = (...certificates: Uint8Array[]): Credential => ({
    credentialType: "x509",
    certificates: certificates.map((certData) => ({ certData })),
  });

  it("finds the public key of a certificate", () => {
    const key = suite.random(32);
    expect(certificatePublicKey(certificate(key))).toEqual(key);
    expect(certificatePublicKey(certificate(key, false))).toEqual(key);
  });

  it("finds none in what is no certificate, whatever octet is missing", () => {
    const whole = certificate(suite.random(32));
    for (let length = 0; length < whole.length; length++) {
      expect(certificatePublicKey(whole.subarray(0, length))).toBeUndefined();
    }
    expect(certificatePublicKey(Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff))).toBeUndefined();
    expect(certificatePublicKey(Uint8Array.of(...whole, 0))).toBeUndefined();
  });

  it("belong to the signature key of the leaf", () => {
    const alice = group();
    alice.commit({ proposals: [add(keysWith((key) => x509(certificate(key), text("issuer"))))] });
    alice.clearPendingCommit();
    for (const other of [x509(), x509(certificate(suite.random(32))), x509(text("no certificate"))]) {
      expectRefused(alice, "invalid-credential", () => alice.propose(add(keysWith(() => other))));
    }
  });
});

describe("RFC 9420 §5.3.1: the application is asked about every credential", () => {
  it("that comes into the group, and what it replaces", () => {
    const seen: PresentedCredential[] = [];
    const asked = { credentials: (presented: PresentedCredential) => void seen.push(presented) };
    const own = keysOf("alice");
    const alice = MemberGroup.create(crypto, { cipherSuite: suiteId, groupId: text("g"), own }, asked);
    alice.commit({ proposals: [add(keysOf("bob"))], leaf: { credential: basic("alice two") } });
    expect(seen).toMatchObject([
      { credential: basic("alice"), leafIndex: 0 },
      { credential: basic("bob"), leafIndex: 1 },
      { credential: basic("alice two"), leafIndex: 0, replaces: basic("alice") },
    ]);
  });

  it("of a joiner that removes an old leaf: whether it is the same client", () => {
    const seen: PresentedCredential[] = [];
    const credentials = (presented: PresentedCredential) => {
      seen.push(presented);
      const { credential, replaces } = presented;
      if (replaces !== undefined && JSON.stringify(replaces) !== JSON.stringify(credential))
        throw new Error("somebody else");
    };
    const alice = newGroup();
    addMembers(alice, [], ["bob", "carol"]);
    const given = { groupInfo: alice.groupInfo(), ratchetTree: alice.public.ratchetTree() };
    const proposals = [{ proposalType: "remove" as const, removed: 1 }];
    const strict = MemberGroup.deserialize(crypto, alice.serialize(), { ...options, credentials });
    const join = (name: string) =>
      MemberGroup.joinExternally(crypto, { ...given, own: keysOf(name), proposals }, options).commit;
    expectRefused(strict, "invalid-credential", () => strict.process(join("carol two")));
    const again = join("bob");
    expect(strict.process(again)).toMatchObject({ kind: "commit" });
    expect(seen.at(-1)).toMatchObject({ leafIndex: 1, replaces: basic("bob") });
  });

  it("and refuses by throwing", () => {
    const credentials = ({ credential }: PresentedCredential) => {
      if (credential.credentialType === "basic" && String.fromCharCode(...credential.identity) === "mallory")
        throw new Error("nobody we know");
    };
    const alice = newGroup();
    const [bob] = addMembers(alice, [], ["bob"]);
    const strict = MemberGroup.deserialize(crypto, bob!.serialize(), { credentials });
    const { commit } = alice.commit({ proposals: [add(keysOf("mallory"))] });
    expectRefused(strict, "invalid-credential", () => strict.process(commit));
    bob!.process(commit);
  });
});
