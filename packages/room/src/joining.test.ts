import { describe, it } from "vitest";
import {
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
const members = { alice: 1, bob: 2 };
const alice = member("alice");

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
