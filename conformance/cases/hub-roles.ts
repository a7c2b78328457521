/**
 * What a participant with the creator's role may do, and how it has to be done: roles, kicks, bans, role definitions. Policy
 * §3, §8.1.2, §8.1.3, §8.6; protocol §7.5; readings.
 * @module
 */

import type { Proposal } from "@openmimi/mls";
import { MimiComponentId, type Role, RoleData } from "@openmimi/protocol";
import { Capability } from "@openmimi/room";
import { decode, encode } from "@openmimi/tls";
import type { ConformanceCase } from "../src/case.ts";
import { carelessCopy } from "../src/play/careless.ts";
import { askGroupInfo } from "../src/play/group-info.ts";
import {
  commitRequest,
  componentUpdate,
  indexOf,
  listUpdate,
  participantsOf,
} from "../src/play/handshake.ts";
import type { SuiteClient } from "../src/play/suite-client.ts";
import { type TargetRoom, type TargetRoomOptions, targetRoom } from "../src/play/target-room.ts";
import {
  NOT_ALLOWED,
  needsRoom,
  REFUSED,
  type RefusedHandshake,
  ROOM,
  refusedHandshake,
  sameRoom,
  UNACCEPTABLE,
} from "./hub-builders.ts";

const level = "MUST";
const UPDATE = "the commit";
const BANNED = 1;
const strict: TargetRoomOptions = { preset: "strictly-administered" };

const carlOf = (here: TargetRoom): SuiteClient => here.everybody[1] as SuiteClient;

/** carl joins as an ordinary participant, and bob gets the creator's role. */
async function withCarl(here: TargetRoom): Promise<void> {
  await here.bring();
  await here.promote();
}

/** carl's role becomes another one; his client goes if it is said so. */
function carlTo(here: TargetRoom, roleIndex: number, { removed }: { readonly removed: boolean }): Proposal[] {
  const carl = carlOf(here);
  const userIndex = indexOf(here.bob.group.public, carl.userUri);
  const remove: Proposal = { proposalType: "remove", removed: carl.group.ownLeafIndex };
  return [listUpdate({ changedRoleParticipants: [{ userIndex, roleIndex }] }), ...(removed ? [remove] : [])];
}

const roleOf = ({ bob }: TargetRoom, userUri: string): number =>
  participantsOf(bob.group.public)[indexOf(bob.group.public, userUri)]?.roleIndex ?? 0;

/** The update of the role definitions, with something changed. */
function roles({ bob }: TargetRoom, change: (roles: Role[]) => Role[]): Proposal {
  const data = bob.group.public.component(MimiComponentId.rolesList);
  const current = data === undefined ? [] : decode(RoleData, data).roles;
  return componentUpdate(MimiComponentId.rolesList, encode(RoleData, { roles: change(current) }));
}

const described = (all: Role[]): Role[] =>
  all.map((role) => ({ ...role, roleDescription: "described anew" }));

type Words = Pick<ConformanceCase, "id" | "title" | "requirements" | "readings">;

/** A commit of bob that has to be accepted. */
function allowed(
  words: Words,
  room: TargetRoomOptions,
  prepare: (here: TargetRoom) => Promise<void>,
  proposals: (here: TargetRoom) => readonly Proposal[],
): ConformanceCase {
  return {
    ...words,
    ...{ level, role: "hub", needs: needsRoom("changeRole") },
    async run(context) {
      const here = await targetRoom(context, room);
      await prepare(here);
      const made = here.bob.group.commit({ proposals: proposals(here), path: true });
      here.demand(UPDATE, made, true);
      await here.update(UPDATE, commitRequest(made));
      here.bob.group.mergePendingCommit();
      await here.compare(ROOM);
    },
    judge: (transcript, check) => [
      check.answered(UPDATE, { code: ["success"] }),
      sameRoom(transcript, check),
    ],
  };
}

/** A commit of bob that has to be refused although bob has the capability. */
function wrong(
  words: Words & Pick<RefusedHandshake, "twin" | "expected">,
  room: TargetRoomOptions,
  prepare: (here: TargetRoom) => Promise<void>,
  proposals: (here: TargetRoom) => readonly Proposal[],
): ConformanceCase {
  return refusedHandshake({
    ...words,
    ...{ level, room, prepare, operations: ["changeRole"] },
    request: (here) => ({
      body: commitRequest(carelessCopy(here.bob).commit({ proposals: proposals(here), path: true })),
    }),
  });
}

export const hubRoles: readonly ConformanceCase[] = [
  allowed(
    {
      id: "hub/roles/change",
      title: "A participant with the creator's role gives another one a role",
      requirements: ["POLICY-CAP-21", "PROTO-PL-03", "PROTO-UPD-01"],
      readings: ["R-132"],
    },
    {},
    withCarl,
    (here) => carlTo(here, roleOf(here, here.creator.userUri), { removed: false }),
  ),
  allowed(
    {
      id: "hub/roles/kick",
      title:
        "A participant with the creator's role removes another one's clients and leaves the list as it is",
      requirements: ["POLICY-CAP-20", "PROTO-PL-08"],
    },
    {},
    withCarl,
    (here) => [{ proposalType: "remove", removed: carlOf(here).group.ownLeafIndex }],
  ),
  allowed(
    {
      id: "hub/roles/ban",
      title: "A participant with the creator's role bans another one: role 1, and the clients go",
      requirements: ["POLICY-CAP-24"],
      readings: ["R-187"],
    },
    {},
    withCarl,
    (here) => carlTo(here, BANNED, { removed: true }),
  ),
  wrong(
    {
      id: "hub/roles/ban-keeps-clients",
      title: "A ban that leaves the banned user's clients in the group is refused",
      requirements: ["POLICY-CAP-24", "PROTO-UPD-03", "POLICY-ROLE-05"],
      readings: ["R-187"],
      ...{ twin: "hub/roles/ban", expected: NOT_ALLOWED },
    },
    {},
    withCarl,
    (here) => carlTo(here, BANNED, { removed: false }),
  ),
  {
    id: "hub/roles/banned-asks-for-group-info",
    title: "A banned user is not authorized to have the group information",
    requirements: ["PROTO-GI-09"],
    readings: ["R-106"],
    ...{ level, role: "hub", needs: needsRoom("changeRole"), twin: "hub/group-info/success" },
    async run(context) {
      const here = await targetRoom(context);
      await withCarl(here);
      const carl = carlOf(here);
      here.everybody.pop();
      const made = here.bob.group.commit({
        proposals: [
          listUpdate({
            changedRoleParticipants: [
              { userIndex: indexOf(here.bob.group.public, carl.userUri), roleIndex: BANNED },
            ],
          }),
          { proposalType: "remove", removed: carl.group.ownLeafIndex },
        ],
        path: true,
      });
      await here.accepted("the ban", commitRequest(made));
      await here.groupInfo(REFUSED, askGroupInfo(carl.sibling("tablet")).body, {}, carl.peer);
    },
    judge: (_, check) => [check.refused(REFUSED, { code: ["notAuthorized"], status: [401, 403] })],
  },
  allowed(
    {
      id: "hub/roles/definitions",
      title:
        "A participant with the creator's role of a strictly administered room changes the role definitions",
      requirements: ["POLICY-CAP-44", "POLICY-ROLE-06"],
    },
    strict,
    (here) => here.promote(),
    (here) => [roles(here, described)],
  ),
  wrong(
    {
      id: "hub/roles/definitions-with-list-change",
      title: "Role definitions and the participant list do not change in one commit",
      requirements: ["POLICY-ROLE-07"],
      ...{ twin: "hub/roles/definitions", expected: UNACCEPTABLE },
    },
    strict,
    (here) => here.promote(),
    (here) => [roles(here, described), ...here.addition(`${here.bob.userUri}-2`, [])],
  ),
  wrong(
    {
      id: "hub/roles/index-twice",
      title: "Role definitions with one index twice are refused",
      requirements: ["POLICY-ROLE-02"],
      readings: ["R-184"],
      ...{ twin: "hub/roles/definitions", expected: UNACCEPTABLE },
    },
    strict,
    (here) => here.promote(),
    (here) => [roles(here, (all) => [...described(all), ...described(all).slice(-1)])],
  ),
  wrong(
    {
      id: "hub/roles/used-role-vanishes",
      title: "Role definitions without a role that a participant has are refused",
      requirements: ["POLICY-ROLE-02"],
      readings: ["R-184"],
      ...{ twin: "hub/roles/definitions", expected: UNACCEPTABLE },
    },
    strict,
    (here) => here.promote(),
    (here) => [
      roles(here, (all) =>
        described(all).filter(({ roleIndex }) => roleIndex !== roleOf(here, here.bob.userUri)),
      ),
    ],
  ),
  wrong(
    {
      id: "hub/roles/open-join-on-a-role",
      title: "Role definitions that give canOpenJoin to those who are in the list are refused",
      requirements: ["POLICY-CAP-09"],
      ...{ twin: "hub/roles/definitions", expected: UNACCEPTABLE },
    },
    strict,
    (here) => here.promote(),
    (here) => [
      roles(here, (all) =>
        all.map((role) => ({
          ...role,
          roleCapabilities:
            role.roleIndex === 0 ? role.roleCapabilities : [...role.roleCapabilities, Capability.canOpenJoin],
        })),
      ),
    ],
  ),
];
