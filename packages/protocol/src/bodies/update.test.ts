import { decode, encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import {
  ascii,
  groupInfo,
  octets,
  privateMessage,
  publicCommit,
  publicProposal,
  refusal,
  remove,
  selfRemove,
  semiPrivateMessage,
  uint,
  v,
  welcome,
} from "../../test/handmade.ts";
import { expectWire } from "../../test/wire.ts";
import { UpdateRequest, UpdateRoomResponse } from "./index.ts";

const COMMIT = {
  protocol: "",
  proposalOrCommit: publicCommit(),
  welcome: `01 ${welcome}`,
  groupInfoOption: `01 ${groupInfo(6)}`,
  ratchetTreeOption: "04",
};
const commitWith = (fields: Partial<typeof COMMIT>) => Object.values({ ...COMMIT, ...fields });
// no_ratchet_tree, no extensions, a signature
const partial = `02 00 ${v()} ${v("7c")}`;

describe("UpdateRequest with a commit (protocol §5.3)", () => {
  it("has Welcome, GroupInfo and tree behind the commit, and no list", () => {
    const request = decode(UpdateRequest, octets(...commitWith({})));
    expect(request.proposalOrCommit).toMatchObject({ wireFormat: "publicMessage" });
    expect(request.welcome).toMatchObject({ cipherSuite: 1, encryptedGroupInfo: octets("d1d2") });
    expect(request.groupInfoOption).toMatchObject({ representation: "full", groupInfo: { signer: 1 } });
    expect(request.ratchetTreeOption).toEqual({ representation: "distributionService" });
    expect(request).not.toHaveProperty("moreProposals");
    expect(request).not.toHaveProperty("protocol");
    expectWire(UpdateRequest, request, commitWith({}).join(""));
  });

  it("may come without Welcome, with a partial GroupInfo and a full tree", () => {
    const wire = commitWith({ welcome: "00", groupInfoOption: partial, ratchetTreeOption: `01 ${v("00")}` });
    const request = decode(UpdateRequest, octets(...wire));
    expect(request).not.toHaveProperty("welcome");
    expect(request.groupInfoOption).toMatchObject({
      representation: "partial",
      partialGroupInfo: { ratchetTreePresence: "noRatchetTree", signature: octets("7c") },
    });
    expect(request.ratchetTreeOption).toEqual({ representation: "full", ratchetTree: [undefined] });
    expectWire(UpdateRequest, request, wire.join(""));
  });

  it("is accepted with a Protocol octet in front (reading R-048)", () => {
    const wire = commitWith({ protocol: "01" });
    const request = decode(UpdateRequest, octets(...wire));
    expect(request.protocol).toBe("mls10");
    expectWire(UpdateRequest, request, wire.join(""));
    const { protocol: _, ...literal } = request;
    expect(encode(UpdateRequest, literal)).toEqual(octets(...commitWith({})));
  });

  it("tells commit and proposal apart in a SemiPrivateMessage (reading R-221)", () => {
    const wire = commitWith({ proposalOrCommit: semiPrivateMessage(3) });
    const commit = decode(UpdateRequest, octets(...wire));
    expect(commit).toMatchObject({ proposalOrCommit: { wireFormat: "semiPrivateMessage" }, welcome: {} });
    expectWire(UpdateRequest, commit, wire.join(""));
    const both = [semiPrivateMessage(2), v(semiPrivateMessage(2))];
    const proposals = decode(UpdateRequest, octets(...both));
    expect(proposals.moreProposals).toMatchObject([{ wireFormat: "semiPrivateMessage" }]);
    expectWire(UpdateRequest, proposals, both.join(""));
    expect(refusal(UpdateRequest, semiPrivateMessage(2), v(semiPrivateMessage(3)))).toContain(
      "moreProposals[0]",
    );
  });

  const path = "UpdateRequest";
  it.each([
    ["nothing", ["" as const], `truncated ${path}.proposalOrCommit.version @0`],
    [
      "two Protocol octets",
      ["01", ...commitWith({ protocol: "01" })],
      `unknown-value ${path}.proposalOrCommit.version @1`,
    ],
    [
      "protocol 2",
      commitWith({ protocol: "02" }),
      `unknown-value ${path}.proposalOrCommit.version @0: ProtocolVersion 512`,
    ],
    [
      "MLS version 2",
      commitWith({ proposalOrCommit: publicCommit().replace("0001", "0002") }),
      `unknown-value ${path}.proposalOrCommit.version @0`,
    ],
    [
      "a wire format that is not defined",
      commitWith({ proposalOrCommit: "0001 0006 00" }),
      `unknown-value ${path}.proposalOrCommit.wireFormat @2: WireFormat 6 is not defined`,
    ],
    [
      "a commit in a PrivateMessage",
      commitWith({ proposalOrCommit: privateMessage(3) }),
      `invalid-value ${path}.proposalOrCommit @0: expected a proposal in a PublicMessage or SemiPrivateMessage or a commit in a PublicMessage or SemiPrivateMessage, got a handshake message in a PrivateMessage`,
    ],
    [
      "an application message",
      commitWith({ proposalOrCommit: privateMessage(1) }),
      `invalid-value ${path}.proposalOrCommit @0`,
    ],
    [
      "a public application message",
      [["0001 0001", v("67"), uint(8, 5), "01", uint(4, 2), v(), "01", v("aa"), v("51"), v("3d")].join("")],
      `invalid-value ${path}.proposalOrCommit @0: expected a proposal in a PublicMessage or SemiPrivateMessage or a commit in a PublicMessage or SemiPrivateMessage, got an application message in a PublicMessage`,
    ],
    [
      "a Welcome instead of a handshake",
      commitWith({ proposalOrCommit: `0001 0003 ${welcome}` }),
      `invalid-value ${path}.proposalOrCommit @0`,
    ],
    [
      "content type 4",
      commitWith({
        proposalOrCommit: ["0001 0001", v("67"), uint(8, 5), "01", uint(4, 2), v(), "04"].join(""),
      }),
      `unknown-value ${path}.proposalOrCommit.publicMessage.content.contentType`,
    ],
    ["presence octet 3", commitWith({ welcome: "03" }), `invalid-presence ${path}.welcome @30`],
    ["a wrapped Welcome (reading R-040)", commitWith({ welcome: `01 0001 0003 ${welcome}` }), path],
    [
      "reserved GroupInfo representation",
      commitWith({ groupInfoOption: `00 ${groupInfo(6)}` }),
      `unknown-value ${path}.groupInfoOption.representation @44: GroupInfoRepresentation 0 is not defined`,
    ],
    [
      "GroupInfo representation 7",
      commitWith({ groupInfoOption: "07" }),
      `unknown-value ${path}.groupInfoOption.representation @44: GroupInfoRepresentation 7 is not defined`,
    ],
    [
      "no GroupInfo",
      commitWith({ groupInfoOption: "", ratchetTreeOption: "" }),
      `truncated ${path}.groupInfoOption.representation @44`,
    ],
    [
      "reserved tree representation",
      commitWith({ ratchetTreeOption: "00" }),
      `unknown-value ${path}.ratchetTreeOption.representation`,
    ],
    [
      "no tree option",
      commitWith({ ratchetTreeOption: "" }),
      `truncated ${path}.ratchetTreeOption.representation`,
    ],
    [
      "a list of proposals behind a commit (reading R-050)",
      commitWith({ ratchetTreeOption: "04 00" }),
      `trailing-bytes ${path}`,
    ],
  ])("is refused with %s", (_, wire, expected) => {
    expect(refusal(UpdateRequest, ...wire)).toContain(expected);
  });
});

describe("UpdateRequest with proposals (protocol §5.3)", () => {
  it("has a list behind the proposal, also when it is empty (reading R-050)", () => {
    const one = publicProposal(selfRemove);
    const alone = decode(UpdateRequest, octets(one, "00"));
    expect(alone.moreProposals).toEqual([]);
    expect(alone).not.toHaveProperty("groupInfoOption");
    expectWire(UpdateRequest, alone, `${one}00`);
    const three = `${one}${v(publicProposal(remove), publicProposal(remove))}`;
    const request = decode(UpdateRequest, octets(three));
    expect(request.moreProposals).toHaveLength(2);
    expectWire(UpdateRequest, request, three);
  });

  it.each([
    ["no list", [publicProposal(selfRemove)], "truncated UpdateRequest.moreProposals"],
    [
      "a commit in the list",
      [publicProposal(remove), v(publicProposal(remove), publicCommit())],
      "invalid-value UpdateRequest.moreProposals[1]",
    ],
    [
      "a private message in the list",
      [publicProposal(remove), v(privateMessage(2))],
      "invalid-value UpdateRequest.moreProposals[0]",
    ],
    [
      "a KeyPackage in the list",
      [publicProposal(remove), v("0001 0005")],
      "truncated UpdateRequest.moreProposals[0].keyPackage",
    ],
    [
      "an unknown proposal",
      [publicProposal("00aa"), "00"],
      "unknown-value UpdateRequest.proposalOrCommit.publicMessage.content.proposal.proposalType @22: ProposalType 170 is not defined",
    ],
    [
      "a GroupInfo behind a proposal",
      [publicProposal(remove), "00", `01 ${groupInfo(6)}`],
      "trailing-bytes UpdateRequest",
    ],
  ])("is refused with %s", (_, wire, expected) => {
    expect(refusal(UpdateRequest, ...wire)).toContain(expected);
  });

  it("is limited to 1024 further proposals", () => {
    const list = v(...Array.from({ length: 1025 }, () => publicProposal(selfRemove)));
    expect(refusal(UpdateRequest, publicProposal(remove), list)).toContain(
      "limit-exceeded UpdateRequest.moreProposals[1024]",
    );
  });
});

describe("UpdateRoomResponse (protocol §5.3)", () => {
  it.each([
    [
      { responseCode: "success" as const, errorDescription: "", acceptedTimestamp: 1_777_000_000_123n },
      ["00", "00", "0000019dbd742a7b"],
    ],
    [
      { responseCode: "wrongEpoch" as const, errorDescription: "stale", currentEpoch: 7n },
      ["01", v(ascii("stale")), uint(8, 7)],
    ],
    [{ responseCode: "notAllowed" as const, errorDescription: "größer" }, ["02", v(ascii("größer"))]],
    [
      {
        responseCode: "invalidProposal" as const,
        errorDescription: "",
        invalidProposals: [octets("aa bb"), octets("cc")],
      },
      ["03", "00", v(v("aa bb"), v("cc"))],
    ],
    [
      { responseCode: "invalidProposal" as const, errorDescription: "by value", invalidProposals: [] },
      ["03", v(ascii("by value")), "00"],
    ],
  ])("is what the draft says: %o", (response, wire) => {
    expectWire(UpdateRoomResponse, response, wire.join(""));
  });

  it.each([
    ["code 4", ["04", "00"], "unknown-value UpdateRoomResponse.responseCode @0"],
    ["no time", ["00", "00"], "truncated UpdateRoomResponse.acceptedTimestamp @2"],
    [
      "a time behind notAllowed (reading R-007)",
      ["02", "00", uint(8, 1)],
      "trailing-bytes UpdateRoomResponse @2",
    ],
    [
      "a description that is not UTF-8",
      ["02", v("c3 28")],
      "invalid-value UpdateRoomResponse.errorDescription @1",
    ],
    ["a description with NUL", ["02", v("61 00")], "invalid-value UpdateRoomResponse.errorDescription @1"],
    [
      "a reference of 65 octets",
      ["03", "00", v(v("aa".repeat(65)))],
      "limit-exceeded UpdateRoomResponse.invalidProposals[0]",
    ],
  ])("is refused with %s", (_, wire, expected) => {
    expect(refusal(UpdateRoomResponse, ...wire)).toContain(expected);
  });
});
