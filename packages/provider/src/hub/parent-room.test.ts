import {
  BaseRoomPolicy,
  GroupInfoResponse,
  MimiComponentId,
  RoleData,
  UpdateRequest,
} from "@openmimi/protocol";
import { Capability, cooperativeRoom } from "@openmimi/room";
import { decode, encode } from "@openmimi/tls";
import { beforeEach, expect, it } from "vitest";
import { A, B, HubScene, ROOM } from "../../test/hub-scene.ts";
import { commitBody, listUpdate, Member, proposalBody, SUITE } from "../../test/member.ts";
import { parentParticipants } from "./parent-room.ts";
import type { HubRoom } from "./rooms.ts";

const CHILD = "mimi://a.example/r/backroom";
const CATHY = "mimi://b.example/u/cathy";

let scene: HubScene;
beforeEach(async () => {
  scene = await HubScene.withBob();
});

/** Whoever is in a room of this policy is in the parent too. */
function dependingOn(parentRoom: string, creator: Member): ReadonlyMap<number, Uint8Array> {
  const id = MimiComponentId.baseRoomPolicy;
  const usual = cooperativeRoom({ roomUri: CHILD, creator: creator.userUri }).get(id);
  if (usual === undefined) throw new TypeError("the room has no base policy");
  const policy = { ...decode(BaseRoomPolicy, usual), parentDependant: true, parentRoom: [parentRoom] };
  return new Map([[id, encode(BaseRoomPolicy, policy)]]);
}

async function child(
  creator: Member,
  parentRoom = ROOM,
  more: readonly (readonly [number, Uint8Array])[] = [],
): Promise<Member> {
  const { keys } = scene;
  const components = new Map([...dependingOn(parentRoom, creator), ...more]);
  creator.found(CHILD, keys.hubSender(SUITE)!, keys.frankingAgent(SUITE), undefined, components);
  await scene.host(creator, CHILD);
  return creator;
}

const denied = { responseCode: "notAllowed", errorDescription: expect.stringContaining("parent") };

it("begins with participants of the parent only (policy §5, R-192)", async () => {
  const refused = { code: "malformed", message: expect.stringContaining("parent room") };
  await expect(child(new Member("a.example", "carl", "ClientA1"))).rejects.toMatchObject(refused);
  const alice = new Member("a.example", "alice", "ClientA2");
  await expect(child(alice, "mimi://a.example/r/nowhere")).rejects.toMatchObject(refused);
  await child(alice);
});

it("takes in participants of the parent, and not all of them", async () => {
  const alice = await child(new Member("a.example", "alice", "ClientA2"));
  const add = (user: string) => {
    const made = alice.group.commit({
      proposals: [listUpdate({ addedParticipants: [{ user, roleIndex: 2 }] })],
    });
    alice.group.clearPendingCommit();
    return scene.update(A, commitBody(made.commit, made.groupInfo), CHILD);
  };
  expect(await add(CATHY)).toMatchObject(denied);
  // Alice and Bob are all that the parent has: not a strict subset.
  expect(await add(scene.bob.userUri)).toMatchObject(denied);
  await scene.add(scene.alice, A, new Member("b.example", "cathy", "ClientB1"));
  expect(await add(scene.bob.userUri)).toMatchObject({ responseCode: "success" });
});

it("is judged so whoever proposes the addition", async () => {
  const alice = await child(new Member("a.example", "alice", "ClientA2"));
  const proposal = listUpdate({ addedParticipants: [{ user: CATHY, roleIndex: 2 }] });
  const { message } = alice.group.propose(proposal);
  expect(await scene.update(A, proposalBody(message), CHILD)).toMatchObject(denied);
});

it("gives the group information to participants of the parent only", async () => {
  const roles = cooperativeRoom({ roomUri: CHILD, creator: scene.alice.userUri }).get(
    MimiComponentId.rolesList,
  );
  const { roles: closed } = decode(RoleData, roles!);
  const [, ...others] = closed;
  const everybody = { fromRoleIndex: 0, targetRoleIndexes: [2] };
  const zero = {
    ...closed[0]!,
    roleCapabilities: [Capability.canOpenJoin],
    authorizedRoleChanges: [everybody],
  };
  const open = encode(RoleData, { roles: [zero, ...others] });
  await child(new Member("a.example", "alice", "ClientA2"), ROOM, [[MimiComponentId.rolesList, open]]);
  const ask = async (member: Member) => {
    const { body } = member.groupInfoRequest();
    return decode(GroupInfoResponse, await scene.calls.groupInfo(B, CHILD, body)).status;
  };
  expect(await ask(new Member("b.example", "cathy", "ClientB1"))).toBe("notAuthorized");
  expect(await ask(scene.bob)).toBe("success");
});

it("is asked about the parent that the room will have: by the request, or by what is pending", async () => {
  const alice = await child(new Member("a.example", "alice", "ClientA2"));
  const [[componentId, update] = [0, new Uint8Array()]] = dependingOn(CHILD, scene.bob);
  const appDataUpdate = { componentId, op: "update", update } as const;
  const { group } = scene.bob;
  const ofParent = (body?: Uint8Array) => {
    const request = body === undefined ? undefined : decode(UpdateRequest, body);
    return parentParticipants(scene.rooms, { group: group.public }, request);
  };
  expect(await ofParent()).toBeUndefined();
  const made = group.commit({ proposals: [{ proposalType: "appDataUpdate", appDataUpdate }] });
  group.clearPendingCommit();
  const participants = new Set([alice.userUri]);
  expect(await ofParent(commitBody(made.commit, made.groupInfo))).toEqual(participants);
  const { message } = group.propose({ proposalType: "appDataUpdate", appDataUpdate });
  expect(await ofParent(proposalBody(message))).toEqual(participants);
  expect(await ofParent()).toEqual(participants);
  const unreadable = { ...appDataUpdate, update: Uint8Array.of(1) };
  const nonsense = group.propose({ proposalType: "appDataUpdate", appDataUpdate: unreadable });
  group.public.dropProposal(nonsense.reference);
  expect(await ofParent(proposalBody(nonsense.message))).toBeUndefined();
});

it("does not count who is banned there", async () => {
  const { alice, bob } = scene;
  const leaf = bob.group.ownLeafIndex;
  const banned = { changedRoleParticipants: [{ userIndex: 1, roleIndex: 1 }] };
  const group = alice.group;
  group.commit({ proposals: [listUpdate(banned), { proposalType: "remove", removed: leaf }] });
  group.mergePendingCommit();
  const rooms = {
    find: async () => ({ group: group.public }) as HubRoom,
    findEnded: async () => undefined,
  };
  const { group: dependant } = await child(new Member("a.example", "alice", "ClientA2"));
  expect(await parentParticipants(rooms, { group: dependant.public })).toEqual(new Set([alice.userUri]));
});
