/**
 * The components of the policy draft, for the second decoder. Policy §3 to §7, appendix B.
 * @module
 */

import type { Json } from "@openmimi/vectors";
import {
  Depends,
  type Fields,
  named,
  octets,
  opt,
  type Read,
  rule,
  select,
  struct,
  u8,
  u16,
  u32,
  u64,
  utf8,
  vec,
} from "./second-decoder.ts";
import { participantList } from "./second-structs.ts";
import { credential } from "./second-structs-mls.ts";

/** Only 0 and 1 (policy §5: false and true). */
const flag: Read = (cursor) => rule(u8, (value) => value === 0 || value === 1)(cursor) === 1;
const text = (most: number) => rule(utf8, (value) => Buffer.byteLength(String(value)) <= most);
/** A URI has a scheme; it may be empty where a struct has no other way to leave it out. */
const uri = (mayBeEmpty: boolean) =>
  rule(utf8, (value) =>
    value === "" ? mayBeEmpty : /^[a-z][a-z0-9+.-]*:[!#$%&'()*+,./:;=?@[\]\w~-]*$/i.test(String(value)),
  );
const optionality = named({ 0: "optional", 1: "required", 2: "forbidden" });
const all = (value: Json, holds: (item: Fields) => boolean) => (value as readonly Fields[]).every(holds);
const most = (limit: Json | undefined) => (limit === undefined ? Infinity : Number(limit));
const distinct = (items: readonly unknown[]) => new Set(items).size === items.length;

const role = struct(
  ["roleIndex", u32],
  ["roleName", text(1024)],
  ["roleDescription", text(65535)],
  ["roleCapabilities", vec(u16)],
  ["minimumParticipantsConstraint", u32],
  ["maximumParticipantsConstraint", opt(u32)],
  ["minimumActiveParticipantsConstraint", u32],
  ["maximumActiveParticipantsConstraint", opt(u32)],
  ["authorizedRoleChanges", vec(struct(["fromRoleIndex", u32], ["targetRoleIndexes", vec(u32)]))],
);
const sound = ({
  roleIndex,
  roleCapabilities,
  minimumParticipantsConstraint: least,
  maximumParticipantsConstraint: limit,
  minimumActiveParticipantsConstraint: leastActive,
  maximumActiveParticipantsConstraint: limitActive,
}: Fields) =>
  (roleIndex === 0 || !(roleCapabilities as Json[]).includes(4)) &&
  Number(least) <= most(limit) &&
  Number(leastActive) <= most(limitActive);
const roles = rule(
  vec(role),
  (list) => distinct((list as Fields[]).map(({ roleIndex }) => roleIndex)) && all(list, sound),
);
const claim = struct(["claimId", struct(["credentialType", u16], ["id", octets])], ["claimValue", octets]);
const entries = rule(vec(struct(["claimset", vec(claim)], ["targetRole", role])), (list) =>
  all(
    list,
    ({ claimset, targetRole }) => (claimset as Json[]).length > 0 && (targetRole as Fields).roleIndex !== 0,
  ),
);
const base = rule(
  struct(
    ["fixedMembership", flag],
    ["parentDependant", flag],
    ["parentRoom", vec(uri(false))],
    ["multiDevice", flag],
    ["maxClients", opt(u32)],
    ["maxUsers", opt(u32)],
    ["pseudonymsAllowed", flag],
    ["persistentRoom", flag],
    ["discoverable", flag],
    ["policyComponentIds", vec(u16)],
  ),
  (value) => {
    const { parentDependant, parentRoom } = value as Fields;
    return (parentRoom as Json[]).length === (parentDependant ? 1 : 0);
  },
);
/** Under forbidden nothing follows. */
const unless = (on: string, ...fields: readonly (readonly [string, Read])[]) =>
  select(on, optionality, { optional: fields, required: fields });
const proxies = rule(vec(uri(false)), (list) => (list as Json[]).length === 1);
const previews = rule(
  struct(
    ["autodetectHyperlinksInText", optionality],
    ["sendLinkPreviews", optionality],
    ["automaticLinkPreviews", optionality],
    ["linkPreviewProxyUse", optionality],
    [
      "linkPreviewProxy",
      new Depends(({ linkPreviewProxyUse }) => (linkPreviewProxyUse === "forbidden" ? undefined : proxies)),
    ],
  ),
  (value) => (value as Fields).autodetectHyperlinksInText !== "required",
);
const domain = struct(["domain", text(253)]);
const mediaType = struct(
  ["type", utf8],
  ["parameters", vec(struct(["parameterName", octets], ["parameterValue", octets]))],
);
const download = named({ 0: "direct", 1: "hubProxy", 2: "ohttp" });
const assets = rule(
  struct(
    ["assetUploadLocation", named({ 0: "unspecified", 1: "localProvider", 2: "hub" })],
    ["uploadDomains", vec(struct(["provider", domain], ["assetUploadDestinations", vec(domain)]))],
    [
      "downloadPrivacy",
      struct(
        ["allowedDownloadTypes", vec(download)],
        ["forbiddenDownloadTypes", vec(download)],
        ["defaultDownloadType", download],
      ),
    ],
    ["maxImage", u64],
    ["maxAudio", u64],
    ["maxVideo", u64],
    ["maxAttachment", u64],
    ["forbiddenMediaTypes", vec(mediaType)],
    ["permittedMediaTypes", rule(vec(opt(mediaType)), (list) => !(list as Json[]).includes(null))],
  ),
  (value) => {
    const { assetUploadLocation, uploadDomains } = value as Fields;
    return assetUploadLocation !== "hub" || (uploadDomains as Json[]).length === 1;
  },
);
const logging = rule(
  unless(
    "logging",
    ["loggingClients", vec(uri(false))],
    ["machineReadablePolicy", uri(true)],
    ["humanReadablePolicy", uri(true)],
  ),
  (value) => {
    const { logging: setting, loggingClients = [] } = value as Fields;
    const providers = (loggingClients as string[]).flatMap(
      (client) => client.match(/^mimi:\/\/([^/]+)/)?.[1] ?? [],
    );
    return distinct(providers) && (setting !== "required" || (loggingClients as Json[]).length > 0);
  },
);
const history = rule(
  unless(
    "historySharing",
    ["rolesThatCanShare", vec(u32)],
    ["automaticallyShare", flag],
    ["maxTimePeriod", u32],
  ),
  (value) => !(((value as Fields).rolesThatCanShare ?? []) as number[]).some((index) => index < 2),
);
const bot = struct(
  ["name", text(1024)],
  ["description", text(65535)],
  ["homepage", uri(true)],
  ["localClientBot", flag],
  ["botRoleIndex", u32],
  ["canTargetMessageInGroup", flag],
  ["perUserContent", flag],
);
const expiration = rule(
  unless(
    "expiringMessages",
    ["minExpirationDuration", u32],
    ["maxExpirationDuration", u32],
    ["defaultExpirationDuration", opt(u32)],
  ),
  (value) => {
    const {
      expiringMessages,
      minExpirationDuration: least,
      maxExpirationDuration: longest,
      defaultExpirationDuration: usual = least,
    } = value as Fields;
    if (expiringMessages === "forbidden") return true;
    return Number(least) <= Number(usual) && Number(usual) <= Number(longest);
  },
);
const capabilities = struct(
  ["versions", vec(u16)],
  ["cipherSuites", vec(u16)],
  ["extensions", vec(u16)],
  ["proposals", vec(u16)],
  ["credentials", vec(u16)],
  ["wireFormats", vec(u16)],
  ["componentIds", vec(u16)],
  ["safeAadTypes", vec(u16)],
  ["mediaTypes", vec(mediaType)],
  ["contentTypes", vec(u8)],
);
const times = struct(["minimumTime", u64], ["defaultTime", u64], ["maximumTime", u64]);
const pending = rule(
  select("pendingProposalStrategy", named({ 0: "unspecified", 1: "immediateCommit", 2: "randomDelay" }), {
    randomDelay: [
      ["minimumDelayMs", u64],
      ["maximumDelayMs", u64],
    ],
  }),
  (value) =>
    BigInt(String((value as Fields).minimumDelayMs ?? 0)) <=
    BigInt(String((value as Fields).maximumDelayMs ?? 0)),
);
const operational = struct(
  ["mandatoryCapabilities", capabilities],
  ["defaultCapabilities", capabilities],
  ["forbiddenCapabilities", capabilities],
  ["handshakeFormats", vec(u16)],
  ["externalProposalAllowed", flag],
  ["externalCommitAllowed", flag],
  ["pendingProposalPolicy", pending],
  ["leafNodeUpdateTime", times],
  ["appMessagePolicy", struct(["epochTolerance", u8], ["padToSize", u16], ["maxGenerationsSkipahead", u32])],
  ["maxKpLifetime", u64],
  ["maxCredentialLifetime", u64],
  ["resumptionPskLifetime", u64],
  ["senderNonceKeypairLifetime", times],
  ["maxKeypairs", u32],
  ["bufferIncomingMessageTime", times],
  ["maxBufferedMessages", u32],
);
export const joinLinks = vec(struct(["joinLink", octets]));
export const joinLinksUpdate = struct(["removedIndices", vec(u32)], ["addedLinks", joinLinks]);

/** By component ID. */
export const COMPONENTS: Readonly<Record<string, Read>> = {
  "0x0021": struct(["frankingSignatureKey", octets], ["credential", credential]),
  "0x0022": participantList,
  "0x0023": struct(
    ["roomUri", uri(false)],
    ["roomName", text(65535)],
    [
      "roomDescriptions",
      vec(struct(["mediaType", text(1024)], ["languageTag", text(256)], ["descriptionContent", octets])),
    ],
    ["roomAvatar", uri(true)],
    ["roomSubject", text(65535)],
    ["roomMood", text(65535)],
  ),
  "0x0024": operational,
  "0x0025": struct(["roles", roles]),
  "0x0026": struct(["preauthorizedEntries", entries]),
  "0x0027": base,
  "0x0028": struct(["deliveryNotifications", optionality], ["readReceipts", optionality]),
  "0x0029": struct(["onRequest", flag], ["joinLink", uri(true)], ["multiuser", flag], ["expiration", u32]),
  "0x002a": joinLinks,
  "0x002b": previews,
  "0x002c": assets,
  "0x002d": logging,
  "0x002e": history,
  "0x002f": struct([
    "allowedBots",
    rule(vec(bot), (list) =>
      all(list, ({ localClientBot, botRoleIndex }) => !localClientBot || botRoleIndex === 0),
    ),
  ]),
  "0x0030": expiration,
};
