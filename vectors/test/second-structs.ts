/**
 * The bodies of protocol §5 and the participant list, for the second decoder.
 * @module
 */

import type { Json } from "@openmimi/vectors";
import {
  type Cursor,
  Depends,
  type Fields,
  flat,
  named,
  octets,
  opt,
  type Read,
  raw,
  rule,
  select,
  struct,
  u8,
  u16,
  u32,
  u64,
  untilEnd,
  uri,
  utf8,
  vec,
} from "./second-decoder.ts";
import {
  capabilities,
  credential,
  extensions,
  groupInfo,
  hpke,
  keyPackage,
  mlsMessage,
  node,
  welcome,
} from "./second-structs-mls.ts";

const protocol = named({ 1: "mls10" });

/** proposal, commit, application, welcome, or something that MIMI does not carry. */
function kind(message: Json): string {
  const { wireFormat, publicMessage: open, privateMessage: closed } = message as Fields;
  if (wireFormat === "publicMessage") return String(((open as Fields).content as Fields).contentType);
  if (wireFormat === "privateMessage")
    return (closed as Fields).contentType === "application" ? "sealed" : "other";
  return String(wireFormat);
}
const of = (...kinds: string[]) => rule(mlsMessage, (message) => kinds.includes(kind(message)));
const when = (field: string, wanted: string, read: Read) =>
  new Depends((before) => (kind(before[field] as Json) === wanted ? read : undefined));

// Protocol §5 and the tree options
const leading: Read = (cursor: Cursor) => (cursor.octets[cursor.at] === 1 ? protocol(cursor) : undefined);
const tree = select(
  "representation",
  named({ 1: "full", 2: "httpsUri", 3: "outOfBand", 4: "distributionService" }),
  {
    full: [["ratchetTree", vec(opt(node))]],
    httpsUri: [
      ["ratchetTreeUrl", octets],
      ["treeSignature", octets],
    ],
    outOfBand: [["treeSignature", octets]],
  },
);
const partial = struct(
  ["ratchetTreePresence", named({ 0: "noRatchetTree", 1: "present", 2: "removed", 3: "added" })],
  ["groupInfoExtensions", extensions],
  ["signature", octets],
);
const groupInfoOption = select("representation", named({ 1: "full", 2: "partial" }), {
  full: [["groupInfo", groupInfo]],
  partial: [["partialGroupInfo", partial]],
});
export const requiredCapabilities = struct(
  ["extensionTypes", vec(u16)],
  ["proposalTypes", vec(u16)],
  ["credentialTypes", vec(u16)],
);
const frank = struct(
  ["serverFrank", raw(32)],
  ["frankingSignatureCiphersuite", u16],
  ["frankingIntegritySignature", octets],
);
export const appDataDictionary = struct([
  "componentData",
  rule(vec(struct(["componentId", u16], ["data", octets])), (entries) =>
    (entries as Fields[]).every(
      ({ componentId }, index, all) =>
        index === 0 || Number(all[index - 1]?.componentId) < Number(componentId),
    ),
  ),
]);
const externalSender = struct(["signatureKey", octets], ["credential", credential]);
const clientUri = ["clientUri", uri()] as const;

export const contents = struct(
  ["groupInfo", groupInfo],
  ["ratchetTreeOption", tree],
  ["pendingProposals", vec(struct(["proposal", of("proposal")], ["hubAcceptedTime", u64]))],
);

const SEARCH_TYPES: Readonly<Record<number, string>> = {
  1: "handle",
  2: "nick",
  3: "email",
  4: "phone",
  5: "partialName",
  6: "wholeProfile",
  7: "oidcStdClaim",
  8: "vcardField",
};
const searchType: Read = (cursor) => {
  const number = u8(cursor) as number;
  return SEARCH_TYPES[number] ?? number;
};

/** Every body by the name of its struct. */
export const BODIES: Readonly<Record<string, Read>> = {
  KeyMaterialRequest: struct(
    ["protocol", protocol],
    ["requestingUser", uri()],
    ["targetUser", uri()],
    ["roomId", uri(true)],
    ["acceptableCiphersuites", rule(vec(u16), (suites) => (suites as Json[]).length > 0)],
    ["requiredCapabilities", requiredCapabilities],
    ["requesterSignatureKey", octets],
    ["requesterCredential", credential],
    ["keyMaterialRequestSignature", octets],
  ),
  KeyMaterialResponse: struct(
    ["protocol", protocol],
    [
      "userStatus",
      named({
        0: "success",
        1: "partialSuccess",
        2: "incompatibleProtocol",
        3: "noCompatibleMaterial",
        4: "userUnknown",
        5: "noConsent",
        6: "noConsentForThisRoom",
        7: "userDeleted",
      }),
    ],
    ["userUri", uri()],
    [
      "clients",
      vec(
        select("clientStatus", named({ 0: "success", 1: "keyMaterialExhausted", 2: "nothingCompatible" }), {
          success: [clientUri, ["keyPackage", keyPackage]],
          keyMaterialExhausted: [clientUri],
          nothingCompatible: [clientUri, ["clientCapabilities", opt(capabilities)]],
        }),
      ),
    ],
  ),
  UpdateRequest: struct(
    ["protocol", leading],
    ["proposalOrCommit", of("proposal", "commit")],
    ["welcome", when("proposalOrCommit", "commit", opt(welcome))],
    ["groupInfoOption", when("proposalOrCommit", "commit", groupInfoOption)],
    ["ratchetTreeOption", when("proposalOrCommit", "commit", tree)],
    ["moreProposals", when("proposalOrCommit", "proposal", vec(of("proposal")))],
  ),
  UpdateRoomResponse: select(
    "responseCode",
    named({ 0: "success", 1: "wrongEpoch", 2: "notAllowed", 3: "invalidProposal" }),
    {
      success: [
        ["errorDescription", utf8],
        ["acceptedTimestamp", u64],
      ],
      wrongEpoch: [
        ["errorDescription", utf8],
        ["currentEpoch", u64],
      ],
      notAllowed: [["errorDescription", utf8]],
      invalidProposal: [
        ["errorDescription", utf8],
        ["invalidProposals", vec(octets)],
      ],
    },
  ),
  SubmitMessageRequest: struct(["protocol", protocol], ["appMessage", of("sealed")], ["sendingUri", uri()]),
  SubmitMessageResponse: flat(
    struct(["protocol", protocol]),
    select("statusCode", named({ 0: "accepted", 1: "notAllowed", 2: "epochTooOld" }), {
      accepted: [
        ["acceptedTimestamp", u64],
        ["frank", opt(frank)],
      ],
      epochTooOld: [["currentEpoch", u64]],
    }),
  ),
  FanoutMessages: untilEnd(
    struct(
      ["protocol", leading],
      ["timestamp", rule(u64, (time) => BigInt(String(time)) < 2n ** 56n)],
      ["message", of("sealed", "proposal", "commit", "welcome")],
      ["frank", when("message", "sealed", opt(frank))],
      ["ratchetTreeOption", when("message", "welcome", tree)],
      ["moreProposals", when("message", "proposal", vec(of("proposal")))],
      ["externalProposals", when("message", "commit", vec(of("proposal")))],
    ),
  ),
  GroupInfoRequest: struct(
    ["protocol", protocol],
    ["cipherSuite", u16],
    ["requestingSignatureKey", octets],
    ["requestingCredential", credential],
    ["groupInfoPublicKey", octets],
    ["joiningCode", octets],
    ["signature", octets],
  ),
  GroupInfoResponse: flat(
    struct(["version", protocol], ["roomId", uri()]),
    select("status", named({ 1: "success", 2: "notAuthorized", 3: "noSuchRoom" }), {
      success: [
        ["cipherSuite", u16],
        ["hubSender", externalSender],
        ["encryptedGroupinfoAndTree", hpke],
        ["signature", octets],
      ],
    }),
  ),
  ConsentEntry: struct(
    ["consentOperation", named({ 0: "cancel", 1: "request", 2: "grant", 3: "revoke" })],
    ["requesterUri", uri()],
    ["targetUri", uri()],
    ["roomId", opt(uri())],
    [
      "clientKeyPackages",
      new Depends((before) => (before.consentOperation === "grant" ? vec(keyPackage) : undefined)),
    ],
    ["consentExtensions", appDataDictionary],
  ),
  IdentifierRequest: struct(
    [
      "queryElements",
      vec(
        struct(
          ["searchType", searchType],
          ["claimName", new Depends((before) => (before.searchType === "oidcStdClaim" ? utf8 : undefined))],
          ["propertyName", new Depends((before) => (before.searchType === "vcardField" ? utf8 : undefined))],
          ["searchValue", utf8],
        ),
      ),
    ],
    ["idRequestExtensions", appDataDictionary],
  ),
  IdentifierResponse: struct(
    [
      "responseCode",
      named({ 0: "success", 1: "notFound", 2: "ambiguous", 3: "forbidden", 4: "unsupportedField" }),
    ],
    ["uri", vec(uri())],
    [
      "foundProfiles",
      vec(
        struct(
          ["stableUri", uri()],
          [
            "fields",
            vec(
              struct(
                ["fieldSource", named({ 7: "oidcStdClaim", 8: "vcardField" })],
                ["fieldName", utf8],
                ["fieldValue", octets],
              ),
            ),
          ],
        ),
      ),
    ],
    ["idResponseExtensions", appDataDictionary],
  ),
  AbuseReport: struct(
    ["reportingUser", uri(true)],
    ["allegedAbuserUri", uri()],
    ["reasonCode", u8],
    ["note", utf8],
    ["messages", vec(struct(["messageContent", octets], ["frank", frank], ["acceptedTimestamp", u64]))],
    ["abuseExtensions", appDataDictionary],
  ),
};

export const participantList = struct(["participants", vec(struct(["user", uri()], ["roleIndex", u32]))]);
export const participantListUpdate = struct(
  ["changedRoleParticipants", vec(struct(["userIndex", u32], ["roleIndex", u32]))],
  ["removedIndices", vec(u32)],
  ["addedParticipants", vec(struct(["user", uri()], ["roleIndex", u32]))],
);
