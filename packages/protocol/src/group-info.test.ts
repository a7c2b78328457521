import {
  ExtensionType,
  type ExternalSender,
  ExternalSenders,
  encryptWithLabel,
  GroupInfo,
  nobleCrypto,
  signWithLabel,
  verifyWithLabel,
} from "@openmimi/mls";
import { decode, encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { suite } from "../test/crypto.ts";
import { groupInfo, octets, ROOM } from "../test/handmade.ts";
import {
  type GroupInfoRatchetTreeTBE,
  GroupInfoRequestTBS,
  GroupInfoRequestTBSWithPresence,
  GroupInfoResponseTBS,
} from "./bodies/index.ts";
import { clientCredential, providerCredential } from "./credentials.ts";
import { ProtocolError } from "./errors.ts";
import {
  type GroupInfoSuccess,
  openGroupInfoResponse,
  sealGroupInfoResponse,
  signGroupInfoRequest,
  verifyGroupInfoRequest,
} from "./group-info.ts";

const client = suite.generateSignatureKeyPair();
const hpke = suite.generateHpkeKeyPair();
const hub = suite.generateSignatureKeyPair();
const hubSender: ExternalSender = {
  signatureKey: hub.publicKey,
  credential: providerCredential("a.example"),
};

const body: GroupInfoRequestTBS = {
  protocol: "mls10",
  cipherSuite: 1,
  requestingSignatureKey: client.publicKey,
  requestingCredential: clientCredential("mimi://c.example/d/cathy/C3"),
  groupInfoPublicKey: hpke.publicKey,
  joiningCode: new Uint8Array(),
};
const request = signGroupInfoRequest(suite, body, client.privateKey);

function contentsWith(senders: ExternalSender[], cipherSuite = 1): GroupInfoRatchetTreeTBE {
  const info = decode(GroupInfo, octets(groupInfo(5)));
  info.groupContext.cipherSuite = cipherSuite;
  info.groupContext.extensions = [
    { extensionType: ExtensionType.externalSenders, extensionData: encode(ExternalSenders, senders) },
  ];
  return {
    groupInfo: info,
    ratchetTreeOption: { representation: "full", ratchetTree: [undefined] },
    pendingProposals: [],
  };
}
const contents = contentsWith([hubSender]);
const answer = { request, roomId: ROOM, hubSender, hubPrivateKey: hub.privateKey, contents };
const opening = { request, roomId: ROOM, groupInfoPrivateKey: hpke.privateKey };

function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ProtocolError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

/** Signs a changed answer anew, as a hub that misbehaves could. */
function resigned(response: GroupInfoSuccess, keys = hub): GroupInfoSuccess {
  const tbs = encode(GroupInfoResponseTBS, response);
  return { ...response, signature: signWithLabel(suite, keys.privateKey, "GroupInfoResponseTBS", tbs) };
}

describe("the signature of a GroupInfoRequest (reading R-097)", () => {
  const withCode = { ...body, joiningCode: octets("c0 de") };

  it("covers the message without itself", () => {
    expect(verifyGroupInfoRequest(nobleCrypto, request)).toBe(true);
    const tbs = encode(GroupInfoRequestTBS, request);
    expect(verifyWithLabel(suite, client.publicKey, "GroupInfoRequestTBS", tbs, request.signature)).toBe(
      true,
    );
    expect(
      verifyGroupInfoRequest(nobleCrypto, signGroupInfoRequest(suite, withCode, client.privateKey)),
    ).toBe(true);
    expect(verifyGroupInfoRequest(nobleCrypto, { ...request, joiningCode: octets("c0 de") })).toBe(false);
    expect(verifyGroupInfoRequest(nobleCrypto, { ...request, groupInfoPublicKey: hub.publicKey })).toBe(
      false,
    );
  });

  it("may cover the form with a presence octet", () => {
    for (const [message, tbs] of [
      [body, { ...body, joiningCode: undefined }],
      [withCode, withCode],
    ] as const) {
      const signature = signWithLabel(
        suite,
        client.privateKey,
        "GroupInfoRequestTBS",
        encode(GroupInfoRequestTBSWithPresence, tbs),
      );
      expect(verifyGroupInfoRequest(nobleCrypto, { ...message, signature })).toBe(true);
    }
  });

  it("needs a suite that is known (reading R-102)", () => {
    expect(refusal(() => verifyGroupInfoRequest(nobleCrypto, { ...request, cipherSuite: 0xf001 }))).toMatch(
      /^unsupported-cipher-suite: /,
    );
    expect(
      refusal(() => signGroupInfoRequest(suite, { ...body, cipherSuite: 3 }, client.privateKey)),
    ).toMatch(/^usage: /);
  });
});

describe("a GroupInfoResponse", () => {
  const response = sealGroupInfoResponse(nobleCrypto, answer);

  it("opens for the requester", () => {
    expect(openGroupInfoResponse(nobleCrypto, { ...opening, response })).toEqual(contents);
    expect(response).toMatchObject({ version: "mls10", roomId: ROOM, status: "success", cipherSuite: 1 });
  });

  it("is encrypted under the room's URI as it is (reading R-101)", () => {
    const sealed = encryptWithLabel(
      suite,
      hpke.publicKey,
      "GroupInfo and ratchet_tree encryption",
      new TextEncoder().encode(ROOM),
      octets(groupInfo(5), "04", "00"),
    );
    const forged = resigned({ ...response, encryptedGroupinfoAndTree: sealed });
    // It opens; only the external sender is missing in this GroupInfo.
    expect(refusal(() => openGroupInfoResponse(nobleCrypto, { ...opening, response: forged }))).toContain(
      "the hub_sender is no external sender of the group",
    );
  });

  it("is of another scheme than the group where the request asks so (reading R-102)", () => {
    const p256 = nobleCrypto.suite(2);
    const keys = { client: p256.generateSignatureKeyPair(), hub: p256.generateSignatureKeyPair() };
    const key = p256.generateHpkeKeyPair();
    const other = signGroupInfoRequest(
      p256,
      {
        ...body,
        cipherSuite: 2,
        requestingSignatureKey: keys.client.publicKey,
        groupInfoPublicKey: key.publicKey,
      },
      keys.client.privateKey,
    );
    expect(verifyGroupInfoRequest(nobleCrypto, other)).toBe(true);
    const sealed = sealGroupInfoResponse(nobleCrypto, {
      ...answer,
      request: other,
      hubSender: { ...hubSender, signatureKey: keys.hub.publicKey },
      hubPrivateKey: keys.hub.privateKey,
    });
    expect(
      openGroupInfoResponse(nobleCrypto, {
        request: other,
        roomId: ROOM,
        groupInfoPrivateKey: key.privateKey,
        response: sealed,
      }),
    ).toEqual(contents);
  });

  const stranger = suite.generateSignatureKeyPair();
  it.each([
    ["another room", { ...opening, roomId: "mimi://a.example/r/other" }, response, "inconsistent-response"],
    ["another suite", opening, { ...response, cipherSuite: 3 }, "inconsistent-response"],
    [
      "another hub (reading R-103)",
      opening,
      resigned({ ...response, hubSender: { ...hubSender, credential: providerCredential("b.example") } }),
      "untrusted-hub",
    ],
    [
      "a user as hub",
      opening,
      resigned({
        ...response,
        hubSender: { ...hubSender, credential: clientCredential("mimi://a.example/d/a/1") },
      }),
      "untrusted-hub",
    ],
    [
      "a changed ciphertext",
      opening,
      {
        ...response,
        encryptedGroupinfoAndTree: { ...response.encryptedGroupinfoAndTree, ciphertext: octets("00") },
      },
      "invalid-signature",
    ],
    [
      "a signed, changed ciphertext",
      opening,
      resigned({
        ...response,
        encryptedGroupinfoAndTree: { ...response.encryptedGroupinfoAndTree, ciphertext: octets("00") },
      }),
      "decryption-failed",
    ],
    [
      "a key that is not the requester's",
      { ...opening, groupInfoPrivateKey: suite.generateHpkeKeyPair().privateKey },
      response,
      "decryption-failed",
    ],
    [
      "a hub that is no external sender (reading R-103)",
      opening,
      sealGroupInfoResponse(nobleCrypto, { ...answer, contents: contentsWith([]) }),
      "untrusted-hub",
    ],
    [
      "another key of the hub's",
      opening,
      resigned({ ...response, hubSender: { ...hubSender, signatureKey: stranger.publicKey } }, stranger),
      "untrusted-hub",
    ],
  ])("is refused from %s", (_, how, changed, code) => {
    expect(refusal(() => openGroupInfoResponse(nobleCrypto, { ...how, response: changed }))).toMatch(
      new RegExp(`^${code}: `),
    );
  });

  it("is refused where the plaintext is not what it should be", () => {
    const sealed = encryptWithLabel(
      suite,
      hpke.publicKey,
      "GroupInfo and ratchet_tree encryption",
      new TextEncoder().encode(ROOM),
      octets(groupInfo(5)),
    );
    const forged = resigned({ ...response, encryptedGroupinfoAndTree: sealed });
    expect(refusal(() => openGroupInfoResponse(nobleCrypto, { ...opening, response: forged }))).toMatch(
      /^decryption-failed: .*GroupInfoRatchetTreeTBE.ratchetTreeOption/,
    );
  });

  it("is not made for a suite or a key that cannot be used", () => {
    const unknown = { ...answer, request: { ...request, cipherSuite: 0xf001 } };
    expect(refusal(() => sealGroupInfoResponse(nobleCrypto, unknown))).toMatch(/^unsupported-cipher-suite: /);
    const badKey = { ...answer, request: { ...request, groupInfoPublicKey: octets("00") } };
    expect(refusal(() => sealGroupInfoResponse(nobleCrypto, badKey))).toMatch(/^invalid-key: /);
  });
});
