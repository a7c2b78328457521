import {
  BaseRoomPolicy,
  JoinLinksData,
  JoinLinksUpdate,
  MAX_PARTICIPANTS,
  MimiComponentId,
  ParticipantListData,
  ParticipantListUpdate,
  PreAuthData,
  RoleData,
  RoomMetaData,
  StatusNotificationPolicy,
} from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { mutate, mutation } from "@openmimi/tls/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listUpdate, preauthorize, role, uri } from "../test/kit.ts";
import { roomComponents } from "./components.ts";
import { RoomError, type RoomErrorCode } from "./errors.ts";
import { defaultBasePolicy } from "./state.ts";

const id = MimiComponentId;
const octets = (...values: number[]) => Uint8Array.from(values);

function expectRefusal(code: RoomErrorCode, run: () => unknown): void {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(RoomError);
  expect((thrown as RoomError).code).toBe(code);
}

const metadata: RoomMetaData = {
  roomUri: "mimi://hub.example/r/den",
  roomName: "Den",
  roomDescriptions: [],
  roomAvatar: "",
  roomSubject: "",
  roomMood: "",
};

describe("roomComponents", () => {
  it("applies all updates of the participant list of one commit together", () => {
    const before = encode(ParticipantListData, {
      participants: [
        { user: uri("alice"), roleIndex: 2 },
        { user: uri("bob"), roleIndex: 2 },
      ],
    });
    const updates = [listUpdate({ remove: [0] }), listUpdate({ change: { 1: 3 } })];
    const after = roomComponents(
      id.participantList,
      before,
      updates.map((update) => encode(ParticipantListUpdate, update)),
    );
    expect(decode(ParticipantListData, after)).toEqual({
      participants: [{ user: uri("bob"), roleIndex: 3 }],
    });
  });

  it("creates a component by its first update (reading R-200)", () => {
    const update = encode(ParticipantListUpdate, listUpdate({ add: { alice: 2 } }));
    const after = roomComponents(id.participantList, undefined, [update]);
    expect(decode(ParticipantListData, after).participants).toHaveLength(1);
    const policy = encode(StatusNotificationPolicy, {
      deliveryNotifications: "optional",
      readReceipts: "optional",
    });
    expect(roomComponents(id.statusNotificationPolicy, undefined, [policy])).toEqual(policy);
  });

  it("replaces the others whole, the last update last, in octets of its own", () => {
    const [first, second] = [
      { ...defaultBasePolicy, maxUsers: 5 },
      { ...defaultBasePolicy, maxUsers: 6 },
    ].map((policy) => encode(BaseRoomPolicy, policy));
    const after = roomComponents(id.baseRoomPolicy, undefined, [first!, second!]);
    expect(after).toEqual(second);
    expect(after.buffer).not.toBe(second!.buffer);
  });

  it("takes one update of the metadata, which keeps the room's URI (protocol §7.6, reading R-135)", () => {
    const before = encode(RoomMetaData, metadata);
    const renamed = encode(RoomMetaData, { ...metadata, roomName: "Cave" });
    expect(roomComponents(id.roomMetadata, before, [renamed])).toEqual(renamed);
    expectRefusal("invalid-update", () => roomComponents(id.roomMetadata, before, [renamed, before]));
    const moved = encode(RoomMetaData, { ...metadata, roomUri: "mimi://hub.example/r/cave" });
    expectRefusal("invalid-update", () => roomComponents(id.roomMetadata, before, [moved]));
    expect(roomComponents(id.roomMetadata, undefined, [moved])).toEqual(moved);
  });

  it("removes and appends join links, indexes counting in the list as the epoch began", () => {
    const links = [1, 2, 3].map((value) => ({ joinLink: octets(value) }));
    const updates = [
      { removedIndices: [0], addedLinks: [{ joinLink: octets(4) }] },
      { removedIndices: [2], addedLinks: [] },
    ].map((update) => encode(JoinLinksUpdate, update));
    const after = decode(JoinLinksData, roomComponents(id.joinLinks, encode(JoinLinksData, links), updates));
    expect(after.map(({ joinLink }) => joinLink[0])).toEqual([2, 4]);
    const twice = encode(JoinLinksUpdate, { removedIndices: [1, 1], addedLinks: [] });
    expectRefusal("invalid-update", () =>
      roomComponents(id.joinLinks, encode(JoinLinksData, links), [twice]),
    );
    const beyond = encode(JoinLinksUpdate, { removedIndices: [0], addedLinks: [] });
    expectRefusal("invalid-update", () => roomComponents(id.joinLinks, undefined, [beyond]));
  });

  it("refuses role lists that contradict themselves (readings R-184)", () => {
    const refuses = (...roles: ReturnType<typeof role>[]) =>
      expectRefusal("invalid-update", () =>
        roomComponents(id.rolesList, undefined, [encode(RoleData, { roles })]),
      );
    refuses(role(2, []), role(2, ["canKick"]));
    refuses(role(2, ["canOpenJoin"]));
    refuses(role(2, [], {}, { minimumParticipantsConstraint: 2, maximumParticipantsConstraint: 1 }));
    refuses(
      role(2, [], {}, { minimumActiveParticipantsConstraint: 1, maximumActiveParticipantsConstraint: 0 }),
    );
    const good = encode(RoleData, { roles: [role(0, ["canOpenJoin"], { 0: [2] }), role(2, [])] });
    expect(roomComponents(id.rolesList, undefined, [good])).toEqual(good);
  });

  it("refuses preauthorization of everyone, and to role 0 (reading R-175)", () => {
    const refuses = (...preauthorizedEntries: PreAuthData["preauthorizedEntries"]) =>
      expectRefusal("invalid-update", () =>
        roomComponents(id.preauthList, undefined, [encode(PreAuthData, { preauthorizedEntries })]),
      );
    refuses({ claimset: [], targetRole: role(2, []) });
    refuses(preauthorize(uri("alice"), role(0, [])));
  });

  it("refuses components that are not of a room, and data that cannot be read", () => {
    expectRefusal("unknown-component", () => roomComponents(0xf00f, undefined, [octets()]));
    expectRefusal("unknown-component", () => roomComponents(id.frankAad, undefined, [octets()]));
    expectRefusal("invalid-component", () => roomComponents(id.participantList, undefined, [octets(1)]));
    expectRefusal("invalid-component", () => roomComponents(id.participantList, octets(9), []));
    expectRefusal("invalid-component", () => roomComponents(id.rolesList, undefined, [octets(0xff)]));
    expectRefusal("invalid-update", () => roomComponents(id.rolesList, undefined, []));
  });

  it("lets no list outgrow its limit", () => {
    const participants = Array.from({ length: MAX_PARTICIPANTS }, (_, index) => ({
      user: `mimi://a.example/u/${index}`,
      roleIndex: 2,
    }));
    const update = encode(ParticipantListUpdate, listUpdate({ add: { alice: 2 } }));
    const full = encode(ParticipantListData, { participants });
    expectRefusal("invalid-update", () => roomComponents(id.participantList, full, [update]));
  });

  it("answers mutated updates of every component with its own error, or with data", () => {
    const good = [
      [id.participantList, encode(ParticipantListUpdate, listUpdate({ change: { 0: 3 }, add: { bob: 2 } }))],
      [id.rolesList, encode(RoleData, { roles: [role(0, [], { 0: [2] }), role(2, ["canKick"])] })],
      [id.baseRoomPolicy, encode(BaseRoomPolicy, defaultBasePolicy)],
      [id.roomMetadata, encode(RoomMetaData, metadata)],
    ] as const;
    const before = encode(ParticipantListData, { participants: [{ user: uri("alice"), roleIndex: 2 }] });
    fc.assert(
      fc.property(
        fc.constantFrom(...good),
        fc.array(mutation, { maxLength: 4 }),
        ([component, bytes], choices) => {
          const mutated = choices.reduce(mutate, bytes);
          try {
            roomComponents(component, component === id.participantList ? before : undefined, [mutated]);
          } catch (error) {
            if (!(error instanceof RoomError)) throw error;
          }
        },
      ),
      { numRuns: 2000, seed: 12 },
    );
  });
});
