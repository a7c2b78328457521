import type { MLSMessage, Proposal } from "@openmimi/mls";
import { BaseRoomPolicy, MimiComponentId, ParticipantListData } from "@openmimi/protocol";
import { cooperativeRoom } from "@openmimi/room";
import { decode, encode } from "@openmimi/tls";
import { beforeEach, expect, it } from "vitest";
import { A, B, HubScene } from "../../test/hub-scene.ts";
import { commitBody, listUpdate, Member, proposalBody, SUITE } from "../../test/member.ts";

const CHILD = "mimi://a.example/r/backroom";
const ROOM = "mimi://a.example/r/clubhouse";

let scene: HubScene;
/** Cathy is in the parent only, so that the child may have both others. */
let cathy: Member;
let alice: Member;
let bob: Member;
beforeEach(async () => {
  scene = await HubScene.withBob();
  cathy = new Member("c.example", "cathy", "ClientC1");
  await scene.add(scene.alice, A, cathy);
  const [componentId, policy] = [
    MimiComponentId.baseRoomPolicy,
    { parentDependant: true, parentRoom: [ROOM] },
  ];
  alice = new Member("a.example", "alice", "ClientA2");
  const usual = cooperativeRoom({ roomUri: CHILD, creator: alice.userUri }).get(componentId)!;
  const update = encode(BaseRoomPolicy, { ...decode(BaseRoomPolicy, usual), ...policy });
  const { keys } = scene;
  const components = new Map([[componentId, update]]);
  alice.found(CHILD, keys.hubSender(SUITE)!, keys.frankingAgent(SUITE), undefined, components);
  await scene.host(alice, CHILD);
  bob = new Member("b.example", "bob", "ClientB2");
  const own = bob.keyPackage();
  const made = alice.group.commit({
    proposals: [
      listUpdate({ addedParticipants: [{ user: bob.userUri, roleIndex: 2 }] }),
      { proposalType: "add", keyPackage: own.keyPackage },
    ],
  });
  const body = commitBody(made.commit, made.groupInfo, made.welcome);
  expect(await scene.update(A, body, CHILD)).toMatchObject({ responseCode: "success" });
  alice.group.mergePendingCommit();
  bob.join(made.welcome!, own, alice.group.public.ratchetTree());
});

/** Alice takes Bob out of the parent, or bans him there. */
async function inParent(proposals: readonly Proposal[]): Promise<void> {
  const { group } = scene.alice;
  const made = group.commit({ proposals, path: true });
  const response = await scene.update(A, commitBody(made.commit, made.groupInfo));
  expect(response).toMatchObject({ responseCode: "success" });
  group.mergePendingCommit();
  await scene.dependants.settled();
}

/** What the hub has proposed in the child. */
async function proposed(): Promise<readonly MLSMessage[]> {
  const room = await scene.store.rooms.load(CHILD);
  const found = await scene.rooms.find(CHILD);
  expect(found?.pending.length).toBe(room?.pendingProposals.length);
  return found?.group.pending.map(({ message }) => message) ?? [];
}

const leaf = () => scene.bob.group.ownLeafIndex;
const outOfTheList = listUpdate({ removedIndices: [1] });

it("who is removed from the parent leaves the child by proposals of the hub (policy §5, R-192)", async () => {
  await inParent([outOfTheList, { proposalType: "remove", removed: leaf() }]);
  const messages = await proposed();
  expect(messages.length).toBe(2);
  // Everybody in the child is told, Bob's provider too.
  const fanned = (await scene.outbox("b.example", CHILD)).at(-1);
  expect([fanned?.message, ...(fanned?.moreProposals ?? [])]).toEqual(messages);
  for (const message of messages) alice.group.process(message);
  const made = alice.group.commit({ path: true });
  const body = commitBody(made.commit, made.groupInfo);
  expect(await scene.update(A, body, CHILD)).toMatchObject({ responseCode: "success" });
  const child = (await scene.rooms.find(CHILD))!;
  const list = decode(ParticipantListData, child.group.component(MimiComponentId.participantList)!);
  expect(list.participants.map(({ user }) => user)).toEqual([alice.userUri]);
  expect(child.group.members().length).toBe(1);
});

it("restrictions bite at once: who has left the parent says nothing more in the child (R-061)", async () => {
  await inParent([outOfTheList, { proposalType: "remove", removed: leaf() }]);
  const said = await scene.submit(B, bob.message("hello?"), CHILD);
  expect(said.statusCode).toBe("notAllowed");
});

it("who is banned in the parent leaves the child too", async () => {
  const ban = listUpdate({ changedRoleParticipants: [{ userIndex: 1, roleIndex: 1 }] });
  await inParent([ban, { proposalType: "remove", removed: leaf() }]);
  expect((await proposed()).length).toBe(2);
});

it("nothing happens to who stays, and nothing twice", async () => {
  await inParent([
    listUpdate({ removedIndices: [2] }),
    { proposalType: "remove", removed: cathy.group.ownLeafIndex },
  ]);
  expect(await proposed()).toEqual([]);
  await inParent([outOfTheList, { proposalType: "remove", removed: leaf() }]);
  await inParent([]);
  scene.dependants.lookAtAll();
  await scene.dependants.settled();
  expect((await proposed()).length).toBe(2);
});

it("a ban in the child stays when its user leaves the parent", async () => {
  const ban = listUpdate({ changedRoleParticipants: [{ userIndex: 1, roleIndex: 1 }] });
  const made = alice.group.commit({
    proposals: [ban, { proposalType: "remove", removed: bob.group.ownLeafIndex }],
  });
  expect(await scene.update(A, commitBody(made.commit, made.groupInfo), CHILD)).toMatchObject({
    responseCode: "success",
  });
  await inParent([outOfTheList, { proposalType: "remove", removed: leaf() }]);
  expect(await proposed()).toEqual([]);
});

it("a start makes good what a crash left undone", async () => {
  // The commit is durable, and the process ended before it looked at the child.
  scene.dependants.parentChanged = () => {};
  await inParent([outOfTheList, { proposalType: "remove", removed: leaf() }]);
  expect(await proposed()).toEqual([]);
  scene.dependants.lookAtAll();
  await scene.dependants.settled();
  expect((await proposed()).length).toBe(2);
});

it("a leave that is under way in the child already is not doubled", async () => {
  const place = listUpdate({ removedIndices: [1] });
  const { message: first } = bob.group.propose({ proposalType: "selfRemove" });
  const { message: second } = bob.group.propose(place);
  expect(await scene.update(B, proposalBody(first, second), CHILD)).toMatchObject({
    responseCode: "success",
  });
  await inParent([outOfTheList, { proposalType: "remove", removed: leaf() }]);
  expect((await proposed()).length).toBe(2);
});

it("a room does not depend on one that depends on it: nobody would fit into both", async () => {
  const [componentId, policy] = [
    MimiComponentId.baseRoomPolicy,
    { parentDependant: true, parentRoom: [CHILD] },
  ];
  const data = scene.alice.group.public.component(componentId)!;
  const update = encode(BaseRoomPolicy, { ...decode(BaseRoomPolicy, data), ...policy });
  const appDataUpdate = { componentId, op: "update", update } as const;
  const made = scene.alice.group.commit({ proposals: [{ proposalType: "appDataUpdate", appDataUpdate }] });
  expect(await scene.update(A, commitBody(made.commit, made.groupInfo))).toMatchObject({
    responseCode: "notAllowed",
    errorDescription: expect.stringContaining("parent-dependent"),
  });
});

it("who is in a room that ends has to leave its dependants", async () => {
  await scene.store.rooms.destroy((await scene.store.rooms.head(ROOM))!);
  scene.dependants.parentChanged(ROOM);
  await scene.dependants.settled();
  expect(await scene.store.rooms.head(CHILD)).toMatchObject({ ended: "abandoned" });
});
