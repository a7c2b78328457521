import { expect, it } from "vitest";
import type { Acceptance, RoomHead } from "../records.ts";
import {
  ALICE_1,
  ALICE_2,
  acceptedCommit,
  acceptedMessage,
  createRoom,
  inboxTexts,
  keyPackage,
  NOW_MS,
  NOW_SECONDS,
  octetsOf,
  ROOM,
  registerAlice,
  type StoreHarness,
  sha256,
  textOf,
} from "./fixtures.ts";

const ANSWER_KEY = {
  source: "b.example",
  path: "/update/a.example%2Fr%2Fclubhouse",
  bodyHash: sha256("body"),
};

function at(head: RoomHead, change: Partial<Acceptance> = {}): Acceptance {
  return {
    roomUri: head.roomUri,
    expectedEpoch: head.epoch,
    expectedRevision: head.revision,
    nowMs: NOW_MS,
    ...change,
  };
}

/** Rooms hosted here. */
export function roomsContract(make: () => Promise<StoreHarness>): void {
  it("hosts a room once, under one URI and one group ID", async () => {
    const harness = await make();
    const room = await createRoom(harness.store);
    const copy = { ...room, nowMs: NOW_MS };
    await expect(harness.store.rooms.create(copy)).rejects.toMatchObject({ code: "room-exists" });
    await expect(
      harness.store.rooms.create({ ...copy, roomUri: "mimi://a.example/r/other" }),
    ).rejects.toMatchObject({ code: "group-exists" });
    const store = await harness.reopen();
    expect(await store.rooms.load(ROOM)).toEqual({
      roomUri: ROOM,
      groupId: octetsOf(ROOM),
      epoch: 0n,
      revision: 0,
      lastAcceptedTimestampMs: BigInt(NOW_MS),
      publicGroup: octetsOf("group 0"),
      groupInfo: octetsOf("info 0"),
      pendingProposals: [],
    });
    expect(await store.rooms.load("mimi://a.example/r/other")).toBeUndefined();
    expect(await store.rooms.head("mimi://a.example/r/other")).toBeUndefined();
  });

  it("accepts a commit: new state, events, answer and forgotten routes, at once", async () => {
    const harness = await make();
    const room = await createRoom(harness.store);
    await registerAlice(harness.store);
    await harness.store.keyPackages.rememberRoutes([
      { reference: sha256("of bob"), domain: "b.example", notAfterSeconds: NOW_SECONDS },
    ]);
    await harness.store.keyPackages.publish([keyPackage("of alice")]);
    const outcome = await harness.store.rooms.acceptHandshake(
      at(room, { nowMs: NOW_MS + 5, answerKey: ANSWER_KEY }),
      (acceptedTimestampMs) =>
        acceptedCommit(2n ** 64n - 1n, {
          answer: octetsOf(`accepted at ${acceptedTimestampMs}`),
          events: [
            { fanout: octetsOf("welcome"), destinations: ["b.example"], clients: [ALICE_2] },
            { fanout: octetsOf("commit"), destinations: ["c.example"], clients: [ALICE_1] },
          ],
          newPendingProposals: [octetsOf("reissued")],
          welcomedKeyPackages: [sha256("of bob"), sha256("of alice"), sha256("never seen")],
        }),
    );
    const acceptedTimestampMs = BigInt(NOW_MS + 5);
    const answer = octetsOf(`accepted at ${acceptedTimestampMs}`);
    expect(outcome).toEqual({ outcome: "accepted", acceptedTimestampMs, answer });
    const store = await harness.reopen();
    expect(await store.rooms.load(ROOM)).toMatchObject({
      epoch: 2n ** 64n - 1n,
      revision: 1,
      lastAcceptedTimestampMs: acceptedTimestampMs,
      publicGroup: octetsOf(`group ${2n ** 64n - 1n}`),
      pendingProposals: [{ acceptedTimestampMs, message: octetsOf("reissued") }],
    });
    expect(await inboxTexts(store, ALICE_1)).toEqual(["commit"]);
    expect(await store.inbox.read(ALICE_2, 0, 10)).toEqual([
      { sequence: 1, roomUri: ROOM, acceptedTimestampMs, fanout: octetsOf("welcome") },
    ]);
    expect((await store.outbox.lanes()).map((lane) => lane.destination)).toEqual(["b.example", "c.example"]);
    expect(await store.keyPackages.routes([sha256("of bob")])).toEqual([undefined]);
    expect(await store.keyPackages.targets([sha256("of alice")])).toEqual([undefined]);
    expect(await store.rooms.findAnswer(ANSWER_KEY)).toEqual(answer);
  });

  it("keeps pending proposals in order of acceptance until a commit clears them", async () => {
    const { store } = await make();
    let room: RoomHead = await createRoom(store);
    for (const name of ["first", "second"]) {
      await store.rooms.acceptHandshake(at(room), () =>
        acceptedCommit(0n, {
          clearPendingProposals: false,
          newPendingProposals: [octetsOf(name), octetsOf(`${name} more`)],
        }),
      );
      room = (await store.rooms.head(ROOM)) as RoomHead;
    }
    expect(room).toMatchObject({ epoch: 0n, revision: 2 });
    const pending = (await store.rooms.load(ROOM))?.pendingProposals ?? [];
    expect(pending.map((proposal) => textOf(proposal.message))).toEqual([
      "first",
      "first more",
      "second",
      "second more",
    ]);
    expect(pending.map((proposal) => Number(proposal.acceptedTimestampMs) - NOW_MS)).toEqual([1, 1, 2, 2]);
    await store.rooms.acceptHandshake(at(room), () => acceptedCommit(1n));
    expect((await store.rooms.load(ROOM))?.pendingProposals).toEqual([]);
  });

  it("lets one of several handshakes on the same state win, in one turn and later", async () => {
    const { store } = await make();
    const room = await createRoom(store);
    const outcomes = await Promise.all(
      [1, 2, 3].map((number) =>
        store.rooms.acceptHandshake(at(room), () =>
          acceptedCommit(1n, { publicGroup: octetsOf(`of ${number}`) }),
        ),
      ),
    );
    expect(outcomes.map((outcome) => outcome.outcome)).toEqual(["accepted", "conflict", "conflict"]);
    expect(outcomes[1]).toEqual({ outcome: "conflict", epoch: 1n, revision: 1 });
    expect(textOf((await store.rooms.load(ROOM))?.publicGroup)).toBe("of 1");
    const late = await store.rooms.acceptHandshake(at(room, { expectedRevision: 1 }), () =>
      acceptedCommit(1n),
    );
    expect(late.outcome).toBe("conflict");
    const never = () => {
      throw new Error("must not be called");
    };
    const elsewhere = await store.rooms.acceptMessage(at(room, { roomUri: "mimi://a.example/r/x" }), never);
    expect(elsewhere).toEqual({ outcome: "unknownRoom" });
  });

  it("accepts no message on a state that a handshake of the same turn has replaced", async () => {
    const { store } = await make();
    const room = await createRoom(store);
    const [before, handshake, after] = await Promise.all([
      store.rooms.acceptMessage(at(room), () => acceptedMessage("yes")),
      store.rooms.acceptHandshake(at(room), () => acceptedCommit(0n, { clearPendingProposals: false })),
      store.rooms.acceptMessage(at(room), () => acceptedMessage("no")),
    ]);
    expect([before.outcome, handshake.outcome, after.outcome]).toEqual(["accepted", "accepted", "conflict"]);
    expect(await store.rooms.head(ROOM)).toMatchObject({ epoch: 0n, revision: 1 });
  });

  it("gives strictly increasing timestamps per room whatever the clock says (reading R-081)", async () => {
    const harness = await make();
    const room = await createRoom(harness.store);
    const clock = [NOW_MS, NOW_MS + 10.5, NOW_MS - 1000, NOW_MS + 10, NOW_MS + 20];
    const accept = (store = harness.store) =>
      Promise.all(
        clock.map((nowMs) =>
          store.rooms.acceptMessage(at(room, { nowMs }), (stamp) => acceptedMessage(`${stamp}`)),
        ),
      );
    const stamps = (await accept()).map((outcome) =>
      outcome.outcome === "accepted" ? Number(outcome.acceptedTimestampMs) - NOW_MS : outcome.outcome,
    );
    expect(stamps).toEqual([1, 10, 11, 12, 20]);
    const [again] = await accept(await harness.reopen());
    expect(again).toMatchObject({
      acceptedTimestampMs: BigInt(NOW_MS + 21),
      answer: octetsOf(`${NOW_MS + 21}`),
    });
  });

  it("undoes an acceptance that throws, and only that one of its turn", async () => {
    const { store } = await make();
    const room = await createRoom(store);
    await registerAlice(store);
    const woken: string[] = [];
    store.inbox.subscribe(ALICE_2, () => woken.push(ALICE_2));
    const event = (name: string, client: string) => [
      { fanout: octetsOf(name), destinations: ["b.example"], clients: [client] },
    ];
    const results = await Promise.allSettled([
      store.rooms.acceptMessage(at(room), () => acceptedMessage("1", event("kept", ALICE_1))),
      store.rooms.acceptHandshake(at(room, { answerKey: ANSWER_KEY }), () => ({
        ...acceptedCommit(1n),
        get events(): never {
          throw new RangeError("refused");
        },
      })),
      store.rooms.acceptHandshake(at(room, { answerKey: ANSWER_KEY }), () =>
        acceptedCommit(1n, {
          events: [
            ...event("undone", ALICE_2),
            { fanout: octetsOf("x"), destinations: [{} as string], clients: [] },
          ],
        }),
      ),
      store.rooms.acceptMessage(at(room), () => acceptedMessage("2", event("kept too", ALICE_1))),
    ]);
    expect(results.map((result) => result.status)).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
    expect(results[1]).toMatchObject({ reason: { message: "refused" } });
    expect(await store.rooms.findAnswer(ANSWER_KEY)).toBeUndefined();
    expect(await store.rooms.load(ROOM)).toMatchObject({ revision: 0, publicGroup: octetsOf("group 0") });
    expect(await inboxTexts(store, ALICE_1)).toEqual(["kept", "kept too"]);
    expect(await inboxTexts(store, ALICE_2)).toEqual([]);
    expect(woken).toEqual([]);
    expect(results[3]).toMatchObject({ value: { acceptedTimestampMs: BigInt(NOW_MS + 2) } });
  });

  it("answers a repeated request with the first answer and changes nothing (reading R-067)", async () => {
    const harness = await make();
    const room = await createRoom(harness.store);
    await registerAlice(harness.store);
    const accept = (store = harness.store, answerKey = ANSWER_KEY) =>
      store.rooms.acceptHandshake(at(room, { answerKey }), () =>
        acceptedCommit(1n, { events: [{ fanout: octetsOf("once"), destinations: [], clients: [ALICE_1] }] }),
      );
    const [first, repeated] = await Promise.all([accept(), accept()]);
    expect(first.outcome).toBe("accepted");
    expect(repeated).toEqual({ outcome: "repeated", answer: octetsOf("answer 1") });
    const store = await harness.reopen();
    expect((await accept(store)).outcome).toBe("repeated");
    expect(await inboxTexts(store, ALICE_1)).toEqual(["once"]);
    for (const change of [{ source: "c.example" }, { path: "/other" }, { bodyHash: sha256("other") }]) {
      expect(await store.rooms.findAnswer({ ...ANSWER_KEY, ...change })).toBeUndefined();
      expect((await accept(store, { ...ANSWER_KEY, ...change })).outcome).toBe("conflict");
    }
    await store.prune({ nowMs: NOW_MS + 1000, answersMs: 1000, notificationsMs: 0 });
    expect(await store.rooms.findAnswer(ANSWER_KEY)).toEqual(octetsOf("answer 1"));
    await store.prune({ nowMs: NOW_MS + 1000, answersMs: 999, notificationsMs: 0 });
    expect((await accept(store)).outcome).toBe("conflict");
  });
}
