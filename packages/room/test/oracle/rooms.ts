/**
 * Random rooms for the oracle: small enough that everything collides, valid as a room at work is.
 * @module
 */

import {
  type BaseRoomPolicy,
  type PreAuthRoleEntry,
  providerCredential,
  type Role,
  type UserRolePair,
} from "@openmimi/protocol";
import { Capability, type CapabilityName } from "../../src/capabilities.ts";
import { basicClaims } from "../../src/preauthorization.ts";
import { defaultBasePolicy, type RoomParts } from "../../src/state.ts";
import { HUB, operational, preauthorize, ROOM, role, uri } from "../kit.ts";
import type { Chooser } from "./chooser.ts";

/** A room and how many clients its users have in the group. */
export interface World {
  readonly room: RoomParts;
  readonly clients: ReadonlyMap<string, number>;
}

export const names = [..."abcdef"].map((letter) => `${letter}x`);
export const PARENT = "mimi://hub.example/r/parent";
export const FOLLOWER = "mimi://b.example";
const ROLE_INDEXES = [0, 1, 2, 3, 4];

export const enforced: readonly CapabilityName[] = [
  "canAddParticipant",
  "canRemoveParticipant",
  "canAddOwnClient",
  "canRemoveOwnClient",
  "canJoinIfPreauthorized",
  "canRemoveSelf",
  "canBan",
  "canUnban",
  "canKick",
  "canChangeUserRole",
  "canChangeOwnRole",
  "canCreateJoinCode",
  "canDeleteJoinCode",
  "canChangeRoomName",
  "canChangeRoomDescription",
  "canChangeRoomAvatar",
  "canChangeRoomSubject",
  "canChangeRoomMood",
  "canChangeRoomMembershipStyle",
  "canChangeRoleDefinitions",
  "canChangePreauthorizedUserList",
  "canChangeOtherPolicyAttribute",
  "canChangeMlsOperationalPolicies",
  "canSendMLSReinitProposal",
  "canSendMLSPSKProposal",
];

/** A role without regard to who has it. */
export function definition(chooser: Chooser, index: number): Role {
  const changes = ROLE_INDEXES.map((from): [number, number[]] => [from, chooser.some(ROLE_INDEXES, 8)]);
  const [most, mostActive] = [chooser.nat(8), chooser.nat(8)];
  return role(index, chooser.some(enforced, chooser.one([9, 7, 5])), Object.fromEntries(changes), {
    minimumParticipantsConstraint: chooser.one([0, 0, 0, 1, 2]),
    minimumActiveParticipantsConstraint: chooser.one([0, 0, 0, 1, 2]),
    ...(most > 4 ? { maximumParticipantsConstraint: most - 4 } : {}),
    ...(mostActive > 3 ? { maximumActiveParticipantsConstraint: mostActive - 4 } : {}),
  });
}

function roles(chooser: Chooser): Role[] {
  const [least, most] = [0, chooser.one([undefined, 0])];
  const outsiders: readonly CapabilityName[] = ["canOpenJoin", "canUseJoinCode", "canAddOwnClient"];
  const nobody = role(0, chooser.some(outsiders), { 0: chooser.some(ROLE_INDEXES, 8) });
  const outcast = role(
    1,
    [],
    {},
    {
      roleName: chooser.rarely(6) ? "exiled" : "banned",
      minimumParticipantsConstraint: least,
      ...(most === undefined ? {} : { maximumActiveParticipantsConstraint: most }),
    },
  );
  return [
    ...(chooser.rarely(8) ? [] : [nobody]),
    outcast,
    ...[2, 3, 4].map((index) => definition(chooser, index)),
  ];
}

const hubClaims = basicClaims(providerCredential("hub.example"));

/** Who is preauthorized for what. The hub is, more often than not. */
export function preauthorizations(chooser: Chooser, all: readonly Role[]): PreAuthRoleEntry[] {
  const targets = all.filter(({ roleIndex }) => roleIndex !== 0);
  return chooser.times(1 + chooser.nat(4), () => {
    const to = chooser.one(targets);
    const who = chooser.one([HUB, HUB, FOLLOWER, ...names.map(uri)]);
    const entry = preauthorize(who, to);
    const more = who !== HUB && chooser.rarely(4) ? hubClaims : [];
    return { ...entry, claimset: [...entry.claimset, ...more] };
  });
}

/** A base policy without regard to who is there. */
export function basePolicy(chooser: Chooser): BaseRoomPolicy {
  const parentDependant = chooser.rarely(6);
  const [maxClients, maxUsers] = [chooser.nat(12), chooser.nat(12)];
  return {
    ...defaultBasePolicy,
    fixedMembership: chooser.rarely(8),
    parentDependant,
    parentRoom: parentDependant ? [PARENT] : [],
    multiDevice: !chooser.rarely(4),
    pseudonymsAllowed: chooser.rarely(2),
    ...(maxClients > 5 ? { maxClients: maxClients - 3 } : {}),
    ...(maxUsers > 5 ? { maxUsers: maxUsers - 3 } : {}),
  };
}

export const someMetadata = {
  roomUri: ROOM,
  roomName: "Den",
  roomDescriptions: [{ mediaType: "", languageTag: "en", descriptionContent: new Uint8Array([1]) }],
  roomAvatar: "",
  roomSubject: "",
  roomMood: "",
};

const restrictions = [
  {},
  {},
  {},
  {},
  {},
  {},
  { externalCommitAllowed: false },
  { externalProposalAllowed: false },
];

/** A room in which every client belongs to somebody who may have it and no maximum is exceeded. */
export function world(chooser: Chooser): World {
  const all = roles(chooser);
  const policy = basePolicy(chooser);
  const clients = new Map<string, number>();
  const participants: UserRolePair[] = chooser.times(2 + chooser.nat(4), (at) => {
    const user = uri(names[at]!);
    const roleIndex = chooser.rarely(6) ? 1 : chooser.one([2, 3, 4]);
    const most = all.find((each) => each.roleIndex === roleIndex)?.maximumActiveParticipantsConstraint;
    const count = chooser.one([1, 1, 2, 0]);
    const has = roleIndex === 1 || most === 0 ? 0 : policy.multiDevice ? count : Math.min(count, 1);
    if (has > 0) clients.set(user, has);
    return { user, roleIndex };
  });
  if (chooser.rarely(5)) participants.push({ user: HUB, roleIndex: chooser.one([2, 3, 4]) });
  const fitted = all.map((each) => fit(each, participants, clients));
  const total = [...clients.values()].reduce((sum, count) => sum + count, 0);
  const { maxClients, maxUsers, ...rest } = policy;
  const links = chooser.nat(4);
  const onRequest = links < 2 && chooser.rarely(3);
  const joinLinkPolicy = { onRequest, joinLink: "", multiuser: true, expiration: 60 };
  const room: RoomParts = {
    participants,
    roles: { roles: policy.fixedMembership ? fitted.map(withoutAdding) : fitted },
    basePolicy: {
      ...rest,
      ...(maxClients === undefined ? {} : { maxClients: Math.max(maxClients, total) }),
      ...(maxUsers === undefined ? {} : { maxUsers: Math.max(maxUsers, participants.length) }),
    },
    preauthorized: { preauthorizedEntries: preauthorizations(chooser, all) },
    joinLinks: chooser.times(links, (at) => ({ joinLink: new Uint8Array([at]) })),
    ...(chooser.rarely(3) ? { joinLinkPolicy } : {}),
    operational: operational(chooser.one(restrictions)),
    ...(chooser.rarely(8) ? {} : { metadata: someMetadata }),
  };
  return { room, clients };
}

/** Raises maxima so that those who are there fit, and lowers minima below them. */
function fit(each: Role, participants: readonly UserRolePair[], clients: World["clients"]): Role {
  const holders = participants.filter(({ roleIndex }) => roleIndex === each.roleIndex);
  const active = holders.filter(({ user }) => clients.has(user)).length;
  const {
    maximumParticipantsConstraint: most,
    maximumActiveParticipantsConstraint: mostActive,
    ...rest
  } = each;
  const raised = most === undefined ? undefined : Math.max(most, holders.length);
  const raisedActive = mostActive === undefined ? undefined : Math.max(mostActive, active);
  return {
    ...rest,
    minimumParticipantsConstraint: Math.min(each.minimumParticipantsConstraint, raised ?? 9),
    minimumActiveParticipantsConstraint: Math.min(
      each.minimumActiveParticipantsConstraint,
      raisedActive ?? 9,
    ),
    ...(raised === undefined ? {} : { maximumParticipantsConstraint: raised }),
    ...(raisedActive === undefined ? {} : { maximumActiveParticipantsConstraint: raisedActive }),
  };
}

function withoutAdding(each: Role): Role {
  const others = each.roleCapabilities.filter((number) => number !== Capability.canAddParticipant);
  return each.roleIndex === 0 ? each : { ...each, roleCapabilities: others };
}
