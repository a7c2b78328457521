import { KeyPackage } from "@openmimi/mls";
import { IncompatibleProtocolResponse, KeyMaterialResponse } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { expect, it, vi } from "vitest";
import { A, B, C, HubScene, ROOM, type SceneParts } from "../../test/hub-scene.ts";
import { Member } from "../../test/member.ts";
import { PeerError } from "../errors.ts";
import type { Source } from "../source.ts";

const ANNA = "mimi://a.example/u/anna";

/** A scene with Anna of a.example, whom others may claim. */
async function withAnna(parts: SceneParts = {}) {
  const scene = await HubScene.withBob(parts);
  const anna1 = new Member("a.example", "anna", "A1");
  const anna2 = new Member("a.example", "anna", "A2");
  await scene.register(anna1);
  await scene.register(anna2);
  return { scene, anna1, anna2 };
}

async function publish(scene: HubScene, member: Member, lifetime = {}) {
  const { keyPackage, reference } = member.keyPackage(lifetime);
  const { leafNode } = keyPackage;
  if (leafNode.leafNodeSource !== "keyPackage") throw new Error("expected a lifetime");
  await scene.store.keyPackages.publish([
    {
      reference,
      clientUri: member.clientUri,
      cipherSuite: 1,
      notBeforeSeconds: leafNode.lifetime.notBefore,
      notAfterSeconds: leafNode.lifetime.notAfter,
      lastResort: false,
      octets: encode(KeyPackage, keyPackage),
    },
  ]);
  return { keyPackage, reference };
}

async function claim(
  scene: HubScene,
  source: Source,
  uri: string,
  body: Uint8Array,
): Promise<KeyMaterialResponse> {
  return decode(KeyMaterialResponse, await scene.calls.keyMaterial(source, uri, body));
}

it("issues one KeyPackage of each client, once", async () => {
  const { scene, anna1, anna2 } = await withAnna();
  const first = await publish(scene, anna1);
  await publish(scene, anna2);
  const body = scene.bob.keyMaterialRequest(ANNA, ROOM);
  expect(await claim(scene, B, ANNA, body)).toMatchObject({
    userStatus: "success",
    userUri: ANNA,
    clients: [
      { clientStatus: "success", clientUri: anna1.clientUri, keyPackage: first.keyPackage },
      { clientStatus: "success", clientUri: anna2.clientUri },
    ],
  });
  // A repeated request is a further claim, and finds nothing: the list of clients says why.
  expect(await claim(scene, B, ANNA, body)).toEqual({
    protocol: "mls10",
    userStatus: "noCompatibleMaterial",
    userUri: ANNA,
    clients: [anna1, anna2].map(({ clientUri }) => ({ clientStatus: "keyMaterialExhausted", clientUri })),
  });
  expect(await scene.store.keyPackages.targets([first.reference])).toEqual([
    { clientUri: anna1.clientUri, claimedBy: "b.example" },
  ]);
});

it("issues none that has expired, and says partialSuccess when others have some", async () => {
  const { scene, anna1, anna2 } = await withAnna();
  const now = BigInt(Math.floor(scene.nowMs / 1000));
  await publish(scene, anna1, { notAfter: now + 30n });
  await publish(scene, anna2);
  const response = await claim(scene, B, ANNA, scene.bob.keyMaterialRequest(ANNA, ROOM));
  expect(response.userStatus).toBe("partialSuccess");
  expect(response.clients.map(({ clientStatus }) => clientStatus)).toEqual([
    "keyMaterialExhausted",
    "success",
  ]);
});

it("says nothingCompatible, with the capabilities that there are", async () => {
  const { scene, anna1 } = await withAnna();
  await publish(scene, anna1);
  const requiredCapabilities = { extensionTypes: [0x7777], proposalTypes: [], credentialTypes: [] };
  const response = await claim(
    scene,
    B,
    ANNA,
    scene.bob.keyMaterialRequest(ANNA, ROOM, { requiredCapabilities }),
  );
  expect(response).toMatchObject({
    userStatus: "noCompatibleMaterial",
    clients: [
      { clientStatus: "nothingCompatible", clientCapabilities: { extensions: [6] } },
      { clientStatus: "keyMaterialExhausted" },
    ],
  });
  expect(
    await scene.store.keyPackages.available(anna1.clientUri, 0n + BigInt(Math.floor(scene.nowMs / 1000))),
  ).toBe(1);
});

it("tells unknown, deleted and unwilling users apart, without clients (R-038)", async () => {
  const consent = vi.fn().mockReturnValueOnce("noConsent").mockReturnValueOnce("noConsentForThisRoom");
  const { scene } = await withAnna({ consent });
  const statusOf = async (user: string) => {
    const { userStatus, clients } = await claim(scene, B, user, scene.bob.keyMaterialRequest(user, ROOM));
    expect(clients).toEqual([]);
    return userStatus;
  };
  expect(await statusOf("mimi://a.example/u/nobody")).toBe("userUnknown");
  expect(await statusOf(ANNA)).toBe("noConsent");
  expect(await statusOf(ANNA)).toBe("noConsentForThisRoom");
  expect(consent).toHaveBeenCalledWith({
    requestingUser: scene.bob.userUri,
    targetUser: ANNA,
    roomUri: ROOM,
  });
  await scene.store.clients.markUserDeleted(ANNA, scene.nowMs);
  expect(await statusOf(ANNA)).toBe("userDeleted");
});

it("answers a request of another protocol with its octet (R-037)", async () => {
  const { scene } = await withAnna();
  const body = scene.bob.keyMaterialRequest(ANNA, ROOM);
  body[0] = 9;
  expect(decode(IncompatibleProtocolResponse, await scene.calls.keyMaterial(B, ANNA, body))).toEqual({
    protocol: 9,
    userStatus: "incompatibleProtocol",
    userUri: ANNA,
    clients: [],
  });
});

it("refuses what does not belong together, and issues nothing", async () => {
  const { scene, anna1 } = await withAnna();
  await publish(scene, anna1);
  const { bob } = scene;
  const cathy = new Member("c.example", "cathy", "C1");
  const refusals: [Source, string, Uint8Array, number][] = [
    [B, "mimi://a.example/u/other", bob.keyMaterialRequest(ANNA, ROOM), 400],
    [B, ANNA, bob.keyMaterialRequest(ANNA, ROOM, { requestingUser: "mimi://b.example/u/ben" }), 400],
    [B, ANNA, bob.keyMaterialRequest(ANNA, ROOM, { keyMaterialRequestSignature: new Uint8Array(64) }), 403],
    [C, ANNA, bob.keyMaterialRequest(ANNA, ROOM), 403],
    [C, ANNA, cathy.keyMaterialRequest(ANNA, ROOM), 403],
    [B, ANNA, bob.keyMaterialRequest(ANNA, "mimi://a.example/r/none"), 403],
    [B, ANNA, bob.keyMaterialRequest(ANNA, "mimi://c.example/r/theirs"), 403],
    [C, ANNA, bob.keyMaterialRequest(ANNA, ""), 403],
    [B, cathy.userUri, bob.keyMaterialRequest(cathy.userUri, ""), 403],
    [B, cathy.userUri, bob.keyMaterialRequest(cathy.userUri, "mimi://b.example/r/theirs"), 403],
    [B, "mimi://a.example/r/x", bob.keyMaterialRequest("mimi://a.example/r/x", ROOM), 400],
  ];
  for (const [source, uri, body, status] of refusals) {
    await expect(scene.calls.keyMaterial(source, uri, body)).rejects.toMatchObject({ status });
  }
  expect(
    await scene.store.keyPackages.available(anna1.clientUri, BigInt(Math.floor(scene.nowMs / 1000))),
  ).toBe(1);
});

it("answers a hub for its room, and a provider for its user without a room", async () => {
  const { scene, anna1 } = await withAnna();
  await publish(scene, anna1);
  await publish(scene, anna1);
  const theirs = scene.bob.keyMaterialRequest(ANNA, "mimi://c.example/r/theirs");
  expect((await claim(scene, C, ANNA, theirs)).userStatus).toBe("partialSuccess");
  expect((await claim(scene, B, ANNA, scene.bob.keyMaterialRequest(ANNA, ""))).userStatus).toBe(
    "partialSuccess",
  );
});

it("limits claims per source, requester and target (R-044)", async () => {
  const { scene } = await withAnna({ requestsPerMinute: 2 });
  const body = scene.bob.keyMaterialRequest(ANNA, ROOM);
  await claim(scene, B, ANNA, body);
  await claim(scene, B, ANNA, body);
  await expect(claim(scene, B, ANNA, body)).rejects.toMatchObject({
    status: 429,
    headers: { "retry-after": "60" },
  });
  scene.nowMs += 60_000;
  await claim(scene, B, ANNA, body);
});

it("relays octet for octet, and remembers where the KeyPackages are at home (R-033, R-045)", async () => {
  const cathy = new Member("c.example", "cathy", "C1");
  const { keyPackage, reference } = cathy.keyPackage();
  const clients = [{ clientStatus: "success", clientUri: cathy.clientUri, keyPackage } as const];
  const theirs = encode(KeyMaterialResponse, {
    protocol: "mls10",
    userStatus: "success",
    userUri: cathy.userUri,
    clients,
  });
  const call = vi.fn().mockResolvedValue({ status: 200, headers: {}, body: theirs });
  const scene = await HubScene.withBob({ peers: { call } });
  const body = scene.bob.keyMaterialRequest(cathy.userUri, ROOM);
  expect(await scene.calls.keyMaterial(B, cathy.userUri, body)).toEqual(theirs);
  expect(call).toHaveBeenCalledWith("c.example", "keyMaterial", cathy.userUri, body);
  expect(await scene.store.keyPackages.routes([reference])).toEqual(["c.example"]);
  // For our own client without a room, too.
  const client = { userUri: scene.alice.userUri, clientUri: scene.alice.clientUri };
  const ofAlice = scene.alice.keyMaterialRequest(cathy.userUri, "");
  expect(await scene.calls.keyMaterial({ ...A, client }, cathy.userUri, ofAlice)).toEqual(theirs);
});

it("does not hand on an answer that is none", async () => {
  const cathy = new Member("c.example", "cathy", "C1");
  const body = encode(KeyMaterialResponse, {
    protocol: "mls10",
    userStatus: "success",
    userUri: "mimi://c.example/u/carl",
    clients: [],
  });
  const answers = [
    { status: 200, headers: {}, body: new Uint8Array([1, 2, 3]) },
    { status: 200, headers: {}, body },
    { status: 503, headers: { "retry-after": "7" }, body: new Uint8Array() },
    { status: 500, headers: {}, body: new Uint8Array() },
  ];
  const scene = await HubScene.withBob({ peers: { call: async () => answers.shift()! } });
  const request = scene.bob.keyMaterialRequest(cathy.userUri, ROOM);
  const claimed = () => scene.calls.keyMaterial(B, cathy.userUri, request);
  await expect(claimed()).rejects.toBeInstanceOf(PeerError);
  await expect(claimed()).rejects.toMatchObject({ code: "bad-answer" });
  await expect(claimed()).rejects.toMatchObject({ status: 503, headers: { "retry-after": "7" } });
  await expect(claimed()).rejects.toMatchObject({ status: 502 });
});
