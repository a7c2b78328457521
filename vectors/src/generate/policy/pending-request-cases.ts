/**
 * What the hub decides about requests while proposals wait for a commit. Protocol §5.3, §7.1; policy §8; reading R-061.
 * @module
 */

import type { CapabilityName, Change } from "@openmimi/room";
import type { Case, Json } from "../envelope.ts";
import { allows, denies } from "./cases.ts";
import { proposals, simple } from "./question.ts";
import {
  added,
  banned,
  by,
  joiner,
  list,
  member,
  proposedBy,
  removed,
  role,
  roles,
  room,
  uri,
} from "./sketch.ts";

const READINGS = { readings: ["R-061"] };
const alice = member("alice");
const guest: readonly CapabilityName[] = ["canAddOwnClient", "canReportAbuse"];
const speaker: readonly CapabilityName[] = [
  "canSendMessage",
  "canReceiveMessage",
  "canAddOwnClient",
  "canAddParticipant",
  "canReportAbuse",
];
const definitions = [
  role(0, ["canOpenJoin"], { 0: [2] }),
  banned,
  role(2, guest),
  role(3, speaker, { 0: [2], 1: [2], 2: [0, 1, 3], 3: [0, 1, 2] }),
];
/** alice and bob speak (3), cathy is a guest (2), dora is banned. */
const house = room({ alice: 3, bob: 3, cathy: 2, dora: 1 }, definitions);

type Question = Parameters<typeof simple>[0];
const ask = (question: Question, pending: readonly Change[], rest: Readonly<Record<string, Json>>) =>
  simple(question, house, { ...rest, pending: proposals(house, {}, [], { pending }).pending ?? [] });
const asks = (question: Question, pending: readonly Change[], name: string) =>
  ask(question, pending, { user: uri(name) });
const claims = (pending: readonly Change[], name: string, target: string) =>
  ask("keyMaterial", pending, { user: uri(name), targetUser: uri(target) });

const removal = proposedBy(alice, list({ remove: [1] }), removed("bob"));
const ban = proposedBy(alice, list({ change: { 1: 1 } }), removed("bob"));
const unban = proposedBy(alice, list({ change: { 3: 2 } }));
const demotion = proposedBy(alice, list({ change: { 1: 2 } }));
const promotion = proposedBy(alice, list({ change: { 2: 3 } }));
const addition = proposedBy(alice, list({ add: { eve: 2 } }));
const closing = proposedBy(alice, roles(role(0, []), ...definitions.slice(1)));
const joining = by(joiner("eve"), list({ add: { eve: 2 } }), added("eve"));

export const pendingRequestCases: readonly Case[] = [
  denies("removed-sends", "8.3", "not-a-participant", asks("message", removal, "bob"), READINGS),
  denies("banned-sends", "8.3", "banned", asks("message", ban, "bob"), READINGS),
  denies("demoted-sends", "8.3", "missing-capability", asks("message", demotion, "bob"), READINGS),
  allows("promoted-sends", "8.3", asks("message", promotion, "cathy"), {
    ...READINGS,
    notes: "The hub decides alone: what is granted counts at once.",
  }),
  denies("removed-is-sent-to", "8.3", "not-a-participant", asks("receive", removal, "bob"), READINGS),
  allows("promoted-is-sent-to", "8.3", asks("receive", promotion, "cathy"), READINGS),
  denies("demoted-claims", "8.1.1", "missing-capability", claims(demotion, "bob", "eve"), READINGS),
  allows("promoted-claims", "8.1.1", claims(promotion, "cathy", "eve"), READINGS),
  denies("added-is-claimed", "8.1.1", "not-permitted", claims(addition, "alice", "eve"), READINGS),
  allows("removed-is-claimed", "8.1.1", claims(removal, "alice", "bob"), READINGS),
  denies("removed-asks-to-join", "8.1.1", "removal-pending", asks("groupInfo", removal, "bob"), READINGS),
  denies("banned-asks-to-join", "8.1.1", "banned", asks("groupInfo", ban, "bob"), READINGS),
  denies("unbanned-asks-to-join", "8.1.1", "banned", asks("groupInfo", unban, "dora"), {
    readings: ["R-061", "R-106"],
    notes: "An unban counts when it is committed.",
  }),
  allows("added-asks-to-join", "8.1.1", asks("groupInfo", addition, "eve"), READINGS),
  allows("joining-asks-to-join", "8.1.1", asks("groupInfo", joining, "eve"), READINGS),
  denies(
    "asks-to-join-while-the-door-closes",
    "8.1.1",
    "not-a-participant",
    asks("groupInfo", closing, "eve"),
    READINGS,
  ),
  denies(
    "removed-reports",
    "8.3",
    "not-a-participant",
    ask("abuseReport", removal, { reportingUser: uri("bob"), fromDomain: "b.example" }),
    READINGS,
  ),
  denies(
    "demoted-may-no-more",
    "8.1.1",
    "missing-capability",
    ask("capability", demotion, { user: uri("bob"), capability: "canAddParticipant", number: "0x0000" }),
    READINGS,
  ),
];
