import { describe, it } from "vitest";
import {
  added,
  by,
  commit,
  expectAllowed,
  expectDenied,
  joined,
  joiner,
  list,
  member,
  proposals,
  proposedBy,
  provider,
  removed,
  role,
  room,
} from "../test/kit.ts";
import { authorizeCommit, authorizeProposal } from "./authorize.ts";
import type { CapabilityName } from "./capabilities.ts";

const plain = role(2, []);
const bobWith = (
  capabilities: readonly CapabilityName[],
  changes: Readonly<Record<number, readonly number[]>> = {},
  policy = {},
) =>
  room({
    participants: { alice: 2, bob: 3, cathy: 1 },
    roles: [role(1, []), plain, role(3, capabilities, changes)],
    policy,
  });
const members = { alice: 1, bob: 2 };
const alice = member("alice");
const bob = member("bob");

describe("canAddOwnClient (policy §8.1.1)", () => {
  it("adds own clients from inside, by external commit and by an external proposal", () => {
    const withIt = bobWith(["canAddOwnClient"]);
    const without = bobWith(["canAddParticipant"], { 0: [3] });
    const inside = commit(bob, members, by(bob, added("bob")));
    const outside = commit(joiner("bob"), members, by(joiner("bob"), joined("bob")));
    expectAllowed(authorizeCommit(withIt, inside), "canAddOwnClient");
    expectAllowed(authorizeCommit(withIt, outside), "canAddOwnClient");
    expectDenied(authorizeCommit(without, inside), "missing-capability", "canAddOwnClient");
    expectDenied(authorizeCommit(without, outside), "missing-capability", "canAddOwnClient");
    const proposal = proposals(members, by(joiner("bob"), added("bob")));
    expectAllowed(authorizeProposal(withIt, proposal), "canAddOwnClient");
    expectDenied(authorizeProposal(without, proposal), "missing-capability", "canAddOwnClient");
  });

  it("adds nobody else's clients, listed or not", () => {
    const state = bobWith(["canAddOwnClient", "canAddParticipant"], { 0: [2, 3] });
    expectDenied(authorizeCommit(state, commit(bob, members, by(bob, added("alice")))), "not-permitted");
    expectDenied(
      authorizeCommit(state, commit(bob, members, by(bob, added("dora")))),
      "client-without-participant",
    );
    expectDenied(authorizeCommit(state, commit(bob, members, by(bob, added("cathy")))), "not-permitted");
  });

  it("does not let a stranger propose itself", () => {
    const stranger = proposals(members, by(joiner("dora"), added("dora")));
    expectDenied(authorizeProposal(bobWith(["canAddOwnClient"]), stranger), "not-a-participant");
  });

  it("replaces the own former leaf (RFC 9420 §12.4.3.2), but no other client", () => {
    const state = bobWith(["canAddOwnClient"]);
    const again = (user: string, replaced: boolean) =>
      commit(joiner("bob"), members, by(joiner("bob"), removed(user, { replaced }), joined("bob")));
    expectAllowed(authorizeCommit(state, again("bob", true)));
    expectDenied(authorizeCommit(state, again("bob", false)), "missing-capability", "canRemoveOwnClient");
    expectDenied(authorizeCommit(state, again("alice", false)), "missing-capability", "canKick");
  });
});

describe("clients that come with an addition", () => {
  const state = room({
    participants: { alice: 4, bob: 4, erik: 2 },
    roles: [plain, role(4, ["canAddParticipant"], { 0: [2] })],
  });
  const group = { alice: 1, bob: 1, erik: 1 };
  const listed = proposedBy(bob, list({ add: { dora: 2 } }));

  it("are added by whoever adds the user, or by somebody who could", () => {
    expectAllowed(authorizeCommit(state, commit(bob, group, [...listed, ...by(bob, added("dora"))])));
    expectAllowed(authorizeCommit(state, commit(alice, group, [...listed, ...by(alice, added("dora"))])));
    const erik = member("erik");
    expectDenied(
      authorizeCommit(state, commit(erik, group, [...listed, ...by(erik, added("dora"))])),
      "missing-capability",
      "canAddParticipant",
    );
  });
});

describe("canRemoveOwnClient (policy §8.1.2)", () => {
  it("removes own clients by Remove and SelfRemove, and the list stays", () => {
    for (const selfRemove of [false, true]) {
      const facts = commit(alice, members, proposedBy(bob, removed("bob", { selfRemove })));
      expectAllowed(authorizeCommit(bobWith(["canRemoveOwnClient"]), facts), "canRemoveOwnClient");
      expectDenied(
        authorizeCommit(bobWith(["canRemoveSelf", "canKick"], { 3: [0] }), facts),
        "missing-capability",
        "canRemoveOwnClient",
      );
    }
    const sibling = commit(bob, members, by(bob, removed("bob")));
    expectAllowed(authorizeCommit(bobWith(["canRemoveOwnClient"]), sibling));
  });

  it("is not needed for a leave of which only the SelfRemove fits into an external commit (reading R-062)", () => {
    const facts = commit(joiner("alice"), members, [
      ...proposedBy(bob, removed("bob", { selfRemove: true })),
      ...by(joiner("alice"), joined("alice")),
    ]);
    const state = (changes = {}) =>
      room({
        participants: { alice: 2, bob: 3 },
        roles: [role(2, ["canAddOwnClient"]), role(3, ["canRemoveSelf"], changes)],
      });
    expectAllowed(authorizeCommit(state({ 3: [0] }), facts), "canRemoveSelf");
    expectDenied(authorizeCommit(state(), facts), "missing-capability", "canRemoveOwnClient");
  });
});

describe("canKick (policy §8.1.2)", () => {
  it("removes clients of others, and the list stays", () => {
    const kick = commit(bob, members, by(bob, removed("alice")));
    expectAllowed(authorizeCommit(bobWith(["canKick"]), kick), "canKick");
    expectDenied(
      authorizeCommit(bobWith(["canRemoveParticipant", "canBan"], { 2: [0, 1] }), kick),
      "missing-capability",
      "canKick",
    );
  });

  it("is needed by external senders, too", () => {
    const kick = proposals(members, by(provider(), removed("alice")));
    expectDenied(authorizeProposal(bobWith(["canKick"]), kick), "missing-capability", "canKick");
  });
});

describe("the rest of a removal", () => {
  it("may be proposed by anybody, since the clients have to go (protocol §5.3)", () => {
    const state = room({
      participants: { alice: 2, bob: 3 },
      roles: [plain, role(3, ["canRemoveSelf"], { 3: [0] })],
    });
    const leave = proposedBy(bob, list({ remove: [1] }), removed("bob", { selfRemove: true }));
    expectDenied(authorizeCommit(state, commit(alice, members, leave)), "clients-left");
    expectAllowed(authorizeCommit(state, commit(alice, members, [...leave, ...by(alice, removed("bob"))])));
  });
});

describe("identities (protocol §7.5)", () => {
  const state = bobWith([]);
  const update = (after: string) =>
    by(bob, { kind: "clientUpdated", before: "mimi://b.example/d/bob/1", after } as const);

  it("stay what they are when a leaf is replaced", () => {
    expectAllowed(authorizeCommit(state, commit(bob, members, update("mimi://b.example/d/bob/1"))));
    expectDenied(
      authorizeCommit(state, commit(bob, members, update("mimi://a.example/d/alice/1"))),
      "identity-changed",
    );
    expectDenied(
      authorizeProposal(state, proposals(members, update("mimi://b.example/d/bob/2"))),
      "identity-changed",
    );
  });

  it("are no pseudonyms unless the base policy says so (policy §5)", () => {
    const pseudonym = "mimi://b.example/p/x";
    const adder = (pseudonymsAllowed: boolean) =>
      room({
        participants: { alice: 4 },
        roles: [plain, role(4, ["canAddParticipant"], { 0: [2] })],
        policy: { pseudonymsAllowed },
      });
    const change = list({ add: { bob: 2 } });
    const octets = change.kind === "componentUpdate" ? change.update : new Uint8Array();
    // /u/bob and /p/x differ in two octets only: the update keeps its lengths.
    const text = new TextDecoder("latin1").decode(octets).replace("b.example/u/bob", "b.example/p/xxx");
    const update = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const facts = (user: string) =>
      commit(alice, { alice: 1 }, [
        ...by(alice, { kind: "componentUpdate", componentId: 0x22, update }),
        ...by(alice, { kind: "clientAdded", user }),
      ]);
    expectAllowed(authorizeCommit(adder(true), facts("mimi://b.example/p/xxx")));
    expectDenied(authorizeCommit(adder(false), facts("mimi://b.example/p/xxx")), "pseudonym-not-allowed");
    expectDenied(
      authorizeCommit(
        adder(false),
        commit(alice, { alice: 1 }, by(alice, { kind: "clientAdded", user: pseudonym })),
      ),
      "pseudonym-not-allowed",
    );
  });
});

describe("who may commit", () => {
  it("participants may, with nothing to say; others may not", () => {
    expectAllowed(authorizeCommit(bobWith([]), commit(bob, members, [])), "commit of a participant");
    expectDenied(authorizeCommit(bobWith([]), commit(member("dora"), members, [])), "not-a-participant");
    expectDenied(authorizeCommit(bobWith([]), commit(member("cathy"), members, [])), "banned");
    expectDenied(authorizeCommit(bobWith([]), commit(provider(), members, [])), "not-permitted");
  });
});
