import { TlsError } from "@openmimi/tls";
import { beforeEach, describe, expect, it } from "vitest";
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
} from "../../test/actors.ts";
import { coded, expectRefused, insideOf } from "../../test/forge.ts";
import { MemberGroup } from "./group.ts";

let alice: MemberGroup;
let bob: MemberGroup;

beforeEach(() => {
  alice = newGroup();
  [bob] = addMembers(alice, [], ["bob"]) as [MemberGroup];
});

const restore = (group: MemberGroup) => MemberGroup.deserialize(crypto, group.serialize(), options);

describe("a stored member", () => {
  it("is the same member, to the octet", () => {
    bob.process(alice.protect(text("x")));
    bob.proposeUpdate();
    bob.safeExport(0x22);
    const copy = restore(bob);
    expect(copy.serialize()).toEqual(bob.serialize());
    expect(copy.epochAuthenticator).toEqual(bob.epochAuthenticator);
    expect(copy.ownLeafIndex).toBe(1);
    expect(copy.public.pending).toEqual(bob.public.pending);
  });

  it("keeps what is consumed consumed", () => {
    const message = alice.protect(text("x"));
    bob.process(message);
    bob.safeExport(1);
    const copy = restore(bob);
    expectRefused(copy, "generation-consumed", () => copy.process(message));
    expectRefused(copy, "secret-consumed", () => copy.safeExport(1));
  });

  it("keeps its pending commit, which is then known and merged", () => {
    for (const wireFormat of ["publicMessage", "privateMessage"] as const) {
      const carolKeys = keysOf("carol");
      const update = bob.proposeUpdate().message;
      alice.process(update);
      const made = alice.commit({ proposals: [add(carolKeys)], wireFormat });
      const copy = restore(alice);
      expect(copy.pendingCommit?.message).toEqual(made.commit);
      expect(copy.pendingCommit?.staged.groupContext).toEqual(made.staged.groupContext);
      mergeCommit(copy.process(made.commit));
      mergeCommit(bob.process(made.commit));
      expect(copy.epochAuthenticator).toEqual(bob.epochAuthenticator);
      expect(copy.process(bob.protect(text("x")))).toMatchObject({ kind: "application" });
      alice = copy;
    }
  });

  it("does not share its octets with whoever stored them", () => {
    const stored = bob.serialize();
    const untouched = stored.slice();
    const copy = MemberGroup.deserialize(crypto, stored, options);
    copy.process(alice.protect(text("x")));
    copy.safeExport(7);
    copy.commit();
    copy.mergePendingCommit();
    expect(stored).toEqual(untouched);
  });

  it("is not made of other octets", () => {
    const stored = bob.serialize();
    for (const bad of [new Uint8Array(), text("no"), stored.subarray(2), Uint8Array.from([...stored, 0])]) {
      expect(() => MemberGroup.deserialize(crypto, bad, options)).toThrow(TlsError);
    }
  });

  it("is not read where an earlier release stored it, and says so", () => {
    const stored = bob.serialize();
    expect(stored[0]).toBe(2);
    const older = Uint8Array.from([1, ...stored.subarray(1)]);
    expect(() => MemberGroup.deserialize(crypto, older, options)).toThrow(
      coded("unsupported-stored-version"),
    );
    const later = Uint8Array.from([3, ...stored.subarray(1)]);
    expect(() => MemberGroup.deserialize(crypto, later, options)).toThrow(/version/);
  });
});

describe("RFC 9420 §8.5, §8.7, extensions §4.4: secrets for applications", () => {
  it("are the same for all members of an epoch", () => {
    expect(bob.exporter("label", text("context"), 40)).toEqual(alice.exporter("label", text("context"), 40));
    expect(bob.exporter("label", text("other"), 40)).not.toEqual(
      alice.exporter("label", text("context"), 40),
    );
    expect(bob.safeExport(0x22)).toEqual(alice.safeExport(0x22));
    expect(bob.safeExport(0x23)).not.toEqual(alice.safeExport(0xffff));
    expect(bob.epochAuthenticator).toEqual(alice.epochAuthenticator);
  });

  it("of one component are given out once per epoch", () => {
    const first = alice.safeExport(5);
    expectRefused(alice, "secret-consumed", () => alice.safeExport(5));
    alice.commit();
    alice.mergePendingCommit();
    expect(alice.safeExport(5)).not.toEqual(first);
  });
});

it("RFC 9420 §9.2: secrets of an epoch that ended are overwritten", () => {
  const { commit } = alice.commit();
  const { secrets } = insideOf(bob).epoch;
  expect(secrets.initSecret.some((octet) => octet !== 0)).toBe(true);
  secrets.erase();
  expect(
    [secrets.initSecret, secrets.membershipKey, secrets.confirmationKey].flatMap((item) => [...item]),
  ).toEqual(new Array(96).fill(0));
  alice.mergePendingCommit();
  mergeCommit(bob.process(commit));
  expect(agreement(alice)).toBe(agreement(bob));
  const kept = alice.epochAuthenticator;
  alice.commit();
  alice.mergePendingCommit();
  expect(kept.some((octet) => octet !== 0)).toBe(true);
});
