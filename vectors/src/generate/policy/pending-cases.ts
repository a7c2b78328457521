/**
 * Questions while proposals wait for a commit. Protocol §5.3, §7.1; readings.
 * @module
 */

import type { CapabilityName } from "@openmimi/room";
import type { Case } from "../envelope.ts";
import { allows, denies } from "./cases.ts";
import { commit, proposals } from "./question.ts";
import {
  added,
  banned,
  by,
  described,
  joined,
  joiner,
  list,
  member,
  preauthorization,
  preauthorized,
  proposedBy,
  removed,
  role,
  roles,
  room,
  uri,
} from "./sketch.ts";

const READINGS = { readings: ["R-061"] };
const SECTION = "8";
const alice = member("alice");
const bob = member("bob");
const everywhere = { 0: [1, 2, 3], 1: [0, 2], 2: [0, 1, 3], 3: [0, 1, 2] };
const ruler: readonly CapabilityName[] = [
  "canAddParticipant",
  "canRemoveParticipant",
  "canChangeUserRole",
  "canBan",
  "canChangeRoomName",
  "canChangeRoleDefinitions",
];
const definitions = [
  role(0, ["canOpenJoin"], { 0: [2] }),
  banned,
  role(2, ["canRemoveSelf", "canAddOwnClient"], { 2: [0] }),
  role(3, ruler, everywhere),
];
/** alice, bob and dora rule (3), cathy (2) is a guest. */
const house = room({ alice: 3, bob: 3, cathy: 2, dora: 3 }, definitions);
/** eve waits (4), without clients, until she comes in as a guest. */
const lobby = room(
  { alice: 3, bob: 3, cathy: 2, dora: 3, eve: 4 },
  [
    ...definitions,
    role(4, ["canAddOwnClient", "canChangeOwnRole"], { 4: [2] }, { maximumActiveParticipantsConstraint: 0 }),
  ],
  {},
  new Map([preauthorization(preauthorized(role(2, []), uri("eve")))]),
);
const members = { alice: 1, bob: 1, cathy: 1, dora: 1 };
const removal = proposedBy(alice, list({ remove: [1] }), removed("bob"));
const demotion = proposedBy(alice, list({ change: { 1: 2 } }));
const promotion = proposedBy(alice, list({ change: { 2: 3 } }));
const rename = described({ roomName: "Lair" });
const cathy = member("cathy");

export const pendingCases: readonly Case[] = [
  denies(
    "removed-proposes",
    SECTION,
    "removal-pending",
    proposals(house, members, by(bob, rename), { pending: removal }),
    READINGS,
  ),
  denies(
    "removed-commits",
    SECTION,
    "removal-pending",
    commit(house, bob, members, by(bob, rename), { pending: removal }),
    READINGS,
  ),
  denies(
    "removed-commits-what-is-pending",
    SECTION,
    "removal-pending",
    commit(house, bob, members, removal, { pending: removal }),
    READINGS,
  ),
  allows(
    "removed-removes-own-client",
    SECTION,
    proposals(house, { ...members, bob: 2 }, by(bob, removed("bob", true)), {
      pending: proposedBy(alice, list({ remove: [1] }), removed("bob")),
    }),
    { readings: ["R-061", "R-064"] },
  ),
  denies(
    "removed-removes-another-client",
    SECTION,
    "removal-pending",
    proposals(house, members, by(bob, removed("cathy")), { pending: removal }),
    { readings: ["R-061", "R-064"] },
  ),
  denies(
    "removed-rejoins",
    SECTION,
    "removal-pending",
    commit(house, joiner("bob"), members, by(joiner("bob"), joined("bob")), { pending: removal }),
    READINGS,
  ),
  denies(
    "banned-proposes",
    SECTION,
    "removal-pending",
    proposals(house, members, by(bob, rename), {
      pending: proposedBy(alice, list({ change: { 1: 1 } }), removed("bob")),
    }),
    READINGS,
  ),
  denies(
    "banned-before-it-came",
    SECTION,
    "removal-pending",
    commit(house, joiner("eve"), members, by(joiner("eve"), list({ add: { eve: 2 } }), joined("eve")), {
      pending: proposedBy(alice, list({ add: { eve: 1 } })),
    }),
    READINGS,
  ),
  allows(
    "joins-from-a-role-that-is-given-again",
    SECTION,
    commit(lobby, joiner("eve"), members, by(joiner("eve"), list({ change: { 4: 2 } }), joined("eve")), {
      pending: proposedBy(alice, list({ change: { 4: 4 } })),
    }),
    {
      readings: ["R-061", "R-187"],
      notes:
        "Role 4 has no clients, and eve has it already: who is given the role that it has is not about to leave.",
    },
  ),
  denies(
    "joins-while-the-door-closes",
    SECTION,
    "missing-capability",
    commit(house, joiner("eve"), members, by(joiner("eve"), list({ add: { eve: 2 } }), joined("eve")), {
      pending: proposedBy(alice, roles(role(0, []), ...definitions.slice(1))),
    }),
    { ...READINGS, notes: "Role 0 is about to lose canOpenJoin." },
  ),
  denies(
    "demoted-uses-what-it-loses",
    SECTION,
    "missing-capability",
    proposals(house, members, by(bob, rename), { pending: demotion }),
    READINGS,
  ),
  allows(
    "others-go-on",
    SECTION,
    proposals(house, members, by(member("dora"), rename), { pending: demotion }),
    READINGS,
  ),
  denies(
    "promoted-uses-what-it-gets",
    SECTION,
    "missing-capability",
    proposals(house, members, by(cathy, rename), { pending: promotion }),
    { ...READINGS, notes: "Members can check proposals and commits by the roles of the epoch only." },
  ),
  denies(
    "promoted-commits-what-it-gets",
    SECTION,
    "missing-capability",
    commit(house, cathy, members, [...promotion, ...by(cathy, rename)], { pending: promotion }),
    READINGS,
  ),
  allows(
    "committed-by-another",
    SECTION,
    commit(house, cathy, members, demotion, { pending: demotion }),
    READINGS,
  ),
  allows(
    "committed-with-more",
    SECTION,
    commit(house, member("dora"), members, [...demotion, ...by(member("dora"), rename)], {
      pending: demotion,
    }),
    READINGS,
  ),
  denies(
    "same-user-twice",
    SECTION,
    "malformed-update",
    proposals(house, members, by(member("dora"), list({ change: { 1: 1 } })), { pending: demotion }),
    { readings: ["R-061", "R-132"] },
  ),
  denies(
    "roles-after-list-change",
    SECTION,
    "forbidden-combination",
    proposals(house, members, by(member("dora"), roles(...definitions)), { pending: demotion }),
    READINGS,
  ),
  denies(
    "list-change-after-roles",
    SECTION,
    "forbidden-combination",
    proposals(house, members, by(member("dora"), list({ change: { 2: 3 } })), {
      pending: proposedBy(alice, roles(...definitions)),
    }),
    READINGS,
  ),
  denies(
    "limits-count-together",
    "8.1",
    "maximum-participants",
    proposals(
      room({ alice: 3 }, [role(2, [], {}, { maximumParticipantsConstraint: 1 }), role(3, ruler, everywhere)]),
      { alice: 1 },
      by(alice, list({ add: { cathy: 2 } })),
      { pending: proposedBy(alice, list({ add: { bob: 2 } })) },
    ),
    { readings: ["R-061", "R-186"] },
  ),
  denies(
    "clients-of-a-pending-addition-by-another",
    "8.1.1",
    "missing-capability",
    proposals(house, members, by(cathy, added("eve")), {
      pending: proposedBy(alice, list({ add: { eve: 2 } })),
    }),
    READINGS,
  ),
  allows(
    "clients-of-a-pending-addition",
    "8.1.1",
    proposals(house, members, by(alice, added("eve")), {
      pending: proposedBy(alice, list({ add: { eve: 2 } })),
    }),
    READINGS,
  ),
  allows(
    "update-of-a-leaf-drives-nobody-out",
    SECTION,
    commit(
      room({ alice: 3, bob: 2 }, [role(2, ["canAddOwnClient"]), role(3, ruler, everywhere)]),
      joiner("bob"),
      { alice: 1 },
      by(joiner("bob"), joined("bob")),
      {
        pending: proposedBy(alice, {
          kind: "clientUpdated",
          before: "mimi://a.example/u/alice",
          after: "mimi://a.example/u/alice",
        }),
      },
    ),
    READINGS,
  ),
];
