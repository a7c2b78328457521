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
  preauthorize,
  proposedBy,
  provider,
  removed,
  role,
  room,
  uri,
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

describe("canChangeUserRole, canBan, canUnban (policy §8.1.3)", () => {
  const promote = by(alice, list({ change: { 1: 3 } }));
  const ban = by(alice, list({ change: { 1: 1 } }), removed("bob"), removed("bob"));
  const unban = by(alice, list({ change: { 2: 2 } }));

  it("changes roles with the transition, of others only", () => {
    const state = withAlice(["canChangeUserRole"], { 2: [3], 5: [3] });
    expectAllowed(authorizeCommit(state, commit(alice, members, promote)), "canChangeUserRole");
    expectDenied(
      authorizeCommit(withAlice(["canBan", "canUnban"], { 2: [3] }), commit(alice, members, promote)),
      "missing-capability",
      "canChangeUserRole",
    );
    expectDenied(
      authorizeCommit(withAlice(["canChangeUserRole"], { 2: [0, 1] }), commit(alice, members, promote)),
      "transition-not-authorized",
      "canChangeUserRole",
    );
    const own = by(alice, list({ change: { 0: 3 } }));
    expectDenied(
      authorizeCommit(state, commit(alice, members, own)),
      "missing-capability",
      "canChangeOwnRole",
    );
  });

  it("bans with canBan, and all clients go", () => {
    const state = withAlice(["canBan"], { 2: [1] });
    expectAllowed(authorizeCommit(state, commit(alice, members, ban)), "canBan");
    expectDenied(
      authorizeCommit(withAlice(["canKick"], { 2: [1] }), commit(alice, members, ban)),
      "missing-capability",
      "canBan",
    );
    expectDenied(
      authorizeCommit(withAlice(["canBan"], { 2: [0, 3] }), commit(alice, members, ban)),
      "transition-not-authorized",
      "canBan",
    );
    expectDenied(
      authorizeCommit(state, commit(alice, members, by(alice, list({ change: { 1: 1 } }), removed("bob")))),
      "clients-left",
    );
  });

  it("bans with canChangeUserRole only together with canKick (reading R-187)", () => {
    expectAllowed(
      authorizeCommit(withAlice(["canChangeUserRole", "canKick"], { 2: [1] }), commit(alice, members, ban)),
      "canKick",
    );
    expectDenied(
      authorizeCommit(withAlice(["canChangeUserRole"], { 2: [1] }), commit(alice, members, ban)),
      "missing-capability",
      "canKick",
    );
  });

  it("needs the banned role exactly as the draft describes it", () => {
    const roles = [
      role(1, [], {}, { roleName: "exiled" }),
      plain,
      role(5, ["canBan", "canUnban"], { 1: [2], 2: [1] }),
    ];
    const state = room({ participants: { alice: 5, bob: 2, cathy: 1 }, roles });
    expectDenied(authorizeCommit(state, commit(alice, members, ban)), "unknown-role", "canBan");
    expectDenied(authorizeCommit(state, commit(alice, members, unban)), "unknown-role", "canUnban");
    const none = room({
      participants: { alice: 5, bob: 2 },
      roles: [plain, role(5, ["canBan"], { 2: [1] })],
    });
    expectDenied(authorizeCommit(none, commit(alice, members, ban)), "unknown-role");
  });

  it("bans in advance who is not in the list (reading R-187)", () => {
    const advance = by(alice, list({ add: { dora: 1 } }));
    expectAllowed(
      authorizeCommit(withAlice(["canBan"], { 0: [1] }), commit(alice, members, advance)),
      "canBan",
    );
    expectDenied(
      authorizeCommit(withAlice(["canAddParticipant"], { 0: [1] }), commit(alice, members, advance)),
      "missing-capability",
      "canBan",
    );
    expectDenied(
      authorizeCommit(withAlice(["canBan"], { 0: [2] }), commit(alice, members, advance)),
      "transition-not-authorized",
    );
  });

  it("unbans with canUnban or canChangeUserRole, without clients", () => {
    expectAllowed(
      authorizeCommit(withAlice(["canUnban"], { 1: [2] }), commit(alice, members, unban)),
      "canUnban",
    );
    expectAllowed(
      authorizeCommit(withAlice(["canChangeUserRole"], { 1: [2] }), commit(alice, members, unban)),
    );
    expectDenied(
      authorizeCommit(withAlice(["canBan"], { 1: [2] }), commit(alice, members, unban)),
      "missing-capability",
      "canUnban",
    );
    expectDenied(
      authorizeCommit(withAlice(["canUnban"], { 1: [0, 3] }), commit(alice, members, unban)),
      "transition-not-authorized",
      "canUnban",
    );
    const withClient = by(alice, list({ change: { 2: 2 } }), added("cathy"));
    const state = withAlice(["canUnban", "canAddParticipant"], { 0: [2], 1: [2] });
    expectDenied(authorizeCommit(state, commit(alice, members, withClient)), "not-permitted");
  });
});

describe("canChangeOwnRole (policy §8.1.3, §4)", () => {
  const bob = member("bob");
  const self = by(bob, list({ change: { 1: 3 } }));
  const state = (capabilities: readonly CapabilityName[], ...entries: ReturnType<typeof preauthorize>[]) =>
    room({
      participants: { alice: 2, bob: 4 },
      roles: [plain, other, role(4, capabilities, { 4: [3] })],
      parts: { preauthorized: { preauthorizedEntries: entries } },
    });

  it("takes the first preauthorized role, and asks no transition", () => {
    const matches = preauthorize(uri("bob"), other);
    expectAllowed(
      authorizeCommit(
        state(["canChangeOwnRole"], preauthorize(uri("dora"), plain), matches),
        commit(bob, members, self),
      ),
      "canChangeOwnRole",
    );
    expectDenied(
      authorizeCommit(state(["canChangeUserRole"], matches), commit(bob, members, self)),
      "missing-capability",
      "canChangeOwnRole",
    );
    expectDenied(
      authorizeCommit(state(["canChangeOwnRole"]), commit(bob, members, self)),
      "no-preauthorization",
    );
    expectDenied(
      authorizeCommit(
        state(["canChangeOwnRole"], preauthorize(uri("bob"), plain), matches),
        commit(bob, members, self),
      ),
      "no-preauthorization",
    );
  });
});

describe("joining from outside (policy §8.1.1, reading R-185)", () => {
  const dora = joiner("dora");
  const enter = by(dora, list({ add: { dora: 2 } }), joined("dora"));
  const door = (
    zero: readonly CapabilityName[],
    changes: Readonly<Record<number, readonly number[]>>,
    more = {},
  ) =>
    room({
      participants: { alice: 2 },
      roles: [role(0, zero, changes), banned, role(2, ["canJoinIfPreauthorized"]), other],
      ...more,
    });

  it("canOpenJoin: role 0 has it, with a transition from 0", () => {
    expectAllowed(
      authorizeCommit(door(["canOpenJoin"], { 0: [2] }), commit(dora, members, enter)),
      "canOpenJoin",
    );
    expectDenied(
      authorizeCommit(door([], { 0: [2] }), commit(dora, members, enter)),
      "missing-capability",
      "canOpenJoin",
    );
    expectDenied(
      authorizeCommit(door(["canOpenJoin"], { 0: [3] }), commit(dora, members, enter)),
      "transition-not-authorized",
    );
    const asBanned = by(dora, list({ add: { dora: 1 } }), joined("dora"));
    expectDenied(
      authorizeCommit(door(["canOpenJoin"], { 0: [1] }), commit(dora, members, asBanned)),
      "transition-not-authorized",
    );
    const roleless = room({ participants: { alice: 2 }, roles: [plain] });
    expectDenied(authorizeCommit(roleless, commit(dora, members, enter)), "missing-capability");
  });

  it("comes alone: the joiner must list itself, and may not bring others", () => {
    const state = door(["canOpenJoin"], { 0: [2] });
    expectDenied(
      authorizeCommit(state, commit(dora, members, by(dora, joined("dora")))),
      "not-a-participant",
    );
    const both = by(dora, list({ add: { dora: 2, erik: 2 } }), joined("dora"));
    expectDenied(
      authorizeCommit(state, commit(dora, members, both)),
      "missing-capability",
      "canAddParticipant",
    );
  });

  it("canJoinIfPreauthorized: the target role has it and is the first match; no transition", () => {
    const entries = (...list: ReturnType<typeof preauthorize>[]) => ({
      parts: { preauthorized: { preauthorizedEntries: list } },
    });
    const matching = door([], {}, entries(preauthorize(uri("dora"), plain)));
    expectAllowed(authorizeCommit(matching, commit(dora, members, enter)), "canJoinIfPreauthorized");
    for (const list of [
      [],
      [preauthorize(uri("erik"), plain)],
      [preauthorize(uri("dora"), other), preauthorize(uri("dora"), plain)],
    ]) {
      expectDenied(
        authorizeCommit(door([], {}, entries(...list)), commit(dora, members, enter)),
        "missing-capability",
      );
    }
    const asOther = by(dora, list({ add: { dora: 3 } }), joined("dora"));
    const other3 = door([], {}, entries(preauthorize(uri("dora"), other)));
    expectDenied(authorizeCommit(other3, commit(dora, members, asOther)), "missing-capability");
  });

  it("canUseJoinCode: role 0 has it, the code is for the role, and the transition is there", () => {
    const state = door(["canUseJoinCode"], { 0: [2] });
    const decide = (
      joinCode?: { roleIndex: number } | "unverifiable",
      facts = commit(dora, members, enter),
    ) => authorizeCommit(state, joinCode === undefined ? facts : { ...facts, joinCode });
    expectAllowed(decide({ roleIndex: 2 }), "canUseJoinCode");
    expectAllowed(decide("unverifiable"), "canUseJoinCode");
    expectDenied(decide({ roleIndex: 3 }), "invalid-join-code", "canUseJoinCode");
    expectDenied(decide(), "missing-capability", "canOpenJoin");
    const locked = door(["canUseJoinCode"], { 0: [3] });
    const facts = { ...commit(dora, members, enter), joinCode: { roleIndex: 2 } };
    expectDenied(authorizeCommit(locked, facts), "transition-not-authorized");
    expectDenied(authorizeCommit(door([], { 0: [2] }), facts), "missing-capability", "canUseJoinCode");
  });

  it("never lets the banned back in", () => {
    const state = room({
      participants: { alice: 2, dora: 1 },
      roles: [role(0, ["canOpenJoin"], { 0: [2] }), role(1, ["canAddOwnClient"]), plain],
    });
    expectDenied(authorizeCommit(state, commit(dora, members, by(dora, joined("dora")))), "banned");
    expectDenied(authorizeCommit(state, commit(dora, members, enter)), "banned");
  });
});

describe("external senders (policy §4, §8)", () => {
  const enforcer = role(
    6,
    ["canRemoveParticipant", "canBan"],
    { 2: [0, 1] },
    { maximumActiveParticipantsConstraint: 0 },
  );
  const remove = proposedBy(provider(), list({ remove: [1] }), removed("bob"), removed("bob"));

  it("act with the role that their credential gives them", () => {
    const state = room({
      participants: { alice: 2, bob: 2 },
      roles: [banned, plain, enforcer],
      parts: { preauthorized: { preauthorizedEntries: [preauthorize("mimi://hub.example", enforcer)] } },
    });
    expectAllowed(authorizeCommit(state, commit(alice, members, remove)), "canRemoveParticipant");
    const add = proposedBy(provider(), list({ add: { dora: 2 } }));
    expectDenied(
      authorizeCommit(state, commit(alice, members, add)),
      "missing-capability",
      "canAddParticipant",
    );
    const stranger = proposedBy(
      provider("mimi://evil.example"),
      list({ remove: [1] }),
      removed("bob"),
      removed("bob"),
    );
    expectDenied(authorizeCommit(state, commit(alice, members, stranger)), "missing-capability");
  });

  it("act with the role of their entry in the list", () => {
    const state = room({ participants: { alice: 2, bob: 2 }, roles: [banned, plain, enforcer] });
    expectDenied(authorizeCommit(state, commit(alice, members, remove)), "missing-capability");
    const listed = {
      ...state,
      places: new Map([...state.places, ["mimi://hub.example", 2]]),
      participants: [...state.participants, { user: "mimi://hub.example", roleIndex: 6 }],
    };
    expectAllowed(authorizeCommit(listed, commit(alice, members, remove)), "canRemoveParticipant");
  });
});
