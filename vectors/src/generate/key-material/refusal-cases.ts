/**
 * Claims that are not answered with a KeyMaterialResponse, and answers that nobody should believe. Protocol §5.2.
 * @module
 */

import { type ClientKeyMaterial, KeyMaterialResponse } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { type Case, hex, type Json } from "../envelope.ts";
import { ALICE, BOB, ROOM } from "../room.ts";
import { B1, B2, type ClaimSketch, claim, firstKeyPackage, sceneOf } from "./stock.ts";

type Refused = readonly [
  id: string,
  claim: { readonly [key: string]: Json },
  reason: string,
  notes?: string | undefined,
  readings?: readonly string[],
];

const spoiled = (spoil: (request: string) => string, sketch: ClaimSketch = {}) => {
  const whole = claim(sketch);
  return { ...whole, request: spoil(String(whole.request)) };
};
const flipLast = (digits: string): string => digits.slice(0, -1) + (digits.endsWith("0") ? "1" : "0");
/** The room as it stands in a request, in front of the suites. */
const ROOM_DIGITS = hex(new TextEncoder().encode(ROOM));
const ERIC = "mimi://a.example/u/eric";

const REFUSED: readonly Refused[] = [
  ["path-of-another-user", claim({ path: "mimi://b.example/u/bert" }), "path-mismatch", undefined, ["R-035"]],
  [
    "path-encoded-twice",
    { ...claim(), pathSegment: "mimi%253A%252F%252Fb.example%252Fu%252Fbob" },
    "invalid-scheme",
    "It is decoded once, and is no URI then.",
    ["R-021"],
  ],
  ["target-is-a-room", claim({ targetUser: "mimi://b.example/r/clubhouse" }), "not-a-user"],
  ["target-is-a-client", claim({ targetUser: B1 }), "not-a-user"],
  ["requester-is-a-client", claim({ requestingUser: "mimi://a.example/d/alice/A1" }), "not-a-user"],
  [
    "credential-of-another-user",
    claim({ requesterCredential: { credentialType: "basic", identity: new TextEncoder().encode(ERIC) } }),
    "requester-mismatch",
  ],
  [
    "credential-of-a-provider",
    claim({
      requesterCredential: {
        credentialType: "basic",
        identity: new TextEncoder().encode("mimi://a.example"),
      },
    }),
    "invalid-credential",
  ],
  [
    "room-changed-after-signing",
    claim({ changed: { roomId: "mimi://a.example/r/library" } }),
    "invalid-signature",
    "Everything before the signature is signed.",
  ],
  [
    "suites-changed-after-signing",
    claim({ changed: { acceptableCiphersuites: [1, 3] } }),
    "invalid-signature",
  ],
  [
    "capabilities-changed-after-signing",
    claim({
      changed: { requiredCapabilities: { extensionTypes: [], proposalTypes: [], credentialTypes: [] } },
    }),
    "invalid-signature",
  ],
  ["signature-changed", spoiled((digits) => flipLast(digits)), "invalid-signature"],
  [
    "signature-empty",
    claim({ changed: { keyMaterialRequestSignature: new Uint8Array() } }),
    "invalid-signature",
  ],
  [
    "signed-with-a-suite-that-is-not-listed",
    claim({ acceptableCiphersuites: [2], signedWith: 1 }),
    "invalid-signature",
    "An Ed25519 key, where only P-256 is acceptable.",
    ["R-032"],
  ],
  ["not-by-way-of-the-hub", claim({ from: "c.example" }), "not-the-hub"],
  [
    "no-room-and-not-by-the-provider-of-the-requester",
    claim({ from: "c.example", roomId: "" }),
    "not-the-requester",
    undefined,
    ["R-034"],
  ],
  ["target-of-another-provider", claim({ targetUser: "mimi://c.example/u/cathy" }), "not-here"],
  [
    "no-suites",
    spoiled((digits) => digits.replace(`${ROOM_DIGITS}020001`, `${ROOM_DIGITS}00`)),
    "invalid-value",
  ],
  ["truncated", spoiled((digits) => digits.slice(0, -2)), "truncated"],
  ["an-octet-behind-it", spoiled((digits) => `${digits}00`), "trailing-bytes"],
  ["nothing", spoiled(() => ""), "truncated"],
];

/** Claims that are refused. The twin of each is the plain claim. */
export function refusalCases(): Case[] {
  return [
    { id: "claim", input: sceneOf({}) },
    ...REFUSED.map(
      ([id, refused, reason, notes, readings]): Case => ({
        id,
        input: { ...sceneOf({ claims: [refused] }), twin: "claim" },
        reason,
        ...(notes === undefined ? {} : { notes }),
        ...(readings === undefined ? {} : { readings }),
      }),
    ),
  ];
}

const success = (clientUri: string, of = clientUri): ClientKeyMaterial => ({
  clientStatus: "success",
  clientUri,
  keyPackage: firstKeyPackage(of),
});
const exhausted = (clientUri: string): ClientKeyMaterial => ({
  clientStatus: "keyMaterialExhausted",
  clientUri,
});
const incompatible = (clientUri: string) =>
  ({ clientStatus: "nothingCompatible", clientUri }) as ClientKeyMaterial;
const withCapabilities: ClientKeyMaterial = {
  clientStatus: "nothingCompatible",
  clientUri: B1,
  clientCapabilities: firstKeyPackage(B1, { suite: 3 }).leafNode.capabilities,
};

type Answer = readonly [
  id: string,
  userStatus: KeyMaterialResponse["userStatus"],
  clients: readonly ClientKeyMaterial[],
  twin?: string | undefined,
  notes?: string | undefined,
  userUri?: string,
];

const ANSWERS: readonly Answer[] = [
  ["success", "success", [success(B1), success(B2)]],
  ["partial-success", "partialSuccess", [success(B1), exhausted(B2)]],
  ["partial-success-nothing-compatible", "partialSuccess", [incompatible(B1), success(B2)]],
  ["no-compatible-material", "noCompatibleMaterial", [exhausted(B1), incompatible(B2)]],
  ["no-compatible-material-unlisted", "noCompatibleMaterial", [], undefined, "The list may be left out."],
  ["no-compatible-material-capabilities", "noCompatibleMaterial", [withCapabilities]],
  ["user-unknown", "userUnknown", []],
  ["no-consent", "noConsent", []],
  ["no-consent-for-this-room", "noConsentForThisRoom", []],
  ["user-deleted", "userDeleted", []],
  ["incompatible-protocol", "incompatibleProtocol", []],
  ["success-but-one-exhausted", "success", [success(B1), exhausted(B2)], "partial-success"],
  ["success-for-nobody", "success", [], "success"],
  ["partial-success-for-nobody", "partialSuccess", [exhausted(B1), exhausted(B2)], "partial-success"],
  ["no-compatible-material-with-one", "noCompatibleMaterial", [success(B1)], "no-compatible-material"],
  [
    "no-consent-with-clients",
    "noConsent",
    [exhausted(B1)],
    "no-consent",
    "No list but for the first three codes.",
  ],
  ["user-unknown-with-clients", "userUnknown", [exhausted(B1)], "user-unknown"],
  ["user-deleted-with-clients", "userDeleted", [incompatible(B1)], "user-deleted"],
  [
    "no-consent-for-this-room-with-clients",
    "noConsentForThisRoom",
    [exhausted(B1)],
    "no-consent-for-this-room",
  ],
  ["incompatible-protocol-with-clients", "incompatibleProtocol", [exhausted(B1)], "incompatible-protocol"],
  [
    "about-another-user",
    "success",
    [success(B1), success(B2)],
    "success",
    undefined,
    "mimi://b.example/u/bert",
  ],
  ["about-the-requester", "userUnknown", [], "user-unknown", "The user of an answer is its target.", ALICE],
  ["one-client-twice", "success", [success(B1), success(B1)], "success"],
  ["keypackage-of-another-client", "success", [success(B1, B2), success(B2)], "success"],
  ["keypackage-of-another-user", "success", [success("mimi://b.example/d/bert/B1"), success(B2)], "success"],
  [
    "client-of-another-provider",
    "success",
    [success("mimi://c.example/d/bob/B1", B1), success(B2)],
    "success",
  ],
  [
    "keypackage-of-another-suite",
    "success",
    [{ clientStatus: "success", clientUri: B1, keyPackage: firstKeyPackage(B1, { suite: 3 }) }, success(B2)],
    "success",
    "Only suite 0x0001 is acceptable.",
  ],
];

/** What the requester and the hub make of answers. */
export function answerCases(): Case[] {
  const request = String(claim().request);
  return ANSWERS.map(([id, userStatus, clients, twin, notes, userUri = BOB]): Case => {
    const response = encode(KeyMaterialResponse, {
      protocol: "mls10",
      userStatus,
      userUri,
      clients: [...clients],
    });
    return {
      id,
      input: { request, response: hex(response), ...(twin === undefined ? {} : { twin }) },
      ...(twin === undefined ? {} : { reason: "inconsistent-response" }),
      ...(notes === undefined ? {} : { notes }),
    };
  });
}
