import { MAX_PARTICIPANTS, ParticipantListData, ParticipantListUpdate } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listUpdate, uri } from "../test/kit.ts";
import { naiveUpdates } from "../test/naive-list.ts";
import { RoomError } from "./errors.ts";
import { updateListOctets } from "./list-octets.ts";

const names = [..."abcdefghij"].map((letter) => `${letter}x`);
const listOf = (roles: readonly number[]) => ({
  participants: roles.map((roleIndex, at) => ({ user: uri(names[at] ?? `z${at}`), roleIndex })),
});
const index = fc.nat({ max: 9 });
const change = fc.record({
  change: fc.dictionary(fc.nat({ max: 9 }).map(String), fc.integer({ min: 1, max: 2 ** 32 - 1 }), {
    maxKeys: 2,
  }),
  remove: fc.array(index, { maxLength: 3 }),
  add: fc.dictionary(fc.constantFrom(...names), fc.integer({ min: 1, max: 9 }), { maxKeys: 2 }),
});

describe("updateListOctets", () => {
  it("is what decoding, updating and encoding gives", () => {
    let applied = 0;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 9 }),
        fc.array(change, { maxLength: 2 }),
        (roles, changes) => {
          const list = listOf(roles);
          const updates = changes.map((each) => listUpdate(each));
          const expected = naiveUpdates(list.participants, updates);
          const octets = encode(ParticipantListData, list);
          const before = octets.slice();
          if (expected === undefined) {
            expect(() => updateListOctets(octets, updates)).toThrow(RoomError);
            return;
          }
          applied++;
          expect(updateListOctets(octets, updates)).toEqual(
            encode(ParticipantListData, { participants: expected }),
          );
          expect(octets).toEqual(before);
        },
      ),
      { numRuns: 5000, seed: 75 },
    );
    expect(applied).toBeGreaterThan(1000);
  });

  it("writes the length of the list in each of its forms", () => {
    const octets = (count: number) =>
      encode(ParticipantListData, listOf(Array.from({ length: count }, () => 2)));
    for (const count of [1, 2, 3, 600, 601, 602, 2000]) {
      const grown = updateListOctets(octets(count), [listUpdate({ add: { eve: 3 } })])!;
      expect(decode(ParticipantListData, grown).participants).toHaveLength(count + 1);
      const shrunk = updateListOctets(grown, [listUpdate({ remove: [0, count] })])!;
      expect(decode(ParticipantListData, shrunk).participants).toHaveLength(count - 1);
      expect(updateListOctets(grown, [listUpdate({ remove: [count] })])).toEqual(octets(count));
    }
  });

  it("leaves to others what is no list, and what grows much", () => {
    const update = listUpdate({ remove: [0] });
    for (const octets of [
      [],
      [0xc0],
      [1],
      [2, 0],
      [0x40, 0],
      [5, 0x40, 1, 0x61, 0, 0],
      [6, 1, 0x61, 0, 0, 0, 2, 9],
    ])
      expect(updateListOctets(Uint8Array.from(octets), [update])).toBeUndefined();
    const many = Object.fromEntries(names.map((name) => [name, 2]));
    expect(
      updateListOctets(encode(ParticipantListData, listOf([])), [listUpdate({ add: many })]),
    ).toBeUndefined();
    const full = encode(ParticipantListData, {
      participants: Array.from({ length: MAX_PARTICIPANTS }, (_, at) => ({
        user: `mimi://a.example/u/${at}`,
        roleIndex: 2,
      })),
    });
    expect(updateListOctets(full, [listUpdate({ add: { eve: 2 } })])).toBeUndefined();
    expect(updateListOctets(full, [listUpdate({ remove: [7] })])).toHaveLength(full.length - 25);
  });

  it("survives any octets", () => {
    const update = fc.constant(
      encode(ParticipantListUpdate, listUpdate({ change: { 1: 3 }, remove: [0], add: { eve: 2 } })),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), update, (octets, bytes) => {
        try {
          updateListOctets(octets, [decode(ParticipantListUpdate, bytes)]);
        } catch (error) {
          expect(error).toBeInstanceOf(RoomError);
        }
      }),
      { numRuns: 3000, seed: 76 },
    );
  });
});
