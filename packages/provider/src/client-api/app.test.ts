import { ExternalSender, GroupInfo, KeyPackage, nobleCrypto, RatchetTreeNodes } from "@openmimi/mls";
import { FrankingAgentData, toPathSegment, UpdateRoomResponse } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { afterEach, beforeEach, expect, it } from "vitest";
import { HubScene, ROOM } from "../../test/hub-scene.ts";
import { commitBody, Member, SUITE } from "../../test/member.ts";
import { standardChecks } from "../checks.ts";
import { defaultLimits } from "../config.ts";
import { PeerError } from "../errors.ts";
import type { Fetch } from "../http/listener.ts";
import { createLogger } from "../logging.ts";
import { fromBase64, toBase64 } from "../octets.ts";
import type { OutgoingAnswer } from "../outgoing/send.ts";
import { clientApp } from "./app.ts";

let scene: HubScene;
let app: Fetch;
let closing: AbortController;
/** What other providers are asked, and what they answer. */
let asked: { domain: string; service: string; uri: string }[];
let answer: () => OutgoingAnswer;

beforeEach(async () => {
  scene = await HubScene.start();
  closing = new AbortController();
  asked = [];
  answer = () => ({ status: 200, headers: {}, body: new Uint8Array([7]) });
  const { store, keys, calls } = scene;
  app = clientApp({
    domain: "a.example",
    crypto: nobleCrypto,
    store,
    keys,
    checks: standardChecks,
    groupOptions: {},
    nowMs: () => scene.nowMs,
    keyPackagesPerClient: 3,
    mimiUrl: "https://a.example",
    limits: { ...defaultLimits, inboxWaitMs: 10_000 },
    logger: createLogger("silent"),
    closing: closing.signal,
    forwarding: {
      domain: "a.example",
      followedRooms: store.followedRooms,
      hub: calls,
      peers: {
        call: async (domain, service, uri) => {
          asked.push({ domain, service, uri });
          return answer();
        },
      },
    },
  });
});
afterEach(() => closing.abort());

interface Call {
  readonly method?: string;
  readonly token?: string | undefined;
  readonly json?: unknown;
  readonly octets?: Uint8Array;
  readonly text?: string;
}

async function call(path: string, { method, token, json, octets, text }: Call = {}) {
  const body = json === undefined ? (octets ?? text) : JSON.stringify(json);
  const request = new Request(`https://a.example/client/v1/${path}`, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: body as string }),
  });
  const response = await app(request, {});
  const type = response.headers.get("content-type") ?? "";
  const content = new Uint8Array(await response.arrayBuffer());
  const value = type.includes("json") ? JSON.parse(new TextDecoder().decode(content)) : content;
  return { status: response.status, type, value, headers: response.headers };
}

/** Registers a member, who keeps the token. */
async function register(member: Member): Promise<string> {
  const [user, device] = [member.userUri.split("/").at(-1), member.clientUri.split("/").at(-1)];
  const { status, value } = await call("clients", { json: { user, device } });
  expect(status).toBe(201);
  return value.token;
}

const problem = (status: number, code: string) => ({
  status,
  type: "application/problem+json",
  value: expect.objectContaining({ code, title: code, detail: expect.any(String) }),
});

it("says what the provider is", async () => {
  const { value } = await call("provider");
  expect(value).toMatchObject({ domain: "a.example", mimiUrl: "https://a.example" });
  expect(decode(ExternalSender, fromBase64(value.hubSender)!)).toEqual(scene.keys.hubSender(SUITE));
  const agent = decode(FrankingAgentData, fromBase64(value.frankingAgent)!);
  expect(agent).toEqual(scene.keys.frankingAgent(SUITE));
});

it("registers a client once, under names that need encoding too", async () => {
  const first = await call("clients", { json: { user: "alice smith", device: "Client/1" } });
  expect(first.value).toMatchObject({
    userUri: "mimi://a.example/u/alice%20smith",
    clientUri: "mimi://a.example/d/alice%20smith/Client%2F1",
    token: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
  });
  const again = await call("clients", { json: { user: "alice smith", device: "Client/1" } });
  expect(again).toMatchObject(problem(409, "client-exists"));
  for (const json of [
    [],
    { user: "alice" },
    { user: "", device: "x" },
    { user: 1, device: "x" },
    { user: ".", device: "x" },
  ]) {
    expect(await call("clients", { json })).toMatchObject(problem(400, "malformed"));
  }
  expect(await call("clients", { text: "{" })).toMatchObject(problem(400, "malformed"));
  expect(await call("clients", { octets: new Uint8Array([0xff]) })).toMatchObject(problem(400, "malformed"));
});

it("asks for a token everywhere else", async () => {
  for (const path of ["keyPackages", "inbox"]) {
    for (const token of [undefined, "wrong", "x".repeat(43)]) {
      const refused = await call(path, { token });
      expect(refused).toMatchObject(problem(401, "unauthenticated"));
      expect(refused.headers.get("www-authenticate")).toBe("Bearer");
    }
  }
});

it("knows its paths and methods", async () => {
  const token = await register(scene.alice);
  for (const path of ["", "none", "inbox/other", "toString", "update/"]) {
    expect(await call(path, { token, method: path.startsWith("update") ? "POST" : "GET" })).toMatchObject(
      problem(404, "not-found"),
    );
  }
  const refused = await call("update/x", { token });
  expect(refused).toMatchObject(problem(405, "method-not-allowed"));
  expect(refused.headers.get("allow")).toBe("POST");
  expect((await call("provider", { method: "DELETE" })).status).toBe(405);
});

it("publishes a client's own KeyPackages, each once", async () => {
  const token = await register(scene.alice);
  const [one, two] = [scene.alice.keyPackage(), scene.alice.keyPackage()];
  const octets = (own: typeof one) => toBase64(encode(KeyPackage, own.keyPackage));
  const json = { keyPackages: [octets(one), octets(two)] };
  expect(await call("keyPackages", { token, json })).toMatchObject({
    status: 201,
    value: {
      references: [one, two].map(({ reference }) => Buffer.from(reference).toString("hex")),
      available: 2,
    },
  });
  expect((await call("keyPackages", { token, json: { keyPackages: [octets(one)] } })).value).toEqual({
    references: [],
    available: 2,
  });
  expect((await call("keyPackages", { token })).value).toEqual({ available: 2 });
  expect(await call("keyPackages", { token, json })).toMatchObject(problem(409, "conflict"));
});

it("takes no KeyPackages that are wrong or of somebody else", async () => {
  const token = await register(scene.alice);
  const expired = scene.alice.keyPackage({ notAfter: 1n });
  const own = scene.alice.keyPackage().keyPackage;
  const wrong = [
    encode(KeyPackage, scene.bob.keyPackage().keyPackage),
    encode(KeyPackage, new Member("a.example", "alice", "ClientA2").keyPackage().keyPackage),
    encode(KeyPackage, expired.keyPackage),
    encode(KeyPackage, { ...own, signature: new Uint8Array(64) }),
    encode(KeyPackage, own).subarray(1),
  ];
  for (const octets of wrong) {
    const refused = await call("keyPackages", { token, json: { keyPackages: [toBase64(octets)] } });
    expect(refused).toMatchObject(problem(400, "malformed"));
    expect(refused.value.detail).toMatch(/^keyPackages\[0\]: /);
  }
  for (const json of [{}, { keyPackages: "AAAA" }, { keyPackages: ["AAA"] }, { keyPackages: [1] }]) {
    expect(await call("keyPackages", { token, json })).toMatchObject(problem(400, "malformed"));
  }
  expect((await call("keyPackages", { token })).value).toEqual({ available: 0 });
});

const foundation = (member: Member, roomUri = ROOM) => ({
  roomUri,
  groupInfo: toBase64(encode(GroupInfo, member.group.groupInfo())),
  ratchetTree: toBase64(encode(RatchetTreeNodes, member.group.public.ratchetTree())),
});

it("founds a room once, and refuses groups that cannot be one", async () => {
  const { alice } = scene;
  const token = await register(alice);
  alice.found(ROOM, scene.keys.hubSender(SUITE)!, scene.keys.frankingAgent(SUITE));
  const json = foundation(alice);
  const founded = await call("rooms", { token, json });
  expect(founded).toMatchObject({
    status: 201,
    value: { acceptedTimestamp: expect.stringMatching(/^\d{13}$/) },
  });
  expect(await call("rooms", { token, json })).toMatchObject(problem(409, "room-exists"));

  const refused = async (member: Member, status: number, roomUri = "mimi://a.example/r/second") =>
    expect((await call("rooms", { token, json: foundation(member, roomUri) })).status).toBe(status);
  await refused(alice, 400); // room_metadata names another room
  await refused(alice, 403, "mimi://b.example/r/second");
  await refused(alice, 400, "mimi://a.example/g/second");
  const ownHub = { ...scene.keys.hubSender(SUITE)!, signatureKey: alice.keys.publicKey };
  alice.found("mimi://a.example/r/second", ownHub);
  await refused(alice, 400); // the hub is not listed
  const anna = new Member("a.example", "anna", "A1");
  anna.found("mimi://a.example/r/second", scene.keys.hubSender(SUITE)!);
  await refused(anna, 400); // the creator is not a member
  const forged = { ...foundation(alice), ratchetTree: toBase64(new Uint8Array([0])) };
  expect((await call("rooms", { token, json: forged })).status).toBe(400);
});

it("goes straight to the hub's code for a room of its own", async () => {
  const { alice } = scene;
  const token = await register(alice);
  alice.found(ROOM, scene.keys.hubSender(SUITE)!);
  await call("rooms", { token, json: foundation(alice) });
  const { commit, groupInfo } = alice.group.commit({ path: true });
  const body = commitBody(commit, groupInfo);
  const path = `update/${toPathSegment(ROOM)}`;
  const response = await call(path, { token, octets: body });
  expect(response.type).toBe("application/octet-stream");
  expect(decode(UpdateRoomResponse, response.value).responseCode).toBe("success");
  expect(asked).toEqual([]);
  const { value } = await call("inbox", { token });
  expect(value.events).toEqual([
    {
      sequence: 1,
      roomUri: ROOM,
      acceptedTimestampMs: expect.stringMatching(/^\d{13}$/),
      fanout: expect.any(String),
    },
  ]);
  const malformed = await call(path, { token, octets: body.subarray(0, 40) });
  expect(malformed).toMatchObject(problem(400, "malformed"));
  expect(malformed.value.detail).toMatch(/UpdateRequest.*at byte/);
});

it("forwards calls about the rooms of others, in the client's own name only", async () => {
  const { alice, bob } = scene;
  const token = await register(alice);
  const room = "mimi://b.example/r/theirs";
  const groupInfo = await call(`groupInfo/${toPathSegment(room)}`, {
    token,
    octets: alice.groupInfoRequest().body,
  });
  expect(groupInfo).toMatchObject({ status: 200, value: new Uint8Array([7]) });
  const claim = alice.keyMaterialRequest("mimi://c.example/u/cathy", room);
  await call(`keyMaterial/${toPathSegment("mimi://c.example/u/cathy")}`, { token, octets: claim });
  expect(asked).toEqual([
    { domain: "b.example", service: "groupInfo", uri: room },
    { domain: "b.example", service: "keyMaterial", uri: "mimi://c.example/u/cathy" },
  ]);
  const asBob = await call(`groupInfo/${toPathSegment(room)}`, {
    token,
    octets: bob.groupInfoRequest().body,
  });
  expect(asBob).toMatchObject(problem(403, "forbidden"));
  const ofBob = bob.keyMaterialRequest("mimi://c.example/u/cathy", room);
  const claimOfBob = await call(`keyMaterial/${toPathSegment("mimi://c.example/u/cathy")}`, {
    token,
    octets: ofBob,
  });
  expect(claimOfBob).toMatchObject(problem(403, "forbidden"));
  expect(asked).toHaveLength(2);
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
  const token = await register(scene.alice);
  answer = () => ({
    status: theirs,
    headers: { "retry-after": "9" },
    body: new TextEncoder().encode("because\n"),
  });
  const path = `groupInfo/${toPathSegment("mimi://b.example/r/theirs")}`;
  const refused = await call(path, { token, octets: scene.alice.groupInfoRequest().body });
  expect(refused).toMatchObject(problem(ours, code));
  expect(refused.value.detail).toContain("because");
  expect(refused.headers.get("retry-after")).toBe("9");
});

it("notes a client that joins by external commit before the hub can notify, and forgets it if refused", async () => {
  const { alice, bob } = scene;
  const token = await register(alice);
  const room = "mimi://b.example/r/theirs";
  bob.found(room, scene.keys.hubSender(SUITE)!);
  const { commit, groupInfo } = alice.joinExternally(bob.group.groupInfo(), bob.group.public.ratchetTree());
  const body = commitBody(commit, groupInfo);
  const path = `update/${toPathSegment(room)}`;
  const clients = async () => (await scene.store.followedRooms.find(room)).clients;

  answer = () => {
    throw new PeerError("unreachable", "b.example", "no answer");
  };
  expect(await call(path, { token, octets: body })).toMatchObject(problem(503, "unavailable"));
  expect(await clients()).toEqual([alice.clientUri]);
  await scene.store.followedRooms.change(room, { joined: [], left: [alice.clientUri] });

  const refusal = encode(UpdateRoomResponse, { responseCode: "notAllowed", errorDescription: "" });
  answer = () => ({ status: 200, headers: {}, body: refusal });
  await call(path, { token, octets: body });
  expect(await clients()).toEqual([]);
  answer = () => ({ status: 404, headers: {}, body: new Uint8Array() });
  await call(path, { token, octets: body });
  expect(await clients()).toEqual([]);

  const success = { responseCode: "success", errorDescription: "", acceptedTimestamp: 1n } as const;
  answer = () => ({ status: 200, headers: {}, body: encode(UpdateRoomResponse, success) });
  await call(path, { token, octets: body });
  expect(await clients()).toEqual([alice.clientUri]);

  const other = await register(new Member("a.example", "anna", "A1"));
  expect(await call(path, { token: other, octets: body })).toMatchObject(problem(403, "forbidden"));
});

it("holds a request for the inbox until something comes, or the wait ends, or the provider closes", async () => {
  const { alice, store } = scene;
  const token = await register(alice);
  const started = Date.now();
  expect((await call("inbox?wait=50", { token })).value).toEqual({ events: [] });
  expect(Date.now() - started).toBeGreaterThanOrEqual(40);

  const waiting = call("inbox?after=0&wait=10000&limit=1", { token });
  await store.followedRooms.acceptNotification(
    { hub: "b.example", roomUri: "mimi://b.example/r/x", bodyHash: new Uint8Array(32), nowMs: 1 },
    () => ({
      events: [1n, 2n].map((time) => ({
        fanout: new Uint8Array([Number(time)]),
        contentHash: new Uint8Array([Number(time)]),
        acceptedTimestampMs: time,
        clients: [alice.clientUri],
      })),
      joined: [alice.clientUri],
      left: [],
      welcomedKeyPackages: [],
    }),
  );
  expect((await waiting).value.events).toEqual([
    { sequence: 1, roomUri: "mimi://b.example/r/x", acceptedTimestampMs: "1", fanout: "AQ==" },
  ]);
  expect((await call("inbox?after=1", { token })).value.events).toHaveLength(1);
  expect((await call("inbox/acknowledge", { token, json: { through: 1 } })).status).toBe(204);
  expect((await call("inbox", { token })).value.events).toMatchObject([{ sequence: 2 }]);
  await call("inbox/acknowledge", { token, json: { through: 2 } });
  const held = call("inbox?after=2&wait=10000", { token });
  closing.abort();
  expect((await held).value).toEqual({ events: [] });
  for (const query of ["after=-1", "wait=x", "limit=1.5"]) {
    expect(await call(`inbox?${query}`, { token })).toMatchObject(problem(400, "malformed"));
  }
  expect(await call("inbox/acknowledge", { token, json: { through: -1 } })).toMatchObject(
    problem(400, "malformed"),
  );
});
