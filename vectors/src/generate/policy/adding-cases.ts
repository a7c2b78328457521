/**
 * Adding users and clients. Policy §8.1.1; readings.
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
  HUB,
  joined,
  joiner,
  list,
  member,
  preauthorization,
  preauthorized,
  proposedBy,
  provider,
  removed,
  role,
  room,
} from "./sketch.ts";

const ADDING = "8.1.1";
const alice = member("alice");
const cathy = joiner("cathy");
type Changes = Readonly<Record<number, readonly number[]>>;

const house = (capabilities: readonly CapabilityName[], changes: Changes = { 0: [2] }) =>
  room({ alice: 3, bob: 2 }, [banned, role(2, []), role(3, capabilities, changes), role(4, [])]);
const adder = house(["canAddParticipant"]);
const members = { alice: 1, bob: 1 };
const adds = list({ add: { cathy: 2 } });

const adding: readonly Case[] = [
  ...both("add-participant", ADDING, "canAddParticipant", (held) =>
    commit(house(held), alice, members, by(alice, adds, added("cathy"))),
  ),
  allows("add-participant-without-clients", ADDING, commit(adder, alice, members, by(alice, adds)), {
    notes: "An inactive participant (protocol §7.5).",
  }),
  allows(
    "add-participant-with-two-clients",
    ADDING,
    commit(adder, alice, members, by(alice, adds, added("cathy"), added("cathy"))),
  ),
  allows("add-participant-by-proposal", ADDING, proposals(adder, members, by(alice, adds, added("cathy")))),
  allows(
    "add-participant-committed-by-another",
    ADDING,
    commit(adder, member("bob"), members, proposedBy(alice, adds, added("cathy"))),
    { readings: ["R-195"], notes: "Who proposes answers for it, not who commits." },
  ),
  denies(
    "add-participant-proposed-without-capability",
    ADDING,
    "missing-capability",
    commit(adder, alice, members, proposedBy(member("bob"), adds)),
    {
      readings: ["R-195"],
      notes: "The committer could have done it, but it is not the committer's proposal.",
    },
  ),
  denies(
    "add-participant-transition-missing",
    ADDING,
    "transition-not-authorized",
    commit(adder, alice, members, by(alice, list({ add: { cathy: 4 } }))),
  ),
  denies(
    "add-participant-transition-from-another-role",
    ADDING,
    "transition-not-authorized",
    commit(
      house(["canAddParticipant"], { 2: [4], 0: [2] }),
      alice,
      members,
      by(alice, list({ add: { cathy: 4 } })),
    ),
  ),
  denies(
    "add-participant-unknown-role",
    ADDING,
    "unknown-role",
    commit(house(["canAddParticipant"], { 0: [9] }), alice, members, by(alice, list({ add: { cathy: 9 } }))),
    { readings: ["R-133"] },
  ),
  denies(
    "add-participant-role-zero",
    ADDING,
    "malformed-update",
    commit(adder, alice, members, by(alice, list({ add: { cathy: 0 } }))),
    {
      readings: ["R-133"],
    },
  ),
  denies(
    "add-participant-listed",
    ADDING,
    "malformed-update",
    commit(adder, alice, members, by(alice, list({ add: { bob: 2 } }))),
    {
      readings: ["R-133"],
    },
  ),
  denies(
    "add-participant-twice",
    ADDING,
    "malformed-update",
    commit(adder, alice, members, by(alice, adds, adds)),
    { readings: ["R-132"], notes: "No user is operated on more than once in one commit (protocol §7.5)." },
  ),
  denies(
    "add-participant-that-is-a-room",
    ADDING,
    "malformed-update",
    commit(adder, alice, members, by(alice, list({ add: { "mimi://a.example/r/other": 2 } }))),
  ),
  denies(
    "add-pseudonym-where-names-are-asked-for",
    "5",
    "pseudonym-not-allowed",
    commit(adder, alice, members, by(alice, list({ add: { "mimi://c.example/p/c1": 2 } }))),
    { readings: ["R-027"] },
  ),
  allows(
    "add-pseudonym",
    "5",
    commit(
      room({ alice: 3 }, [role(2, []), role(3, ["canAddParticipant"], { 0: [2] })], {
        pseudonymsAllowed: true,
      }),
      alice,
      { alice: 1 },
      by(alice, list({ add: { "mimi://c.example/p/c1": 2 } }), added("mimi://c.example/p/c1")),
    ),
    { readings: ["R-027"] },
  ),
  denies(
    "add-client-of-a-stranger",
    ADDING,
    "client-without-participant",
    commit(adder, alice, members, by(alice, added("cathy"))),
  ),
  denies(
    "add-client-of-another-participant",
    ADDING,
    "not-permitted",
    commit(adder, alice, members, by(alice, added("bob"))),
    {
      notes:
        "The addition of a user covers its clients; that of a user who is listed already is nobody's but its own.",
    },
  ),
  denies(
    "add-by-a-user-who-is-not-listed",
    "8",
    "not-a-participant",
    commit(adder, member("eve"), { ...members, eve: 1 }, by(member("eve"), adds)),
  ),
  ...both("add-by-a-preauthorized-provider", "4", "canAddParticipant", (held) => {
    const enforcer = role(5, held, { 0: [2] });
    const entries = preauthorization(preauthorized(enforcer, HUB));
    const components = room({ alice: 2 }, [role(2, []), enforcer], {}, new Map([entries]));
    return proposals(components, { alice: 1 }, by(provider(), adds, added("cathy")));
  }),
  denies(
    "add-by-a-provider-with-no-role",
    "8",
    "missing-capability",
    proposals(
      room({ alice: 2 }, [role(0, ["canAddParticipant", "canOpenJoin"], { 0: [2] }), role(2, [])]),
      { alice: 1 },
      by(provider(FOLLOWER), adds),
    ),
    {
      notes:
        "Role 0 is for potential participants; an external party is listed, or preauthorized, or has no role.",
    },
  ),
  allows(
    "add-by-a-listed-provider",
    "8",
    proposals(
      room({ alice: 2, [HUB]: 5 }, [role(2, []), role(5, ["canAddParticipant"], { 0: [2] })]),
      { alice: 1 },
      by(provider(), adds),
    ),
  ),
];

const ownClients: readonly Case[] = [
  ...both("own-client-by-member", ADDING, "canAddOwnClient", (held) =>
    commit(house(held), alice, members, by(alice, added("alice"))),
  ),
  ...both("own-client-by-external-commit", ADDING, "canAddOwnClient", (held) =>
    commit(house(held), joiner("alice"), { bob: 1 }, by(joiner("alice"), joined("alice"))),
  ),
  ...both("own-client-by-external-proposal", ADDING, "canAddOwnClient", (held) =>
    proposals(house(held), members, by(joiner("alice"), added("alice"))),
  ),
  ...both(
    "own-client-back-in-its-leaf",
    ADDING,
    "canAddOwnClient",
    (held) => {
      const again = { ...removed("alice"), replaced: true } as const;
      return commit(house(held), joiner("alice"), members, by(joiner("alice"), again, joined("alice")));
    },
    { notes: "The Remove of the joiner's own former leaf (RFC 9420 §12.4.3.2) needs nothing by itself." },
  ),
  denies(
    "own-client-before-being-listed",
    ADDING,
    "not-a-participant",
    proposals(
      room({ alice: 2 }, [role(0, ["canAddOwnClient"]), role(2, [])]),
      { alice: 1 },
      by(joiner("cathy"), added("cathy")),
    ),
  ),
  denies(
    "own-client-of-the-banned",
    "8.1.3",
    "banned",
    commit(
      room({ alice: 2, cathy: 1 }, [role(1, ["canAddOwnClient"]), role(2, [])]),
      cathy,
      { alice: 1 },
      by(cathy, joined("cathy")),
    ),
  ),
];

export const addingCases: readonly Case[] = [...adding, ...ownClients];
