import { ParticipantListUpdate } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { describe, it } from "vitest";
import {
  added,
  by,
  commit,
  expectAllowed,
  expectDenied,
  list,
  member,
  proposedBy,
  removed,
  role,
  room,
  update,
} from "../test/kit.ts";
import { authorizeCommit } from "./authorize.ts";
import type { CapabilityName } from "./capabilities.ts";

const banned = role(1, [], {}, { maximumActiveParticipantsConstraint: 0 });
const plain = role(2, []);
const other = role(3, []);
/** Alice has role 5 with what a test gives her; bob has role 2, cathy is banned. */
const withAlice = (
  capabilities: readonly CapabilityName[],
  changes: Readonly<Record<number, readonly number[]>>,
  policy = {},
) =>
  room({
    participants: { alice: 5, bob: 2, cathy: 1 },
    roles: [role(0, []), banned, plain, other, role(5, capabilities, changes)],
    policy,
  });
const members = { alice: 1, bob: 2 };
const alice = member("alice");

describe("canAddParticipant (policy §8.1.1)", () => {
  const add = by(alice, list({ add: { dora: 2 } }), added("dora"), added("dora"));

  it("needs the capability and the transition from 0 to the new role", () => {
    expectAllowed(
      authorizeCommit(withAlice(["canAddParticipant"], { 0: [2] }), commit(alice, members, add)),
      "canAddParticipant",
    );
    expectDenied(
      authorizeCommit(withAlice([], { 0: [2] }), commit(alice, members, add)),
      "missing-capability",
      "canAddParticipant",
    );
    for (const changes of [{}, { 0: [3] }, { 2: [2] }]) {
      expectDenied(
        authorizeCommit(withAlice(["canAddParticipant"], changes), commit(alice, members, add)),
        "transition-not-authorized",
        "canAddParticipant",
      );
    }
  });

  it("adds users whose clients come later", () => {
    const inactive = by(alice, list({ add: { dora: 2, erik: 2 } }));
    expectAllowed(
      authorizeCommit(withAlice(["canAddParticipant"], { 0: [2] }), commit(alice, members, inactive)),
    );
  });

  it("is asked of whoever proposed the addition (reading R-195)", () => {
    const proposal = proposedBy(member("bob"), list({ add: { dora: 2 } }));
    expectDenied(
      authorizeCommit(withAlice(["canAddParticipant"], { 0: [2] }), commit(alice, members, proposal)),
      "missing-capability",
    );
    const byAlice = proposedBy(alice, ...by(alice, list({ add: { dora: 2 } }), added("dora")));
    const state = withAlice(["canAddParticipant"], { 0: [2] });
    expectAllowed(authorizeCommit(state, commit(member("bob"), members, byAlice)));
  });

  it("does not add to roles that are not defined, nor to the list twice", () => {
    const state = withAlice(["canAddParticipant"], { 0: [2, 9] });
    expectDenied(
      authorizeCommit(state, commit(alice, members, by(alice, list({ add: { dora: 9 } })))),
      "unknown-role",
    );
    expectDenied(
      authorizeCommit(state, commit(alice, members, by(alice, list({ add: { bob: 2 } })))),
      "malformed-update",
    );
  });

  it("adds users, not rooms or clients (protocol §7.5)", () => {
    const state = withAlice(["canAddParticipant"], { 0: [2] });
    for (const user of ["mimi://b.example/r/x", "mimi://b.example/d/bob/1"]) {
      const octets = encode(ParticipantListUpdate, {
        changedRoleParticipants: [],
        removedIndices: [],
        addedParticipants: [{ user, roleIndex: 2 }],
      });
      const facts = commit(alice, members, by(alice, update(0x22, octets)));
      expectDenied(authorizeCommit(state, facts), "malformed-update");
    }
  });

  it("has no place in a fixed-membership room (policy §5)", () => {
    const state = withAlice(["canAddParticipant"], { 0: [2] }, { fixedMembership: true });
    expectDenied(authorizeCommit(state, commit(alice, members, add)), "fixed-membership");
  });
});

describe("canRemoveParticipant (policy §8.1.2)", () => {
  const remove = by(alice, list({ remove: [1] }), removed("bob"), removed("bob"));

  it("needs the capability and the transition from the user's role to 0", () => {
    const state = withAlice(["canRemoveParticipant"], { 2: [0] });
    expectAllowed(authorizeCommit(state, commit(alice, members, remove)), "canRemoveParticipant");
    expectDenied(
      authorizeCommit(withAlice([], { 2: [0] }), commit(alice, members, remove)),
      "missing-capability",
      "canRemoveParticipant",
    );
    expectDenied(
      authorizeCommit(
        withAlice(["canRemoveParticipant"], { 3: [0], 2: [1, 3] }),
        commit(alice, members, remove),
      ),
      "transition-not-authorized",
      "canRemoveParticipant",
    );
  });

  it("takes all clients of the user along", () => {
    const state = withAlice(["canRemoveParticipant"], { 2: [0] });
    const half = by(alice, list({ remove: [1] }), removed("bob"));
    expectDenied(authorizeCommit(state, commit(alice, members, half)), "clients-left");
    expectDenied(
      authorizeCommit(state, commit(alice, members, by(alice, list({ remove: [1] })))),
      "clients-left",
    );
  });

  it("removes banned users from the list", () => {
    const state = withAlice(["canRemoveParticipant"], { 1: [0] });
    expectAllowed(authorizeCommit(state, commit(alice, members, by(alice, list({ remove: [2] })))));
  });

  it("has no place in a fixed-membership room (policy §5)", () => {
    const state = withAlice(["canRemoveParticipant"], { 2: [0] }, { fixedMembership: true });
    expectDenied(authorizeCommit(state, commit(alice, members, remove)), "fixed-membership");
  });
});

describe("canRemoveSelf (policy §8.1.2)", () => {
  const bob = member("bob");
  const leaving = (capabilities: readonly CapabilityName[], changes = {}, policy = {}) =>
    room({ participants: { alice: 2, bob: 3 }, roles: [plain, role(3, capabilities, changes)], policy });
  const leave = proposedBy(bob, list({ remove: [1] }), removed("bob", { selfRemove: true }), removed("bob"));

  it("needs the capability and the transition from the own role to 0", () => {
    expectAllowed(
      authorizeCommit(leaving(["canRemoveSelf"], { 3: [0] }), commit(alice, members, leave)),
      "canRemoveSelf",
    );
    expectDenied(
      authorizeCommit(
        leaving(["canRemoveOwnClient", "canRemoveParticipant"], { 3: [0] }),
        commit(alice, members, leave),
      ),
      "missing-capability",
      "canRemoveSelf",
    );
    expectDenied(
      authorizeCommit(leaving(["canRemoveSelf"], { 2: [0] }), commit(alice, members, leave)),
      "transition-not-authorized",
      "canRemoveSelf",
    );
  });

  it("takes all own clients along, so it cannot be committed by the leaving user", () => {
    const state = leaving(["canRemoveSelf"], { 3: [0] });
    const own = by(bob, list({ remove: [1] }), removed("bob"));
    expectDenied(authorizeCommit(state, commit(bob, members, own)), "clients-left");
  });

  it("has no place in a fixed-membership room (policy §5)", () => {
    const state = leaving(["canRemoveSelf"], { 3: [0] }, { fixedMembership: true });
    expectDenied(authorizeCommit(state, commit(alice, members, leave)), "fixed-membership");
  });
});
