import { GroupInfoRequest, GroupInfoResponse } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { expect, it } from "vitest";
import { A, B, C, HubScene, ROOM } from "../../test/hub-scene.ts";
import { Member } from "../../test/member.ts";

it("gives participants the current epoch with its whole tree, encrypted to them", async () => {
  const scene = await HubScene.withBob();
  const bob2 = new Member("b.example", "bob", "ClientB2");
  const { groupInfo, ratchetTreeOption } = await scene.groupInfo(B, bob2);
  expect(groupInfo.groupContext.epoch).toBe(1n);
  expect(groupInfo.extensions.map(({ extensionType }) => extensionType)).not.toContain(2);
  expect(ratchetTreeOption).toEqual({
    representation: "full",
    ratchetTree: scene.bob.group.public.ratchetTree(),
  });
});

it.each([
  ["a stranger", C, new Member("c.example", "carl", "C1"), {}],
  ["the credential of another provider", C, new Member("b.example", "bob", "ClientB2"), {}],
  [
    "another client of ours",
    { ...A, client: { userUri: "mimi://a.example/u/alice", clientUri: "mimi://a.example/d/alice/X" } },
    new Member("a.example", "alice", "ClientA2"),
    {},
  ],
  ["a wrong signature", B, new Member("b.example", "bob", "ClientB2"), { signature: new Uint8Array(64) }],
  [
    "a credential that names no client's user",
    B,
    new Member("b.example", "bob", "ClientB2"),
    {
      requestingCredential: {
        credentialType: "basic",
        identity: new TextEncoder().encode("mimi://b.example/r/bob"),
      } as const,
    },
  ],
])("is not authorized: %s", async (_, source, member, change) => {
  const scene = await HubScene.withBob();
  const { body } = member.groupInfoRequest(change);
  const response = decode(GroupInfoResponse, await scene.calls.groupInfo(source, ROOM, body));
  expect(response).toEqual({ version: "mls10", roomId: ROOM, status: "notAuthorized" });
});

it("says noSuchRoom for a room that is not there, 404 for the rooms of others", async () => {
  const scene = await HubScene.withBob();
  const { body } = scene.bob.groupInfoRequest();
  const response = decode(GroupInfoResponse, await scene.calls.groupInfo(B, "mimi://a.example/r/none", body));
  expect(response.status).toBe("noSuchRoom");
  expect(() => scene.calls.groupInfo(B, "mimi://b.example/r/none", body)).toThrowError(
    expect.objectContaining({ status: 404 }),
  );
});

it("is malformed with a cipher suite that is not supported (R-102), or a key that is none", async () => {
  const scene = await HubScene.withBob();
  const odd = { ...scene.bob.groupInfoRequest().request, cipherSuite: 0x00f0 };
  await expect(scene.calls.groupInfo(B, ROOM, encode(GroupInfoRequest, odd))).rejects.toMatchObject({
    status: 400,
  });
  const noKey = scene.bob.groupInfoRequest({ groupInfoPublicKey: new Uint8Array(3) });
  await expect(scene.calls.groupInfo(B, ROOM, noKey.body)).rejects.toMatchObject({ code: "invalid-key" });
});
