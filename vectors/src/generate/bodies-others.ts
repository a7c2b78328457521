/**
 * Bodies of the consent endpoints, /identifierQuery and /reportAbuse. Protocol §5.7 to §5.9.
 * @module
 */

import type { AbuseReport, ConsentEntry, IdentifierRequest, IdentifierResponse } from "@openmimi/protocol";
import { Twin } from "./body-tools.ts";
import { type Case, hex } from "./envelope.ts";
import { ALICE, BOB, CATHY, type Flow, ROOM } from "./room.ts";

const none = { componentData: [] };
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Bodies of requestConsent and updateConsent. */
export function consentBodies({ clients: { b1 } }: Flow): Case[] {
  const twin = (endpoint: string, id: string, value: ConsentEntry) =>
    new Twin(endpoint, "ConsentEntry", id, value);
  const base = { requesterUri: ALICE, targetUri: BOB, consentExtensions: none };
  const request = twin("requestConsent", "request", { ...base, consentOperation: "request" });
  const grant = twin("updateConsent", "grant", {
    ...base,
    consentOperation: "grant",
    clientKeyPackages: [b1.own.keyPackage],
  });
  const revoke = twin("updateConsent", "revoke", { ...base, consentOperation: "revoke", roomId: ROOM });
  return [
    request.valid(),
    twin("requestConsent", "cancel-for-room", { ...base, consentOperation: "cancel", roomId: ROOM }).valid(),
    grant.valid(),
    twin("updateConsent", "grant-empty", {
      ...base,
      consentOperation: "grant",
      clientKeyPackages: [],
    }).valid(),
    revoke.valid(),
    twin("requestConsent", "request-with-extensions", {
      ...base,
      consentOperation: "request",
      consentExtensions: { componentData: [{ componentId: 0xf0f0, data: Uint8Array.of(1, 2) }] },
    }).valid({ readings: ["R-114"], notes: "Unknown entries are ignored." }),
    request.empty(),
    request.replace("operation-unknown", "consentOperation", "04", "unknown-value"),
    request.replace("room-presence-2", "roomId", "02", "invalid-presence"),
    request.replace("room-present-but-empty", "roomId", "0100", "invalid-value"),
    request.replace("extensions-out-of-order", "consentExtensions", "06003300003200", "invalid-value", {
      readings: ["R-114"],
    }),
    request.replace("extension-twice", "consentExtensions", "06003200003200", "invalid-value", {
      readings: ["R-114"],
    }),
    revoke.append("key-packages-in-revoke", "00", "trailing-bytes", { readings: ["R-007"] }),
    grant.cut("grant-without-key-packages", "clientKeyPackages"),
  ];
}

/** Bodies of identifierQuery. */
export function identifierQueryBodies(): Case[] {
  const query = (id: string, value: IdentifierRequest) =>
    new Twin("identifierQuery", "IdentifierRequest", id, value);
  const answer = (id: string, value: IdentifierResponse) =>
    new Twin("identifierQuery", "IdentifierResponse", id, value);
  const email = query("query-email", {
    queryElements: [{ searchType: "email", searchValue: "asmith@a.example" }],
    idRequestExtensions: none,
  });
  const notFound = answer("answer-not-found", {
    responseCode: "notFound",
    uri: [],
    foundProfiles: [],
    idResponseExtensions: none,
  });
  return [
    email.valid(),
    query("query-claim-and-property", {
      queryElements: [
        { searchType: "oidcStdClaim", claimName: "given_name", searchValue: "Zoë" },
        { searchType: "vcardField", propertyName: "ORG", searchValue: "Example" },
      ],
      idRequestExtensions: none,
    }).valid({ readings: ["R-115"] }),
    query("query-unknown-type", {
      queryElements: [{ searchType: 99, searchValue: "x" }],
      idRequestExtensions: none,
    }).valid({ readings: ["R-118"], notes: "To be answered with unsupportedField." }),
    answer("answer-found", {
      responseCode: "success",
      uri: [BOB],
      foundProfiles: [
        {
          stableUri: BOB,
          fields: [{ fieldSource: "vcardField", fieldName: "FN", fieldValue: ascii("Bob") }],
        },
      ],
      idResponseExtensions: none,
    }).valid({ readings: ["R-116"] }),
    notFound.valid({ readings: ["R-117"] }),
    email.empty(),
    email.cut("query-without-extensions", "idRequestExtensions"),
    email.replace("query-value-not-utf8", "queryElements", "030101ff", "invalid-value"),
    notFound.replace("answer-code-unknown", "responseCode", "05", "unknown-value"),
    notFound.cut("answer-without-profiles", "foundProfiles", { readings: ["R-117"] }),
  ];
}

/** Bodies of reportAbuse. */
export function reportAbuseBodies({ message }: Flow): Case[] {
  const twin = (id: string, value: AbuseReport) => new Twin("reportAbuse", "AbuseReport", id, value);
  const { applicationData, frank, acceptedTimestamp } = message;
  const report: AbuseReport = {
    reportingUser: ALICE,
    allegedAbuserUri: CATHY,
    reasonCode: 0,
    note: "Spam",
    messages: [{ messageContent: applicationData, frank, acceptedTimestamp }],
    abuseExtensions: none,
  };
  const whole = twin("report", report);
  return [
    whole.valid({ readings: ["R-076", "R-121"] }),
    twin("report-anonymous", { ...report, reportingUser: "", note: "", messages: [] }).valid({
      readings: ["R-123"],
    }),
    twin("report-other-reason", { ...report, reasonCode: 200 }).valid({ readings: ["R-121"] }),
    whole.empty(),
    whole.replace("report-about-nobody", "allegedAbuserUri", "00", "invalid-value"),
    whole.replace(
      "note-not-utf8",
      "note",
      `04${hex(Uint8Array.of(0xc3, 0x28, 0xc3, 0x28))}`,
      "invalid-value",
    ),
    whole.cut("report-without-messages", "messages"),
    whole.append("octet-behind-report", "00"),
  ];
}
