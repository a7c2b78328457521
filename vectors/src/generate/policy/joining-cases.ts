/**
 * Joining from outside. Policy §4, §8.1.1; readings.
 * @module
 */

import type { CapabilityName } from "@openmimi/room";
import type { Case } from "../envelope.ts";
import { allows, both, denies } from "./cases.ts";
import { commit, proposals } from "./question.ts";
import {
  added,
  banned,
  by,
  FOLLOWER,
  joined,
  joiner,
  list,
  member,
  preauthorization,
  preauthorized,
  provider,
  role,
  room,
  uri,
} from "./sketch.ts";

const ADDING = "8.1.1";
const alice = member("alice");
const cathy = joiner("cathy");
type Changes = Readonly<Record<number, readonly number[]>>;

const EMPLOYEE = {
  claimId: {
    credentialType: 2,
    id: Uint8Array.of(0x06, 0x09, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x86, 0x8d, 0x1f, 0x07),
  },
  claimValue: Uint8Array.of(0x0c, 0x02, 0x79, 0x65),
};

const adds = list({ add: { cathy: 2 } });

const door = (zero: readonly CapabilityName[], changes: Changes, ...others: readonly CapabilityName[]) =>
  room({ alice: 2 }, [role(0, zero, changes), banned, role(2, others), role(3, others)]);
const joins = (to = 2) => by(cathy, list({ add: { cathy: to } }), joined("cathy"));
const one = { alice: 1 };
const comes = (clients: number) => by(cathy, adds, ...Array.from({ length: clients }, () => added("cathy")));

const joining: readonly Case[] = [
  ...both("open-join", ADDING, "canOpenJoin", (held) => commit(door(held, { 0: [2] }), cathy, one, joins())),
  allows("open-join-by-proposals", ADDING, proposals(door(["canOpenJoin"], { 0: [2] }), one, comes(1))),
  denies(
    "open-join-with-two-clients",
    ADDING,
    "not-a-participant",
    proposals(door(["canOpenJoin"], { 0: [2] }, "canAddOwnClient"), one, comes(2)),
    { readings: ["R-222"], notes: "Further clients need canAddOwnClient, which is for who is in the list." },
  ),
  denies(
    "open-join-other-role",
    ADDING,
    "transition-not-authorized",
    commit(door(["canOpenJoin"], { 0: [2] }), cathy, one, joins(3)),
  ),
  denies(
    "open-join-as-banned",
    ADDING,
    "transition-not-authorized",
    commit(door(["canOpenJoin"], { 0: [1] }), cathy, one, by(cathy, list({ add: { cathy: 1 } }))),
  ),
  denies(
    "open-join-without-list-change",
    ADDING,
    "not-a-participant",
    commit(door(["canOpenJoin"], { 0: [2] }), cathy, one, by(cathy, joined("cathy"))),
  ),
  denies(
    "open-join-of-a-provider",
    ADDING,
    "not-permitted",
    proposals(
      door(["canOpenJoin"], { 0: [2] }),
      one,
      by(provider(FOLLOWER), list({ add: { [FOLLOWER]: 2 } })),
    ),
    { notes: "Users join, with a client." },
  ),
  denies(
    "open-join-of-the-banned",
    "2.1",
    "banned",
    commit(
      room({ alice: 2, cathy: 1 }, [role(0, ["canOpenJoin"], { 0: [2] }), banned, role(2, [])]),
      cathy,
      one,
      by(cathy, joined("cathy")),
    ),
  ),
  denies(
    "open-join-without-role-zero",
    "3",
    "missing-capability",
    commit(room({ alice: 2 }, [role(2, [])]), cathy, one, joins()),
    { readings: ["R-184"], notes: "A room without role 0 gives nothing to those who are not listed." },
  ),
  ...preauthorizedJoins(),
  ...joinCodes(),
];

function preauthorizedJoins(): Case[] {
  const guests = role(2, ["canJoinIfPreauthorized"]);
  const staff = role(3, ["canJoinIfPreauthorized"]);
  const house = (...entries: Parameters<typeof preauthorization>) =>
    room({ alice: 2 }, [role(0, []), banned, guests, staff], {}, new Map([preauthorization(...entries)]));
  return [
    ...both("preauthorized-join", ADDING, "canJoinIfPreauthorized", (held) => {
      const target = role(2, held);
      const entries = new Map([preauthorization(preauthorized(target, uri("cathy")))]);
      return commit(room({ alice: 2 }, [target], {}, entries), cathy, one, joins());
    }),
    allows(
      "preauthorized-join-first-match",
      "4",
      commit(
        house(preauthorized(staff, uri("cathy")), preauthorized(guests, uri("cathy"))),
        cathy,
        one,
        joins(3),
      ),
    ),
    denies(
      "preauthorized-join-second-match",
      "4",
      "missing-capability",
      commit(
        house(preauthorized(staff, uri("cathy")), preauthorized(guests, uri("cathy"))),
        cathy,
        one,
        joins(2),
      ),
    ),
    denies(
      "preauthorized-join-other-claim",
      "4",
      "missing-capability",
      commit(house(preauthorized(guests, uri("diana"))), cathy, one, joins()),
      { readings: ["R-175"] },
    ),
    denies(
      "preauthorized-join-one-claim-of-two",
      "4",
      "missing-capability",
      commit(house(preauthorized(guests, uri("cathy"), uri("diana"))), cathy, one, joins()),
      { readings: ["R-175"] },
    ),
    allows(
      "preauthorized-join-by-certificate",
      "4",
      commit(
        house({ claimset: [EMPLOYEE], targetRole: guests }),
        { ...cathy, claims: [EMPLOYEE] },
        one,
        joins().map((change) => ({ ...change, by: { ...cathy, claims: [EMPLOYEE] } })),
      ),
      {
        readings: ["R-175"],
        notes: "The claim is an extension of an X.509 certificate: DER OID and DER value.",
      },
    ),
    denies(
      "preauthorization-of-the-banned",
      "4",
      "banned",
      commit(
        room(
          { alice: 2, cathy: 1 },
          [banned, guests],
          {},
          new Map([preauthorization(preauthorized(guests, uri("cathy")))]),
        ),
        cathy,
        one,
        by(cathy, joined("cathy")),
      ),
    ),
    denies(
      "preauthorization-is-not-for-adding-others",
      "4",
      "missing-capability",
      commit(
        room(
          { alice: 2 },
          [role(2, []), role(3, ["canAddParticipant"], { 0: [2] })],
          {},
          new Map([preauthorization(preauthorized(role(3, []), uri("alice")))]),
        ),
        alice,
        one,
        by(alice, adds),
      ),
      { notes: "It is consulted for outsiders, and for one's own role." },
    ),
  ];
}

function joinCodes(): Case[] {
  const coded = door(["canUseJoinCode"], { 0: [2] });
  const readings = ["R-106", "R-185"];
  return [
    ...both(
      "join-code",
      ADDING,
      "canUseJoinCode",
      (held) => commit(door(held, { 0: [2] }), cathy, one, joins(), { joinCode: { roleIndex: 2 } }),
      { readings },
    ),
    allows(
      "join-code-nobody-can-verify",
      ADDING,
      commit(coded, cathy, one, joins(), { joinCode: "unverifiable" }),
      {
        readings,
        notes: "A member cannot know what became of the code at the hub.",
      },
    ),
    denies(
      "join-code-for-another-role",
      ADDING,
      "invalid-join-code",
      commit(coded, cathy, one, joins(), { joinCode: { roleIndex: 3 } }),
      { readings },
    ),
    denies(
      "join-code-role-not-of-role-zero",
      ADDING,
      "transition-not-authorized",
      commit(coded, cathy, one, joins(3), { joinCode: { roleIndex: 3 } }),
      { readings },
    ),
    denies("join-code-absent", ADDING, "missing-capability", commit(coded, cathy, one, joins()), {
      readings,
    }),
  ];
}

export const joiningCases: readonly Case[] = joining;
