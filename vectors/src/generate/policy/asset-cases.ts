/**
 * What members judge of assets and of expiration. Policy §6.4, §6.8, §8.4; readings.
 * @module
 */

import { AssetPolicy, MimiComponentId as Id, MessageExpiration } from "@openmimi/protocol";
import type { AssetFacts, CapabilityName, ContentFacts } from "@openmimi/room";
import type { Case } from "../envelope.ts";
import { allows, denies } from "./cases.ts";
import { asset, of, sent, twice } from "./content-tools.ts";
import { component } from "./sketch.ts";

const uploads: readonly (readonly [id: string, CapabilityName, AssetFacts])[] = [
  ["image", "canUploadImage", asset("image/png")],
  ["image-inline", "canUploadImage", asset("IMAGE/PNG", "inline")],
  ["audio", "canUploadAudio", asset("audio/ogg")],
  ["video", "canUploadVideo", asset("video/mp4")],
  ["attachment", "canUploadAttachment", asset("application/pdf", "attachment")],
  ["image-as-attachment", "canUploadAttachment", asset("image/png", "attachment")],
  ["other-file-rendered", "canUploadAttachment", asset("application/pdf")],
];

const MOST = 2n ** 64n - 1n;
const utf8 = new TextEncoder();
const entry = (type: string, ...parameters: [string, string][]) => ({
  type,
  parameters: parameters.map(([name, value]) => ({
    parameterName: utf8.encode(name),
    parameterValue: utf8.encode(value),
  })),
});
const domains = (provider: string, ...destinations: string[]) => ({
  provider: { domain: provider },
  assetUploadDestinations: destinations.map((domain) => ({ domain })),
});
const limited = (more: Partial<AssetPolicy> = {}) =>
  new Map([
    component(Id.assetPolicy, AssetPolicy, {
      assetUploadLocation: "localProvider",
      uploadDomains: [domains("a.example", "files.a.example"), domains("b.example", "files.b.example")],
      downloadPrivacy: {
        allowedDownloadTypes: [],
        forbiddenDownloadTypes: [],
        defaultDownloadType: "direct",
      },
      ...{ maxImage: MOST, maxAudio: MOST, maxVideo: MOST, maxAttachment: MOST },
      ...{ forbiddenMediaTypes: [], permittedMediaTypes: [] },
      ...more,
    }),
  ]);
const uploaders: readonly CapabilityName[] = [
  "canSendMessage",
  "canUploadImage",
  "canUploadAudio",
  "canUploadVideo",
  "canUploadAttachment",
];
const upload = (one: AssetFacts, more: Partial<AssetPolicy> = {}, name?: string) =>
  sent(
    { assets: [one], mediaTypes: one.mediaType === "" ? [] : [one.mediaType] },
    uploaders,
    limited(more),
    name,
  );
const at = (url: string) => asset("image/png", "render", { url });
const sized = (size: bigint, mediaType = "image/png", disposition = "render") =>
  asset(mediaType, disposition, { size });
const typed = (mediaType: string, more: Partial<AssetPolicy>) =>
  sent({ mediaTypes: [mediaType] }, uploaders, limited(more));
const FORBIDDEN = "asset-not-allowed";

export const assetCases: readonly Case[] = [
  ...uploads.flatMap(([id, capability, one]) =>
    twice(id, "8.4", capability, { assets: [one], mediaTypes: [one.mediaType] }),
  ),
  allows("session", "8.4", sent({ assets: [asset("", "session")], mediaTypes: [] }, ["canSendMessage"]), {
    notes: "No file.",
  }),
  allows(
    "preview-image",
    "8.4",
    sent({ hasLink: true, hasLinkPreview: true, assets: [asset("image/png", "preview")] }, [
      "canSendMessage",
      "canSendLinkPreview",
    ]),
  ),
  allows("at-the-own-provider", "6.4", upload(at("https://files.a.example/x"))),
  denies("at-another-provider", "6.4", FORBIDDEN, upload(at("https://files.b.example/x"))),
  allows("at-the-own-provider-of-bob", "6.4", upload(at("https://files.b.example/x"), {}, "bob")),
  allows("at-a-port", "6.4", upload(at("https://files.a.example:8443/x"))),
  denies("at-a-longer-name", "6.4", FORBIDDEN, upload(at("https://files.a.example.evil.example/x"))),
  denies(
    "at-a-host-behind-user-information",
    "6.4",
    FORBIDDEN,
    upload(at("https://files.a.example@evil.example/x")),
  ),
  allows(
    "at-the-hub",
    "6.4",
    upload(at("https://hub.example/x"), {
      assetUploadLocation: "hub",
      uploadDomains: [domains("hub.example", "hub.example")],
    }),
  ),
  denies(
    "not-at-the-hub",
    "6.4",
    FORBIDDEN,
    upload(at("https://files.a.example/x"), {
      assetUploadLocation: "hub",
      uploadDomains: [domains("hub.example", "hub.example")],
    }),
  ),
  allows(
    "anywhere",
    "6.4",
    upload(at("https://evil.example/x"), { assetUploadLocation: "unspecified", uploadDomains: [] }),
  ),
  ...(
    [
      ["image", "maxImage", sized(11n)],
      ["audio", "maxAudio", sized(11n, "audio/ogg")],
      ["video", "maxVideo", sized(11n, "video/mp4")],
      ["attachment", "maxAttachment", sized(11n, "video/mp4", "attachment")],
    ] as const
  ).flatMap(([id, limit, one]) => [
    allows(`size-${id}-at-the-limit`, "6.4", upload(one, { [limit]: 11n })),
    denies(`size-${id}-beyond-the-limit`, "6.4", FORBIDDEN, upload(one, { [limit]: 10n })),
  ]),
  allows("size-not-given", "6.4", upload(sized(0n), { maxImage: 1n })),
  denies("size-not-given-limit-zero", "6.4", FORBIDDEN, upload(sized(0n), { maxImage: 0n }), {
    readings: ["R-193"],
  }),
  allows("size-largest", "6.4", upload(sized(MOST)), { readings: ["R-193"] }),
  denies(
    "type-forbidden",
    "6.4",
    FORBIDDEN,
    typed("text/markdown;variant=GFM-MIMI", { forbiddenMediaTypes: [entry("text/markdown")] }),
    { notes: "An entry without parameters matches all variants." },
  ),
  allows(
    "type-forbidden-variant-of-another",
    "6.4",
    typed("text/markdown", { forbiddenMediaTypes: [entry("text/markdown", ["variant", "GFM-MIMI"])] }),
  ),
  allows(
    "type-permitted",
    "6.4",
    typed("text/markdown;variant=GFM-MIMI", { permittedMediaTypes: [entry("text/markdown")] }),
    { readings: ["R-179"] },
  ),
  denies(
    "type-not-permitted",
    "6.4",
    FORBIDDEN,
    typed("text/plain;charset=utf-8", { permittedMediaTypes: [entry("text/markdown")] }),
    { readings: ["R-179"] },
  ),
  denies(
    "type-permitted-and-forbidden",
    "6.4",
    FORBIDDEN,
    typed("text/markdown", {
      permittedMediaTypes: [entry("text/markdown")],
      forbiddenMediaTypes: [entry("text/markdown")],
    }),
    { readings: ["R-179", "R-193"] },
  ),
  allows(
    "type-permitted-parameters-in-another-order",
    "6.4",
    typed("Text/Markdown; charset=UTF-8; Variant=GFM-MIMI", {
      permittedMediaTypes: [entry("text/markdown", ["variant", "GFM-MIMI"])],
    }),
    { readings: ["R-165", "R-204"], notes: "UTF-8 goes without saying for text." },
  ),
  denies(
    "type-permitted-other-charset",
    "6.4",
    FORBIDDEN,
    typed("text/plain;charset=us-ascii", {
      permittedMediaTypes: [entry("text/plain", ["charset", "utf-8"])],
    }),
    { readings: ["R-165", "R-204"] },
  ),
  ...expirations(),
];

function expirations(): Case[] {
  const setting = (policy: MessageExpiration) =>
    new Map([component(Id.messageExpirationPolicy, MessageExpiration, policy)]);
  const window = { minExpirationDuration: 10, maxExpirationDuration: 20 };
  const lasting = (
    lifetimeSeconds: number | undefined,
    policy: MessageExpiration,
    more: Partial<ContentFacts> = {},
    extra: readonly CapabilityName[] = [],
  ) =>
    sent(
      { ...(lifetimeSeconds === undefined ? {} : { lifetimeSeconds }), ...more },
      ["canSendMessage", ...extra],
      setting(policy),
    );
  const required = { expiringMessages: "required", ...window } as const;
  const optional = { expiringMessages: "optional", ...window } as const;
  const REASON = "expiration-not-allowed";
  return [
    allows("expires-after-the-shortest", "6.8", lasting(10, required)),
    denies("expires-too-soon", "6.8", REASON, lasting(9, required)),
    allows("expires-after-the-longest", "6.8", lasting(20, optional)),
    denies("expires-too-late", "6.8", REASON, lasting(21, optional)),
    allows("expires-not-optional", "6.8", lasting(undefined, optional)),
    denies("expires-not-required", "6.8", REASON, lasting(undefined, required)),
    denies("expires-forbidden", "6.8", REASON, lasting(15, { expiringMessages: "forbidden" }), {
      readings: ["R-173"],
    }),
    allows("expires-not-forbidden", "6.8", lasting(undefined, { expiringMessages: "forbidden" }), {
      readings: ["R-173"],
    }),
    allows(
      "expires-not-delete",
      "6.8",
      lasting(undefined, required, { replaces: of("alice"), deletes: true }, ["canDeleteOwnMessage"]),
    ),
    allows("expires-not-report", "6.8", lasting(undefined, required, { reports: ["read"] })),
  ];
}
