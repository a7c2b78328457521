import { nobleCrypto, signWithLabel } from "@openmimi/mls";
import { decode, encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { keyPackageOf, suite } from "../test/crypto.ts";
import { ALICE, BOB, octets, ROOM, uri } from "../test/handmade.ts";
import {
  type ClientKeyMaterial,
  IncompatibleProtocolResponse,
  KeyMaterialRequestTBS,
  type KeyMaterialResponse,
} from "./bodies/index.ts";
import { clientCredential } from "./credentials.ts";
import { ProtocolError } from "./errors.ts";
import {
  checkKeyMaterialResponse,
  incompatibleProtocolResponse,
  signKeyMaterialRequest,
  verifyKeyMaterialRequest,
} from "./key-material.ts";

const keys = suite.generateSignatureKeyPair();
const body: KeyMaterialRequestTBS = {
  protocol: "mls10",
  requestingUser: ALICE,
  targetUser: BOB,
  roomId: ROOM,
  acceptableCiphersuites: [1],
  requiredCapabilities: { extensionTypes: [6], proposalTypes: [8, 10], credentialTypes: [1] },
  requesterSignatureKey: keys.publicKey,
  requesterCredential: clientCredential("mimi://a.example/d/alice/A1"),
};

function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ProtocolError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

describe("the signature of a KeyMaterialRequest (reading R-032)", () => {
  it("verifies, and covers every field", () => {
    const request = signKeyMaterialRequest(suite, body, keys.privateKey);
    expect(verifyKeyMaterialRequest(nobleCrypto, request)).toBe(true);
    const changes: Partial<typeof request>[] = [
      { requestingUser: BOB },
      { targetUser: ALICE },
      { roomId: "" },
      { acceptableCiphersuites: [1, 1] },
      { requiredCapabilities: { extensionTypes: [], proposalTypes: [], credentialTypes: [] } },
      { requesterSignatureKey: suite.generateSignatureKeyPair().publicKey },
      { requesterCredential: clientCredential("mimi://a.example/d/alice/A2") },
      { keyMaterialRequestSignature: new Uint8Array(64) },
      { keyMaterialRequestSignature: new Uint8Array() },
    ];
    for (const change of changes) {
      expect(verifyKeyMaterialRequest(nobleCrypto, { ...request, ...change })).toBe(false);
    }
  });

  it("is made with the scheme of the first suite, and found with that of a later one", () => {
    const list = { ...body, acceptableCiphersuites: [0x0a0a, 2, 3, 1] };
    expect(refusal(() => signKeyMaterialRequest(suite, list, keys.privateKey))).toMatch(/^usage: /);
    // Suites 1 and 3 both sign with Ed25519.
    expect(
      refusal(() => signKeyMaterialRequest(suite, { ...body, acceptableCiphersuites: [3] }, keys.privateKey)),
    ).toBe("accepted");
    const signature = signWithLabel(
      suite,
      keys.privateKey,
      "KeyMaterialRequestTBS",
      encode(KeyMaterialRequestTBS, list),
    );
    expect(verifyKeyMaterialRequest(nobleCrypto, { ...list, keyMaterialRequestSignature: signature })).toBe(
      true,
    );
  });

  it("does not verify where no suite is known", () => {
    const request = {
      ...body,
      acceptableCiphersuites: [0xf001],
      keyMaterialRequestSignature: new Uint8Array(64),
    };
    expect(verifyKeyMaterialRequest(nobleCrypto, request)).toBe(false);
  });
});

describe("incompatibleProtocolResponse (reading R-037)", () => {
  it("answers what it cannot read with the octet that was asked", () => {
    const answer = incompatibleProtocolResponse(octets("07", uri(ALICE), uri(BOB), "00", "de ad be ef"));
    expect(decode(IncompatibleProtocolResponse, answer as Uint8Array)).toEqual({
      protocol: 7,
      userStatus: "incompatibleProtocol",
      userUri: BOB,
      clients: [],
    });
  });

  it("has no answer to MLS 1.0, nor to nonsense", () => {
    expect(incompatibleProtocolResponse(octets("01", uri(ALICE)))).toBeUndefined();
    expect(incompatibleProtocolResponse(octets("07", uri(ALICE)))).toBeUndefined();
    expect(incompatibleProtocolResponse(new Uint8Array())).toBeUndefined();
  });
});

describe("checkKeyMaterialResponse", () => {
  const B1 = "mimi://b.example/d/bob/B1";
  const B2 = "mimi://b.example/d/bob/B2";
  const request = signKeyMaterialRequest(suite, body, keys.privateKey);
  const one: ClientKeyMaterial = { clientStatus: "success", clientUri: B1, keyPackage: keyPackageOf(B1) };
  const none: ClientKeyMaterial = { clientStatus: "keyMaterialExhausted", clientUri: B2 };
  const response = (
    userStatus: KeyMaterialResponse["userStatus"],
    clients: ClientKeyMaterial[],
    userUri = BOB,
  ): KeyMaterialResponse => ({ protocol: "mls10", userStatus, userUri, clients });

  it.each([
    ["success", response("success", [one])],
    ["partial success", response("partialSuccess", [one, none])],
    ["partial success that lists nobody else", response("partialSuccess", [one])],
    ["nothing compatible", response("noCompatibleMaterial", [none])],
    ["nothing compatible, unlisted", response("noCompatibleMaterial", [])],
    ["no consent", response("noConsent", [])],
  ])("accepts %s", (_, answer) => {
    expect(refusal(() => checkKeyMaterialResponse(request, answer))).toBe("accepted");
  });

  it.each([
    ["another user", response("noConsent", [], ALICE), "the answer is about mimi://a.example/u/alice"],
    ["success without clients (reading R-036)", response("success", []), "success, but not for every client"],
    ["success for some", response("success", [one, none]), "success, but not for every client"],
    ["partial success for none", response("partialSuccess", [none]), "partialSuccess without any KeyPackage"],
    [
      "a KeyPackage that is not compatible",
      response("noCompatibleMaterial", [one]),
      "noCompatibleMaterial with a KeyPackage",
    ],
    [
      "clients without consent (reading R-038)",
      response("noConsent", [none]),
      "noConsent with a list of clients",
    ],
    ["a client twice", response("success", [one, one]), `${B1} is listed twice`],
    [
      "a client of another provider",
      response("success", [{ ...one, clientUri: "mimi://c.example/d/bob/B1" }]),
      "is no client of the target's provider",
    ],
    [
      "a client that is a user",
      response("success", [{ ...one, clientUri: BOB }]),
      "is no client of the target's provider",
    ],
    [
      "another suite",
      response("success", [{ ...one, keyPackage: keyPackageOf(B1, 3) }]),
      "cipher suite 3 is not acceptable",
    ],
    [
      "another user's KeyPackage",
      response("success", [{ ...one, keyPackage: keyPackageOf("mimi://b.example/d/eve/B1") }]),
      "a KeyPackage of mimi://b.example/u/eve",
    ],
    [
      "another client's KeyPackage",
      response("success", [{ ...one, keyPackage: keyPackageOf(B2) }]),
      `a KeyPackage of ${B2} for ${B1}`,
    ],
  ])("refuses %s", (_, answer, expected) => {
    const result = refusal(() => checkKeyMaterialResponse(request, answer));
    expect(result).toMatch(/^inconsistent-response: /);
    expect(result).toContain(expected);
  });
});
