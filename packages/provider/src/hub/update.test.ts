import type { MLSMessage, Proposal, Welcome } from "@openmimi/mls";
import { partialGroupInfo } from "@openmimi/mls";
import { kindOf } from "@openmimi/protocol";
import { expect, it } from "vitest";
import { A, B, C, HubScene, ROOM } from "../../test/hub-scene.ts";
import { commitBody, listUpdate, Member, proposalBody } from "../../test/member.ts";

const empty = { path: true };

it("accepts a commit, gives its time to everybody, and hosts the new epoch", async () => {
  const scene = await HubScene.withBob();
  const { commit, groupInfo } = scene.bob.group.commit(empty);
  const response = await scene.update(B, commitBody(commit, groupInfo));
  expect(response).toMatchObject({ responseCode: "success", errorDescription: "" });
  scene.bob.group.mergePendingCommit();
  const [welcome, fanout] = await scene.outbox("b.example");
  expect(kindOf(welcome!.message)).toBe("welcome");
  expect(fanout).toMatchObject({ message: commit, externalProposals: [] });
  expect(response.responseCode === "success" && response.acceptedTimestamp).toBe(fanout?.timestamp);
  expect((await scene.inbox(scene.alice)).at(-1)).toMatchObject({ message: commit });
  expect((await scene.store.rooms.head(ROOM))?.epoch).toBe(2n);
});

it("answers 404 for rooms that it does not host", async () => {
  const scene = await HubScene.withBob();
  const { commit, groupInfo } = scene.bob.group.commit(empty);
  const body = commitBody(commit, groupInfo);
  await expect(scene.update(B, body, "mimi://a.example/r/other")).rejects.toMatchObject({ status: 404 });
  await expect(scene.update(B, body, "mimi://b.example/r/other")).rejects.toMatchObject({ status: 404 });
});

it("answers wrongEpoch with its own epoch, behind and ahead (R-060)", async () => {
  const scene = await HubScene.withBob();
  const late = scene.bob.group.commit(empty);
  scene.bob.group.clearPendingCommit();
  const first = scene.alice.group.commit(empty);
  await scene.update(A, commitBody(first.commit, first.groupInfo));
  expect(await scene.update(B, commitBody(late.commit, late.groupInfo))).toMatchObject({
    responseCode: "wrongEpoch",
    currentEpoch: 2n,
  });
  scene.alice.group.mergePendingCommit();
  const ahead = scene.alice.group.commit(empty);
  scene.alice.group.mergePendingCommit();
  const further = scene.alice.group.commit(empty);
  expect(ahead.groupInfo.groupContext.epoch).toBe(3n);
  expect(await scene.update(A, commitBody(further.commit, further.groupInfo))).toMatchObject({
    responseCode: "wrongEpoch",
    currentEpoch: 2n,
  });
});

it("accepts exactly one of two commits for one epoch", async () => {
  const scene = await HubScene.withBob();
  const ofAlice = scene.alice.group.commit(empty);
  const ofBob = scene.bob.group.commit(empty);
  const answers = await Promise.all([
    scene.update(A, commitBody(ofAlice.commit, ofAlice.groupInfo)),
    scene.update(B, commitBody(ofBob.commit, ofBob.groupInfo)),
  ]);
  expect(answers.map(({ responseCode }) => responseCode).sort()).toEqual(["success", "wrongEpoch"]);
});

it("replays the answer to the same request from the same source (R-067)", async () => {
  const scene = await HubScene.withBob();
  const { commit, groupInfo } = scene.bob.group.commit(empty);
  const body = commitBody(commit, groupInfo);
  const [first, second] = await Promise.all([scene.update(B, body), scene.update(B, body)]);
  expect(second).toEqual(first);
  expect(await scene.update(B, body)).toEqual(first);
  expect(
    (await scene.outbox("b.example")).filter(({ message }) => kindOf(message) === "commit"),
  ).toHaveLength(1);
  expect((await scene.update(C, body)).responseCode).toBe("wrongEpoch");
});

it("takes handshakes from the sender's provider only (R-068)", async () => {
  const scene = await HubScene.withBob();
  const { commit, groupInfo } = scene.bob.group.commit(empty);
  const body = commitBody(commit, groupInfo);
  for (const source of [A, C]) {
    expect(await scene.update(source, body)).toMatchObject({ responseCode: "notAllowed" });
  }
  const alice2 = { userUri: scene.alice.userUri, clientUri: "mimi://a.example/d/alice/ClientA2" };
  const ofAlice = scene.alice.group.commit(empty);
  const bodyOfAlice = commitBody(ofAlice.commit, ofAlice.groupInfo);
  expect((await scene.update({ ...A, client: alice2 }, bodyOfAlice)).responseCode).toBe("notAllowed");
  expect((await scene.update({ ...A, client: scene.alice }, bodyOfAlice)).responseCode).toBe("success");
});

it("refuses the group of another room", async () => {
  const scene = await HubScene.withBob();
  const other = new Member("a.example", "alice", "ClientA1");
  other.found("mimi://a.example/r/other", scene.keys.hubSender(1)!);
  await scene.host(other, "mimi://a.example/r/other");
  const { commit, groupInfo } = other.group.commit(empty);
  expect((await scene.update(A, commitBody(commit, groupInfo))).responseCode).toBe("notAllowed");
});

it("verifies the committer's signature, GroupInfo and tree (R-051 to R-056)", async () => {
  const scene = await HubScene.withBob();
  const { commit, groupInfo, staged } = scene.bob.group.commit({ path: true });
  const refused = async (body: Uint8Array) =>
    expect((await scene.update(B, body)).responseCode).toBe("notAllowed");
  const flipped = groupInfo.signature.slice();
  flipped[0]! ^= 1;
  await refused(commitBody(commit, { ...groupInfo, signature: flipped }));
  await refused(commitBody(commit, scene.bob.group.groupInfo()));
  await refused(commitBody(commit, scene.bob.group.groupInfo({ ratchetTree: true })));
  const partial = partialGroupInfo(groupInfo);
  for (const ratchetTreePresence of ["present", "added"] as const) {
    const partialOption = {
      representation: "partial",
      partialGroupInfo: { ...partial, ratchetTreePresence },
    } as const;
    await refused(commitBody(commit, groupInfo, undefined, { groupInfoOption: partialOption }));
  }
  const oldTree = { representation: "full", ratchetTree: scene.bob.group.public.ratchetTree() } as const;
  await refused(commitBody(commit, groupInfo, undefined, { ratchetTreeOption: oldTree }));
  const outOfBand = { representation: "outOfBand", treeSignature: new Uint8Array() } as const;
  await refused(commitBody(commit, groupInfo, undefined, { ratchetTreeOption: outOfBand }));
  if (commit.wireFormat !== "publicMessage") throw new Error("expected a PublicMessage");
  const { auth } = commit.publicMessage;
  const forged = {
    ...commit,
    publicMessage: { ...commit.publicMessage, auth: { ...auth, signature: flipped } },
  };
  await refused(commitBody(forged, groupInfo));
  // The same commit passes with a partial GroupInfo and the right tree.
  const body = commitBody(commit, groupInfo, undefined, {
    groupInfoOption: { representation: "partial", partialGroupInfo: partial },
    ratchetTreeOption: { representation: "full", ratchetTree: staged.tree.toNodes() },
  });
  expect((await scene.update(B, body)).responseCode).toBe("success");
});

it("asks for a Welcome that fits the Adds, and sends it where they are at home (R-066)", async () => {
  const scene = await HubScene.withBob();
  const cathy = new Member("c.example", "cathy", "ClientC1");
  const own = cathy.keyPackage();
  const list = listUpdate({ addedParticipants: [{ user: cathy.userUri, roleIndex: 2 }] });
  const made = scene.bob.group.commit({
    proposals: [list, { proposalType: "add", keyPackage: own.keyPackage }],
  });
  const welcome = made.welcome as Welcome;
  const strange = { ...welcome, secrets: [{ ...welcome.secrets[0]!, newMember: new Uint8Array(32) }] };
  const double = { ...welcome, secrets: [...welcome.secrets, ...welcome.secrets] };
  const otherSuite = { ...welcome, cipherSuite: 3 };
  for (const wrong of [undefined, strange, double, otherSuite]) {
    expect(await scene.update(B, commitBody(made.commit, made.groupInfo, wrong))).toMatchObject({
      responseCode: "invalidProposal",
      invalidProposals: [],
    });
  }
  const response = await scene.update(B, commitBody(made.commit, made.groupInfo, welcome));
  expect(response.responseCode).toBe("success");
  const [toCathy, ...more] = await scene.outbox("c.example");
  expect(more).toEqual([]);
  expect(toCathy).toMatchObject({
    message: { wireFormat: "welcome", welcome },
    ratchetTreeOption: { representation: "full", ratchetTree: made.staged.tree.toNodes() },
    timestamp: response.responseCode === "success" && response.acceptedTimestamp,
  });
  expect((await scene.outbox("b.example")).map(({ message }) => kindOf(message))).toEqual([
    "welcome",
    "commit",
  ]);
});

it("routes a Welcome by the remembered reference before it looks at the leaf (R-066)", async () => {
  const scene = await HubScene.withRoom();
  const bob = scene.bob;
  const own = bob.keyPackage();
  await scene.store.keyPackages.rememberRoutes([
    { reference: own.reference, domain: "relay.example", notAfterSeconds: 9_999_999_999n },
  ]);
  const list = listUpdate({ addedParticipants: [{ user: bob.userUri, roleIndex: 2 }] });
  const made = scene.alice.group.commit({
    proposals: [list, { proposalType: "add", keyPackage: own.keyPackage }],
  });
  await scene.update(A, commitBody(made.commit, made.groupInfo, made.welcome));
  expect(await scene.outbox("b.example")).toEqual([]);
  expect((await scene.outbox("relay.example")).map(({ message }) => kindOf(message))).toEqual(["welcome"]);
  expect(await scene.store.keyPackages.routes([own.reference])).toEqual([undefined]);
});

it("refuses by policy: a client whose user is not in the list, a role that the actor may not give", async () => {
  const scene = await HubScene.withBob();
  const dora = new Member("b.example", "dora", "D1");
  const add: Proposal = { proposalType: "add", keyPackage: dora.keyPackage().keyPackage };
  const without = scene.bob.group.commit({ proposals: [add] });
  expect(await scene.update(B, commitBody(without.commit, without.groupInfo, without.welcome))).toMatchObject(
    {
      responseCode: "notAllowed",
    },
  );
  scene.bob.group.clearPendingCommit();
  const roles = listUpdate({ changedRoleParticipants: [{ userIndex: 0, roleIndex: 1 }] });
  const bans = scene.bob.group.commit({ proposals: [roles] });
  expect((await scene.update(B, commitBody(bans.commit, bans.groupInfo))).responseCode).toBe("notAllowed");
});

it("sends a removed client the commit that removes it", async () => {
  const scene = await HubScene.withBob();
  const proposals = [listUpdate({ removedIndices: [1] }), { proposalType: "remove", removed: 1 } as const];
  const { commit, groupInfo } = scene.alice.group.commit({ proposals });
  expect((await scene.update(A, commitBody(commit, groupInfo))).responseCode).toBe("success");
  expect((await scene.outbox("b.example")).map(({ message }) => kindOf(message))).toEqual([
    "welcome",
    "commit",
  ]);
  scene.alice.group.mergePendingCommit();
  expect((await scene.submit(A, scene.alice.message("alone"))).statusCode).toBe("accepted");
  expect(await scene.outbox("b.example")).toHaveLength(2);
});

it("keeps a bundle of proposals whole: one that is wrong refuses all", async () => {
  const scene = await HubScene.withBob();
  const selfRemove = scene.bob.group.propose({ proposalType: "selfRemove" });
  const wrong = scene.bob.group.propose({ proposalType: "remove", removed: 0 });
  const response = await scene.update(B, proposalBody(selfRemove.message, wrong.message));
  expect(response.responseCode).toBe("notAllowed");
  expect((await scene.groupInfo(A, scene.alice)).pendingProposals).toEqual([]);
  expect((await scene.update(B, proposalBody(selfRemove.message))).responseCode).toBe("success");
});

it("refuses a SemiPrivateMessage, which it cannot read, in the body (R-221)", async () => {
  const scene = await HubScene.withBob();
  const { commit, groupInfo } = scene.bob.group.commit(empty);
  const { groupId, epoch } = scene.bob.group;
  const closed = new Uint8Array([1]);
  const message: MLSMessage = {
    version: "mls10",
    wireFormat: "semiPrivateMessage",
    semiPrivateMessage: {
      ...{ groupId, epoch, contentType: "commit", authenticatedData: new Uint8Array() },
      ...{ partialContextHash: closed, keysForExternalReceivers: [], framedContentTbsHash: closed },
      ...{ encryptedSenderData: closed, ciphertext: closed },
    },
  };
  const before = (await scene.outbox("b.example")).length;
  expect(await scene.update(B, commitBody(message, groupInfo))).toMatchObject({ responseCode: "notAllowed" });
  expect(await scene.outbox("b.example")).toHaveLength(before);
  expect(await scene.update(B, commitBody(commit, groupInfo))).toMatchObject({ responseCode: "success" });
});
