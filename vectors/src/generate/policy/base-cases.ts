/**
 * Fixed membership and parent-dependent rooms. Policy §5; reading R-192.
 * @module
 */

import { MimiComponentId as Id } from "@openmimi/protocol";
import type { CapabilityName } from "@openmimi/room";
import type { Case } from "../envelope.ts";
import { allows, denies } from "./cases.ts";
import { alice, all, changes, guest, house, ruler } from "./policy-tools.ts";
import { commit, proposals } from "./question.ts";
import {
  banned,
  by,
  FOLLOWER,
  HUB,
  list,
  member,
  octets,
  PARENT,
  policy,
  provider,
  ROOM,
  role,
  roles,
  room,
  uri,
} from "./sketch.ts";

const fixed = (capabilities: readonly CapabilityName[], more: Parameters<typeof room>[2] = {}) =>
  room({ alice: 3, bob: 2 }, [banned, guest, ruler(capabilities)], { fixedMembership: true, ...more });
const child = (...listed: readonly string[]) =>
  room({ alice: 3, ...Object.fromEntries(listed.map((name) => [name, 2])) }, [banned, guest, ruler(all)], {
    parentDependant: true,
    parentRoom: [PARENT],
  });
const parented = (parent: string) => policy({ parentDependant: true, parentRoom: [parent] });

export const baseCases: readonly Case[] = [
  denies(
    "fixed-add",
    "5",
    "fixed-membership",
    changes(fixed(["canAddParticipant"]), list({ add: { cathy: 2 } })),
  ),
  denies(
    "fixed-remove",
    "5",
    "fixed-membership",
    commit(fixed(["canRemoveParticipant"]), alice, { alice: 1 }, by(alice, list({ remove: [1] }))),
  ),
  denies(
    "fixed-leave",
    "5",
    "fixed-membership",
    proposals(
      room({ alice: 3, bob: 2 }, [role(2, ["canRemoveSelf"], { 2: [0] }), ruler([])], {
        fixedMembership: true,
      }),
      { alice: 1 },
      by(member("bob"), list({ remove: [1] })),
    ),
  ),
  allows(
    "fixed-own-client",
    "5",
    changes(fixed(["canAddOwnClient"]), { kind: "clientAdded", user: uri("alice") }),
  ),
  allows(
    "fixed-own-clients-gone",
    "5",
    proposals(
      room({ alice: 3, bob: 2 }, [role(2, ["canRemoveOwnClient"]), ruler([])], { fixedMembership: true }),
      { alice: 1, bob: 1 },
      by(member("bob"), { kind: "clientRemoved", user: uri("bob"), selfRemove: true, replaced: false }),
    ),
  ),
  allows("fixed-role-change", "5", changes(fixed(["canChangeUserRole"]), list({ change: { 1: 3 } }))),
  denies(
    "fixed-roles-with-canAddParticipant",
    "5",
    "fixed-membership",
    changes(fixed(["canChangeRoleDefinitions"]), roles(banned, guest, ruler(["canAddParticipant"]))),
  ),
  allows(
    "fixed-roles-where-the-banned-have-it",
    "5",
    changes(fixed(["canChangeRoleDefinitions"]), roles(role(1, ["canAddParticipant"]), guest, ruler([]))),
  ),
  denies(
    "becomes-fixed-with-canAddParticipant",
    "5",
    "fixed-membership",
    changes(house(all), policy({ fixedMembership: true })),
  ),
  allows(
    "becomes-fixed",
    "5",
    changes(house(["canChangeRoomMembershipStyle"]), policy({ fixedMembership: true })),
  ),
  allows(
    "dependent-add",
    "5",
    commit(child("bob"), alice, { alice: 1 }, by(alice, list({ add: { cathy: 2 } })), {
      parentParticipants: ["alice", "bob", "cathy", "dora"],
    }),
  ),
  denies(
    "dependent-add-not-of-the-parent",
    "5",
    "parent-dependent",
    commit(child("bob"), alice, { alice: 1 }, by(alice, list({ add: { eve: 2 } })), {
      parentParticipants: ["alice", "bob", "cathy", "dora"],
    }),
  ),
  denies(
    "dependent-add-the-last-of-the-parent",
    "5",
    "parent-dependent",
    commit(child("bob"), alice, { alice: 1 }, by(alice, list({ add: { cathy: 2 } })), {
      parentParticipants: ["alice", "bob", "cathy"],
    }),
    { notes: "A strict subset." },
  ),
  denies(
    "dependent-the-banned-count",
    "5",
    "parent-dependent",
    commit(
      room({ alice: 3, bob: 1 }, [banned, guest, ruler(all)], {
        parentDependant: true,
        parentRoom: [PARENT],
      }),
      alice,
      { alice: 1 },
      by(alice, list({ add: { cathy: 2 } })),
      { parentParticipants: ["alice", "bob", "cathy"] },
    ),
    { notes: "The banned are in the list, too (protocol §7.5)." },
  ),
  allows(
    "dependent-removed-by-the-hub",
    "5",
    proposals(
      child("bob"),
      { alice: 1, bob: 1 },
      by(provider(HUB), list({ remove: [1] }), {
        kind: "clientRemoved",
        user: uri("bob"),
        selfRemove: false,
        replaced: false,
      }),
      { parentParticipants: ["alice", "cathy"] },
    ),
    { readings: ["R-192"], notes: "Who leaves the parent room leaves its dependants." },
  ),
  denies(
    "dependent-not-removed-by-the-hub",
    "5",
    "missing-capability",
    proposals(
      child("bob"),
      { alice: 1, bob: 1 },
      by(provider(HUB), list({ remove: [1] }), {
        kind: "clientRemoved",
        user: uri("bob"),
        selfRemove: false,
        replaced: false,
      }),
      { parentParticipants: ["alice", "bob", "cathy"] },
    ),
    { readings: ["R-192"] },
  ),
  denies(
    "dependent-not-removed-by-a-follower",
    "5",
    "missing-capability",
    proposals(
      child("bob"),
      { alice: 1, bob: 1 },
      by(provider(FOLLOWER), list({ remove: [1] }), {
        kind: "clientRemoved",
        user: uri("bob"),
        selfRemove: false,
        replaced: false,
      }),
      { parentParticipants: ["alice", "cathy"] },
    ),
    { readings: ["R-192"] },
  ),
  allows(
    "becomes-dependent",
    "5",
    commit(house(all), alice, { alice: 1, bob: 1 }, by(alice, parented(PARENT)), {
      parentParticipants: ["alice", "bob", "cathy"],
    }),
  ),
  denies(
    "becomes-dependent-participant-not-of-the-parent",
    "5",
    "parent-dependent",
    commit(house(all), alice, { alice: 1, bob: 1 }, by(alice, parented(PARENT)), {
      parentParticipants: ["alice", "cathy", "dora"],
    }),
  ),
  denies(
    "becomes-dependent-all-of-the-parent",
    "5",
    "parent-dependent",
    commit(house(all), alice, { alice: 1, bob: 1 }, by(alice, parented(PARENT)), {
      parentParticipants: ["alice", "bob"],
    }),
  ),
  denies(
    "parent-of-another-hub",
    "5",
    "parent-dependent",
    changes(house(all), parented("mimi://b.example/r/parent")),
  ),
  denies(
    "parent-that-is-a-user",
    "5",
    "parent-dependent",
    changes(house(all), parented("mimi://hub.example/u/parent")),
  ),
  denies("parent-itself", "5", "parent-dependent", changes(house(all), parented(ROOM))),
  denies(
    "parent-flag-without-parent",
    "5",
    "invalid-component",
    changes(house(all), octets(Id.baseRoomPolicy, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0)),
  ),
  denies(
    "parent-without-flag",
    "5",
    "invalid-component",
    changes(
      house(all),
      octets(
        Id.baseRoomPolicy,
        0,
        0,
        0x0b,
        0x0a,
        ...new TextEncoder().encode("mimi://p.e"),
        1,
        0,
        0,
        0,
        0,
        0,
        0,
      ),
    ),
  ),
];
