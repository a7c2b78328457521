/** RFC 9420 §9.2: what is derived is overwritten when the RFC says to delete it, for all that JavaScript allows. */

import { type CipherSuite, type CryptoProvider, MemberGroup, type MemberOptions } from "@openmimi/mls";
import { decode, opaque, struct, uint16 } from "@openmimi/tls";
import { beforeEach, describe, expect, it } from "vitest";
import { add, crypto, keysOf, mergeCommit, mimiRequired, options, suite, suiteId, text } from "./actors.ts";

const KDFLabel = struct("KDFLabel", { length: uint16, label: opaque(), context: opaque() });

/** A provider that remembers the octets of every secret that it derives, by the label of the RFC. */
function remembering(): {
  crypto: CryptoProvider;
  alive(label: string): number;
  derived(label: string): number;
} {
  const secrets = new Map<string, Uint8Array[]>();
  const expand: CipherSuite["expand"] = (prk, info, length) => {
    const secret = suite.expand(prk, info, length);
    const label = new TextDecoder().decode(decode(KDFLabel, info).label).replace("MLS 1.0 ", "");
    secrets.set(label, [...(secrets.get(label) ?? []), secret]);
    return secret;
  };
  const spied: CipherSuite = { ...suite, expand };
  const found = (label: string) => secrets.get(label) ?? [];
  return {
    crypto: { ...crypto, suite: (id) => (id === suiteId ? spied : crypto.suite(id)) },
    derived: (label) => found(label).length,
    alive: (label) => found(label).filter((secret) => secret.some((octet) => octet !== 0)).length,
  };
}

/** Labels of what is gone as soon as an epoch has begun. RFC 9420 §8, §7.4. */
const transient = ["joiner", "epoch", "path", "node", "derived psk", "welcome"];
/** Labels of what lasts as long as the epoch. */
const ofEpoch = ["exporter", "external", "confirm", "membership", "authentication", "init"];

const withPsk: MemberOptions = { ...options, psk: () => text("known to all"), pastEpochs: 2 };
type Spy = ReturnType<typeof remembering>;
let spies: Spy[];
let alice: MemberGroup;
let bob: MemberGroup;

beforeEach(() => {
  spies = [remembering(), remembering()];
  const [ofAlice, ofBob] = spies;
  const init = {
    cipherSuite: suiteId,
    groupId: text("group"),
    own: keysOf("alice"),
    extensions: [mimiRequired],
  };
  alice = MemberGroup.create(ofAlice!.crypto, init, withPsk);
  const keys = keysOf("bob");
  const { welcome } = alice.commit({ proposals: [add(keys)], path: true });
  alice.mergePendingCommit();
  const given = { welcome: welcome!, keyPackages: [keys], ratchetTree: alice.public.ratchetTree() };
  bob = MemberGroup.join(ofBob!.crypto, given, withPsk);
});

/** Alice commits, with a PSK and a path. */
function commit(): void {
  const pskNonce = suite.random(suite.hashLength);
  const psk = { pskType: "external" as const, pskId: text("id"), pskNonce };
  const made = alice.commit({ proposals: [{ proposalType: "psk", psk }], path: true });
  alice.mergePendingCommit();
  mergeCommit(bob.process(made.commit));
}

describe("RFC 9420 §9.2: deletion schedule", () => {
  it("commit_secret, joiner_secret, epoch_secret and what they come of are gone once the epoch has begun", () => {
    commit();
    for (const { alive, derived } of spies) {
      for (const label of transient) expect(alive(label), label).toBe(0);
      for (const label of ["joiner", "epoch", "path", "node", "derived psk"]) {
        expect(derived(label), label).toBeGreaterThan(0);
      }
    }
  });

  it("of the epoch before nothing is left but what late messages need", () => {
    commit();
    for (const { alive, derived } of spies) {
      for (const label of ofEpoch) {
        expect(derived(label), label).toBeGreaterThan(1);
        expect(alive(label), label).toBe(1);
      }
    }
  });

  it("with the first message of a sender the secrets above its leaf are gone, and each key with its message", () => {
    const [ofAlice, ofBob] = spies as [Spy, Spy];
    // One more of the epoch before she was joined.
    expect([ofAlice, ofBob].map(({ alive }) => alive("encryption"))).toEqual([2, 1]);
    const message = alice.protect(text("x"));
    expect(["encryption", "key", "nonce"].map(ofAlice.alive)).toEqual([1, 0, 0]);
    expect(bob.process(message)).toMatchObject({ kind: "application" });
    expect(["encryption", "key", "nonce"].map(ofBob.alive)).toEqual([0, 0, 0]);
    // Two ratchets of one leaf, and the secret of the other leaf.
    expect(ofBob.alive("handshake")).toBe(1);
    expect(ofBob.alive("tree")).toBe(1);
  });

  it("keys of messages that were skipped last until the message comes, or the epoch is forgotten", () => {
    const [first, second] = [alice.protect(text("1")), alice.protect(text("2"))];
    bob.process(second);
    expect(spies[1]!.alive("key")).toBe(1);
    bob.process(first);
    expect(spies[1]!.alive("key")).toBe(0);
    alice.protect(text("lost"));
    bob.process(alice.protect(text("3")));
    for (let epochs = 0; epochs < 2; epochs++) commit();
    expect(spies[1]!.alive("key")).toBe(1);
    commit();
    expect(spies[1]!.alive("key")).toBe(0);
  });

  it("of epochs that are not read any more nothing at all is left", () => {
    for (let epochs = 0; epochs < 5; epochs++) commit();
    for (const { alive, derived } of spies) {
      expect(derived("sender data")).toBeGreaterThan(5);
      // The present epoch and two before it.
      for (const label of ["sender data", "resumption", "encryption"]) expect(alive(label), label).toBe(3);
      expect(alive("application_export")).toBe(1);
    }
  });

  it("a commit that did not win leaves nothing behind, whether it is dropped or another one comes", () => {
    const labels = [...ofEpoch, "sender data", "resumption", "encryption", "application_export"];
    const [, ofBob] = spies as [Spy, Spy];
    const before = labels.map(ofBob.alive);
    bob.commit({ path: true });
    expect(labels.map(ofBob.alive)).not.toEqual(before);
    bob.clearPendingCommit();
    expect(labels.map(ofBob.alive)).toEqual(before);
    bob.commit({ path: true });
    commit();
    // The epoch that ended is kept for late messages.
    const kept = ["sender data", "resumption", "encryption"];
    const after = labels.map((label, at) => before[at]! + (kept.includes(label) ? 1 : 0));
    expect(labels.map(ofBob.alive)).toEqual(after);
  });

  it("what a component exports does not give away others once it is given out", () => {
    alice.safeExport(0x22);
    expect(spies[0]!.alive("application_export")).toBe(0);
    commit();
    // The tree of the epoch before, of which one secret was taken, is gone.
    const fresh = spies[0]!.alive("tree");
    alice.safeExport(1);
    expect(spies[0]!.alive("tree")).toBeGreaterThan(fresh);
    commit();
    // But for the secret that was given out.
    expect(spies[0]!.alive("tree")).toBe(fresh + 1);
  });
});
