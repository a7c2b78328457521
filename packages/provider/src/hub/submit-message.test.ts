import type { MLSMessage } from "@openmimi/mls";
import { nobleCrypto } from "@openmimi/mls";
import { frankAadOf, verifyFrank, verifyServerFrank } from "@openmimi/protocol";
import { expect, it } from "vitest";
import { A, B, C, HubScene, ROOM } from "../../test/hub-scene.ts";
import { commitBody, Member, SUITE, submission } from "../../test/member.ts";

it("accepts, franks and fans out with one timestamp (R-081)", async () => {
  const scene = await HubScene.withBob();
  const body = scene.bob.message("Hello everyone");
  const response = await scene.submit(B, body);
  if (response.statusCode !== "accepted" || response.frank === undefined) throw new Error("expected a frank");
  const { acceptedTimestamp, frank } = response;
  const fanout = (await scene.inbox(scene.alice)).at(-1)!;
  expect(fanout).toMatchObject({ timestamp: acceptedTimestamp, frank });
  // The sender's provider gets it too; nobody is told who sent it.
  expect((await scene.outbox("b.example")).at(-1)).toEqual(fanout);
  const context = { senderUri: scene.bob.userUri, roomUri: ROOM, acceptedTimestamp };
  const agent = scene.keys.frankingAgent(SUITE)!;
  const suite = nobleCrypto.suite(SUITE);
  expect(verifyFrank({ suite, frankingAgent: agent, frank, context })).toBe(true);
  expect(
    verifyFrank({
      suite,
      frankingAgent: agent,
      frank,
      context: { ...context, senderUri: scene.alice.userUri },
    }),
  ).toBe(false);
  if (fanout.message.wireFormat !== "privateMessage") throw new Error("expected a PrivateMessage");
  const tag = frankAadOf(fanout.message.privateMessage.authenticatedData)!;
  expect(verifyServerFrank([scene.keys.frankingHubKey(acceptedTimestamp)], frank, tag, context)).toBe(true);
  expect(scene.alice.group.process(fanout.message)).toMatchObject({ kind: "application" });
});

it("gives no frank without a tag", async () => {
  const scene = await HubScene.withBob();
  const appMessage = scene.bob.group.protect(new Uint8Array([1]));
  const response = await scene.submit(B, submission({ appMessage, sendingUri: scene.bob.userUri }));
  expect(response.statusCode === "accepted" && response.frank).toBeUndefined();
  expect((await scene.inbox(scene.alice)).at(-1)?.frank).toBeUndefined();
});

it("refuses authenticated data that are no SafeAAD", async () => {
  const scene = await HubScene.withBob();
  const appMessage = scene.bob.group.protect(new Uint8Array([1]));
  if (appMessage.wireFormat !== "privateMessage") throw new Error("expected a PrivateMessage");
  const privateMessage = { ...appMessage.privateMessage, authenticatedData: new Uint8Array([255, 255]) };
  const broken: MLSMessage = { ...appMessage, privateMessage };
  const response = await scene.submit(B, submission({ appMessage: broken, sendingUri: scene.bob.userUri }));
  expect(response.statusCode).toBe("notAllowed");
});

it("takes a sender for granted only if the provider may speak for it, and it is an active participant (R-072)", async () => {
  const scene = await HubScene.withBob();
  const appMessage = scene.bob.group.protect(new Uint8Array([1]));
  const as = (sendingUri: string) => submission({ appMessage, sendingUri });
  for (const [source, uri] of [
    [C, scene.bob.userUri],
    [B, scene.alice.userUri],
    [B, "mimi://b.example/u/ben"],
    [B, "mimi://b.example/d/bob/ClientB1"],
    [{ ...A, client: { userUri: "mimi://a.example/u/anna", clientUri: "" } }, scene.alice.userUri],
  ] as const) {
    expect((await scene.submit(source, as(uri))).statusCode).toBe("notAllowed");
  }
  expect((await scene.submit(B, as(scene.bob.userUri))).statusCode).toBe("accepted");
});

it("answers notAllowed for an epoch ahead, epochTooOld for one behind (R-060, R-071)", async () => {
  const scene = await HubScene.withBob();
  const old = scene.bob.message("written before");
  const { commit, groupInfo } = scene.bob.group.commit({ path: true });
  scene.bob.group.mergePendingCommit();
  const ahead = scene.bob.message("written after");
  expect((await scene.submit(B, ahead)).statusCode).toBe("notAllowed");
  await scene.update(B, commitBody(commit, groupInfo));
  expect((await scene.submit(B, ahead)).statusCode).toBe("accepted");
  expect(await scene.submit(B, old)).toMatchObject({ statusCode: "epochTooOld", currentEpoch: 2n });
});

it("refuses the group of another room, and knows no other rooms", async () => {
  const scene = await HubScene.withBob();
  const other = new Member("a.example", "alice", "ClientA1");
  other.found("mimi://a.example/r/other", scene.keys.hubSender(SUITE)!);
  await scene.host(other, "mimi://a.example/r/other");
  expect((await scene.submit(A, other.message("lost"))).statusCode).toBe("notAllowed");
  await expect(scene.submit(B, scene.bob.message("lost"), "mimi://a.example/r/none")).rejects.toMatchObject({
    status: 404,
  });
});

it("accepts a repeated request once", async () => {
  const scene = await HubScene.withBob();
  const body = scene.bob.message("only once");
  const answers = await Promise.all([scene.submit(B, body), scene.submit(B, body)]);
  expect(answers[1]).toEqual(answers[0]);
  expect(await scene.inbox(scene.alice)).toHaveLength(2);
});

it("gives strictly increasing times, whatever the clock does (R-081)", async () => {
  const scene = await HubScene.withBob();
  const times: bigint[] = [];
  for (const step of [0, 0, -5_000, 0]) {
    scene.nowMs += step;
    const response = await scene.submit(B, scene.bob.message(`at ${times.length}`));
    if (response.statusCode === "accepted") times.push(response.acceptedTimestamp);
  }
  expect(times).toHaveLength(4);
  expect([...times].sort((a, b) => Number(a - b))).toEqual(times);
  expect(new Set(times).size).toBe(4);
});
