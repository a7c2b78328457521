import { decode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import {
  ALICE,
  ascii,
  basic,
  groupInfo,
  octets,
  publicCommit,
  publicProposal,
  ROOM,
  refusal,
  selfRemove,
  uint,
  uri,
  v,
} from "../../test/handmade.ts";
import { expectWire } from "../../test/wire.ts";
import {
  GroupInfoRatchetTreeTBE,
  GroupInfoRequest,
  GroupInfoRequestTBS,
  GroupInfoRequestTBSWithPresence,
  GroupInfoResponse,
  GroupInfoResponseTBS,
} from "./index.ts";

const HEAD = ["01", "0001", v("50 51"), basic(ALICE), v("e0 e1")];
const head = {
  protocol: "mls10" as const,
  cipherSuite: 1,
  requestingSignatureKey: octets("50 51"),
  requestingCredential: { credentialType: "basic" as const, identity: octets(ascii(ALICE)) },
  groupInfoPublicKey: octets("e0 e1"),
};

describe("GroupInfoRequest (protocol §5.6)", () => {
  it.each([
    ["without a code", "", "00"],
    ["with a code", "c0 de", v("c0 de")],
  ])("is what the draft says, %s", (_, code, wire) => {
    const joiningCode = octets(code);
    expectWire(
      GroupInfoRequest,
      { ...head, joiningCode, signature: octets("51") },
      [...HEAD, wire, v("51")].join(""),
    );
    expectWire(GroupInfoRequestTBS, { ...head, joiningCode }, [...HEAD, wire].join(""));
  });

  it("has another signed form with a presence octet (reading R-097)", () => {
    expectWire(GroupInfoRequestTBSWithPresence, head, [...HEAD, "00"].join(""));
    expectWire(
      GroupInfoRequestTBSWithPresence,
      { ...head, joiningCode: octets("c0 de") },
      [...HEAD, "01", v("c0 de")].join(""),
    );
  });

  it.each([
    ["protocol 0", ["00", ...HEAD.slice(1), "00", v("51")], "unknown-value GroupInfoRequest.protocol @0"],
    [
      "a presence octet before the code",
      [...HEAD, "01", v("c0 de"), v("51")],
      "invalid-length-prefix GroupInfoRequest.signature @38",
    ],
    ["no signature", [...HEAD, "00"], "truncated GroupInfoRequest.signature"],
    [
      "credential type 0",
      ["01", "0001", v("50"), "0000"],
      "unknown-value GroupInfoRequest.requestingCredential.credentialType @5",
    ],
    [
      "a code of 4097 octets",
      [...HEAD, v("c0".repeat(4097)), v("51")],
      "limit-exceeded GroupInfoRequest.joiningCode",
    ],
    [
      "a key of 8193 octets",
      ["01", "0001", v("50".repeat(8193))],
      "limit-exceeded GroupInfoRequest.requestingSignatureKey @3",
    ],
    ["nothing", [], "truncated GroupInfoRequest.protocol @0"],
    ["more behind it", [...HEAD, "00", v("51"), "00"], "trailing-bytes GroupInfoRequest"],
  ])("is refused with %s", (_, wire, expected) => {
    expect(refusal(GroupInfoRequest, ...wire)).toContain(expected);
  });
});

describe("GroupInfoResponse (protocol §5.6)", () => {
  const sealed = ["0001", v("48 49"), basic("mimi://a.example"), v("c0"), v("c1 c2")];
  const body = {
    version: "mls10" as const,
    roomId: ROOM,
    status: "success" as const,
    cipherSuite: 1,
    hubSender: {
      signatureKey: octets("48 49"),
      credential: { credentialType: "basic" as const, identity: octets(ascii("mimi://a.example")) },
    },
    encryptedGroupinfoAndTree: { kemOutput: octets("c0"), ciphertext: octets("c1 c2") },
  };

  it("is signed and sealed in success", () => {
    const wire = ["01", uri(ROOM), "01", ...sealed];
    expectWire(GroupInfoResponse, { ...body, signature: octets("51") }, [...wire, v("51")].join(""));
    expectWire(GroupInfoResponseTBS, body, wire.join(""));
  });

  it("ends with the status in failure (reading R-100)", () => {
    for (const [status, number] of [
      ["notAuthorized", "02"],
      ["noSuchRoom", "03"],
    ] as const) {
      expectWire(
        GroupInfoResponse,
        { version: "mls10", roomId: ROOM, status },
        ["01", uri(ROOM), number].join(""),
      );
    }
  });

  it.each([
    ["reserved status", ["01", uri(ROOM), "00"], "unknown-value GroupInfoResponse.status @30"],
    ["status 4", ["01", uri(ROOM), "04"], "unknown-value GroupInfoResponse.status @30"],
    ["a second protocol octet (reading R-099)", ["01", "01", uri(ROOM), "02"], "GroupInfoResponse.roomId @1"],
    ["an empty room", ["01", "00", "02"], "invalid-value GroupInfoResponse.roomId @1"],
    ["success without ciphertext", ["01", uri(ROOM), "01"], "truncated GroupInfoResponse.cipherSuite @31"],
    ["a signature behind failure", ["01", uri(ROOM), "02", v("51")], "trailing-bytes GroupInfoResponse @31"],
  ])("is refused with %s", (_, wire, expected) => {
    expect(refusal(GroupInfoResponse, ...wire)).toContain(expected);
  });
});

describe("GroupInfoRatchetTreeTBE (protocol §5.6)", () => {
  it("holds GroupInfo, tree and pending proposals", () => {
    const wire = [groupInfo(5), "01", v("00"), v(publicProposal(selfRemove), uint(8, 77))].join("");
    const contents = decode(GroupInfoRatchetTreeTBE, octets(wire));
    expect(contents).toMatchObject({
      groupInfo: { groupContext: { epoch: 5n } },
      ratchetTreeOption: { representation: "full" },
      pendingProposals: [{ hubAcceptedTime: 77n }],
    });
    expectWire(GroupInfoRatchetTreeTBE, contents, wire);
  });

  it("has no pending commit", () => {
    expect(refusal(GroupInfoRatchetTreeTBE, groupInfo(5), "04", v(publicCommit(), uint(8, 1)))).toContain(
      "invalid-value GroupInfoRatchetTreeTBE.pendingProposals[0].proposal",
    );
  });
});
