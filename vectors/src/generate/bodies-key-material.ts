/**
 * Bodies of /keyMaterial. Protocol §5.2.
 * @module
 */

import { KeyPackage, signWithLabel } from "@openmimi/mls";
import {
  clientCredential,
  type KeyMaterialRequest,
  KeyMaterialRequestTBS,
  type KeyMaterialResponse,
  signKeyMaterialRequest,
} from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { Twin } from "./body-tools.ts";
import { type Case, hex } from "./envelope.ts";
import { ALICE, BOB, type Client, type Flow, ROOM } from "./room.ts";

const ascii = (text: string): string => hex(new TextEncoder().encode(text));
const uri = (text: string): string =>
  (text.length < 64 ? text.length : 0x4000 | text.length).toString(16).padStart(2, "0") + ascii(text);

function tbsOf(client: Client, fields: Partial<KeyMaterialRequestTBS> = {}): KeyMaterialRequestTBS {
  return {
    protocol: "mls10",
    requestingUser: ALICE,
    targetUser: BOB,
    roomId: ROOM,
    acceptableCiphersuites: [1],
    requiredCapabilities: { extensionTypes: [6], proposalTypes: [8, 10], credentialTypes: [1] },
    requesterSignatureKey: client.own.keyPackage.leafNode.signatureKey,
    requesterCredential: clientCredential(client.uri),
    ...fields,
  };
}

function signed(client: Client, fields: Partial<KeyMaterialRequestTBS> = {}): KeyMaterialRequest {
  return signKeyMaterialRequest(
    client.crypto.suite(1),
    tbsOf(client, fields),
    client.own.signaturePrivateKey,
  );
}

/** Signed with the key's own scheme although the first suite has another one. */
function signedLate(client: Client, acceptableCiphersuites: number[]): KeyMaterialRequest {
  const tbs = tbsOf(client, { acceptableCiphersuites });
  const keyMaterialRequestSignature = signWithLabel(
    client.crypto.suite(1),
    client.own.signaturePrivateKey,
    "KeyMaterialRequestTBS",
    encode(KeyMaterialRequestTBS, tbs),
  );
  return { ...tbs, keyMaterialRequestSignature };
}

function requests({ clients: { a1 } }: Flow): Case[] {
  const twin = (id: string, value: KeyMaterialRequest) =>
    new Twin("keyMaterial", "KeyMaterialRequest", id, value);
  const request = twin("request", signed(a1));
  const broken = signed(a1);
  return [
    request.valid(),
    twin("request-without-room", signed(a1, { roomId: "" })).valid({ readings: ["R-034"] }),
    twin("request-several-suites", signed(a1, { acceptableCiphersuites: [1, 3, 0x2a2a] })).valid({
      notes: "The last suite is GREASE (RFC 9420 section 13.5).",
    }),
    twin("request-signed-with-a-later-suite", signedLate(a1, [2, 3])).valid({
      readings: ["R-032"],
      notes: "The key is of the scheme of the second suite.",
    }),
    twin(
      "request-of-a-user",
      signed(a1, {
        requesterCredential: { credentialType: "basic", identity: new TextEncoder().encode(ALICE) },
      }),
    ).valid({ readings: ["R-028"], notes: "The credential holds the user's URI." }),
    twin("request-changed-after-signing", { ...broken, targetUser: "mimi://b.example/u/bill" }).valid({
      notes: "Well-formed, but the signature does not verify.",
    }),
    request.empty(),
    request.replace("protocol-reserved", "protocol", "00", "unknown-value"),
    request.replace("protocol-unknown", "protocol", "02", "unknown-value", {
      readings: ["R-037"],
      notes: "To be answered with incompatibleProtocol, which takes the four fields in front only.",
    }),
    request.replace("requesting-user-empty", "requestingUser", "00", "invalid-value"),
    request.replace(
      "target-user-in-upper-case",
      "targetUser",
      uri("mimi://B.example/u/bob"),
      "invalid-value",
      {
        readings: ["R-027"],
      },
    ),
    request.replace(
      "target-user-with-nul",
      "targetUser",
      `17${ascii("mimi://b.example/u/bob\0")}`,
      "invalid-value",
      {
        readings: ["R-027"],
      },
    ),
    request.replace("room-is-no-mimi-uri", "roomId", uri("https://a.example/clubhouse"), "invalid-value"),
    request.replace("no-cipher-suites", "acceptableCiphersuites", "00", "invalid-value", {
      notes: "The list is to be non-empty.",
    }),
    request.replace("half-a-cipher-suite", "acceptableCiphersuites", "03000100", "truncated", {
      readings: ["R-006"],
    }),
    request.replace("length-not-minimal", "acceptableCiphersuites", "40020001", "non-minimal-length", {
      readings: ["R-001"],
    }),
    request.replace("length-prefix-11", "acceptableCiphersuites", "c20001", "invalid-length-prefix", {
      readings: ["R-001"],
    }),
    request.replace("credential-type-unknown", "requesterCredential.credentialType", "f003", "unknown-value"),
    request.cut("no-signature", "keyMaterialRequestSignature"),
    request.append("octet-behind-request", "00", "trailing-bytes", { readings: ["R-010"] }),
  ];
}

function responses({ clients: { b1, b2 } }: Flow): Case[] {
  const twin = (id: string, value: KeyMaterialResponse) =>
    new Twin("keyMaterial", "KeyMaterialResponse", id, value);
  const base = { protocol: "mls10" as const, userUri: BOB };
  const given = ({ uri, own }: Client) => ({
    clientStatus: "success" as const,
    clientUri: uri,
    keyPackage: own.keyPackage,
  });
  const exhausted = { clientStatus: "keyMaterialExhausted" as const, clientUri: b2.uri };
  const incompatible = { clientStatus: "nothingCompatible" as const, clientUri: b2.uri };
  const { capabilities } = b2.own.keyPackage.leafNode;
  const success = twin("response-success", {
    ...base,
    userStatus: "success",
    clients: [given(b1), given(b2)],
  });
  const none = twin("response-no-consent", { ...base, userStatus: "noConsent", clients: [] });
  const wrapped = `00${uri(b1.uri)}00010005${hex(encode(KeyPackage, b1.own.keyPackage))}`;
  const length = (0x4000 | (wrapped.length / 2)).toString(16);
  return [
    success.valid(),
    twin("response-partial-success", {
      ...base,
      userStatus: "partialSuccess",
      clients: [given(b1), exhausted],
    }).valid(),
    twin("response-nothing-compatible", {
      ...base,
      userStatus: "noCompatibleMaterial",
      clients: [{ ...incompatible, clientCapabilities: capabilities }],
    }).valid(),
    twin("response-nothing-compatible-private", {
      ...base,
      userStatus: "noCompatibleMaterial",
      clients: [incompatible],
    }).valid({ notes: "The client's capabilities are left out for privacy." }),
    none.valid({ readings: ["R-038"] }),
    twin("response-user-unknown", { ...base, userStatus: "userUnknown", clients: [] }).valid({
      readings: ["R-038"],
    }),
    success.empty(),
    success.replace("user-code-unknown", "userStatus", "08", "unknown-value"),
    success.replace("client-code-unknown", "clients.[0].clientStatus", "03", "unknown-value", {
      readings: ["R-007"],
    }),
    none.cut("no-list-of-clients", "clients", { readings: ["R-038"] }),
    success.replace("key-package-wrapped", "clients", `${length}${wrapped}`, "unknown-value", {
      readings: ["R-040"],
      notes: "The KeyPackage is bare, not in an MLSMessage.",
    }),
    success.append("octet-behind-response", "00"),
  ];
}

/** All bodies of this endpoint. */
export function keyMaterialBodies(flow: Flow): Case[] {
  return [...requests(flow), ...responses(flow)];
}
