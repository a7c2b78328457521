import { GroupInfo, RatchetTreeNodes } from "@openmimi/mls";
import { toPathSegment, UpdateRoomResponse } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ClientScene, problem } from "../../test/client-scene.ts";
import { ROOM } from "../../test/hub-scene.ts";
import { commitBody, Member, SUITE } from "../../test/member.ts";
import { PeerError } from "../errors.ts";
import { toBase64 } from "../octets.ts";

let scene: ClientScene;

beforeEach(async () => {
  scene = await ClientScene.start();
});
afterEach(() => scene.closing.abort());

const foundation = (member: Member, roomUri = ROOM) => ({
  roomUri,
  groupInfo: toBase64(encode(GroupInfo, member.group.groupInfo())),
  ratchetTree: toBase64(encode(RatchetTreeNodes, member.group.public.ratchetTree())),
});

it("founds a room once, and refuses groups that cannot be one", async () => {
  const { alice } = scene.hub;
  const token = await scene.register(alice);
  alice.found(ROOM, scene.hub.keys.hubSender(SUITE)!, scene.hub.keys.frankingAgent(SUITE));
  const json = foundation(alice);
  const founded = await scene.call("rooms", { token, json });
  expect(founded).toMatchObject({
    status: 201,
    value: { acceptedTimestamp: expect.stringMatching(/^\d{13}$/) },
  });
  expect(await scene.call("rooms", { token, json })).toMatchObject(problem(409, "room-exists"));

  const refused = async (member: Member, status: number, roomUri = "mimi://a.example/r/second") =>
    expect((await scene.call("rooms", { token, json: foundation(member, roomUri) })).status).toBe(status);
  await refused(alice, 400); // room_metadata names another room
  await refused(alice, 403, "mimi://b.example/r/second");
  await refused(alice, 400, "mimi://a.example/g/second");
  const ownHub = { ...scene.hub.keys.hubSender(SUITE)!, signatureKey: alice.keys.publicKey };
  alice.found("mimi://a.example/r/second", ownHub);
  await refused(alice, 400); // the hub is not listed
  const anna = new Member("a.example", "anna", "A1");
  anna.found("mimi://a.example/r/second", scene.hub.keys.hubSender(SUITE)!);
  await refused(anna, 400); // the creator is not a member
  const forged = { ...foundation(alice), ratchetTree: toBase64(new Uint8Array([0])) };
  expect((await scene.call("rooms", { token, json: forged })).status).toBe(400);
});

it("goes straight to the hub's code for a room of its own", async () => {
  const { alice } = scene.hub;
  const token = await scene.register(alice);
  alice.found(ROOM, scene.hub.keys.hubSender(SUITE)!);
  await scene.call("rooms", { token, json: foundation(alice) });
  const { commit, groupInfo } = alice.group.commit({ path: true });
  const body = commitBody(commit, groupInfo);
  const path = `update/${toPathSegment(ROOM)}`;
  const response = await scene.call(path, { token, octets: body });
  expect(response.type).toBe("application/octet-stream");
  expect(decode(UpdateRoomResponse, response.octets).responseCode).toBe("success");
  expect(scene.asked).toEqual([]);
  const { value } = await scene.call("inbox", { token });
  expect(value.events).toEqual([
    {
      sequence: 1,
      roomUri: ROOM,
      acceptedTimestampMs: expect.stringMatching(/^\d{13}$/),
      fanout: expect.any(String),
    },
  ]);
  const malformed = await scene.call(path, { token, octets: body.subarray(0, 40) });
  expect(malformed).toMatchObject(problem(400, "malformed"));
  expect(malformed.value.detail).toMatch(/UpdateRequest.*at byte/);
});

it("forwards calls about the rooms of others, in the client's own name only", async () => {
  const { alice, bob } = scene.hub;
  const token = await scene.register(alice);
  const room = "mimi://b.example/r/theirs";
  const groupInfo = await scene.call(`groupInfo/${toPathSegment(room)}`, {
    token,
    octets: alice.groupInfoRequest().body,
  });
  expect(groupInfo).toMatchObject({ status: 200, octets: new Uint8Array([7]) });
  const claim = alice.keyMaterialRequest("mimi://c.example/u/cathy", room);
  await scene.call(`keyMaterial/${toPathSegment("mimi://c.example/u/cathy")}`, { token, octets: claim });
  expect(scene.asked).toEqual([
    { domain: "b.example", service: "groupInfo", uri: room },
    { domain: "b.example", service: "keyMaterial", uri: "mimi://c.example/u/cathy" },
  ]);
  const asBob = await scene.call(`groupInfo/${toPathSegment(room)}`, {
    token,
    octets: bob.groupInfoRequest().body,
  });
  expect(asBob).toMatchObject(problem(403, "forbidden"));
  const ofBob = bob.keyMaterialRequest("mimi://c.example/u/cathy", room);
  const claimOfBob = await scene.call(`keyMaterial/${toPathSegment("mimi://c.example/u/cathy")}`, {
    token,
    octets: ofBob,
  });
  expect(claimOfBob).toMatchObject(problem(403, "forbidden"));
  expect(scene.asked).toHaveLength(2);
});

it.each([
  [400, 400, "malformed"],
  [403, 403, "forbidden"],
  [404, 404, "not-found"],
  [413, 413, "too-large"],
  [429, 429, "too-many-requests"],
  [401, 502, "bad-gateway"],
  [302, 502, "bad-gateway"],
  [500, 503, "unavailable"],
  [503, 503, "unavailable"],
])("hands on what a hub refuses: %i as %i", async (theirs, ours, code) => {
  const token = await scene.register(scene.hub.alice);
  scene.answer = () => ({
    status: theirs,
    headers: { "retry-after": "9" },
    body: new TextEncoder().encode("because\n"),
  });
  const path = `groupInfo/${toPathSegment("mimi://b.example/r/theirs")}`;
  const refused = await scene.call(path, { token, octets: scene.hub.alice.groupInfoRequest().body });
  expect(refused).toMatchObject(problem(ours, code));
  expect(refused.value.detail).toContain("because");
  expect(refused.headers.get("retry-after")).toBe("9");
});

it("notes a client that joins by external commit before the hub can notify, and forgets it if refused", async () => {
  const { alice, bob } = scene.hub;
  const token = await scene.register(alice);
  const room = "mimi://b.example/r/theirs";
  bob.found(room, scene.hub.keys.hubSender(SUITE)!);
  const { commit, groupInfo } = alice.joinExternally(bob.group.groupInfo(), bob.group.public.ratchetTree());
  const body = commitBody(commit, groupInfo);
  const path = `update/${toPathSegment(room)}`;
  const clients = async () => (await scene.hub.store.followedRooms.find(room)).clients;

  scene.answer = () => {
    throw new PeerError("unreachable", "b.example", "no answer");
  };
  expect(await scene.call(path, { token, octets: body })).toMatchObject(problem(503, "unavailable"));
  expect(await clients()).toEqual([alice.clientUri]);
  await scene.hub.store.followedRooms.change(room, { joined: [], left: [alice.clientUri] });

  const refusal = encode(UpdateRoomResponse, { responseCode: "notAllowed", errorDescription: "" });
  scene.answer = () => ({ status: 200, headers: {}, body: refusal });
  await scene.call(path, { token, octets: body });
  expect(await clients()).toEqual([]);
  scene.answer = () => ({ status: 404, headers: {}, body: new Uint8Array() });
  await scene.call(path, { token, octets: body });
  expect(await clients()).toEqual([]);

  const success = { responseCode: "success", errorDescription: "", acceptedTimestamp: 1n } as const;
  scene.answer = () => ({ status: 200, headers: {}, body: encode(UpdateRoomResponse, success) });
  await scene.call(path, { token, octets: body });
  expect(await clients()).toEqual([alice.clientUri]);

  const other = await scene.register(new Member("a.example", "anna", "A1"));
  expect(await scene.call(path, { token: other, octets: body })).toMatchObject(problem(403, "forbidden"));
});
