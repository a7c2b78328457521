import type { ParticipantListUpdate, UserRolePair } from "@openmimi/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listUpdate, uri } from "../test/kit.ts";
import { naiveUpdates } from "../test/naive-list.ts";
import { RoomError } from "./errors.ts";
import { applyParticipantListUpdates } from "./participants.ts";

const pairs = (...entries: [string, number][]): UserRolePair[] =>
  entries.map(([name, roleIndex]) => ({ user: uri(name), roleIndex }));
const three = pairs(["alice", 4], ["bob", 2], ["cathy", 2]);
const apply = (list: UserRolePair[], ...updates: ParticipantListUpdate[]) =>
  applyParticipantListUpdates({ participants: list }, updates).participants;

function refusal(run: () => unknown): RoomError {
  try {
    run();
  } catch (error) {
    if (error instanceof RoomError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("applyParticipantListUpdates", () => {
  it("changes roles, removes and appends, and keeps the order of the rest (reading R-134)", () => {
    const update = listUpdate({ change: { 2: 3 }, remove: [1], add: { dora: 2, erik: 5 } });
    expect(apply(three, update)).toEqual(pairs(["alice", 4], ["cathy", 3], ["dora", 2], ["erik", 5]));
    expect(apply(three, listUpdate({ remove: [0] }))).toEqual(pairs(["bob", 2], ["cathy", 2]));
  });

  it("counts indexes in the list as the epoch began, for every update (reading R-132)", () => {
    const first = listUpdate({ remove: [0], add: { dora: 2 } });
    const second = listUpdate({ remove: [2] });
    // Counting in the result of the first update, index 2 would be dora.
    expect(apply(three, first, second)).toEqual(pairs(["bob", 2], ["dora", 2]));
    expect(apply(three, second, first)).toEqual(pairs(["bob", 2], ["dora", 2]));
  });

  it("appends in the order of the proposals", () => {
    const updates = [listUpdate({ add: { erik: 2 } }), listUpdate({ add: { dora: 2 } })];
    expect(apply([], ...updates)).toEqual(pairs(["erik", 2], ["dora", 2]));
  });

  it("does nothing for an empty update (reading R-133), and leaves its input alone", () => {
    const before = structuredClone(three);
    expect(apply(three, listUpdate({}))).toEqual(three);
    apply(three, listUpdate({ change: { 0: 2 }, remove: [1], add: { dora: 2 } }));
    expect(three).toEqual(before);
  });

  it.each<[string, ParticipantListUpdate[]]>([
    ["an index behind the list", [listUpdate({ remove: [3] })]],
    ["the largest index", [listUpdate({ change: { 4294967295: 2 } })]],
    ["an index twice", [listUpdate({ remove: [1, 1] })]],
    ["an index in both lists", [listUpdate({ change: { 1: 3 }, remove: [1] })]],
    ["an index in two updates", [listUpdate({ change: { 1: 3 } }), listUpdate({ change: { 1: 4 } })]],
    ["a user who is listed", [listUpdate({ add: { bob: 2 } })]],
    ["a user who is removed at the same time", [listUpdate({ remove: [1], add: { bob: 2 } })]],
    ["a user added by two updates", [listUpdate({ add: { dora: 2 } }), listUpdate({ add: { dora: 3 } })]],
    ["role 0 for a participant", [listUpdate({ change: { 1: 0 } })]],
    ["role 0 for a new participant", [listUpdate({ add: { dora: 0 } })]],
  ])("refuses %s (reading R-133)", (_, updates) => {
    const { code, section } = refusal(() => apply(three, ...updates));
    expect(code).toBe("invalid-update");
    expect(section).toBe("protocol §7.5");
  });

  it("agrees with a naive reading of the draft on random lists and updates", () => {
    const name = fc.constantFrom(..."abcdefghij");
    const index = fc.nat({ max: 6 });
    const update = fc.record({
      changedRoleParticipants: fc.array(fc.record({ userIndex: index, roleIndex: fc.nat({ max: 3 }) }), {
        maxLength: 2,
      }),
      removedIndices: fc.array(index, { maxLength: 2 }),
      addedParticipants: fc.array(fc.record({ user: name.map(uri), roleIndex: fc.nat({ max: 3 }) }), {
        maxLength: 2,
      }),
    });
    const lists = fc
      .uniqueArray(name, { maxLength: 7 })
      .map((names) => names.map((each, at) => ({ user: uri(each), roleIndex: 2 + (at % 2) })));
    let applied = 0;
    fc.assert(
      fc.property(lists, fc.array(update, { maxLength: 3 }), (participants, updates) => {
        const expected = naiveUpdates(participants, updates);
        if (expected === undefined) {
          expect(refusal(() => apply(participants, ...updates)).code).toBe("invalid-update");
        } else {
          applied++;
          expect(apply(participants, ...updates)).toEqual(expected);
        }
      }),
      { numRuns: 3000, seed: 11 },
    );
    expect(applied).toBeGreaterThan(300);
  });
});
