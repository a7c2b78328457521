import { expect, it } from "vitest";
import type { AcceptanceOutcome, RoomHead, RoomRelations } from "../records.ts";
import type { Store } from "../store.ts";
import { acceptedCommit, createRoom, NOW_MS, octetsOf, ROOM, type StoreHarness, sha256 } from "./fixtures.ts";

const OTHER = "mimi://a.example/r/other";
const alone: RoomRelations = { ended: false };

async function change(
  store: Store,
  relations: RoomRelations | undefined,
  more: { readonly usedJoinLink?: Uint8Array; readonly roomUri?: string } = {},
): Promise<AcceptanceOutcome> {
  const { roomUri = ROOM, usedJoinLink } = more;
  const { epoch, revision } = (await store.rooms.head(roomUri)) as RoomHead;
  return store.rooms.acceptHandshake(
    { roomUri, expectedEpoch: epoch, expectedRevision: revision, nowMs: NOW_MS },
    () => acceptedCommit(epoch + 1n, { ...(relations && { relations }), usedJoinLink }),
  );
}

/** What is kept of rooms beside their states. */
export function relationsContract(make: () => Promise<StoreHarness>): void {
  it("finds the rooms that depend on another, until they depend no more or have ended", async () => {
    const harness = await make();
    await createRoom(harness.store);
    await createRoom(harness.store, OTHER);
    await change(harness.store, { ...alone, parentUri: OTHER });
    const store = await harness.reopen();
    expect(await store.rooms.dependants(OTHER)).toEqual([ROOM]);
    expect(await store.rooms.dependants()).toEqual([ROOM]);
    expect(await store.rooms.dependants(ROOM)).toEqual([]);
    await change(store, undefined);
    expect(await store.rooms.dependants(OTHER)).toEqual([ROOM]);
    await change(store, { parentUri: OTHER, ended: true });
    expect(await store.rooms.dependants()).toEqual([]);
  });

  it("has one room for fixed participants, as long as it goes on", async () => {
    const { store } = await make();
    await createRoom(store);
    await createRoom(store, OTHER);
    const fixed = { ...alone, fixedParticipants: sha256("alice and bob") };
    await change(store, fixed);
    await change(store, fixed);
    const before = await store.rooms.load(OTHER);
    await expect(change(store, fixed, { roomUri: OTHER })).rejects.toMatchObject({
      code: "fixed-room-exists",
    });
    expect(await store.rooms.load(OTHER)).toEqual(before);
    const third = {
      roomUri: "mimi://a.example/r/third",
      groupId: octetsOf("third"),
      epoch: 0n,
      nowMs: NOW_MS,
    };
    const state = { publicGroup: octetsOf("group"), groupInfo: octetsOf("info") };
    await expect(store.rooms.create({ ...third, ...state, relations: fixed })).rejects.toMatchObject({
      code: "fixed-room-exists",
    });
    expect(await store.rooms.head(third.roomUri)).toBeUndefined();
    await change(store, { ...fixed, ended: true });
    expect((await change(store, fixed, { roomUri: OTHER })).outcome).toBe("accepted");
  });

  it("keeps what it knows of joining links while others come, and forgets it when they go", async () => {
    const harness = await make();
    const { store } = harness;
    await createRoom(store);
    const [first, second] = [octetsOf("first"), octetsOf("second")];
    await change(store, { ...alone, joinLinks: [{ link: first, multiuser: true, lifetimeMs: 5n }] });
    const createdMs = BigInt(NOW_MS) + 1n;
    const kept = { link: first, createdMs, expiresMs: createdMs + 5n, multiuser: true, uses: 0 };
    expect(await store.rooms.joinLinks(ROOM)).toEqual([kept]);
    await change(store, alone, { usedJoinLink: first });
    const terms = [first, second].map((link) => ({ link, multiuser: false }));
    await change(store, { ...alone, joinLinks: terms });
    const reopened = await harness.reopen();
    expect(await reopened.rooms.joinLinks(ROOM)).toEqual([
      { ...kept, uses: 1 },
      { link: second, createdMs: createdMs + 2n, multiuser: false, uses: 0 },
    ]);
    await change(reopened, { ...alone, joinLinks: terms.slice(1) });
    expect(await reopened.rooms.joinLinks(ROOM)).toMatchObject([{ link: second }]);
    expect(await reopened.rooms.joinLinks(OTHER)).toEqual([]);
  });

  it("begins a room anew once it has ended, with times that go on", async () => {
    const { store } = await make();
    const room = await createRoom(store);
    const again = { ...room, groupId: octetsOf("the next group"), nowMs: NOW_MS, renews: true };
    await expect(store.rooms.create(again)).rejects.toMatchObject({ code: "room-exists" });
    await change(store, { ended: true });
    expect(await store.rooms.head(ROOM)).toMatchObject({ ended: "abandoned" });
    await expect(store.rooms.create({ ...again, renews: false })).rejects.toMatchObject({
      code: "room-exists",
    });
    const { acceptedTimestampMs } = await store.rooms.create(again);
    expect(acceptedTimestampMs).toBe(BigInt(NOW_MS) + 2n);
    const renewed = await store.rooms.load(ROOM);
    expect(renewed).toMatchObject({ groupId: again.groupId, epoch: 0n, revision: 2, pendingProposals: [] });
    expect(renewed?.ended).toBeUndefined();
  });

  it("destroys a room in the state that it is in, for ever", async () => {
    const { store } = await make();
    const room = await createRoom(store);
    expect(await store.rooms.destroy({ roomUri: OTHER, revision: 0 })).toBe(false);
    expect(await store.rooms.destroy({ roomUri: ROOM, revision: 1 })).toBe(false);
    expect(await store.rooms.destroy(room)).toBe(true);
    expect(await store.rooms.head(ROOM)).toMatchObject({ ended: "destroyed", revision: 1 });
    expect(await store.rooms.destroy({ roomUri: ROOM, revision: 1 })).toBe(false);
    const again = { ...room, groupId: octetsOf("the next group"), nowMs: NOW_MS, renews: true };
    await expect(store.rooms.create(again)).rejects.toMatchObject({ code: "room-exists" });
  });
}
