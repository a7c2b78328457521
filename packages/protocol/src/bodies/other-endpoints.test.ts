import { decode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import {
  ALICE,
  ascii,
  BOB,
  basic,
  keyPackage,
  octets,
  ROOM,
  refusal,
  uint,
  uri,
  v,
} from "../../test/handmade.ts";
import { expectWire } from "../../test/wire.ts";
import {
  AbuseReport,
  ConsentEntry,
  ConsentScope,
  IdentifierRequest,
  IdentifierResponse,
  IdentityLinkTBE,
  PseudonymousCredential,
} from "./index.ts";

const noExtensions = { componentData: [] };

describe("ConsentEntry (protocol §5.7, reading R-107)", () => {
  const scope = { requesterUri: ALICE, targetUri: BOB };

  it.each([
    [{ consentOperation: "request" as const, ...scope }, ["01", uri(ALICE), uri(BOB), "00", "00"]],
    [
      { consentOperation: "cancel" as const, ...scope, roomId: ROOM },
      ["00", uri(ALICE), uri(BOB), "01", uri(ROOM), "00"],
    ],
    [{ consentOperation: "revoke" as const, ...scope }, ["03", uri(ALICE), uri(BOB), "00", "00"]],
    [
      { consentOperation: "grant" as const, ...scope, clientKeyPackages: [] },
      ["02", uri(ALICE), uri(BOB), "00", "00", "00"],
    ],
  ])("is what the draft says: %o", (entry, wire) => {
    expectWire(ConsentEntry, { ...entry, consentExtensions: noExtensions }, wire.join(""));
  });

  it("carries bare KeyPackages in a grant, before the extensions", () => {
    const wire = [
      "02",
      uri(ALICE),
      uri(BOB),
      "00",
      v(keyPackage("mimi://b.example/d/bob/B1")),
      v("0032", v("ee")),
    ];
    const entry = decode(ConsentEntry, octets(...wire));
    expect(entry).toMatchObject({
      clientKeyPackages: [{ cipherSuite: 1 }],
      consentExtensions: { componentData: [{ componentId: 0x32 }] },
    });
    expectWire(ConsentEntry, entry, wire.join(""));
  });

  it("has a scope that is its key", () => {
    expectWire(ConsentScope, { ...scope, roomId: ROOM }, [uri(ALICE), uri(BOB), "01", uri(ROOM)].join(""));
  });

  it.each([
    [
      "operation 4",
      ["04", uri(ALICE), uri(BOB), "00", "00"],
      "unknown-value ConsentEntry.consentOperation @0",
    ],
    [
      "KeyPackages in a revoke",
      ["03", uri(ALICE), uri(BOB), "00", "00", "00"],
      "trailing-bytes ConsentEntry",
    ],
    [
      "an empty room that is present",
      ["01", uri(ALICE), uri(BOB), "01", "00", "00"],
      "invalid-value ConsentEntry.roomId",
    ],
    [
      "extensions out of order",
      ["01", uri(ALICE), uri(BOB), "00", v("0033 00", "0032 00")],
      "invalid-value ConsentEntry.consentExtensions.componentData",
    ],
    [
      "an extension twice (reading R-114)",
      ["01", uri(ALICE), uri(BOB), "00", v("0032 00", "0032 00")],
      "invalid-value ConsentEntry.consentExtensions.componentData",
    ],
  ])("is refused with %s", (_, wire, expected) => {
    expect(refusal(ConsentEntry, ...wire)).toContain(expected);
  });
});

describe("IdentifierRequest (protocol §5.8)", () => {
  it("selects on searchType (reading R-115)", () => {
    expectWire(
      IdentifierRequest,
      {
        queryElements: [
          { searchType: "email", searchValue: "asmith@a.example" },
          { searchType: "oidcStdClaim", claimName: "given_name", searchValue: "Alice" },
          { searchType: "vcardField", propertyName: "ORG", searchValue: "Société" },
        ],
        idRequestExtensions: noExtensions,
      },
      [
        v(
          ...["03", v(ascii("asmith@a.example"))],
          ...["07", v(ascii("given_name")), v(ascii("Alice"))],
          ...["08", v(ascii("ORG")), v(ascii("Société"))],
        ),
        "00",
      ].join(""),
    );
  });

  it("reads an unknown type as one without further fields (reading R-118)", () => {
    expectWire(
      IdentifierRequest,
      { queryElements: [{ searchType: 99, searchValue: "x" }], idRequestExtensions: noExtensions },
      [v("63", v(ascii("x"))), "00"].join(""),
    );
  });

  it.each([
    [
      "a value that is not UTF-8",
      [v("01", v("ff")), "00"],
      "invalid-value IdentifierRequest.queryElements[0].searchValue @2",
    ],
    ["no value", [v("01"), "00"], "truncated IdentifierRequest.queryElements[0].searchValue @2"],
    ["65 elements", [v("01 00".repeat(65)), "00"], "limit-exceeded IdentifierRequest.queryElements[64]"],
    ["no extensions", ["00"], "truncated IdentifierRequest.idRequestExtensions"],
  ])("is refused with %s", (_, wire, expected) => {
    expect(refusal(IdentifierRequest, ...wire)).toContain(expected);
  });
});

describe("IdentifierResponse (protocol §5.8)", () => {
  it("lists URIs and profiles (reading R-116)", () => {
    expectWire(
      IdentifierResponse,
      {
        responseCode: "success",
        uri: [BOB],
        foundProfiles: [
          {
            stableUri: BOB,
            fields: [{ fieldSource: "vcardField", fieldName: "FN", fieldValue: octets(ascii("Bob")) }],
          },
        ],
        idResponseExtensions: noExtensions,
      },
      ["00", v(uri(BOB)), v(uri(BOB), v("08", v(ascii("FN")), v(ascii("Bob")))), "00"].join(""),
    );
  });

  it("keeps its empty lists when it fails (reading R-117)", () => {
    const failure = {
      responseCode: "notFound" as const,
      uri: [],
      foundProfiles: [],
      idResponseExtensions: noExtensions,
    };
    expectWire(IdentifierResponse, failure, "01 00 00 00");
    expect(refusal(IdentifierResponse, "01")).toBe(
      "truncated IdentifierResponse.uri @1: needs 1 octets, 0 are left",
    );
    expect(refusal(IdentifierResponse, "05 00 00 00")).toContain(
      "unknown-value IdentifierResponse.responseCode @0",
    );
    expect(refusal(IdentifierResponse, "00 00", v(uri(BOB), v("00 00 00")), "00")).toContain(
      "unknown-value IdentifierResponse.foundProfiles[0].fields[0].fieldSource",
    );
  });
});

describe("AbuseReport (protocol §5.9)", () => {
  const message = [v("87 50"), "f0".repeat(32), "0001", v("51"), uint(8, 258)];

  it("carries messages with their franks; any reason is accepted (reading R-121)", () => {
    for (const reasonCode of [0, 200]) {
      expectWire(
        AbuseReport,
        {
          reportingUser: ALICE,
          allegedAbuserUri: BOB,
          reasonCode,
          note: "spam",
          messages: [
            {
              messageContent: octets("87 50"),
              frank: {
                serverFrank: octets("f0".repeat(32)),
                frankingSignatureCiphersuite: 1,
                frankingIntegritySignature: octets("51"),
              },
              acceptedTimestamp: 258n,
            },
          ],
          abuseExtensions: noExtensions,
        },
        [uri(ALICE), uri(BOB), uint(1, reasonCode), v(ascii("spam")), v(...message), "00"].join(""),
      );
    }
  });

  it("may be anonymous", () => {
    expect(decode(AbuseReport, octets("00", uri(BOB), "00 00 00 00")).reportingUser).toBe("");
    expect(refusal(AbuseReport, uri(ALICE), "00", "00 00 00 00")).toContain(
      "invalid-value AbuseReport.allegedAbuserUri",
    );
  });

  it("is refused with a note that is not UTF-8, or with 65 messages", () => {
    expect(refusal(AbuseReport, "00", uri(BOB), "00", v("ff"), "00 00")).toContain(
      "invalid-value AbuseReport.note",
    );
    expect(refusal(AbuseReport, "00", uri(BOB), "00 00", v(message.join("").repeat(65)), "00")).toContain(
      "limit-exceeded AbuseReport.messages[64]",
    );
  });
});

describe("PseudonymousCredential (protocol §6.1)", () => {
  it("has a length before its key (reading R-128)", () => {
    const client = "mimi://a.example/p/c0ffee";
    const user = "mimi://a.example/p/facade";
    expectWire(
      PseudonymousCredential,
      {
        clientPseudonym: client,
        userPseudonym: user,
        signaturePublicKey: octets("50 51"),
        identityLinkCiphertext: octets("c1"),
      },
      [uri(client), uri(user), v("50 51"), v("c1")].join(""),
    );
    expectWire(
      IdentityLinkTBE,
      {
        pseudonymousCredentialSignature: octets("51"),
        clientCredential: { credentialType: "basic", identity: octets(ascii(ALICE)) },
      },
      [v("51"), basic(ALICE)].join(""),
    );
  });
});
