/**
 * What may stand in one commit, and what new policy must fit. Policy §3, §4, §6, §7; readings.
 * @module
 */

import {
  BotPolicy,
  HistoryPolicy,
  MimiComponentId as Id,
  JoinLinkPolicy,
  JoinLinksData,
  LoggingPolicy,
} from "@openmimi/protocol";
import type { Case } from "../envelope.ts";
import { allows, denies } from "./cases.ts";
import {
  alice,
  all,
  bot,
  changes,
  guest,
  house,
  kept,
  onRequest,
  pointers,
  redefined,
  removal,
  ruler,
  senders,
  sharing,
} from "./policy-tools.ts";
import { commit, proposals } from "./question.ts";
import {
  banned,
  by,
  component,
  described,
  HUB,
  joined,
  joiner,
  links,
  list,
  operational,
  preauthorization,
  preauthorize,
  preauthorized,
  provider,
  role,
  roles,
  room,
  update,
  uri,
} from "./sketch.ts";

export const combinationCases: readonly Case[] = [
  denies(
    "roles-and-addition",
    "3",
    "forbidden-combination",
    changes(house(all), roles(...kept), list({ add: { cathy: 2 } })),
  ),
  denies(
    "roles-and-removal",
    "3",
    "forbidden-combination",
    commit(house(all), alice, { alice: 1 }, by(alice, roles(...kept), list({ remove: [1] }))),
  ),
  denies(
    "roles-and-role-change",
    "3",
    "forbidden-combination",
    changes(house(all), roles(...kept), list({ change: { 1: 3 } })),
  ),
  allows("roles-and-empty-list-update", "3", changes(house(all), roles(...kept), list({})), {
    readings: ["R-133"],
  }),
  allows(
    "roles-and-metadata",
    "3",
    changes(house([...all, "canChangeRoomName"]), roles(...kept), described({ roomName: "Lair" })),
  ),
  denies(
    "preauthorization-and-addition",
    "4",
    "forbidden-combination",
    changes(house(all), preauthorize(), list({ add: { cathy: 2 } })),
  ),
  denies(
    "preauthorization-and-role-change",
    "4",
    "forbidden-combination",
    changes(house(all), preauthorize(), list({ change: { 1: 3 } })),
  ),
  allows(
    "preauthorization-and-removal",
    "4",
    commit(house(all), alice, { alice: 1 }, by(alice, preauthorize(), list({ remove: [1] }))),
  ),
  denies(
    "updated-and-removed",
    "4",
    "forbidden-combination",
    changes(house(all, new Map([preauthorization()])), preauthorize(), removal(Id.preauthList)),
  ),
  denies("roles-duplicate-index", "3", "malformed-update", redefined(...kept, guest), {
    readings: ["R-184"],
  }),
  allows("roles-with-gaps", "3", redefined(...kept, role(4_000_000_000, [])), { readings: ["R-184"] }),
  allows("roles-without-zero-and-one", "3", redefined(guest, ruler(all)), { readings: ["R-184"] }),
  denies("roles-used-role-vanishes", "3", "unknown-role", redefined(banned, ruler(all)), {
    readings: ["R-184"],
  }),
  denies(
    "roles-open-join-elsewhere",
    "8.1.1",
    "malformed-update",
    redefined(banned, role(2, ["canOpenJoin"]), ruler(all)),
  ),
  allows("roles-open-join-on-zero", "8.1.1", redefined(...kept, role(0, ["canOpenJoin"], { 0: [2] }))),
  allows(
    "roles-new-maximum-fits",
    "3",
    redefined(banned, { ...guest, maximumParticipantsConstraint: 1 }, ruler(all)),
    { readings: ["R-184"] },
  ),
  denies(
    "roles-new-maximum-too-small",
    "3",
    "maximum-participants",
    redefined(banned, { ...guest, maximumParticipantsConstraint: 0 }, ruler(all)),
    { readings: ["R-184"] },
  ),
  denies(
    "roles-new-active-maximum-too-small",
    "3",
    "maximum-active-participants",
    redefined(banned, { ...guest, maximumActiveParticipantsConstraint: 0 }, ruler(all)),
    { readings: ["R-184"] },
  ),
  allows(
    "roles-new-minimum-fits",
    "3",
    redefined(banned, { ...guest, minimumParticipantsConstraint: 1 }, ruler(all)),
    { readings: ["R-184"] },
  ),
  denies(
    "roles-new-minimum-too-large",
    "3",
    "minimum-participants",
    redefined(banned, { ...guest, minimumParticipantsConstraint: 2 }, ruler(all)),
    { readings: ["R-184"] },
  ),
  denies(
    "roles-new-active-minimum-too-large",
    "3",
    "minimum-active-participants",
    redefined(banned, { ...guest, minimumActiveParticipantsConstraint: 2 }, ruler(all)),
    { readings: ["R-184"] },
  ),
  denies(
    "roles-limits-that-nobody-can-keep",
    "3",
    "malformed-update",
    redefined(
      ...kept,
      role(7, [], {}, { minimumParticipantsConstraint: 2, maximumParticipantsConstraint: 1 }),
    ),
    { readings: ["R-184"] },
  ),
  denies(
    "roles-grant-nothing-in-this-epoch",
    "3",
    "missing-capability",
    changes(
      house(["canChangeRoleDefinitions"]),
      roles(banned, guest, ruler(["canChangeRoomName"])),
      described({ roomName: "Lair" }),
    ),
    { readings: ["R-196"] },
  ),
  denies(
    "preauthorization-without-claims",
    "4",
    "malformed-update",
    changes(house(all), preauthorize(preauthorized(guest))),
    { readings: ["R-175"] },
  ),
  denies(
    "preauthorization-for-an-undefined-role",
    "4",
    "unknown-role",
    changes(house(all), preauthorize(preauthorized(role(9, []), uri("cathy")))),
    { readings: ["R-174"] },
  ),
  denies(
    "preauthorization-for-role-zero",
    "4",
    "malformed-update",
    changes(house(all), preauthorize(preauthorized(role(0, []), uri("cathy")))),
    { readings: ["R-174"] },
  ),
  denies(
    "roles-without-a-preauthorized-one",
    "4",
    "unknown-role",
    changes(
      house(all, new Map([preauthorization(preauthorized(role(7, []), uri("cathy")))])),
      roles(...kept),
    ),
    { readings: ["R-174"] },
  ),
  denies(
    "history-by-a-role-without-clients",
    "6.6",
    "unknown-role",
    changes(
      room({ alice: 3 }, [ruler(all), role(4, [], {}, { maximumActiveParticipantsConstraint: 0 })]),
      update(Id.chatHistoryPolicy, HistoryPolicy, sharing(4)),
    ),
  ),
  denies(
    "roles-against-the-history-policy",
    "6.6",
    "unknown-role",
    changes(
      house(all, new Map([component(Id.chatHistoryPolicy, HistoryPolicy, sharing(7))])),
      roles(...kept),
    ),
  ),
  denies(
    "bot-with-an-undefined-role",
    "6.7",
    "unknown-role",
    changes(house(all), update(Id.botPolicy, BotPolicy, { allowedBots: [{ ...bot, botRoleIndex: 9 }] })),
  ),
  allows(
    "bot-without-a-role",
    "6.7",
    changes(house(all), update(Id.botPolicy, BotPolicy, { allowedBots: [{ ...bot, botRoleIndex: 0 }] })),
  ),
  denies(
    "logging-two-clients-of-one-provider",
    "6.5",
    "invalid-component",
    changes(house(all), { kind: "componentUpdate", componentId: Id.loggingPolicy, update: twoLoggers() }),
  ),
  denies(
    "on-request-second-link",
    "6.2",
    "invalid-component",
    changes(
      house(
        all,
        new Map<number, Uint8Array>([
          component(Id.joinLinkPolicy, JoinLinkPolicy, onRequest(true)),
          component(Id.joinLinks, JoinLinksData, [{ joinLink: Uint8Array.of(7) }]),
        ]),
      ),
      links(1),
    ),
  ),
  allows(
    "on-request-first-link",
    "6.2",
    changes(house(all, new Map([component(Id.joinLinkPolicy, JoinLinkPolicy, onRequest(true))])), links(1)),
  ),
  denies(
    "on-request-with-two-links",
    "6.2",
    "invalid-component",
    changes(
      house(
        all,
        new Map([
          component(Id.joinLinks, JoinLinksData, [
            { joinLink: Uint8Array.of(7) },
            { joinLink: Uint8Array.of(8) },
          ]),
        ]),
      ),
      update(Id.joinLinkPolicy, JoinLinkPolicy, onRequest(true)),
    ),
  ),
  ...operationalCases(),
];

/** The schema refuses to write it: required, two clients of a.example, two empty pointers. */
function twoLoggers(): Uint8Array {
  const first = update(Id.loggingPolicy, LoggingPolicy, {
    logging: "required",
    loggingClients: ["mimi://a.example/d/l/1", "mimi://b.example/d/l/1"],
    ...pointers,
  });
  const copy = first.kind === "componentUpdate" ? first.update.slice() : new Uint8Array();
  copy[copy.indexOf("b".charCodeAt(0), 10)] = "a".charCodeAt(0);
  return copy;
}

function operationalCases(): Case[] {
  const closed = (more: Parameters<typeof operational>[0]) =>
    room(
      { alice: 3, bob: 2 },
      [role(0, ["canOpenJoin"], { 0: [2] }), role(2, ["canAddOwnClient"]), ruler([])],
      {},
      new Map([operational(more)]),
    );
  const cathy = joiner("cathy");
  const joins = by(cathy, list({ add: { cathy: 2 } }), joined("cathy"));
  const proposal = by(joiner("bob"), { kind: "clientAdded", user: uri("bob") });
  return [
    allows("external-commit-allowed", "7", commit(closed({}), cathy, { alice: 1 }, joins)),
    denies(
      "external-commit-forbidden",
      "7",
      "external-commit-not-allowed",
      commit(closed({ externalCommitAllowed: false }), cathy, { alice: 1 }, joins),
    ),
    allows("external-proposal-allowed", "7", proposals(closed({}), { alice: 1 }, proposal)),
    denies(
      "external-proposal-forbidden",
      "7",
      "external-proposal-not-allowed",
      proposals(closed({ externalProposalAllowed: false }), { alice: 1 }, proposal),
    ),
    denies(
      "external-proposal-forbidden-for-the-hub",
      "7",
      "external-proposal-not-allowed",
      proposals(
        closed({ externalProposalAllowed: false }),
        { alice: 1 },
        by(provider(HUB), senders([5], HUB)),
      ),
    ),
  ];
}
