/**
 * What takes a capability and nothing else, and what only the hub decides. Policy §6.6, §8, §10.2; protocol §5.2, §5.4, §5.6, §5.9; readings.
 * @module
 */

import { HistoryPolicy, MimiComponentId as Id, JoinLinksData } from "@openmimi/protocol";
import { Capability, type CapabilityName } from "@openmimi/room";
import { type Case, hex, type Json } from "../envelope.ts";
import { allows, both, denies } from "./cases.ts";
import { simple } from "./question.ts";
import {
  banned,
  type Components,
  component,
  operational,
  preauthorization,
  preauthorized,
  role,
  room,
  uri,
} from "./sketch.ts";

const house = (capabilities: readonly CapabilityName[], more: Components = new Map()) =>
  room({ alice: 3, bob: 2, dora: 1 }, [banned, role(2, []), role(3, capabilities, { 0: [2] })], {}, more);
const user = (name: string) => ({ user: uri(name) });

const sections: readonly (readonly [end: number, section: string])[] = [
  [0x0100, "8.1"],
  [0x0200, "8.3"],
  [0x0208, "8.4"],
  [0x0300, "8.3"],
  [0x0400, "8.2"],
  [0x0500, "8.5"],
  [0xffff, "8.6"],
];
const names = (Object.keys(Capability) as CapabilityName[]).filter((name) => name !== "canOpenJoin");

/** Every capability of the registry, by number (canOpenJoin stands on role 0 only: see joining.json). */
export const capabilityCases: readonly Case[] = names.flatMap((name) => {
  const number = Capability[name];
  const section = sections.find(([end]) => number < end)?.[1] ?? "8";
  const ask = (held: readonly CapabilityName[]) =>
    simple("capability", house(held), {
      ...user("alice"),
      capability: name,
      number: `0x${number.toString(16).padStart(4, "0")}`,
    });
  return [
    allows(`${name}-held`, section, ask([name]), { readings: ["R-190"] }),
    denies(`${name}-missing`, section, "missing-capability", ask(names.filter((other) => other !== name)), {
      readings: ["R-190"],
      notes: "The role has every other capability.",
    }),
  ];
});

const sharing = (more: Partial<Extract<HistoryPolicy, { historySharing: "optional" }>> = {}) =>
  new Map([
    component(Id.chatHistoryPolicy, HistoryPolicy, {
      historySharing: "optional",
      rolesThatCanShare: [3],
      automaticallyShare: false,
      maxTimePeriod: 60,
      ...more,
    }),
  ]);
const shares = (more: Components, name = "alice", rest: Readonly<Record<string, Json>> = {}) =>
  simple("history", house([], more), { ...user(name), automatic: false, oldestSeconds: 60, ...rest });
const REFUSED = "history-not-allowed";

const history: readonly Case[] = [
  allows("history-by-a-listed-role", "6.6", shares(sharing())),
  denies("history-by-another-role", "6.6", REFUSED, shares(sharing(), "bob")),
  denies("history-too-old", "6.6", REFUSED, shares(sharing(), "alice", { oldestSeconds: 61 })),
  denies("history-automatic", "6.6", REFUSED, shares(sharing(), "alice", { automatic: true })),
  allows(
    "history-automatic-permitted",
    "6.6",
    shares(sharing({ automaticallyShare: true }), "alice", { automatic: true }),
  ),
  denies(
    "history-forbidden",
    "6.6",
    REFUSED,
    shares(new Map([component(Id.chatHistoryPolicy, HistoryPolicy, { historySharing: "forbidden" })])),
    { readings: ["R-173"] },
  ),
  denies("history-by-the-banned", "6.6", "banned", shares(sharing(), "dora")),
  allows("history-without-policy", "6.6", shares(new Map()), { notes: "The room takes no position." }),
];

const report = (held: readonly CapabilityName[], rest: Readonly<Record<string, Json>>) =>
  simple("abuseReport", house(held), rest);
const READINGS = { readings: ["R-123"] };
const hub: readonly Case[] = [
  ...both("message", "8.3", "canSendMessage", (held) => simple("message", house(held), user("alice"))),
  denies(
    "message-of-a-stranger",
    "8.3",
    "not-a-participant",
    simple("message", house(["canSendMessage"]), user("eve")),
  ),
  denies(
    "message-of-the-banned",
    "8.3",
    "banned",
    simple("message", house(["canSendMessage"]), user("dora")),
  ),
  ...both("receive", "8.3", "canReceiveMessage", (held) => simple("receive", house(held), user("alice")), {
    readings: ["R-095"],
  }),
  denies(
    "receive-of-the-banned",
    "8.3",
    "banned",
    simple("receive", house(["canReceiveMessage"]), user("dora")),
    { readings: ["R-095"] },
  ),
  ...both("key-material", "8.1.1", "canAddParticipant", (held) =>
    simple("keyMaterial", house(held), { ...user("alice"), targetUser: uri("cathy") }),
  ),
  ...both("key-material-own", "8.1.1", "canAddOwnClient", (held) =>
    simple("keyMaterial", house(held), { ...user("alice"), targetUser: uri("alice") }),
  ),
  denies(
    "key-material-listed",
    "8.1.1",
    "not-permitted",
    simple("keyMaterial", house(["canAddParticipant"]), { ...user("alice"), targetUser: uri("bob") }),
  ),
  denies(
    "key-material-banned",
    "8.1.1",
    "banned",
    simple("keyMaterial", house(["canAddParticipant"]), { ...user("alice"), targetUser: uri("dora") }),
  ),
  ...both(
    "abuse",
    "8.3",
    "canReportAbuse",
    (held) => report(held, { reportingUser: uri("alice"), fromDomain: "a.example" }),
    READINGS,
  ),
  ...both(
    "abuse-anonymous",
    "8.3",
    "canReportAbuse",
    (held) => report(held, { fromDomain: "a.example" }),
    READINGS,
  ),
  denies(
    "abuse-anonymous-of-a-provider-without",
    "8.3",
    "missing-capability",
    report(["canReportAbuse"], { fromDomain: "b.example" }),
    READINGS,
  ),
  denies(
    "abuse-in-the-name-of-another",
    "8.3",
    "not-permitted",
    report(["canReportAbuse"], { reportingUser: uri("alice"), fromDomain: "b.example" }),
    READINGS,
  ),
  ...formats(),
  ...groupInfo(),
];

function formats(): Case[] {
  const ask = (formats: number[], wireFormat: number, senderType: string, selfRemove?: boolean) =>
    simple("handshakeFormat", house([], new Map([operational({ handshakeFormats: formats })])), {
      wireFormat,
      senderType,
      ...(selfRemove === undefined ? {} : { selfRemove }),
    });
  const more = { readings: ["R-063", "R-182"] };
  return [
    allows("format-listed", "7", ask([7], 7, "member"), more),
    denies("format-not-listed", "7", "wire-format-not-allowed", ask([7], 1, "member"), more),
    allows("format-list-empty", "7", ask([], 1, "member"), more),
    allows("format-self-remove-public", "7", ask([7], 1, "member", true), more),
    denies("format-self-remove-other", "7", "wire-format-not-allowed", ask([7], 7, "member", true), more),
    allows("format-external-commit-public", "7", ask([7], 1, "newMemberCommit"), more),
    denies("format-external-proposal-other", "7", "wire-format-not-allowed", ask([7], 7, "external"), more),
  ];
}

function groupInfo(): Case[] {
  const code = Uint8Array.of(7, 7);
  const links = component(Id.joinLinks, JoinLinksData, [{ joinLink: Uint8Array.of(1) }, { joinLink: code }]);
  const guests = role(2, ["canJoinIfPreauthorized"]);
  const door = (zero: readonly CapabilityName[], targets: number[], ...more: [number, Uint8Array][]) =>
    room(
      { alice: 3, dora: 1 },
      [role(0, zero, { 0: targets }), banned, guests, role(3, ["canAddOwnClient"])],
      {},
      new Map([links, ...more]),
    );
  const ask = (components: Components, name: string, rest: Readonly<Record<string, Json>> = {}) =>
    simple("groupInfo", components, { ...user(name), ...rest });
  const coded = { joiningCode: hex(code) };
  const more = { readings: ["R-105", "R-106"] };
  const fixed = room({ alice: 3 }, [role(0, ["canOpenJoin"], { 0: [3] }), role(3, [])], {
    fixedMembership: true,
  });
  return [
    ...both("group-info-participant", "8.1.1", "canAddOwnClient", (held) => ask(house(held), "alice")),
    allows("group-info-open-room", "8.1.1", ask(door(["canOpenJoin"], [2]), "eve")),
    denies("group-info-closed-room", "8.1.1", "not-a-participant", ask(door([], [2]), "eve")),
    denies(
      "group-info-open-to-nothing-but-a-ban",
      "8.1.1",
      "not-a-participant",
      ask(door(["canOpenJoin"], [1]), "eve"),
    ),
    allows(
      "group-info-preauthorized",
      "8.1.1",
      ask(door([], [], preauthorization(preauthorized(guests, uri("eve")))), "eve"),
    ),
    denies(
      "group-info-not-preauthorized",
      "8.1.1",
      "not-a-participant",
      ask(door([], [], preauthorization(preauthorized(guests, uri("cathy")))), "eve"),
    ),
    allows("group-info-by-code", "8.1.1", ask(door(["canUseJoinCode"], [2]), "eve", coded), more),
    denies(
      "group-info-by-unknown-code",
      "8.1.1",
      "invalid-join-code",
      ask(door(["canUseJoinCode"], [2]), "eve", { joiningCode: "0102" }),
      more,
    ),
    denies(
      "group-info-by-code-without-capability",
      "8.1.1",
      "missing-capability",
      ask(door([], [2]), "eve", coded),
      more,
    ),
    denies(
      "group-info-by-code-for-another-role",
      "8.1.1",
      "invalid-join-code",
      ask(door(["canUseJoinCode"], [2]), "eve", { ...coded, codeRoleIndex: 3 }),
      more,
    ),
    denies(
      "group-info-banned-with-code",
      "8.1.1",
      "banned",
      ask(door(["canUseJoinCode", "canOpenJoin"], [2]), "dora", coded),
      more,
    ),
    ...[true, false].map((inParent) => {
      const parentRoom = ["mimi://hub.example/r/parent"];
      const children = room({ alice: 3 }, [role(0, ["canOpenJoin"], { 0: [3] }), role(3, [])], {
        parentDependant: true,
        parentRoom,
      });
      const parentParticipants = ["alice", "bob", inParent ? "eve" : "cathy"].map(uri);
      const question = ask(children, "eve", { parentParticipants });
      const reading = { readings: ["R-192"] };
      return inParent
        ? allows("group-info-of-the-parent", "5", question, reading)
        : denies("group-info-not-of-the-parent", "5", "parent-dependent", question, reading);
    }),
    denies(
      "group-info-no-external-commits",
      "7",
      "external-commit-not-allowed",
      ask(door(["canOpenJoin"], [2], operational({ externalCommitAllowed: false })), "eve"),
    ),
    denies("group-info-fixed-membership", "5", "fixed-membership", ask(fixed, "eve")),
  ];
}

export const requestCases: readonly Case[] = [...hub, ...history];
