/**
 * Bodies of /groupInfo. Protocol §5.6.
 * @module
 */

import { signWithLabel } from "@openmimi/mls";
import {
  clientCredential,
  type GroupInfoRequest,
  GroupInfoRequest as GroupInfoRequestSchema,
  type GroupInfoRequestTBS,
  GroupInfoRequestTBSWithPresence,
  type GroupInfoResponse,
  sealGroupInfoResponse,
  signGroupInfoRequest,
} from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { Twin } from "./body-tools.ts";
import { type Case, hex } from "./envelope.ts";
import { CATHY, type Flow, HUB, ROOM, STARTED_MS } from "./room.ts";
import { seededCrypto, seededOctets } from "./seeded.ts";

const hpkeKeys = HUB.crypto.suite(1).deriveHpkeKeyPair(seededOctets("groupInfoPublicKey C3")(32));

function tbsOf({ clients: { c3 } }: Flow, joiningCode = ""): GroupInfoRequestTBS {
  return {
    protocol: "mls10",
    cipherSuite: 1,
    requestingSignatureKey: c3.own.keyPackage.leafNode.signatureKey,
    requestingCredential: clientCredential(c3.uri),
    groupInfoPublicKey: hpkeKeys.publicKey,
    joiningCode: new TextEncoder().encode(joiningCode),
  };
}

function signed(flow: Flow, joiningCode = ""): GroupInfoRequest {
  const { crypto, own } = flow.clients.c3;
  return signGroupInfoRequest(crypto.suite(1), tbsOf(flow, joiningCode), own.signaturePrivateKey);
}

/** Signed over the other form that the draft can be read to mean. */
function signedWithPresence(flow: Flow): GroupInfoRequest {
  const { crypto, own } = flow.clients.c3;
  const tbs = tbsOf(flow);
  const octets = encode(GroupInfoRequestTBSWithPresence, { ...tbs, joiningCode: undefined });
  return {
    ...tbs,
    signature: signWithLabel(crypto.suite(1), own.signaturePrivateKey, "GroupInfoRequestTBS", octets),
  };
}

const user = { credentialType: "basic" as const, identity: new TextEncoder().encode(CATHY) };

function signedAs(flow: Flow, fields: Partial<GroupInfoRequestTBS>): GroupInfoRequest {
  const { crypto, own } = flow.clients.c3;
  return signGroupInfoRequest(crypto.suite(1), { ...tbsOf(flow), ...fields }, own.signaturePrivateKey);
}

function requests(flow: Flow): Case[] {
  const twin = (id: string, value: GroupInfoRequest) => new Twin("groupInfo", "GroupInfoRequest", id, value);
  const request = twin("request", signed(flow));
  return [
    request.valid({ readings: ["R-097"] }),
    twin("request-with-code", signed(flow, "Rl33FWLCYWOwxHrYnpWDQg")).valid({ readings: ["R-097", "R-105"] }),
    twin("request-signed-with-presence-octet", signedWithPresence(flow)).valid({
      readings: ["R-097"],
      notes:
        "Not to be sent, but to be accepted: the signed form has a presence octet before the joining code.",
    }),
    twin("request-changed-after-signing", { ...signed(flow), joiningCode: Uint8Array.of(1) }).valid({
      notes: "Well-formed, but the signature does not verify.",
    }),
    twin("request-of-a-user", signedAs(flow, { requestingCredential: user })).valid({ readings: ["R-028"] }),
    twin("request-of-another-suite", { ...signed(flow), cipherSuite: 2 }).valid({
      readings: ["R-102"],
      notes: "Well-formed, but an Ed25519 key signs nothing in suite 0x0002.",
    }),
    twin("request-with-a-long-code", signed(flow, "c".repeat(100))).valid({
      readings: ["R-097", "R-105"],
      notes: "The length takes two octets.",
    }),
    ...request.cuts(
      ["no-key-for-the-answer", "groupInfoPublicKey"],
      ["no-code-field", "joiningCode"],
      ["no-credential", "requestingCredential"],
    ),
    request.empty(),
    request.replace("protocol-reserved", "protocol", "00", "unknown-value"),
    request.replace("protocol-unknown", "protocol", "02", "unknown-value", { readings: ["R-026"] }),
    request.replace(
      "credential-type-unknown",
      "requestingCredential.credentialType",
      "f003",
      "unknown-value",
    ),
    request.replace("key-longer-than-the-body", "requestingSignatureKey", "500000", "truncated"),
    request.replace("presence-octet-before-code", "joiningCode", "0102c0de", "invalid-length-prefix", {
      readings: ["R-097"],
      notes: "Read as a code of one octet; the signature's length is then misread.",
    }),
    request.cut("no-signature", "signature"),
    request.append("octet-behind-request", "00"),
  ];
}

function responses(flow: Flow): Case[] {
  const request = signed(flow);
  const response = sealGroupInfoResponse(seededCrypto("GroupInfoResponse"), {
    request,
    roomId: ROOM,
    hubSender: HUB.sender,
    hubPrivateKey: HUB.privateKey,
    contents: {
      groupInfo: flow.groupInfo,
      ratchetTreeOption: { representation: "full", ratchetTree: flow.hubBeforeJoin.ratchetTree() },
      pendingProposals: [{ proposal: flow.hubProposal, hubAcceptedTime: STARTED_MS + 5000n }],
    },
  });
  const opening = {
    request: hex(encode(GroupInfoRequestSchema, request)),
    roomId: ROOM,
    groupInfoPrivateKey: hex(hpkeKeys.privateKey),
  };
  const twin = (id: string, value: GroupInfoResponse) =>
    new Twin("groupInfo", "GroupInfoResponse", id, value);
  const success = twin("response-success", response);
  const failure = twin("response-not-authorized", {
    version: "mls10",
    roomId: ROOM,
    status: "notAuthorized",
  });
  return [
    new Twin("groupInfo", "GroupInfoResponse", "response-success", response, opening).valid({
      readings: ["R-100", "R-101", "R-102", "R-103", "R-104"],
      notes: "It opens with groupInfoPrivateKey, the private key of the request's groupInfoPublicKey.",
    }),
    failure.valid({ readings: ["R-100"] }),
    twin("response-no-such-room", { version: "mls10", roomId: ROOM, status: "noSuchRoom" }).valid({
      readings: ["R-100"],
    }),
    success.empty(),
    ...success.cuts(
      ["response-without-room", "roomId"],
      ["response-without-status", "status"],
      ["success-without-hub", "hubSender"],
      ["success-without-ciphertext", "encryptedGroupinfoAndTree"],
    ),
    success.replace("hub-credential-unknown", "hubSender.credential.credentialType", "f003", "unknown-value"),
    success.replace("status-reserved", "status", "00", "unknown-value"),
    success.replace("status-unknown", "status", "04", "unknown-value"),
    failure.replace("second-protocol-octet", "version", "0101", "invalid-value", { readings: ["R-099"] }),
    failure.replace("room-empty", "roomId", "00", "invalid-value"),
    success.cut("success-without-signature", "signature", { readings: ["R-100"] }),
    failure.append("suite-behind-failure", "0001", "trailing-bytes", { readings: ["R-100"] }),
  ];
}

/** All bodies of this endpoint. */
export function groupInfoBodies(flow: Flow): Case[] {
  return [...requests(flow), ...responses(flow)];
}
