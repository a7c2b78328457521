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
const believing: ClaimsSource = examinedClaims(async (credential, signatureKey) => {
  if (credential.credentialType !== "jwt") return credential.credentialType === "basic";
  const [header, payload, signature = ""] = new TextDecoder().decode(credential.token).split(".");
  const { cnf } = JSON.parse(Buffer.from(payload ?? "", "base64url").toString());
  if (cnf !== undefined && cnf.jwk.x !== Buffer.from(signatureKey).toString("base64url")) return false;
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

type Given = ConstructorParameters<typeof Member>[3];
const cathyWith = (credential: Given) => new Member("c.example", "cathy", "ClientC1", credential);

async function asks(scene: HubScene, credential: Given): Promise<string> {
  const { body } = cathyWith(credential).groupInfoRequest();
  return decode(GroupInfoResponse, await scene.calls.groupInfo(C, ROOM, body)).status;
}

it("a JWT that the provider believes lets its user join in the role that it is good for", async () => {
  const scene = await room(believing);
  const cathy = cathyWith(jwt({ dept: "hr" }));
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

it("a JWT that is bound to a key lets in who has that key, and no other client that has seen it", async () => {
  const scene = await room(believing);
  const cathy = cathyWith((key) =>
    jwt({
      dept: "hr",
      cnf: { jwk: { kty: "OKP", crv: "Ed25519", x: Buffer.from(key).toString("base64url") } },
    }),
  );
  const contents = await scene.groupInfo(C, cathy);
  expect(await asks(scene, cathy.credential)).toBe("notAuthorized");
  const list = listUpdate({ addedParticipants: [{ user: cathy.userUri, roleIndex: 2 }] });
  const stolen = HubScene.externalCommit(cathyWith(cathy.credential), contents, [list]);
  expect(await scene.update(C, stolen.body)).toMatchObject({ responseCode: "notAllowed" });
  const own = HubScene.externalCommit(cathy, contents, [list]);
  expect(await scene.update(C, own.body)).toMatchObject({ responseCode: "success" });
});

it("a provider that was not told whom to believe believes no token", async () => {
  expect(await asks(await room(), jwt({ dept: "hr" }))).toBe("notAuthorized");
});
