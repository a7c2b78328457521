import { describe, it } from "vitest";
import {
  added,
  by,
  commit,
  expectAllowed,
  expectDenied,
  list,
  member,
  preauthorize,
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
