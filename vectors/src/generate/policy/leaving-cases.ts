/**
 * Leaving, removing, kicking. Policy §8.1.2; readings.
 * @module
 */

import type { CapabilityName } from "@openmimi/room";
import type { Case } from "../envelope.ts";
import { allows, both, denies } from "./cases.ts";
import { commit, proposals } from "./question.ts";
import {
  banned,
  by,
  joined,
  joiner,
  list,
  member,
  proposedBy,
  provider,
  removed,
  role,
  room,
} from "./sketch.ts";

const REMOVING = "8.1.2";
const alice = member("alice");
const bob = member("bob");
type Changes = Readonly<Record<number, readonly number[]>>;
const everywhere: Changes = { 0: [1, 2, 3], 1: [0, 2, 3], 2: [0, 1, 3], 3: [0, 1, 2] };

/** alice (3) rules, bob (2) and cathy (2) are ruled, dora is banned. */
const house = (capabilities: readonly CapabilityName[], changes = everywhere, first = banned) =>
  room({ alice: 3, bob: 2, cathy: 2, dora: 1 }, [first, role(2, []), role(3, capabilities, changes)]);
const own = (capabilities: readonly CapabilityName[], changes: Changes = { 2: [0] }) =>
  room({ alice: 3, bob: 2 }, [role(2, capabilities, changes), role(3, [])]);
const members = { alice: 1, bob: 2, cathy: 1 };
const two = { alice: 1, bob: 2 };
const without = (changes: Changes, from: number, to: number): Changes => ({
  ...changes,
  [from]: (changes[from] ?? []).filter((index) => index !== to),
});

const removing: readonly Case[] = [
  ...both("remove-participant", REMOVING, "canRemoveParticipant", (held) =>
    commit(house(held), alice, members, by(alice, list({ remove: [1] }), removed("bob"), removed("bob"))),
  ),
  allows(
    "remove-participant-inactive",
    REMOVING,
    commit(house(["canRemoveParticipant"]), alice, { alice: 1 }, by(alice, list({ remove: [1] }))),
  ),
  denies(
    "remove-participant-one-client-left",
    REMOVING,
    "clients-left",
    commit(house(["canRemoveParticipant"]), alice, members, by(alice, list({ remove: [1] }), removed("bob"))),
  ),
  denies(
    "remove-participant-transition-missing",
    REMOVING,
    "transition-not-authorized",
    commit(
      house(["canRemoveParticipant"], without(everywhere, 2, 0)),
      alice,
      { alice: 1 },
      by(alice, list({ remove: [1] })),
    ),
  ),
  denies(
    "remove-participant-by-canRemoveSelf",
    REMOVING,
    "missing-capability",
    commit(house(["canRemoveSelf"]), alice, { alice: 1 }, by(alice, list({ remove: [1] }))),
  ),
  allows(
    "remove-the-banned-from-the-list",
    REMOVING,
    commit(house(["canRemoveParticipant"]), alice, members, by(alice, list({ remove: [3] }))),
    {
      notes: "This ends a ban as well: the user may join again wherever strangers may.",
    },
  ),
  allows(
    "remove-participant-clients-by-another",
    REMOVING,
    commit(house(["canRemoveParticipant"]), bob, { alice: 1, bob: 1, cathy: 1 }, [
      ...proposedBy(alice, list({ remove: [2] })),
      ...by(bob, removed("cathy")),
    ]),
    { notes: "The clients of who is removed go at the same time (protocol §5.3), whoever proposes that." },
  ),
  denies(
    "remove-index-out-of-range",
    REMOVING,
    "malformed-update",
    commit(house(["canRemoveParticipant"]), alice, members, by(alice, list({ remove: [4] }))),
    { readings: ["R-133"] },
  ),
  denies(
    "remove-index-twice",
    REMOVING,
    "malformed-update",
    commit(house(["canRemoveParticipant"]), alice, { alice: 1 }, by(alice, list({ remove: [1, 1] }))),
    { readings: ["R-133"] },
  ),
  denies(
    "remove-and-change",
    REMOVING,
    "malformed-update",
    commit(
      house(["canRemoveParticipant", "canChangeUserRole"]),
      alice,
      { alice: 1 },
      by(alice, list({ remove: [1], change: { 1: 3 } })),
    ),
    { readings: ["R-133"] },
  ),
];

const leaves = (clients: number) => [
  list({ remove: [1] }),
  ...Array.from({ length: clients }, () => removed("bob", true)),
];
const leaving: readonly Case[] = [
  ...both("remove-self", REMOVING, "canRemoveSelf", (held) =>
    commit(own(held), alice, two, proposedBy(bob, ...leaves(2))),
  ),
  ...both("remove-self-by-proposals", REMOVING, "canRemoveSelf", (held) =>
    proposals(own(held), two, by(bob, ...leaves(2))),
  ),
  denies(
    "remove-self-one-client-left",
    REMOVING,
    "clients-left",
    proposals(own(["canRemoveSelf"]), two, by(bob, ...leaves(1))),
  ),
  denies(
    "remove-self-transition-missing",
    REMOVING,
    "transition-not-authorized",
    proposals(own(["canRemoveSelf"], { 3: [0] }), two, by(bob, ...leaves(2))),
  ),
  denies(
    "remove-self-in-the-own-commit",
    REMOVING,
    "clients-left",
    commit(own(["canRemoveSelf"]), bob, two, by(bob, list({ remove: [1] }), removed("bob"))),
    { notes: "The committer's client stays: MLS lets nobody commit its own removal." },
  ),
  denies(
    "remove-self-by-canRemoveParticipant",
    REMOVING,
    "missing-capability",
    proposals(own(["canRemoveParticipant"]), two, by(bob, ...leaves(2))),
  ),
  ...both(
    "remove-self-in-an-external-commit",
    REMOVING,
    "canRemoveSelf",
    (held) => {
      const components = room({ alice: 3, bob: 2 }, [
        role(2, held, { 2: [0] }),
        role(3, ["canAddOwnClient"]),
      ]);
      const joins = by(joiner("alice"), joined("alice"));
      return commit(components, joiner("alice"), { bob: 1 }, [
        ...proposedBy(bob, removed("bob", true)),
        ...joins,
      ]);
    },
    {
      readings: ["R-062"],
      notes: "Of a leave, an external commit can take the SelfRemove only (extensions §6.3).",
    },
  ),
  ...both("remove-own-client", REMOVING, "canRemoveOwnClient", (held) =>
    commit(own(held), alice, two, proposedBy(bob, removed("bob", true))),
  ),
  ...both("remove-own-other-client", REMOVING, "canRemoveOwnClient", (held) =>
    commit(own(held), bob, two, by(bob, removed("bob"))),
  ),
  allows(
    "remove-own-last-client",
    REMOVING,
    commit(own(["canRemoveOwnClient"]), alice, { alice: 1, bob: 1 }, proposedBy(bob, removed("bob", true))),
    {
      notes: "The user stays listed, inactive.",
    },
  ),
  ...both("kick", REMOVING, "canKick", (held) =>
    commit(house(held), alice, members, by(alice, removed("bob"))),
  ),
  allows(
    "kick-all-clients",
    REMOVING,
    commit(house(["canKick"]), alice, members, by(alice, removed("bob"), removed("bob"))),
  ),
  denies(
    "kick-by-canRemoveParticipant",
    REMOVING,
    "missing-capability",
    commit(house(["canRemoveParticipant"]), alice, members, by(alice, removed("bob"))),
  ),
  denies(
    "kick-by-a-provider-without-role",
    "8",
    "missing-capability",
    proposals(house(["canKick"]), members, by(provider(), removed("bob"))),
  ),
];

export const leavingCases: readonly Case[] = [...removing, ...leaving];
