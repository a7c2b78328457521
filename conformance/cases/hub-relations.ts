/**
 * Rooms that have to do with others, and rooms without clients: dependants of a parent, fixed membership, persistence.
 * Policy §5; reading R-192.
 * @module
 */

import { componentOf } from "@openmimi/mls";
import { MimiComponentId } from "@openmimi/protocol";
import { Capability } from "@openmimi/room";
import type { ConformanceCase } from "../src/case.ts";
import type { CaseContext } from "../src/context.ts";
import { contentTypeOf } from "../src/play/followed-room.ts";
import { askGroupInfo, fetchGroupInfo } from "../src/play/group-info.ts";
import {
  basePolicyUpdate,
  commitRequest,
  leaveRequest,
  listUpdate,
  participantsOf,
  proposalRequest,
  rolesUpdate,
} from "../src/play/handshake.ts";
import type { SuiteClient } from "../src/play/suite-client.ts";
import { type TargetRoom, targetRoom } from "../src/play/target-room.ts";
import { needsRoom, UNACCEPTABLE } from "./hub-builders.ts";

const level = "MUST";
const OF_HUB = "what the hub proposes in the dependent room";
const PARTICIPANTS = "participants of the dependent room";
const FIXING = "fixing the membership of a second room";
const ASKING = "asking for the group information";
const NOBODY = `${ASKING} when the last client has left`;
const FOUNDING = "dora founds the next group";
const BASE_POLICY = MimiComponentId.baseRoomPolicy;

/** A room of the same users that depends on this one. */
async function dependantOf(context: CaseContext, parent: TargetRoom): Promise<TargetRoom> {
  const child = await targetRoom(context, { beside: parent });
  await child.promote();
  const change = { parentDependant: true, parentRoom: [parent.roomUri] };
  await child.commit("the room becomes dependent", {
    proposals: [basePolicyUpdate(child.bob.group.public, change)],
    path: true,
  });
  return child;
}

/** The target's creator commits what waits, and shows who is left. */
async function commitAndShow(context: CaseContext, { creator, roomUri }: TargetRoom): Promise<void> {
  const { clientUri } = creator;
  await context.adapter.call("sync", { clientUri, waitMs: 2000 });
  await context.adapter.call("commitPending", { clientUri, roomUri }, "the creator commits");
  const { participants } = await context.adapter.call("roomView", { clientUri, roomUri });
  context.observe(
    PARTICIPANTS,
    participants.map(({ userUri }) => userUri),
  );
  context.observe("who has to be left", [creator.userUri]);
}

function dependant(
  words: Pick<ConformanceCase, "id" | "title">,
  goes: (parent: TargetRoom) => Promise<unknown>,
): ConformanceCase {
  return {
    ...words,
    requirements: ["POLICY-BASE-07"],
    readings: ["R-192"],
    ...{ level, role: "hub", needs: needsRoom("changeRole", "commitPending") },
    async run(context) {
      const parent = await targetRoom(context);
      await parent.bring();
      const child = await dependantOf(context, parent);
      await goes(parent);
      await child.room.next(OF_HUB, ({ message }) => contentTypeOf(message) === "proposal");
      await commitAndShow(context, child);
    },
    judge: (_, check) => [
      check.arrived(OF_HUB),
      check.observed(PARTICIPANTS, check.observation("who has to be left") ?? null),
    ],
  };
}

/** Nobody may add anybody: what a room of fixed membership needs of its roles (policy §5). */
const withoutAdding = ({ bob }: TargetRoom) =>
  rolesUpdate(bob.group.public, (role) => ({
    ...role,
    roleCapabilities: role.roleCapabilities.filter((one) => one !== Capability.canAddParticipant),
  }));

/** A room in which nothing is in the way of a fixed membership, with bob as who may change that. */
async function fixable(context: CaseContext, beside?: TargetRoom): Promise<TargetRoom> {
  const preset = "strictly-administered";
  const here = await targetRoom(context, { preset, ...(beside === undefined ? {} : { beside }) });
  await here.promote();
  await here.commit("nobody may add anybody", { proposals: [withoutAdding(here)], path: true });
  return here;
}

/** bob's client leaves the group, bob stays in the list; then the creator, the last client, leaves. */
async function abandoned(context: CaseContext, here: TargetRoom): Promise<void> {
  const { bob, creator, roomUri } = here;
  const { clientUri } = creator;
  const { message } = bob.group.propose({ proposalType: "selfRemove" });
  await here.accepted("bob's client leaves the group", proposalRequest([message]));
  await context.adapter.call("sync", { clientUri, waitMs: 2000 });
  await context.adapter.call("commitPending", { clientUri, roomUri }, "the creator commits");
  await here.groupInfo(ASKING, askGroupInfo(bob.sibling("tablet")).body);
  await context.adapter.call("leave", { clientUri, roomUri }, "the last client leaves");
}

export const hubRelations: readonly ConformanceCase[] = [
  dependant(
    {
      id: "hub/dependants/left-parent",
      title: "Who leaves a room leaves the rooms that depend on it, by proposals of the hub",
    },
    async (parent) => {
      const [bob, carl] = parent.everybody as [SuiteClient, SuiteClient];
      const leave = leaveRequest(bob);
      await parent.accepted("bob's leave", leave);
      parent.share(leave, bob);
      await parent.commit("the commit that lets him go", {}, carl);
    },
  ),
  dependant(
    {
      id: "hub/dependants/removed-from-parent",
      title: "Who is removed from a room leaves the rooms that depend on it, by proposals of the hub",
    },
    async (parent) => {
      const [bob, carl] = parent.everybody as [SuiteClient, SuiteClient];
      const removedIndices = [
        participantsOf(carl.group.public).findIndex(({ user }) => user === bob.userUri),
      ];
      const removed = bob.group.ownLeafIndex;
      const proposals = [listUpdate({ removedIndices }), { proposalType: "remove" as const, removed }];
      await parent.commit("carl removes bob", { proposals }, carl);
    },
  ),
  {
    id: "hub/fixed/second-room",
    title: "There is one room of fixed membership for the same participants",
    requirements: ["POLICY-BASE-05"],
    readings: ["R-192"],
    ...{ level, role: "hub", needs: needsRoom("changeRole") },
    async run(context) {
      const first = await fixable(context);
      const second = await fixable(context, first);
      const fix = ({ bob }: TargetRoom) => ({
        proposals: [basePolicyUpdate(bob.group.public, { fixedMembership: true })],
        path: true,
      });
      await first.commit("fixing the membership of the first room", fix(first));
      const made = second.bob.group.commit(fix(second));
      second.demand(FIXING, made, true);
      second.bob.group.clearPendingCommit();
      await second.update(FIXING, commitRequest(made));
      await second.commit("a commit that changes nothing of it");
    },
    judge: (_, check) => [
      check.refused(FIXING, { ...UNACCEPTABLE, status: ["4xx"] }),
      check.answered("a commit that changes nothing of it", { code: ["success"] }),
    ],
  },
  {
    id: "hub/ended/not-persistent",
    title: "A room that is not persistent cannot be accessed once its last client has left",
    requirements: ["POLICY-BASE-14"],
    readings: ["R-192", "R-100"],
    ...{ level, role: "hub", needs: needsRoom("changeRole", "commitPending", "leave") },
    async run(context) {
      const here = await targetRoom(context);
      await here.promote();
      const proposals = [basePolicyUpdate(here.bob.group.public, { persistentRoom: false })];
      await here.commit("the room is not persistent", { proposals, path: true });
      await abandoned(context, here);
      await here.groupInfo(NOBODY, askGroupInfo(here.bob.sibling("tablet")).body);
    },
    judge: (_, check) => [
      check.answered(ASKING, { code: ["success"] }),
      check.refused(NOBODY, { code: ["noSuchRoom", "notAuthorized"], status: ["4xx"] }),
    ],
  },
  {
    id: "hub/ended/persistent",
    title:
      "A participant founds the next group of a persistent room, which goes on with the policy that it had",
    requirements: ["POLICY-BASE-15"],
    readings: ["R-192", "R-029"],
    ...{ level, role: "hub", needs: needsRoom("changeRole", "commitPending", "leave", "renewRoom") },
    async run(context) {
      const here = await targetRoom(context);
      const { bob, roomUri } = here;
      await here.promote();
      const proposals = [basePolicyUpdate(bob.group.public, { persistentRoom: true, maxUsers: 77 })];
      await here.commit("the room is persistent", { proposals, path: true });
      const { userUri } = await context.adapter.call("createUser", { name: context.name("dora") });
      const { clientUri } = await context.adapter.call("createClient", { userUri, device: "phone" });
      await here.commit("dora is a participant, without a client", { proposals: here.addition(userUri, []) });
      const listed = participantsOf(bob.group.public).map(({ user }) => user);
      const policy = bob.group.public.component(BASE_POLICY);
      await abandoned(context, here);
      const dora = { clientUri, roomUri };
      if ((await context.adapter.attempt("renewRoom", dora, FOUNDING)) === undefined) return;
      const view = await context.adapter.call("roomView", dora);
      const stay = listed.filter((user) => user !== here.creator.userUri);
      context.observe(
        PARTICIPANTS,
        view.participants.map((one) => one.userUri),
      );
      context.observe("who has to be left", stay);
      const given = await fetchGroupInfo(context, here, NOBODY, bob.sibling("tablet"));
      const now = componentOf(given.contents.groupInfo.groupContext.extensions, BASE_POLICY);
      const same = policy !== undefined && now !== undefined && Buffer.compare(policy, now) === 0;
      context.observe("the base policy is the same", same);
    },
    judge: (_, check) => [
      check.succeeded(FOUNDING),
      check.observed(PARTICIPANTS, check.observation("who has to be left") ?? null),
      check.answered(NOBODY, { code: ["success"] }),
      check.observed("the base policy is the same", true),
    ],
  },
];
