/** Fixed-membership rooms, rooms without clients, joining links: what a hub keeps beside a room's state. */

import { ComponentId } from "@openmimi/mls";
import {
  BaseRoomPolicy,
  GroupInfoResponse,
  JoinLinkPolicy,
  JoinLinksData,
  MimiComponentId,
  RoleData,
} from "@openmimi/protocol";
import { Capability, cooperativeRoom } from "@openmimi/room";
import { decode, encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { A, B, C, HubScene, ROOM } from "../../test/hub-scene.ts";
import { commitBody, listUpdate, Member, proposalBody, SUITE } from "../../test/member.ts";
import { keptRoom } from "./kept-room.ts";

const OTHER = "mimi://a.example/r/other";
const usual = cooperativeRoom({ roomUri: ROOM, creator: "mimi://a.example/u/alice" });
const { roles } = decode(RoleData, usual.get(MimiComponentId.rolesList)!);

function base(change: Partial<BaseRoomPolicy>): [number, Uint8Array] {
  const policy = decode(BaseRoomPolicy, usual.get(MimiComponentId.baseRoomPolicy)!);
  return [MimiComponentId.baseRoomPolicy, encode(BaseRoomPolicy, { ...policy, ...change })];
}

const update = ([componentId, octets]: readonly [number, Uint8Array]) =>
  ({
    proposalType: "appDataUpdate",
    appDataUpdate: { componentId, op: "update", update: octets },
  }) as const;

describe("fixed-membership rooms (policy §5, R-192)", () => {
  const withoutAdding = roles.map((role) => ({
    ...role,
    roleCapabilities: role.roleCapabilities.filter((one) => one !== Capability.canAddParticipant),
  }));
  const closed = [
    [MimiComponentId.rolesList, encode(RoleData, { roles: withoutAdding })],
    base({ fixedMembership: true }),
  ] as const;

  /** Alice and somebody found a room that stays theirs. */
  async function found(scene: HubScene, roomUri: string, device: string): Promise<Member> {
    const alice = new Member("a.example", "alice", device);
    const { keys } = scene;
    alice.found(roomUri, keys.hubSender(SUITE)!, keys.frankingAgent(SUITE), undefined, new Map(closed));
    await scene.host(alice, roomUri);
    return alice;
  }

  it("are founded once for the same participants", async () => {
    const scene = await HubScene.start();
    await found(scene, ROOM, "ClientA1");
    const refused = { code: "room-exists", message: expect.stringContaining("same participants") };
    await expect(found(scene, OTHER, "ClientA2")).rejects.toMatchObject(refused);
  });

  it("are not made of rooms whose participants have one already", async () => {
    const scene = await HubScene.start();
    await found(scene, OTHER, "ClientA2");
    const alice = new Member("a.example", "alice", "ClientA1");
    const { keys } = scene;
    const [[rolesId, rolesData]] = closed;
    alice.found(
      ROOM,
      keys.hubSender(SUITE)!,
      keys.frankingAgent(SUITE),
      undefined,
      new Map([[rolesId, rolesData]]),
    );
    await scene.host(alice);
    const fix = () =>
      alice.group.commit({ proposals: [update(base({ fixedMembership: true }))], path: true });
    const made = fix();
    const answer = await scene.update(A, commitBody(made.commit, made.groupInfo));
    expect(answer).toMatchObject({
      responseCode: "notAllowed",
      errorDescription: expect.stringContaining("same participants"),
    });
    // Nothing was accepted of it.
    alice.group.clearPendingCommit();
    const plain = alice.group.commit({ path: true });
    expect(await scene.update(A, commitBody(plain.commit, plain.groupInfo))).toMatchObject({
      responseCode: "success",
    });
  });

  it("make place for another once their last client is gone", async () => {
    const scene = await HubScene.start();
    const alice = await found(scene, ROOM, "ClientA1");
    const { message } = alice.group.propose({ proposalType: "selfRemove" });
    expect(await scene.update(A, proposalBody(message))).toMatchObject({ responseCode: "success" });
    await found(scene, OTHER, "ClientA2");
  });
});

describe("a room without clients (policy §5)", () => {
  const DORA = new Member("a.example", "dora", "ClientA1");

  /** Bob's client goes, then Alice leaves; Bob and Dora stay in the list. */
  async function ended(persistentRoom: boolean) {
    const scene = await HubScene.withBob({ components: new Map([base({ persistentRoom })]) });
    const { alice, bob } = scene;
    const message = bob.message("sent too late");
    const success = { responseCode: "success" };
    const { message: goes } = bob.group.propose({ proposalType: "selfRemove" });
    expect(await scene.update(B, proposalBody(goes))).toMatchObject(success);
    alice.group.process(goes);
    const dora = listUpdate({ addedParticipants: [{ user: DORA.userUri, roleIndex: 2 }] });
    const made = alice.group.commit({ proposals: [dora] });
    expect(await scene.update(A, commitBody(made.commit, made.groupInfo))).toMatchObject(success);
    alice.group.mergePendingCommit();
    const late = alice.group.commit({ path: true });
    alice.group.clearPendingCommit();
    const leaves = [{ proposalType: "selfRemove" } as const, listUpdate({ removedIndices: [0] })];
    const [first, second] = leaves.map((proposal) => alice.group.propose(proposal).message);
    expect(await scene.update(A, proposalBody(first!, second!))).toMatchObject(success);
    return { scene, message, commit: commitBody(late.commit, late.groupInfo) };
  }

  /** Founds the room again with what it had, or with something else. */
  async function renew(scene: HubScene, founder: Member, change: readonly [number, Uint8Array][] = []) {
    const { keys, rooms } = scene;
    const { components } = keptRoom((await rooms.findEnded(ROOM))!.group);
    const kept = new Map([...components].filter(([id]) => id !== ComponentId.safeAad));
    const groupId = "the group after";
    const all = new Map([...kept, ...change]);
    founder.found(ROOM, keys.hubSender(SUITE)!, keys.frankingAgent(SUITE), groupId, all);
    await scene.host(founder);
  }

  it.each([false, true])("cannot be accessed (persistent: %s)", async (persistent) => {
    const { scene, message, commit } = await ended(persistent);
    const { body } = new Member("b.example", "bob", "ClientB2").groupInfoRequest();
    const answer = decode(GroupInfoResponse, await scene.calls.groupInfo(B, ROOM, body));
    expect(answer.status).toBe("noSuchRoom");
    const nothing = { code: "not-found" };
    await expect(scene.calls.update(A, ROOM, commit)).rejects.toMatchObject(nothing);
    await expect(scene.calls.submitMessage(B, ROOM, message)).rejects.toMatchObject(nothing);
  });

  it("is not founded again unless it is persistent", async () => {
    const { scene } = await ended(false);
    await expect(renew(scene, DORA)).rejects.toMatchObject({
      code: "malformed",
      message: expect.stringContaining("the room has ended"),
    });
  });

  it("that is persistent is founded again by who may have a client in it, with the policy that it had", async () => {
    const { scene } = await ended(true);
    const eve = new Member("a.example", "eve", "ClientA1");
    await expect(renew(scene, eve)).rejects.toMatchObject({
      message: expect.stringContaining("is not in the participant list"),
    });
    const limited = [base({ persistentRoom: true, maxUsers: 9 })];
    await expect(renew(scene, DORA, limited)).rejects.toMatchObject({
      message: expect.stringContaining("is not what the room had"),
    });
    await renew(scene, DORA);
    const room = (await scene.rooms.find(ROOM))!;
    expect(room.group.groupId).toEqual(new TextEncoder().encode("the group after"));
    expect(room.pending).toEqual([]);
    // The room goes on: Bob, who is in the list still, brings a client.
    const bob = new Member("b.example", "bob", "ClientB2");
    const { body } = HubScene.externalCommit(bob, await scene.groupInfo(B, bob));
    expect(await scene.update(B, body)).toMatchObject({ responseCode: "success" });
    await expect(renew(scene, DORA)).rejects.toThrow();
  });
});

describe("joining links (policy §6.2, R-105)", () => {
  const link = new TextEncoder().encode("let me in");
  const [zero, ...others] = roles;
  const open = {
    ...zero!,
    roleCapabilities: [Capability.canUseJoinCode],
    authorizedRoleChanges: [{ fromRoleIndex: 0, targetRoleIndexes: [2] }],
  };

  async function withLink(policy?: Partial<JoinLinkPolicy>): Promise<HubScene> {
    const all = { onRequest: false, joinLink: "", multiuser: true, expiration: 0, ...policy };
    return HubScene.withBob({
      components: new Map([
        [MimiComponentId.rolesList, encode(RoleData, { roles: [open, ...others] })],
        [MimiComponentId.joinLinks, encode(JoinLinksData, [{ joinLink: link }])],
        ...(policy === undefined
          ? []
          : [[MimiComponentId.joinLinkPolicy, encode(JoinLinkPolicy, all)] as const]),
      ]),
    });
  }

  const stranger = (name: string) => new Member("c.example", name, "ClientC1");
  async function ask(scene: HubScene, member: Member) {
    const { body, request, privateKey } = member.groupInfoRequest({ joiningCode: link });
    const response = decode(GroupInfoResponse, await scene.calls.groupInfo(C, ROOM, body));
    return { response, request, privateKey };
  }

  /** Asks with the code, and joins as an ordinary user. */
  async function prepare(scene: HubScene, member: Member) {
    const contents = await scene.groupInfo(C, member, link);
    const list = listUpdate({ addedParticipants: [{ user: member.userUri, roleIndex: 2 }] });
    return HubScene.externalCommit(member, contents, [list]).body;
  }

  it("let strangers in as long as they are there", async () => {
    const scene = await withLink();
    for (const name of ["cathy", "david"]) {
      expect(await scene.update(C, await prepare(scene, stranger(name)))).toMatchObject({
        responseCode: "success",
      });
    }
    expect(await scene.store.rooms.joinLinks(ROOM)).toMatchObject([{ link, multiuser: true, uses: 2 }]);
  });

  it("are for one user unless multiuser is set", async () => {
    const scene = await withLink({ multiuser: false });
    // Both were given the group information before either has joined.
    const [first, second] = [
      await prepare(scene, stranger("cathy")),
      await prepare(scene, stranger("david")),
    ];
    expect(await scene.update(C, first)).toMatchObject({ responseCode: "success" });
    expect((await ask(scene, stranger("edgar"))).response.status).toBe("notAuthorized");
    expect(await scene.update(C, second)).toMatchObject({ responseCode: "wrongEpoch" });
    expect(await scene.store.rooms.joinLinks(ROOM)).toMatchObject([{ multiuser: false, uses: 1 }]);
  });

  it("expire, for who asks and for who has asked", async () => {
    const scene = await withLink({ expiration: 60 });
    const body = await prepare(scene, stranger("cathy"));
    expect((await ask(scene, stranger("david"))).response.status).toBe("success");
    scene.nowMs += 60_000;
    expect((await ask(scene, stranger("david"))).response.status).toBe("notAuthorized");
    expect(await scene.update(C, body)).toMatchObject({ responseCode: "notAllowed" });
  });
});
