/** Who comes in by what a credential claims: policy §4, reading R-175. */

import { generateKeyPairSync, sign, verify } from "node:crypto";
import type { Credential } from "@openmimi/mls";
import { GroupInfoResponse, MimiComponentId, PreAuthData, RoleData } from "@openmimi/protocol";
import { Capability, type ClaimsSource, cooperativeRoom, examinedClaims } from "@openmimi/room";
import { decode, encode } from "@openmimi/tls";
import { expect, it } from "vitest";
import { C, HubScene, ROOM } from "../../test/hub-scene.ts";
import { listUpdate, Member } from "../../test/member.ts";

const CATHY = "mimi://c.example/d/cathy/ClientC1";
const issuer = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519");

/** A JWT in compact form, signed with Ed25519 (RFC 8037). */
function jwt(payload: object, { privateKey } = issuer): Credential {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "EdDSA" })}.${part({ sub: CATHY, ...payload })}`;
  const signature = sign(null, Buffer.from(signed), privateKey).toString("base64url");
  return { credentialType: "jwt", token: new TextEncoder().encode(`${signed}.${signature}`) };
}

/** What a provider does that believes one issuer, and asks somebody who takes time. */
const believing: ClaimsSource = examinedClaims(async (credential) => {
  if (credential.credentialType !== "jwt") return credential.credentialType === "basic";
  const [header, payload, signature = ""] = new TextDecoder().decode(credential.token).split(".");
  const signed = Buffer.from(`${header}.${payload}`);
  return verify(null, signed, issuer.publicKey, Buffer.from(signature, "base64url"));
});

/** Whoever is of the department may join with role 2. */
async function room(claims?: ClaimsSource): Promise<HubScene> {
  const usual = cooperativeRoom({ roomUri: ROOM, creator: "mimi://a.example/u/alice" });
  const { roles } = decode(RoleData, usual.get(MimiComponentId.rolesList)!);
  const joining = roles.map((role) =>
    role.roleIndex === 2
      ? { ...role, roleCapabilities: [...role.roleCapabilities, Capability.canJoinIfPreauthorized] }
      : role,
  );
  const claimId = { credentialType: 0xf001, id: new TextEncoder().encode("dept") };
  const claim = { claimId, claimValue: new TextEncoder().encode('"hr"') };
  const entry = { claimset: [claim], targetRole: joining.find(({ roleIndex }) => roleIndex === 2)! };
  return HubScene.withBob({
    components: new Map([
      [MimiComponentId.rolesList, encode(RoleData, { roles: joining })],
      [MimiComponentId.preauthList, encode(PreAuthData, { preauthorizedEntries: [entry] })],
    ]),
    ...(claims === undefined ? {} : { claims }),
  });
}

async function asks(scene: HubScene, credential: Credential): Promise<string> {
  const { body } = new Member("c.example", "cathy", "ClientC1", credential).groupInfoRequest();
  return decode(GroupInfoResponse, await scene.calls.groupInfo(C, ROOM, body)).status;
}

it("a JWT that the provider believes lets its user join in the role that it is good for", async () => {
  const scene = await room(believing);
  const cathy = new Member("c.example", "cathy", "ClientC1", jwt({ dept: "hr" }));
  const list = (roleIndex: number) => listUpdate({ addedParticipants: [{ user: cathy.userUri, roleIndex }] });
  const contents = await scene.groupInfo(C, cathy);
  const wrong = HubScene.externalCommit(cathy, contents, [list(4)]);
  expect(await scene.update(C, wrong.body)).toMatchObject({ responseCode: "notAllowed" });
  const right = HubScene.externalCommit(cathy, contents, [list(2)]);
  expect(await scene.update(C, right.body)).toMatchObject({ responseCode: "success" });
});

it.each([
  ["of another department", jwt({ dept: "it" })],
  ["of another issuer", jwt({ dept: "hr" }, stranger)],
  ["whose value is no text", jwt({ dept: ["hr"] })],
])("a JWT %s lets nobody in", async (_, credential) => {
  expect(await asks(await room(believing), credential)).toBe("notAuthorized");
});

it("a provider that was not told whom to believe believes no token", async () => {
  expect(await asks(await room(), jwt({ dept: "hr" }))).toBe("notAuthorized");
});
