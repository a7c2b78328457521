import { decode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import {
  octets,
  privateMessage,
  publicProposal,
  refusal,
  selfRemove,
  uint,
  uri,
  v,
  welcome,
} from "../../test/handmade.ts";
import { expectWire } from "../../test/wire.ts";
import { SubmitMessageRequest, SubmitMessageResponse } from "./index.ts";

const CATHY = "mimi://c.example/u/cathy";

describe("SubmitMessageRequest (protocol §5.4)", () => {
  it("is what the draft says, octet by octet", () => {
    const wire = ["01", privateMessage(1), uri(CATHY)];
    const request = decode(SubmitMessageRequest, octets(...wire));
    expect(request).toMatchObject({
      protocol: "mls10",
      appMessage: {
        version: "mls10",
        wireFormat: "privateMessage",
        privateMessage: { epoch: 5n, contentType: "application", authenticatedData: octets("aa") },
      },
      sendingUri: CATHY,
    });
    expectWire(SubmitMessageRequest, request, wire.join(""));
  });

  it.each([
    [
      "no protocol",
      [privateMessage(1), uri(CATHY)],
      "unknown-value SubmitMessageRequest.protocol @0: Protocol 0",
    ],
    [
      "a private proposal",
      ["01", privateMessage(2), uri(CATHY)],
      "invalid-value SubmitMessageRequest.appMessage @1: expected an application message in a PrivateMessage, got a handshake message in a PrivateMessage",
    ],
    [
      "a private commit",
      ["01", privateMessage(3), uri(CATHY)],
      "invalid-value SubmitMessageRequest.appMessage @1",
    ],
    [
      "content type 0",
      ["01", privateMessage(0), uri(CATHY)],
      "unknown-value SubmitMessageRequest.appMessage.privateMessage.contentType",
    ],
    [
      "a PublicMessage",
      ["01", publicProposal(selfRemove), uri(CATHY)],
      "invalid-value SubmitMessageRequest.appMessage @1",
    ],
    [
      "a Welcome",
      ["01", "0001 0003", welcome, uri(CATHY)],
      "invalid-value SubmitMessageRequest.appMessage @1",
    ],
    ["no sender", ["01", privateMessage(1)], "truncated SubmitMessageRequest.sendingUri"],
    ["an empty sender", ["01", privateMessage(1), "00"], "invalid-value SubmitMessageRequest.sendingUri"],
    [
      "a sender that is not canonical",
      ["01", privateMessage(1), uri("mimi://c.example/u/%63athy")],
      "invalid-value SubmitMessageRequest.sendingUri",
    ],
    ["more behind it", ["01", privateMessage(1), uri(CATHY), "00"], "trailing-bytes SubmitMessageRequest"],
  ])("is refused with %s", (_, wire, expected) => {
    expect(refusal(SubmitMessageRequest, ...wire)).toContain(expected);
  });
});

describe("SubmitMessageResponse (protocol §5.4)", () => {
  const serverFrank = "f0".repeat(32);
  const frank = {
    serverFrank: octets(serverFrank),
    frankingSignatureCiphersuite: 1,
    frankingIntegritySignature: octets("51 52"),
  };

  it.each([
    [{ statusCode: "accepted" as const, acceptedTimestamp: 258n }, ["01", "00", uint(8, 258), "00"]],
    // Reading R-074: 32 octets without a length.
    [
      { statusCode: "accepted" as const, acceptedTimestamp: 258n, frank },
      ["01", "00", uint(8, 258), "01", serverFrank, "0001", v("51 52")],
    ],
    [{ statusCode: "notAllowed" as const }, ["01", "01"]],
    [{ statusCode: "epochTooOld" as const, currentEpoch: 9n }, ["01", "02", uint(8, 9)]],
  ])("is what the draft says: %o", (response, wire) => {
    expectWire(SubmitMessageResponse, { protocol: "mls10", ...response }, wire.join(""));
  });

  it.each([
    ["code 3", ["01", "03"], "unknown-value SubmitMessageResponse.statusCode @1"],
    [
      "no presence octet (reading R-002)",
      ["01", "00", uint(8, 1)],
      "truncated SubmitMessageResponse.frank @10",
    ],
    ["presence octet 2", ["01", "00", uint(8, 1), "02"], "invalid-presence SubmitMessageResponse.frank @10"],
    [
      "a short frank",
      ["01", "00", uint(8, 1), "01", "f0".repeat(31)],
      "truncated SubmitMessageResponse.frank.serverFrank",
    ],
    ["a time behind notAllowed", ["01", "01", uint(8, 1)], "trailing-bytes SubmitMessageResponse @2"],
  ])("is refused with %s", (_, wire, expected) => {
    expect(refusal(SubmitMessageResponse, ...wire)).toContain(expected);
  });
});
