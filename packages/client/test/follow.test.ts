import { markdown } from "@openmimi/content";
import type { MemberGroup } from "@openmimi/mls";
import { beforeEach, describe, expect, it } from "vitest";
import { leaveProposals } from "../src/changes.ts";
import { commitInRoom, proposeInRoom } from "../src/handshake.ts";
import { composeMessage } from "../src/message.ts";
import { toHex } from "../src/octets.ts";
import { sendContent } from "../src/sending.ts";
import type { Session } from "../src/session.ts";
import { pull } from "../src/sync.ts";
import { aliceAndBob, arriving, commit, open, ROOM } from "./actors.ts";
import { answering, Inbox, lost, status, submitted, updated } from "./answers.ts";

type World = Awaited<ReturnType<typeof aliceAndBob>>;
const ALICE = "mimi://a.example/u/alice";
const BOB = "mimi://b.example/u/bob";
const AT = 1_950_000_000_000n;

let world: World;
/** Alice's group: what the hub has accepted of others. */
let group: MemberGroup;
beforeEach(async () => {
  world = await aliceAndBob();
  group = world.group;
});

function say(text: string) {
  const context = { senderUri: ALICE, roomUri: ROOM };
  const { applicationData, authenticatedData } = composeMessage(group.public, markdown(text), context);
  return group.protect(applicationData, authenticatedData === undefined ? {} : { authenticatedData });
}

function groupOf(session: Session): MemberGroup {
  const room = session.rooms.get(ROOM);
  if (room === undefined) throw new TypeError("no such room");
  return room.group;
}

const accepted = { protocol: "mls10", statusCode: "accepted", acceptedTimestamp: AT } as const;
const success = { responseCode: "success", errorDescription: "", acceptedTimestamp: AT } as const;
const wrongEpoch = (currentEpoch: bigint) =>
  ({ responseCode: "wrongEpoch", errorDescription: "", currentEpoch }) as const;
const update = () => ({ proposals: [], path: true, withPending: true });

describe("a pull", () => {
  it("processes what waits, in order, and then lets it go", async () => {
    const events = [arriving(say("one")), arriving(say("two"))];
    const inbox = new Inbox(events);
    const bob = await open(world.bob.store, answering({}, inbox).transport);
    expect(await pull(bob)).toBe(2);
    expect(inbox.acknowledged).toBe(events[1]?.sequence);
    expect(bob.news.map(({ kind }) => kind)).toEqual(["message", "message"]);
    expect(await pull(bob)).toBe(0);
  });

  it("does not process again what it could not acknowledge", async () => {
    const inbox = new Inbox([arriving(say("one"))]);
    const first = await open(world.bob.store, answering({ "inbox/acknowledge": [lost()] }, inbox).transport);
    await expect(pull(first)).rejects.toMatchObject({ code: "connection" });
    const second = await open(world.bob.store, answering({}, inbox).transport);
    expect(await pull(second)).toBe(0);
    expect((await world.bob.store.messages(ROOM)).length).toBe(1);
  });

  it("twice at once shows everything once", async () => {
    const inbox = new Inbox([arriving(say("one")), arriving(say("two"))]);
    const bob = await open(world.bob.store, answering({}, inbox).transport);
    const counts = await Promise.all([pull(bob), pull(bob), pull(bob)]);
    expect(counts.reduce((sum, count) => sum + count)).toBe(2);
    expect(bob.news.length).toBe(2);
  });
});

describe("sending", () => {
  it("stores the message with the hub's time", async () => {
    const { transport, requests } = answering({ submitMessage: [submitted(accepted)] });
    const bob = await open(world.bob.store, transport);
    const sent = await sendContent(bob, ROOM, markdown("Hi"));
    expect(sent.acceptedTimestamp).toBe(AT);
    expect(requests[0]?.path).toBe("/client/v1/submitMessage/mimi%3A%2F%2Fa.example%2Fr%2Fclubhouse");
    expect(await world.bob.store.messages(ROOM)).toMatchObject([{ own: true, messageId: sent.messageId }]);
    expect(bob.outgoing.size).toBe(0);
  });

  it("protects anew in the next epoch when the hub finds the epoch too old", async () => {
    const made = commit(group, [], true);
    const tooOld = { protocol: "mls10", statusCode: "epochTooOld", currentEpoch: 2n } as const;
    const answers = {
      submitMessage: [submitted(tooOld), submitted(accepted)],
    };
    const { transport, requests } = answering(answers, new Inbox([arriving(made.commit)]));
    const bob = await open(world.bob.store, transport);
    await sendContent(bob, ROOM, markdown("Hi"));
    const bodies = requests
      .filter(({ path }) => path.includes("submitMessage"))
      .map(({ body }) => toHex(body!));
    expect(new Set(bodies).size).toBe(2);
    expect(await world.bob.store.messages(ROOM)).toMatchObject([{ own: true, epoch: 2n }]);
  });

  it("keeps a message without an answer, and a later process sends the same octets", async () => {
    const first = answering({ submitMessage: [lost()] });
    await expect(
      sendContent(await open(world.bob.store, first.transport), ROOM, markdown("Hi")),
    ).rejects.toMatchObject({ code: "connection" });
    const second = answering({ submitMessage: [submitted(accepted)] });
    const bob = await open(world.bob.store, second.transport);
    await pull(bob);
    expect(second.requests[0]?.body).toEqual(first.requests[0]?.body);
    expect(bob.news).toMatchObject([{ kind: "message", message: { own: true, acceptedTimestamp: AT } }]);
    expect(bob.outgoing.size).toBe(0);
  });

  it("says so when a message that was left over is too old", async () => {
    const tooOld = { protocol: "mls10", statusCode: "epochTooOld", currentEpoch: 2n } as const;
    const first = answering({ submitMessage: [lost()] });
    await expect(
      sendContent(await open(world.bob.store, first.transport), ROOM, markdown("Hi")),
    ).rejects.toThrow();
    const made = commit(group, [], true);
    const answers = {
      submitMessage: [submitted(tooOld), submitted(tooOld)],
    };
    const inbox = new Inbox([arriving(made.commit)]);
    const bob = await open(world.bob.store, answering(answers, inbox).transport);
    // In the first pull the message might still come back, until the epoch ends.
    await pull(bob);
    expect(bob.outgoing.size).toBe(1);
    await pull(bob);
    expect(bob.news.map(({ kind }) => kind)).toEqual(["epochChanged", "notSent"]);
    expect(bob.outgoing.size).toBe(0);
  });

  it("passes a refusal on and forgets the message", async () => {
    const refusal = { protocol: "mls10", statusCode: "notAllowed" } as const;
    for (const answer of [submitted(refusal), status(404), status(400)]) {
      const bob = await open(world.bob.store, answering({ submitMessage: [answer] }).transport);
      await expect(sendContent(bob, ROOM, markdown("Hi"))).rejects.toMatchObject({ name: "ClientError" });
      expect(bob.outgoing.size).toBe(0);
    }
    expect(await world.bob.store.messages(ROOM)).toEqual([]);
  });

  it("commits what others have proposed before", async () => {
    const selfUpdate = group.proposeUpdate();
    const inbox = new Inbox([arriving(selfUpdate.message)]);
    const answers = { update: [updated(success)], submitMessage: [submitted(accepted)] };
    const { transport, requests } = answering(answers, inbox);
    const bob = await open(world.bob.store, transport);
    await pull(bob);
    await sendContent(bob, ROOM, markdown("Hi"));
    const order = requests.map(({ path }) => path.split("/")[3]).filter((name) => !name?.startsWith("inbox"));
    expect(order).toEqual(["update", "submitMessage"]);
    expect(groupOf(bob).epoch).toBe(2n);
  });
});

describe("a commit", () => {
  it("is merged when the hub accepts it", async () => {
    const bob = await open(world.bob.store, answering({ update: [updated(success)] }).transport);
    expect(await commitInRoom(bob, ROOM, update)).toEqual({ epoch: 2n, committedProposals: 0 });
    const restarted = await open(world.bob.store);
    expect(groupOf(restarted).epochAuthenticator).toEqual(groupOf(bob).epochAuthenticator);
    expect(restarted.outgoing.size).toBe(0);
  });

  it("is made anew when another was faster", async () => {
    const made = commit(group, [], true);
    // The commit that won is still on its way when Bob makes his.
    const inbox = new Inbox([arriving(made.commit)], 1);
    const answers = { update: [updated(wrongEpoch(2n)), updated(success)] };
    const bob = await open(world.bob.store, answering(answers, inbox).transport);
    expect((await commitInRoom(bob, ROOM, update)).epoch).toBe(3n);
  });

  it("without an answer is known when it comes back", async () => {
    const bob = await open(world.bob.store, answering({ update: [lost()] }).transport);
    await expect(commitInRoom(bob, ROOM, update)).rejects.toMatchObject({ code: "connection" });
    const pending = groupOf(bob).pendingCommit;
    if (pending === undefined) throw new TypeError("the pending commit is lost");
    const inbox = new Inbox([arriving(pending.message)]);
    const restarted = await open(
      world.bob.store,
      answering({ update: [updated(wrongEpoch(2n))] }, inbox).transport,
    );
    await pull(restarted);
    expect(groupOf(restarted).epoch).toBe(2n);
    expect(groupOf(restarted).pendingCommit).toBeUndefined();
    expect(restarted.outgoing.size).toBe(0);
  });

  it("without an answer is merged when the hub repeats its answer (reading R-067)", async () => {
    const first = answering({ update: [lost()] });
    await expect(commitInRoom(await open(world.bob.store, first.transport), ROOM, update)).rejects.toThrow();
    const second = answering({ update: [updated(success)] });
    const bob = await open(world.bob.store, second.transport);
    await pull(bob);
    const sent = first.requests.find(({ path }) => path.includes("update"));
    expect(second.requests[0]?.body).toEqual(sent?.body);
    expect(groupOf(bob).epoch).toBe(2n);
  });

  it.each([
    ["notAllowed", updated({ responseCode: "notAllowed", errorDescription: "no" }), "not-allowed"],
    ["an unknown room", status(404), "not-found"],
    [
      "a proposal by value",
      updated({ responseCode: "invalidProposal", errorDescription: "", invalidProposals: [] }),
      "invalid-proposal",
    ],
  ])("that is refused for %s is dropped", async (_, answer, code) => {
    const bob = await open(world.bob.store, answering({ update: [answer] }).transport);
    await expect(commitInRoom(bob, ROOM, update)).rejects.toMatchObject({ code });
    expect(groupOf(bob).pendingCommit).toBeUndefined();
    expect(groupOf(bob).epoch).toBe(1n);
    expect(bob.outgoing.size).toBe(0);
  });

  it("waits for the proposals that the hub misses in it (reading R-059)", async () => {
    const { message, reference } = group.proposeUpdate();
    const missing = updated({
      responseCode: "invalidProposal",
      errorDescription: "",
      invalidProposals: [reference],
    });
    const answers = { update: [missing, updated(success)] };
    const bob = await open(world.bob.store, answering(answers, new Inbox([arriving(message)], 1)).transport);
    expect(await commitInRoom(bob, ROOM, update)).toEqual({ epoch: 2n, committedProposals: 1 });
  });

  it("is not even sent when policy forbids it", async () => {
    const { transport, requests } = answering({});
    const bob = await open(world.bob.store, transport);
    const removal = { proposals: [{ proposalType: "remove", removed: 0 }] } as const;
    await expect(commitInRoom(bob, ROOM, () => removal)).rejects.toMatchObject({ code: "not-allowed" });
    expect(requests.some(({ path }) => path.includes("update"))).toBe(false);
  });
});

describe("leaving", () => {
  it("waits for somebody's commit once the hub has the proposals", async () => {
    const bob = await open(world.bob.store, answering({ update: [updated(success)] }).transport);
    await proposeInRoom(bob, ROOM, (room) => leaveProposals(room, BOB));
    const restarted = await open(world.bob.store);
    expect(restarted.rooms.get(ROOM)?.status).toBe("leaving");
    await expect(sendContent(restarted, ROOM, markdown("x"))).rejects.toMatchObject({ code: "not-a-member" });
  });

  it("that the hub refuses leaves nothing behind", async () => {
    const refusal = updated({ responseCode: "notAllowed", errorDescription: "" });
    const bob = await open(world.bob.store, answering({ update: [refusal] }).transport);
    const outcome = proposeInRoom(bob, ROOM, (room) => leaveProposals(room, BOB));
    await expect(outcome).rejects.toMatchObject({ code: "not-allowed" });
    expect(bob.rooms.get(ROOM)?.status).toBe("member");
    expect(groupOf(bob).public.pending).toEqual([]);
  });
});
