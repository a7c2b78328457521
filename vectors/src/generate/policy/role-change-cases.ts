/**
 * Changes of roles, bans, and who may commit. Policy §8, §8.1.3; readings.
 * @module
 */

import type { CapabilityName } from "@openmimi/room";
import type { Case } from "../envelope.ts";
import { allows, both, denies } from "./cases.ts";
import { commit } from "./question.ts";
import {
  added,
  banned,
  by,
  HUB,
  list,
  member,
  preauthorization,
  preauthorized,
  provider,
  removed,
  role,
  room,
  uri,
} from "./sketch.ts";

const CHANGING = "8.1.3";
const alice = member("alice");
const bob = member("bob");
type Changes = Readonly<Record<number, readonly number[]>>;
const everywhere: Changes = { 0: [1, 2, 3], 1: [0, 2, 3], 2: [0, 1, 3], 3: [0, 1, 2] };

/** alice (3) rules, bob (2) and cathy (2) are ruled, dora is banned. */
const house = (capabilities: readonly CapabilityName[], changes = everywhere, first = banned) =>
  room({ alice: 3, bob: 2, cathy: 2, dora: 1 }, [first, role(2, []), role(3, capabilities, changes)]);
const members = { alice: 1, bob: 2, cathy: 1 };
const without = (changes: Changes, from: number, to: number): Changes => ({
  ...changes,
  [from]: (changes[from] ?? []).filter((index) => index !== to),
});

const roleChanges: readonly Case[] = [
  ...both("change-user-role", CHANGING, "canChangeUserRole", (held) =>
    commit(house(held), alice, members, by(alice, list({ change: { 1: 3 } }))),
  ),
  denies(
    "change-user-role-transition-missing",
    CHANGING,
    "transition-not-authorized",
    commit(
      house(["canChangeUserRole"], without(everywhere, 2, 3)),
      alice,
      members,
      by(alice, list({ change: { 1: 3 } })),
    ),
  ),
  denies(
    "change-user-role-to-itself",
    CHANGING,
    "transition-not-authorized",
    commit(house(["canChangeUserRole"]), alice, members, by(alice, list({ change: { 1: 2 } }))),
    {
      notes: "Also from a role to the same role a transition is needed.",
    },
  ),
  denies(
    "change-user-role-unknown",
    CHANGING,
    "unknown-role",
    commit(house(["canChangeUserRole"], { 2: [9] }), alice, members, by(alice, list({ change: { 1: 9 } }))),
  ),
  denies(
    "change-user-role-to-zero",
    CHANGING,
    "malformed-update",
    commit(house(["canChangeUserRole"]), alice, members, by(alice, list({ change: { 1: 0 } }))),
    { readings: ["R-133"] },
  ),
  denies(
    "change-user-role-of-oneself",
    CHANGING,
    "missing-capability",
    commit(house(["canChangeUserRole"]), alice, members, by(alice, list({ change: { 0: 2 } }))),
  ),
  ...both(
    "change-own-role",
    CHANGING,
    "canChangeOwnRole",
    (held) => {
      const target = role(4, []);
      const entries = new Map([preauthorization(preauthorized(target, uri("alice")))]);
      return commit(
        room({ alice: 3 }, [role(3, held), target], {}, entries),
        alice,
        { alice: 1 },
        by(alice, list({ change: { 0: 4 } })),
      );
    },
    { notes: "authorized_role_changes is not consulted." },
  ),
  denies(
    "change-own-role-not-preauthorized",
    CHANGING,
    "no-preauthorization",
    commit(
      room(
        { alice: 3 },
        [role(3, ["canChangeOwnRole"], { 3: [4] }), role(4, [])],
        {},
        new Map([preauthorization(preauthorized(role(4, []), uri("bob")))]),
      ),
      alice,
      { alice: 1 },
      by(alice, list({ change: { 0: 4 } })),
    ),
  ),
  denies(
    "change-own-role-second-match",
    CHANGING,
    "no-preauthorization",
    commit(
      room(
        { alice: 3 },
        [role(3, ["canChangeOwnRole"]), role(4, []), role(5, [])],
        {},
        new Map([
          preauthorization(
            preauthorized(role(5, []), uri("alice")),
            preauthorized(role(4, []), uri("alice")),
          ),
        ]),
      ),
      alice,
      { alice: 1 },
      by(alice, list({ change: { 0: 4 } })),
    ),
  ),
];

const exiled = role(1, [], {}, { roleName: "exiled" });
const bans = by(alice, list({ change: { 1: 1 } }), removed("bob"), removed("bob"));
const bansOfListed: readonly Case[] = [
  ...both("ban", CHANGING, "canBan", (held) => commit(house(held), alice, members, bans)),
  denies(
    "ban-clients-left",
    CHANGING,
    "clients-left",
    commit(house(["canBan"]), alice, members, by(alice, list({ change: { 1: 1 } }), removed("bob"))),
  ),
  denies(
    "ban-transition-missing",
    CHANGING,
    "transition-not-authorized",
    commit(house(["canBan"], without(everywhere, 2, 1)), alice, members, bans),
  ),
  denies(
    "ban-role-with-another-name",
    CHANGING,
    "unknown-role",
    commit(house(["canBan"], everywhere, exiled), alice, { alice: 1 }, by(alice, list({ change: { 1: 1 } }))),
  ),
  allows(
    "ban-by-change-of-role-and-kick",
    CHANGING,
    commit(house(["canChangeUserRole", "canKick"]), alice, members, bans),
    { readings: ["R-187"] },
  ),
  denies(
    "ban-by-change-of-role-without-kick",
    CHANGING,
    "missing-capability",
    commit(house(["canChangeUserRole"]), alice, members, bans),
    { readings: ["R-187"] },
  ),
  denies(
    "ban-by-change-of-role-clients-left",
    CHANGING,
    "clients-left",
    commit(house(["canChangeUserRole"]), alice, members, by(alice, list({ change: { 1: 1 } }))),
    { readings: ["R-187"] },
  ),
  allows(
    "ban-by-change-of-role-with-another-name",
    CHANGING,
    commit(
      house(["canBan", "canChangeUserRole"], everywhere, exiled),
      alice,
      { alice: 1 },
      by(alice, list({ change: { 1: 1 } })),
    ),
    { readings: ["R-187"] },
  ),
  ...both(
    "ban-who-is-not-listed",
    CHANGING,
    "canBan",
    (held) => commit(house(held), alice, members, by(alice, list({ add: { eve: 1 } }))),
    { readings: ["R-187"] },
  ),
  denies(
    "ban-who-is-not-listed-by-canAddParticipant",
    CHANGING,
    "missing-capability",
    commit(house(["canAddParticipant"]), alice, members, by(alice, list({ add: { eve: 1 } }))),
    { readings: ["R-187"] },
  ),
  denies(
    "ban-who-is-not-listed-transition-missing",
    CHANGING,
    "transition-not-authorized",
    commit(
      house(["canBan"], without(everywhere, 0, 1)),
      alice,
      members,
      by(alice, list({ add: { eve: 1 } })),
    ),
    { readings: ["R-187"] },
  ),
  ...both("unban", CHANGING, "canUnban", (held) =>
    commit(house(held), alice, members, by(alice, list({ change: { 3: 2 } }))),
  ),
  denies(
    "unban-transition-missing",
    CHANGING,
    "transition-not-authorized",
    commit(
      house(["canUnban"], without(everywhere, 1, 2)),
      alice,
      members,
      by(alice, list({ change: { 3: 2 } })),
    ),
  ),
  denies(
    "unban-who-is-not-banned",
    CHANGING,
    "missing-capability",
    commit(house(["canUnban"]), alice, members, by(alice, list({ change: { 1: 3 } }))),
  ),
  denies(
    "unban-and-add-clients",
    CHANGING,
    "not-permitted",
    commit(
      house(["canUnban", "canAddParticipant"]),
      alice,
      members,
      by(alice, list({ change: { 3: 2 } }), added("dora")),
    ),
  ),
  denies(
    "unban-role-with-another-name",
    CHANGING,
    "unknown-role",
    commit(house(["canUnban"], everywhere, exiled), alice, members, by(alice, list({ change: { 3: 2 } }))),
  ),
  allows(
    "unban-by-change-of-role",
    CHANGING,
    commit(house(["canChangeUserRole"]), alice, members, by(alice, list({ change: { 3: 2 } }))),
    { readings: ["R-187"] },
  ),
  denies(
    "banned-user-commits",
    "8.1.3",
    "banned",
    commit(house(["canKick"]), member("dora"), { ...members, dora: 1 }, []),
  ),
  denies(
    "removed-user-commits",
    "8",
    "not-a-participant",
    commit(house(["canKick"]), member("eve"), { ...members, eve: 1 }, []),
  ),
  denies("provider-commits", "8", "not-permitted", commit(house([]), provider(HUB), members, [])),
  allows("empty-commit", "8", commit(house([]), bob, members, [])),
  denies(
    "leaf-of-another-user",
    "5",
    "identity-changed",
    commit(
      house([]),
      bob,
      members,
      by(bob, { kind: "clientUpdated", before: uri("bob"), after: uri("cathy") }),
    ),
  ),
  allows(
    "leaf-of-the-same-user",
    "5",
    commit(
      house([]),
      bob,
      members,
      by(bob, { kind: "clientUpdated", before: uri("bob"), after: uri("bob") }),
    ),
  ),
];

export const roleChangeCases: readonly Case[] = [...roleChanges, ...bansOfListed];
