/**
 * Maxima of roles and of the room, at their edges. Policy §3, §5; readings.
 * @module
 */

import type { Case } from "../envelope.ts";
import { allows, denies } from "./cases.ts";
import {
  commits,
  edge,
  everywhere,
  house,
  type Limits,
  most,
  mostActive,
  READINGS,
  ruler,
} from "./limit-tools.ts";
import { commit } from "./question.ts";
import {
  added,
  banned,
  by,
  joined,
  joiner,
  list,
  policy,
  preauthorization,
  preauthorized,
  removed,
  role,
  room,
  uri,
} from "./sketch.ts";

const cathy = joiner("cathy");
const joins = by(cathy, list({ add: { cathy: 2 } }), joined("cathy"));
const preauthorizedDoor = (limits: Limits) => {
  const target = role(2, ["canJoinIfPreauthorized"], {}, limits);
  const entries = new Map([preauthorization(preauthorized(target, uri("cathy")))]);
  return room({ alice: 3, bob: 2 }, [target, role(3, [])], {}, entries);
};
const codedDoor = (limits: Limits) =>
  room({ alice: 3, bob: 2 }, [role(0, ["canUseJoinCode"], { 0: [2] }), role(2, [], {}, limits), role(3, [])]);

const maxima: readonly Case[] = [
  ...edge(
    "most-add",
    "8.1.1",
    "maximum-participants",
    (n) => commits(house({ bob: 2 }, most(n)), {}, list({ add: { cathy: 2 } })),
    [2, 1],
  ),
  ...edge(
    "most-add-two",
    "8.1.1",
    "maximum-participants",
    (n) => commits(house({ bob: 2 }, most(n)), {}, list({ add: { cathy: 2, dora: 2 } })),
    [3, 2],
  ),
  ...edge(
    "most-open-join",
    "8.1.1",
    "maximum-participants",
    (n) =>
      commit(
        house({ bob: 2 }, most(n)),
        joiner("cathy"),
        { alice: 1 },
        by(joiner("cathy"), list({ add: { cathy: 2 } }), joined("cathy")),
      ),
    [2, 1],
  ),
  ...edge(
    "most-preauthorized-join",
    "8.1.1",
    "maximum-participants",
    (n) => commit(preauthorizedDoor(most(n)), cathy, { alice: 1 }, joins),
    [2, 1],
  ),
  ...edge(
    "most-active-preauthorized-join",
    "8.1.1",
    "maximum-active-participants",
    (n) => commit(preauthorizedDoor(mostActive(n)), cathy, { alice: 1, bob: 1 }, joins),
    [2, 1],
  ),
  ...edge(
    "most-join-by-code",
    "8.1.1",
    "maximum-participants",
    (n) => commit(codedDoor(most(n)), cathy, { alice: 1 }, joins, { joinCode: { roleIndex: 2 } }),
    [2, 1],
  ),
  ...edge(
    "most-active-join-by-code",
    "8.1.1",
    "maximum-active-participants",
    (n) =>
      commit(codedDoor(mostActive(n)), cathy, { alice: 1, bob: 1 }, joins, { joinCode: { roleIndex: 2 } }),
    [2, 1],
  ),
  ...edge(
    "most-role-change",
    "8.1.3",
    "maximum-participants",
    (n) => commits(house({ bob: 2, cathy: 3 }, most(n)), {}, list({ change: { 2: 2 } })),
    [2, 1],
  ),
  ...edge(
    "most-unban",
    "8.1.3",
    "maximum-participants",
    (n) => commits(house({ bob: 2, cathy: 1 }, most(n)), {}, list({ change: { 2: 2 } })),
    [2, 1],
  ),
  ...edge(
    "most-active-add",
    "8.1.1",
    "maximum-active-participants",
    (n) => commits(house({ bob: 2 }, mostActive(n)), { bob: 1 }, list({ add: { cathy: 2 } }), added("cathy")),
    [2, 1],
  ),
  ...edge(
    "most-active-join-of-an-inactive",
    "8.1.1",
    "maximum-active-participants",
    (n) =>
      commit(
        house({ bob: 2, cathy: 2 }, mostActive(n)),
        joiner("cathy"),
        { alice: 1, bob: 1 },
        by(joiner("cathy"), joined("cathy")),
      ),
    [2, 1],
  ),
  ...edge(
    "most-active-role-change",
    "8.1.3",
    "maximum-active-participants",
    (n) =>
      commits(house({ bob: 2, cathy: 3 }, mostActive(n)), { bob: 1, cathy: 1 }, list({ change: { 2: 2 } })),
    [2, 1],
  ),
  allows(
    "most-active-second-client",
    "3",
    commit(
      house({ bob: 2 }, mostActive(1)),
      joiner("bob"),
      { alice: 1, bob: 1 },
      by(joiner("bob"), joined("bob")),
    ),
    { notes: "Participants count, not clients." },
  ),
  allows(
    "most-active-add-inactive",
    "3",
    commits(house({ bob: 2 }, mostActive(1)), { bob: 1 }, list({ add: { cathy: 2 } })),
  ),
  allows(
    "most-active-zero-inactive",
    "3",
    commits(house({}, mostActive(0)), {}, list({ add: { cathy: 2 } })),
  ),
  denies(
    "most-active-zero-with-client",
    "3",
    "clients-left",
    commits(house({}, mostActive(0)), {}, list({ add: { cathy: 2 } }), added("cathy")),
    { readings: ["R-187"] },
  ),
  allows(
    "most-active-zero-role-change-and-kick",
    "8.1.3",
    commits(house({ cathy: 3 }, mostActive(0)), { cathy: 1 }, list({ change: { 1: 2 } }), removed("cathy")),
    { readings: ["R-187"] },
  ),
  denies(
    "most-active-zero-role-change-client-left",
    "8.1.3",
    "clients-left",
    commits(house({ cathy: 3 }, mostActive(0)), { cathy: 2 }, list({ change: { 1: 2 } }), removed("cathy")),
    { readings: ["R-187"] },
  ),
  allows(
    "most-swap-in-one-commit",
    "8.1",
    commits(house({ bob: 2, cathy: 3 }, most(1)), {}, list({ change: { 1: 3, 2: 2 } })),
    READINGS,
  ),
  allows(
    "most-replace-in-one-commit",
    "8.1",
    commits(house({ bob: 2 }, most(1)), {}, list({ remove: [1], add: { cathy: 2 } })),
    READINGS,
  ),
  allows(
    "most-exceeded-and-not-pressed",
    "8.1",
    commits(house({ bob: 2, cathy: 2 }, most(1)), {}, list({ add: { dora: 3 } })),
    READINGS,
  ),
  allows(
    "most-exceeded-and-relieved",
    "8.1",
    commits(house({ bob: 2, cathy: 2, dora: 2 }, most(1)), {}, list({ remove: [1] })),
    READINGS,
  ),
  denies(
    "most-exceeded-and-pressed",
    "8.1",
    "maximum-participants",
    commits(house({ bob: 2, cathy: 2 }, most(1)), {}, list({ add: { dora: 2 } })),
    READINGS,
  ),
];

const based = (more: Parameters<typeof room>[2], listed: Readonly<Record<string, number>> = { bob: 2 }) =>
  room(
    { alice: 4, ...listed },
    [banned, role(2, ["canAddOwnClient"]), role(3, []), role(4, ruler, everywhere)],
    more,
  );
const globals: readonly Case[] = [
  ...edge(
    "max-users-add",
    "5",
    "maximum-users",
    (maxUsers) => commits(based({ maxUsers }), {}, list({ add: { cathy: 2 } })),
    [3, 2],
  ),
  allows("max-users-add-banned", "5", commits(based({ maxUsers: 2 }), {}, list({ add: { cathy: 1 } })), {
    notes: "Banned entries do not count.",
  }),
  denies(
    "max-users-unban",
    "5",
    "maximum-users",
    commits(based({ maxUsers: 2 }, { bob: 2, cathy: 1 }), {}, list({ change: { 2: 2 } })),
  ),
  allows(
    "max-users-replace",
    "5",
    commits(based({ maxUsers: 2 }), {}, list({ remove: [1], add: { cathy: 2 } })),
    READINGS,
  ),
  ...edge(
    "max-clients-add",
    "5",
    "maximum-clients",
    (maxClients) =>
      commits(based({ maxClients }), { bob: 1 }, list({ add: { cathy: 2 } }), added("cathy"), added("cathy")),
    [4, 3],
  ),
  ...edge(
    "max-clients-own",
    "5",
    "maximum-clients",
    (maxClients) => commits(based({ maxClients }), { bob: 1 }, added("alice")),
    [3, 2],
  ),
  allows(
    "max-clients-replace",
    "5",
    commits(based({ maxClients: 2 }), { bob: 1 }, removed("bob"), added("alice")),
    READINGS,
  ),
  denies("one-device-own", "5", "single-device", commits(based({ multiDevice: false }), {}, added("alice"))),
  denies(
    "one-device-add-two",
    "5",
    "single-device",
    commits(based({ multiDevice: false }), {}, list({ add: { cathy: 2 } }), added("cathy"), added("cathy")),
  ),
  allows(
    "one-device-add-one",
    "5",
    commits(based({ multiDevice: false }), {}, list({ add: { cathy: 2 } }), added("cathy")),
  ),
  allows(
    "one-device-replaced",
    "5",
    commit(
      based({ multiDevice: false }),
      joiner("bob"),
      { alice: 1, bob: 1 },
      by(joiner("bob"), { ...removed("bob"), replaced: true } as ReturnType<typeof removed>, joined("bob")),
    ),
  ),
  ...edge(
    "new-max-users",
    "5",
    "maximum-users",
    (maxUsers) => commits(based({}), {}, policy({ maxUsers })),
    [2, 1],
  ),
  ...edge(
    "new-max-clients",
    "5",
    "maximum-clients",
    (maxClients) => commits(based({}), { bob: 2 }, policy({ maxClients })),
    [3, 2],
  ),
  denies(
    "new-one-device",
    "5",
    "single-device",
    commits(based({}), { bob: 2 }, policy({ multiDevice: false })),
  ),
  denies(
    "new-one-device-newcomer",
    "5",
    "single-device",
    commits(
      based({}),
      {},
      list({ add: { cathy: 2 } }),
      added("cathy"),
      added("cathy"),
      policy({ multiDevice: false }),
    ),
  ),
  denies(
    "raised-in-the-same-commit",
    "5",
    "maximum-users",
    commits(based({ maxUsers: 2 }), {}, policy({ maxUsers: 9 }), list({ add: { cathy: 2 } })),
    {
      readings: ["R-196"],
      notes: "The limits of the epoch bind the commit; the new ones apply from the next epoch on.",
    },
  ),
];

export const maximumCases: readonly Case[] = [...maxima, ...globals];
