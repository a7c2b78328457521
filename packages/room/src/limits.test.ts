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
  proposedBy,
  removed,
  role,
  room,
} from "../test/kit.ts";
import { authorizeCommit } from "./authorize.ts";
import type { CapabilityName } from "./capabilities.ts";

const all: readonly CapabilityName[] = [
  "canAddParticipant",
  "canRemoveParticipant",
  "canRemoveSelf",
  "canAddOwnClient",
  "canRemoveOwnClient",
  "canKick",
  "canBan",
  "canUnban",
  "canChangeUserRole",
];
const anywhere = { 0: [1, 2, 3], 1: [0, 2, 3], 2: [0, 1, 3], 3: [0, 1, 2], 9: [0, 1, 2, 3] };
const ruler = role(9, all, anywhere);
const alice = member("alice");
type Limits = Parameters<typeof role>[3];
const den = (limits: Limits, participants: Record<string, number>, policy = {}) =>
  room({
    participants: { alice: 9, ...participants },
    roles: [role(1, []), role(2, all, anywhere, limits), role(3, all, anywhere), ruler],
    policy,
  });

describe("maximum_participants_constraint (policy §8.1, reading R-186)", () => {
  const state = den({ maximumParticipantsConstraint: 2 }, { bob: 2, cathy: 3 });

  it("is reached but not passed by additions, role changes and unbans of one commit together", () => {
    expectAllowed(authorizeCommit(state, commit(alice, {}, by(alice, list({ add: { dora: 2 } })))));
    expectDenied(
      authorizeCommit(state, commit(alice, {}, by(alice, list({ add: { dora: 2, erik: 2 } })))),
      "maximum-participants",
    );
    expectAllowed(authorizeCommit(state, commit(alice, {}, by(alice, list({ change: { 2: 2 } })))));
    const both = [...by(alice, list({ add: { dora: 2 } })), ...by(alice, list({ change: { 2: 2 } }))];
    expectDenied(authorizeCommit(state, commit(alice, {}, both)), "maximum-participants");
  });

  it("counts who leaves the role in the same commit", () => {
    const swap = by(alice, list({ change: { 1: 3, 2: 2 }, add: { dora: 2 } }));
    expectAllowed(authorizeCommit(state, commit(alice, {}, swap)));
  });

  it("does not block what improves a room that is over it already", () => {
    const over = den({ maximumParticipantsConstraint: 1 }, { bob: 2, cathy: 2, dora: 2 });
    expectAllowed(authorizeCommit(over, commit(alice, {}, by(alice, list({ remove: [1] })))));
    expectAllowed(
      authorizeCommit(over, commit(alice, {}, by(alice, list({ remove: [1], add: { erik: 2 } })))),
    );
    expectDenied(
      authorizeCommit(over, commit(alice, {}, by(alice, list({ add: { erik: 2 } })))),
      "maximum-participants",
    );
  });
});

describe("minimum_participants_constraint", () => {
  const state = den({ minimumParticipantsConstraint: 1 }, { bob: 2, cathy: 2 });

  it("is kept by removals, leaves, bans and role changes of one commit together", () => {
    expectAllowed(authorizeCommit(state, commit(alice, {}, by(alice, list({ remove: [1] })))));
    for (const change of [
      { remove: [1, 2] },
      { change: { 1: 3 }, remove: [2] },
      { change: { 1: 1, 2: 3 } },
    ]) {
      expectDenied(
        authorizeCommit(state, commit(alice, {}, by(alice, list(change)))),
        "minimum-participants",
      );
    }
    const leaves = [
      ...proposedBy(member("bob"), list({ remove: [1] })),
      ...proposedBy(member("cathy"), list({ remove: [2] })),
    ];
    expectDenied(authorizeCommit(state, commit(alice, {}, leaves)), "minimum-participants");
  });

  it("is kept when another takes the place", () => {
    const swap = by(alice, list({ remove: [1, 2], add: { dora: 2 } }));
    expectAllowed(authorizeCommit(state, commit(alice, {}, swap)));
  });

  it("blocks only a commit that lowers the count below it", () => {
    const under = den({ minimumParticipantsConstraint: 3 }, { bob: 2, cathy: 3 });
    expectAllowed(authorizeCommit(under, commit(alice, {}, by(alice, list({ change: { 2: 2 } })))));
    expectAllowed(authorizeCommit(under, commit(alice, {}, by(alice, list({ remove: [2] })))));
    expectDenied(
      authorizeCommit(under, commit(alice, {}, by(alice, list({ remove: [1] })))),
      "minimum-participants",
    );
  });
});

describe("maximum_active_participants_constraint", () => {
  const state = den({ maximumActiveParticipantsConstraint: 1 }, { bob: 2, cathy: 2 });
  const cathy = joiner("cathy");

  it("counts users with clients, not clients", () => {
    const bob = joiner("bob");
    expectAllowed(authorizeCommit(state, commit(bob, { alice: 1, bob: 1 }, by(bob, joined("bob")))));
    expectDenied(
      authorizeCommit(state, commit(cathy, { alice: 1, bob: 1 }, by(cathy, joined("cathy")))),
      "maximum-active-participants",
    );
    expectAllowed(authorizeCommit(state, commit(cathy, { alice: 1 }, by(cathy, joined("cathy")))));
  });

  it("holds for additions, and for active users who come from another role", () => {
    const add = by(alice, list({ add: { dora: 2 } }), added("dora"));
    expectDenied(
      authorizeCommit(state, commit(alice, { alice: 1, bob: 1 }, add)),
      "maximum-active-participants",
    );
    expectAllowed(
      authorizeCommit(state, commit(alice, { alice: 1, bob: 1 }, by(alice, list({ add: { dora: 2 } })))),
    );
    const moved = den({ maximumActiveParticipantsConstraint: 1 }, { bob: 2, cathy: 3 });
    const move = by(alice, list({ change: { 2: 2 } }));
    expectDenied(
      authorizeCommit(moved, commit(alice, { alice: 1, bob: 1, cathy: 1 }, move)),
      "maximum-active-participants",
    );
    expectAllowed(authorizeCommit(moved, commit(alice, { alice: 1, bob: 1 }, move)));
  });

  it("of zero means no clients at all (policy §3, reading R-187)", () => {
    const silent = den({ maximumActiveParticipantsConstraint: 0 }, { bob: 3 });
    const move = list({ change: { 1: 2 } });
    expectDenied(
      authorizeCommit(silent, commit(alice, { alice: 1, bob: 1 }, by(alice, move))),
      "clients-left",
    );
    expectAllowed(
      authorizeCommit(silent, commit(alice, { alice: 1, bob: 1 }, by(alice, move, removed("bob")))),
    );
  });
});

describe("minimum_active_participants_constraint", () => {
  const state = den({ minimumActiveParticipantsConstraint: 1 }, { bob: 2, cathy: 2 });

  it("is kept by kicks, own removals, leaves and removals", () => {
    const kick = by(alice, removed("bob"));
    expectAllowed(authorizeCommit(state, commit(alice, { alice: 1, bob: 1, cathy: 1 }, kick)));
    expectAllowed(authorizeCommit(state, commit(alice, { alice: 1, bob: 2 }, kick)));
    expectDenied(
      authorizeCommit(state, commit(alice, { alice: 1, bob: 1 }, kick)),
      "minimum-active-participants",
    );
    const own = proposedBy(member("bob"), removed("bob", { selfRemove: true }));
    expectDenied(
      authorizeCommit(state, commit(alice, { alice: 1, bob: 1 }, own)),
      "minimum-active-participants",
    );
    const remove = by(alice, list({ remove: [1] }), removed("bob"));
    expectDenied(
      authorizeCommit(state, commit(alice, { alice: 1, bob: 1 }, remove)),
      "minimum-active-participants",
    );
    expectAllowed(authorizeCommit(state, commit(alice, { alice: 1, bob: 1, cathy: 1 }, remove)));
  });

  it("is not pressed on by removing users without clients", () => {
    const remove = by(alice, list({ remove: [2] }));
    expectAllowed(authorizeCommit(state, commit(alice, { alice: 1 }, remove)));
  });
});

describe("the base policy's limits (policy §5)", () => {
  it("max_users counts who is not banned", () => {
    const state = den({}, { bob: 2, cathy: 1 }, { maxUsers: 3 });
    const add = (names: Record<string, number>) => commit(alice, {}, by(alice, list({ add: names })));
    expectAllowed(authorizeCommit(state, add({ dora: 2 })));
    expectDenied(authorizeCommit(state, add({ dora: 2, erik: 2 })), "maximum-users");
    expectAllowed(authorizeCommit(state, add({ dora: 2, erik: 1 })));
    const unban = { change: { 2: 2 } };
    expectAllowed(authorizeCommit(state, commit(alice, {}, by(alice, list(unban)))));
    expectDenied(
      authorizeCommit(state, commit(alice, {}, by(alice, list({ ...unban, add: { dora: 2 } })))),
      "maximum-users",
    );
  });

  it("max_clients counts the whole group after the commit", () => {
    const state = den({}, { bob: 2 }, { maxClients: 3 });
    const add = (...changes: Parameters<typeof by>[1][]) =>
      commit(alice, { alice: 1, bob: 1 }, by(alice, list({ add: { dora: 2 } }), ...changes));
    expectAllowed(authorizeCommit(state, add(added("dora"))));
    expectDenied(authorizeCommit(state, add(added("dora"), added("dora"))), "maximum-clients");
    expectAllowed(authorizeCommit(state, add(added("dora"), added("dora"), removed("bob"))));
    const full = commit(joiner("bob"), { alice: 2, bob: 1 }, by(joiner("bob"), joined("bob")));
    expectDenied(authorizeCommit(state, full), "maximum-clients");
    const again = commit(
      joiner("bob"),
      { alice: 2, bob: 1 },
      by(joiner("bob"), removed("bob", { replaced: true }), joined("bob")),
    );
    expectAllowed(authorizeCommit(state, again));
  });

  it("without multi_device every user has one client (reading R-192)", () => {
    const state = den({}, { bob: 2 }, { multiDevice: false });
    const bob = joiner("bob");
    expectAllowed(authorizeCommit(state, commit(bob, { alice: 1 }, by(bob, joined("bob")))));
    expectDenied(
      authorizeCommit(state, commit(bob, { alice: 1, bob: 1 }, by(bob, joined("bob")))),
      "single-device",
    );
    const swap = by(bob, removed("bob", { replaced: true }), joined("bob"));
    expectAllowed(authorizeCommit(state, commit(bob, { alice: 1, bob: 1 }, swap)));
    const two = by(alice, list({ add: { dora: 2 } }), added("dora"), added("dora"));
    expectDenied(authorizeCommit(state, commit(alice, { alice: 1 }, two)), "single-device");
  });

  it("do not block what does not press on them, in a room that is over them already", () => {
    const state = den({}, { bob: 2, cathy: 2 }, { maxUsers: 1, maxClients: 1, multiDevice: false });
    const group = { alice: 2, bob: 4 };
    const less = [
      ...by(alice, list({ remove: [2], add: { dora: 3 } }), removed("bob"), added("dora")),
      ...proposedBy(member("bob"), removed("bob")),
    ];
    expectAllowed(authorizeCommit(state, commit(alice, group, less)));
  });

  it("a parent-dependent room has fewer participants than its parent, all of them from there", () => {
    const policy = { parentDependant: true, parentRoom: ["mimi://hub.example/r/house"] };
    const state = den({}, { bob: 2 }, policy);
    const parent = (...names: string[]) => ({
      parentParticipants: new Set(names.map((name) => `mimi://${name[0]}.example/u/${name}`)),
    });
    const add = by(alice, list({ add: { dora: 2 } }));
    expectAllowed(authorizeCommit(state, commit(alice, {}, add, parent("alice", "bob", "dora", "erik"))));
    expectDenied(
      authorizeCommit(state, commit(alice, {}, add, parent("alice", "bob", "dora"))),
      "parent-dependent",
    );
    expectDenied(
      authorizeCommit(state, commit(alice, {}, add, parent("alice", "bob", "erik", "fred"))),
      "parent-dependent",
    );
    expectAllowed(authorizeCommit(state, commit(alice, {}, add)));
  });
});

describe("hostile numbers", () => {
  it("limits of 2^32-1 limit nothing, and counts do not overflow", () => {
    const state = den(
      { maximumParticipantsConstraint: 0xffff_ffff, minimumParticipantsConstraint: 0 },
      { bob: 2 },
      { maxClients: 0xffff_ffff },
    );
    expectAllowed(
      authorizeCommit(
        state,
        commit(alice, { alice: 0xffff_fffe }, by(alice, list({ add: { dora: 2 } }), added("dora"))),
      ),
    );
    const needy = den({ minimumParticipantsConstraint: 0xffff_ffff }, { bob: 2 });
    expectDenied(
      authorizeCommit(needy, commit(alice, {}, by(alice, list({ remove: [1] })))),
      "minimum-participants",
    );
  });
});
