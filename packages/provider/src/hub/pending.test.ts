import { partialGroupInfo } from "@openmimi/mls";
import { kindOf, ParticipantListData } from "@openmimi/protocol";
import { decode } from "@openmimi/tls";
import { expect, it } from "vitest";
import { A, B, C, HubScene, ROOM } from "../../test/hub-scene.ts";
import { commitBody, listUpdate, Member, proposalBody } from "../../test/member.ts";

/** Bob leaves: SelfRemove and list update, accepted by the hub. */
async function bobLeaves(scene: HubScene) {
  const selfRemove = scene.bob.group.propose({ proposalType: "selfRemove" });
  const list = scene.bob.group.propose(listUpdate({ removedIndices: [1] }));
  const response = await scene.update(B, proposalBody(selfRemove.message, list.message));
  expect(response.responseCode).toBe("success");
  return { selfRemove, list, response };
}

it("fans proposals out with the same moreProposals, and lists them in the group information with their times", async () => {
  const scene = await HubScene.withBob();
  const { selfRemove, list, response } = await bobLeaves(scene);
  const accepted = response.responseCode === "success" ? response.acceptedTimestamp : 0n;
  const expected = { message: selfRemove.message, moreProposals: [list.message], timestamp: accepted };
  expect((await scene.outbox("b.example")).at(-1)).toMatchObject(expected);
  expect((await scene.inbox(scene.alice)).at(-1)).toMatchObject(expected);
  expect((await scene.groupInfo(A, scene.alice)).pendingProposals).toEqual([
    { proposal: selfRemove.message, hubAcceptedTime: accepted },
    { proposal: list.message, hubAcceptedTime: accepted },
  ]);
});

it("asks the next commit for every pending proposal, and names those that are missing (R-059)", async () => {
  const scene = await HubScene.withBob();
  const { selfRemove, list } = await bobLeaves(scene);
  const without = scene.alice.group.commit({ path: true });
  expect(await scene.update(A, commitBody(without.commit, without.groupInfo))).toMatchObject({
    responseCode: "invalidProposal",
    invalidProposals: [selfRemove.reference, list.reference],
  });
  scene.alice.group.clearPendingCommit();
  scene.alice.group.process(selfRemove.message);
  scene.alice.group.process(list.message);
  const withBoth = scene.alice.group.commit();
  expect((await scene.update(A, commitBody(withBoth.commit, withBoth.groupInfo))).responseCode).toBe(
    "success",
  );
  scene.alice.group.mergePendingCommit();
  expect((await scene.groupInfo(A, scene.alice)).pendingProposals).toEqual([]);
  expect(scene.alice.group.public.members()).toHaveLength(1);
});

it("names references that it does not know", async () => {
  const scene = await HubScene.withBob();
  const secret = scene.alice.group.propose(listUpdate({}));
  const { commit, groupInfo } = scene.alice.group.commit();
  expect(await scene.update(A, commitBody(commit, groupInfo))).toMatchObject({
    responseCode: "invalidProposal",
    invalidProposals: [secret.reference],
  });
});

it("lets who is about to be removed neither send nor commit nor propose (protocol 5.3)", async () => {
  const scene = await HubScene.withBob();
  const message = scene.bob.message("too late");
  await bobLeaves(scene);
  expect((await scene.submit(B, message)).statusCode).toBe("notAllowed");
  const { commit, groupInfo } = scene.bob.group.commit({ path: true, references: [] });
  expect((await scene.update(B, commitBody(commit, groupInfo))).responseCode).toBe("notAllowed");
  scene.bob.group.clearPendingCommit();
  const late = scene.bob.group.propose(
    listUpdate({ addedParticipants: [{ user: "mimi://b.example/u/x", roleIndex: 2 }] }),
  );
  expect((await scene.update(B, proposalBody(late.message))).responseCode).not.toBe("success");
});

it("sends no more messages to who is about to be removed", async () => {
  const scene = await HubScene.withBob();
  await bobLeaves(scene);
  const before = (await scene.outbox("b.example")).length;
  expect((await scene.submit(A, scene.alice.message("among us"))).statusCode).toBe("accepted");
  expect(await scene.outbox("b.example")).toHaveLength(before);
});

it("refuses a proposal that cannot stand beside the pending ones, so that the next commit is possible", async () => {
  const scene = await HubScene.withBob();
  await bobLeaves(scene);
  const remove = scene.alice.group.propose({ proposalType: "remove", removed: 1 });
  expect(await scene.update(A, proposalBody(remove.message))).toMatchObject({
    responseCode: "invalidProposal",
    invalidProposals: [remove.reference],
  });
});

it("makes the proposals of a leaver again when an external commit has voided them (R-062, R-092)", async () => {
  const scene = await HubScene.withBob();
  const cathy = new Member("c.example", "cathy", "ClientC1");
  await scene.add(scene.bob, B, cathy);
  await catchUp(scene, scene.alice);
  const bob2 = new Member("b.example", "bob", "ClientB2");
  await scene.add(scene.bob, B, bob2);
  await catchUp(scene, scene.alice);
  await catchUp(scene, cathy, "c.example");

  // Bob leaves with both clients.
  const place = (await scene.store.rooms.head(ROOM))?.epoch;
  expect(place).toBe(3n);
  const leaves = [
    scene.bob.group.propose({ proposalType: "selfRemove" }),
    scene.bob.group.propose({ proposalType: "remove", removed: bob2.group.ownLeafIndex }),
    scene.bob.group.propose(listUpdate({ removedIndices: [1] })),
  ].map(({ message }) => message);
  expect((await scene.update(B, proposalBody(leaves[0]!, ...leaves.slice(1)))).responseCode).toBe("success");

  // Cathy's further client joins from outside, with the SelfRemove.
  const cathy2 = new Member("c.example", "cathy", "ClientC2");
  const external = HubScene.externalCommit(cathy2, await scene.groupInfo(C, cathy2));
  expect((await scene.update(C, external.body)).responseCode).toBe("success");
  const fanout = (await scene.outbox("c.example")).at(-1)!;
  expect(kindOf(fanout.message)).toBe("commit");
  expect(fanout.externalProposals).toHaveLength(2);
  const { pendingProposals } = await scene.groupInfo(C, cathy2);
  expect(pendingProposals.map(({ proposal }) => proposal)).toEqual(fanout.externalProposals);
  expect(pendingProposals[0]?.hubAcceptedTime).toBe(fanout.timestamp);

  // Members take them as the hub's, and the next commit has to hold them.
  for (const proposal of fanout.externalProposals!) cathy2.group.process(proposal);
  const next = cathy2.group.commit();
  expect((await scene.update(C, commitBody(next.commit, next.groupInfo))).responseCode).toBe("success");
  cathy2.group.mergePendingCommit();
  const users = decode(ParticipantListData, cathy2.group.public.component(0x22)!).participants.map(
    ({ user }) => user,
  );
  expect(users).toEqual([scene.alice.userUri, cathy.userUri]);
  expect(cathy2.group.public.members()).toHaveLength(3);
});

it("does not propose again what the room's policy does not let the hub propose, so that the room can go on", async () => {
  const scene = await HubScene.withBob();
  const bob2 = new Member("b.example", "bob", "ClientB2");
  await scene.add(scene.bob, B, bob2);
  // Bob retires one device and stays. A hub that proposed this itself would need canKick, which it does not have.
  const retire = scene.bob.group.propose({ proposalType: "remove", removed: bob2.group.ownLeafIndex });
  expect((await scene.update(B, proposalBody(retire.message))).responseCode).toBe("success");

  const bob3 = new Member("b.example", "bob", "ClientB3");
  const external = HubScene.externalCommit(bob3, await scene.groupInfo(B, bob3));
  expect((await scene.update(B, external.body)).responseCode).toBe("success");
  expect((await scene.outbox("b.example")).at(-1)).toMatchObject({ externalProposals: [] });
  const next = bob3.group.commit({ path: true });
  expect((await scene.update(B, commitBody(next.commit, next.groupInfo))).responseCode).toBe("success");
});

/** Processes every handshake of the inbox or outbox that the member has not seen. */
async function catchUp(scene: HubScene, member: Member, destination?: string) {
  const events = destination === undefined ? await scene.inbox(member) : await scene.outbox(destination);
  for (const { message } of events) {
    if (message.wireFormat !== "publicMessage" || message.publicMessage.content.epoch !== member.group.epoch)
      continue;
    const processed = member.group.process(message);
    if (processed.kind === "commit") processed.merge();
  }
}

it("takes a partial GroupInfo of an external commit too", async () => {
  const scene = await HubScene.withBob();
  const bob2 = new Member("b.example", "bob", "ClientB2");
  const { commit, groupInfo } = HubScene.externalCommit(bob2, await scene.groupInfo(B, bob2));
  const body = commitBody(commit, groupInfo, undefined, {
    groupInfoOption: { representation: "partial", partialGroupInfo: partialGroupInfo(groupInfo) },
  });
  expect((await scene.update(B, body)).responseCode).toBe("success");
});

it("lets nobody join with another identity or key than was shown (R-106)", async () => {
  const scene = await HubScene.withBob();
  const bob2 = new Member("b.example", "bob", "ClientB2");
  const bob3 = new Member("b.example", "bob", "ClientB3");
  const contents = await scene.groupInfo(B, bob2);
  const body = HubScene.externalCommit(bob3, contents).body;
  expect((await scene.update(B, body)).responseCode).toBe("notAllowed");
  const sameNameOtherKey = new Member("b.example", "bob", "ClientB2");
  const second = HubScene.externalCommit(sameNameOtherKey, contents).body;
  expect((await scene.update(B, second)).responseCode).toBe("notAllowed");
  scene.nowMs += 600_001;
  const late = HubScene.externalCommit(bob2, contents).body;
  expect((await scene.update(B, late)).responseCode).toBe("notAllowed");
});

it("lets no stranger join", async () => {
  const scene = await HubScene.withBob();
  const contents = await scene.groupInfo(B, scene.bob);
  const mallory = new Member("c.example", "mallory", "M1");
  const list = listUpdate({ addedParticipants: [{ user: mallory.userUri, roleIndex: 2 }] });
  const { body } = HubScene.externalCommit(mallory, contents, [list]);
  expect((await scene.update(C, body)).responseCode).toBe("notAllowed");
});
