/**
 * Bodies of identifierQuery. Protocol §5.8.
 * @module
 */

import type { IdentifierRequest, IdentifierResponse } from "@openmimi/protocol";
import { Twin } from "./body-tools.ts";
import { type Case, hex } from "./envelope.ts";
import { ALICE, BOB } from "./room.ts";

const none = { componentData: [] };
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const digits = (text: string): string => hex(ascii(text));

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
  const claim = query("query-claim", {
    queryElements: [{ searchType: "oidcStdClaim", claimName: "given_name", searchValue: "Zoë" }],
    idRequestExtensions: none,
  });
  const two = answer("answer-two-profiles", {
    responseCode: "success",
    uri: [BOB, ALICE],
    foundProfiles: [
      { stableUri: BOB, fields: [] },
      {
        stableUri: ALICE,
        fields: [
          { fieldSource: "oidcStdClaim", fieldName: "name", fieldValue: ascii("Alice") },
          { fieldSource: "vcardField", fieldName: "PHOTO", fieldValue: Uint8Array.of(0xff, 0x00) },
        ],
      },
    ],
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
    query("query-handle", {
      queryElements: [{ searchType: "handle", searchValue: "@asmith" }],
      idRequestExtensions: none,
    }).valid(),
    query("query-without-elements", { queryElements: [], idRequestExtensions: none }).valid({
      notes: "Well-formed; what it finds is for the provider to decide.",
    }),
    query("query-with-extensions", {
      queryElements: [{ searchType: "nick", searchValue: "al" }],
      idRequestExtensions: { componentData: [{ componentId: 0xf0f0, data: Uint8Array.of(1) }] },
    }).valid({ readings: ["R-114"] }),
    claim.valid({ readings: ["R-115"] }),
    answer("answer-ambiguous", {
      responseCode: "ambiguous",
      uri: [],
      foundProfiles: [],
      idResponseExtensions: none,
    }).valid({ readings: ["R-117"] }),
    answer("answer-forbidden", {
      responseCode: "forbidden",
      uri: [],
      foundProfiles: [],
      idResponseExtensions: none,
    }).valid({ readings: ["R-117"] }),
    answer("answer-unsupported-field", {
      responseCode: "unsupportedField",
      uri: [],
      foundProfiles: [],
      idResponseExtensions: none,
    }).valid({ readings: ["R-118"] }),
    two.valid({ readings: ["R-116", "R-120"] }),
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
    ...email.replaces(
      [
        "query-extensions-out-of-order",
        "idRequestExtensions",
        "06003300003200",
        "invalid-value",
        { readings: ["R-114"] },
      ],
      [
        "query-extension-twice",
        "idRequestExtensions",
        "06003200003200",
        "invalid-value",
        { readings: ["R-114"] },
      ],
      ["query-value-with-nul", "queryElements", "0403026100", "invalid-value", { readings: ["R-003"] }],
      ["query-value-cut", "queryElements", "020305", "truncated"],
      ["query-element-without-value", "queryElements", "0103", "truncated"],
      [
        "query-length-not-minimal",
        "queryElements",
        `4004 03 02 6162`.replaceAll(" ", ""),
        "non-minimal-length",
      ],
      ["query-length-prefix-11", "queryElements", "c0", "invalid-length-prefix"],
    ),
    email.append("octet-behind-query", "00"),
    claim.replace(
      "query-claim-without-name",
      "queryElements",
      `04 07 02 ${digits("ab")}`.replaceAll(" ", ""),
      "truncated",
      {
        readings: ["R-115"],
        notes: "Read as the name of the claim; the value is missing then.",
      },
    ),
    ...two.cuts(
      ["answer-without-uris", "uri"],
      ["answer-without-extensions", "idResponseExtensions"],
      ["answer-cut-in-a-profile", "foundProfiles.[1].fields"],
    ),
    ...two.replaces(
      ["answer-uri-empty", "uri", "0100", "invalid-value"],
      [
        "answer-uri-of-another-scheme",
        "uri",
        `0908${digits("im:a@a.e")}`,
        "invalid-value",
        { readings: ["R-031"] },
      ],
      [
        "answer-profile-in-upper-case",
        "foundProfiles.[0].stableUri",
        `16${digits("mimi://B.example/u/bob")}`,
        "invalid-value",
      ],
      [
        "answer-field-source-unknown",
        "foundProfiles.[1].fields.[0].fieldSource",
        "09",
        "unknown-value",
        { readings: ["R-120"] },
      ],
      ["answer-field-name-not-utf8", "foundProfiles.[1].fields.[0].fieldName", "04ffffffff", "invalid-value"],
      [
        "answer-extension-twice",
        "idResponseExtensions",
        "06003200003200",
        "invalid-value",
        { readings: ["R-114"] },
      ],
    ),
    two.empty(),
    two.append("octet-behind-answer", "00"),
  ];
}
