import { ExternalSender, KeyPackage } from "@openmimi/mls";
import { FrankingAgentData } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ClientScene, problem } from "../../test/client-scene.ts";
import { Member, SUITE } from "../../test/member.ts";
import { fromBase64, toBase64 } from "../octets.ts";

let scene: ClientScene;

beforeEach(async () => {
  scene = await ClientScene.start();
});
afterEach(() => scene.closing.abort());

it("says what the provider is", async () => {
  const { value } = await scene.call("provider");
  expect(value).toMatchObject({ domain: "a.example", mimiUrl: "https://a.example" });
  expect(decode(ExternalSender, fromBase64(value.hubSender)!)).toEqual(scene.hub.keys.hubSender(SUITE));
  const agent = decode(FrankingAgentData, fromBase64(value.frankingAgent)!);
  expect(agent).toEqual(scene.hub.keys.frankingAgent(SUITE));
});

it("registers a client once, under names that need encoding too", async () => {
  const first = await scene.call("clients", { json: { user: "alice smith", device: "Client/1" } });
  expect(first.value).toMatchObject({
    userUri: "mimi://a.example/u/alice%20smith",
    clientUri: "mimi://a.example/d/alice%20smith/Client%2F1",
    token: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
  });
  const again = await scene.call("clients", { json: { user: "alice smith", device: "Client/1" } });
  expect(again).toMatchObject(problem(409, "client-exists"));
  for (const json of [
    [],
    { user: "alice" },
    { user: "", device: "x" },
    { user: 1, device: "x" },
    { user: ".", device: "x" },
  ]) {
    expect(await scene.call("clients", { json })).toMatchObject(problem(400, "malformed"));
  }
  expect(await scene.call("clients", { text: "{" })).toMatchObject(problem(400, "malformed"));
  expect(await scene.call("clients", { octets: new Uint8Array([0xff]) })).toMatchObject(
    problem(400, "malformed"),
  );
});

it("asks for a token everywhere else", async () => {
  for (const path of ["keyPackages", "inbox"]) {
    for (const token of [undefined, "wrong", "x".repeat(43)]) {
      const refused = await scene.call(path, { token });
      expect(refused).toMatchObject(problem(401, "unauthenticated"));
      expect(refused.headers.get("www-authenticate")).toBe("Bearer");
    }
  }
});

it("knows its paths and methods", async () => {
  const token = await scene.register(scene.hub.alice);
  for (const path of ["", "none", "inbox/other", "toString", "update/"]) {
    expect(
      await scene.call(path, { token, method: path.startsWith("update") ? "POST" : "GET" }),
    ).toMatchObject(problem(404, "not-found"));
  }
  const refused = await scene.call("update/x", { token });
  expect(refused).toMatchObject(problem(405, "method-not-allowed"));
  expect(refused.headers.get("allow")).toBe("POST");
  expect((await scene.call("provider", { method: "DELETE" })).status).toBe(405);
});

it("publishes a client's own KeyPackages, each once", async () => {
  const token = await scene.register(scene.hub.alice);
  const [one, two] = [scene.hub.alice.keyPackage(), scene.hub.alice.keyPackage()];
  const octets = (own: typeof one) => toBase64(encode(KeyPackage, own.keyPackage));
  const json = { keyPackages: [octets(one), octets(two)] };
  expect(await scene.call("keyPackages", { token, json })).toMatchObject({
    status: 201,
    value: {
      references: [one, two].map(({ reference }) => Buffer.from(reference).toString("hex")),
      available: 2,
    },
  });
  expect((await scene.call("keyPackages", { token, json: { keyPackages: [octets(one)] } })).value).toEqual({
    references: [],
    available: 2,
  });
  expect((await scene.call("keyPackages", { token })).value).toEqual({ available: 2 });
  expect(await scene.call("keyPackages", { token, json })).toMatchObject(problem(409, "conflict"));
});

it("takes no KeyPackages that are wrong or of somebody else", async () => {
  const token = await scene.register(scene.hub.alice);
  const expired = scene.hub.alice.keyPackage({ notAfter: 1n });
  const own = scene.hub.alice.keyPackage().keyPackage;
  const wrong = [
    encode(KeyPackage, scene.hub.bob.keyPackage().keyPackage),
    encode(KeyPackage, new Member("a.example", "alice", "ClientA2").keyPackage().keyPackage),
    encode(KeyPackage, expired.keyPackage),
    encode(KeyPackage, { ...own, signature: new Uint8Array(64) }),
    encode(KeyPackage, own).subarray(1),
  ];
  for (const octets of wrong) {
    const refused = await scene.call("keyPackages", { token, json: { keyPackages: [toBase64(octets)] } });
    expect(refused).toMatchObject(problem(400, "malformed"));
    expect(refused.value.detail).toMatch(/^keyPackages\[0\]: /);
  }
  for (const json of [{}, { keyPackages: "AAAA" }, { keyPackages: ["AAA"] }, { keyPackages: [1] }]) {
    expect(await scene.call("keyPackages", { token, json })).toMatchObject(problem(400, "malformed"));
  }
  expect((await scene.call("keyPackages", { token })).value).toEqual({ available: 0 });
});

it("holds a request for the inbox until something comes, or the wait ends, or the provider closes", async () => {
  const { alice, store } = scene.hub;
  const token = await scene.register(alice);
  const started = Date.now();
  expect((await scene.call("inbox?wait=50", { token })).value).toEqual({ events: [] });
  expect(Date.now() - started).toBeGreaterThanOrEqual(40);

  const waiting = scene.call("inbox?after=0&wait=10000&limit=1", { token });
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
  expect((await scene.call("inbox?after=1", { token })).value.events).toHaveLength(1);
  expect((await scene.call("inbox/acknowledge", { token, json: { through: 1 } })).status).toBe(204);
  expect((await scene.call("inbox", { token })).value.events).toMatchObject([{ sequence: 2 }]);
  await scene.call("inbox/acknowledge", { token, json: { through: 2 } });
  const held = scene.call("inbox?after=2&wait=10000", { token });
  scene.closing.abort();
  expect((await held).value).toEqual({ events: [] });
  for (const query of ["after=-1", "wait=x", "limit=1.5"]) {
    expect(await scene.call(`inbox?${query}`, { token })).toMatchObject(problem(400, "malformed"));
  }
  expect(await scene.call("inbox/acknowledge", { token, json: { through: -1 } })).toMatchObject(
    problem(400, "malformed"),
  );
});
