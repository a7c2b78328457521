import { describe, it } from "vitest";
import { expectAllowed, expectDenied, role, room, uri } from "../test/kit.ts";
import { authorizeContent } from "./authorize-content.ts";
import { Capability, type CapabilityName } from "./capabilities.ts";
import type { AssetFacts, ContentFacts, EarlierMessage } from "./content-facts.ts";
import type { RoomParts } from "./state.ts";

const all: readonly CapabilityName[] = (Object.keys(Capability) as CapabilityName[]).filter(
  (name) => name !== "canOpenJoin",
);
const den = (capabilities: readonly CapabilityName[], parts: Partial<RoomParts> = {}) =>
  room({
    participants: { alice: 5, bob: 2, cathy: 1 },
    roles: [role(1, []), role(2, []), role(5, capabilities)],
    parts,
  });
const plain: ContentFacts = {
  deletes: false,
  reaction: false,
  topicId: "",
  changesBody: true,
  hasLink: false,
  hasLinkPreview: false,
  mediaTypes: ["text/markdown;variant=GFM-MIMI"],
  assets: [],
  reports: [],
};
const message = (name: string, more: Partial<EarlierMessage> = {}): EarlierMessage => ({
  senderUri: uri(name),
  topicId: "",
  reaction: false,
  ...more,
});
const asset = (mediaType: string, disposition = "render"): AssetFacts => ({
  disposition,
  mediaType,
  url: "https://files.a.example/x",
  size: 10n,
});
const send = (
  content: Partial<ContentFacts>,
  capabilities: readonly CapabilityName[] = all,
  parts: Partial<RoomParts> = {},
) => authorizeContent(den(capabilities, parts), uri("alice"), { ...plain, ...content });

const needs: readonly (readonly [CapabilityName, string, Partial<ContentFacts>])[] = [
  ["canSendMessage", "a message", {}],
  ["canReplyToMessage", "a reply", { inReplyTo: message("bob") }],
  ["canReplyToMessage", "a reply outside of the topic", { inReplyTo: message("bob", { topicId: "aa" }) }],
  ["canReplyToMessage", "a reply to a message that is not at hand", { inReplyTo: "unknown" }],
  ["canReactToMessage", "a reaction", { inReplyTo: message("bob"), reaction: true }],
  [
    "canReplyInTopic",
    "a reply in the topic",
    { inReplyTo: message("bob", { topicId: "aa" }), topicId: "aa" },
  ],
  ["canReplyInTopic", "the same to a message that is not at hand", { inReplyTo: "unknown", topicId: "aa" }],
  ["canStartTopic", "a topic", { topicId: "aa" }],
  [
    "canStartTopic",
    "a reply in another topic",
    { inReplyTo: message("bob", { topicId: "aa" }), topicId: "bb" },
  ],
  [
    "canStartTopic",
    "a reaction in another topic",
    { inReplyTo: message("bob"), reaction: true, topicId: "bb" },
  ],
  ["canEditOwnMessage", "an edit", { replaces: message("alice") }],
  ["canEditOwnMessage", "an edit of what is not at hand", { replaces: "unknown" }],
  ["canEditOwnMessage", "an edit that changes nothing", { replaces: message("alice"), changesBody: false }],
  ["canEditOwnMessage", "an edit that makes a reaction", { replaces: message("alice"), reaction: true }],
  ["canReactToMessage", "an edit that makes a reaction", { replaces: message("alice"), reaction: true }],
  ["canEditOwnTopic", "another topic", { replaces: message("alice"), topicId: "aa", changesBody: false }],
  ["canEditOtherTopic", "another's topic", { replaces: message("bob"), topicId: "aa", changesBody: false }],
  ["canEditReaction", "another reaction", { replaces: message("alice", { reaction: true }), reaction: true }],
  ["canDeleteOwnMessage", "a delete", { replaces: message("alice"), deletes: true }],
  ["canDeleteOtherMessage", "a delete of another's", { replaces: message("bob"), deletes: true }],
  ["canDeleteOwnReaction", "an unlike", { replaces: message("alice", { reaction: true }), deletes: true }],
  [
    "canDeleteOtherReaction",
    "an unlike of another's",
    { replaces: message("bob", { reaction: true }), deletes: true },
  ],
  ["canSendLink", "a link", { hasLink: true }],
  ["canSendLinkPreview", "a link with a preview", { hasLink: true, hasLinkPreview: true }],
  ["canUploadImage", "an image", { assets: [asset("image/png")] }],
  ["canUploadImage", "an image in a reaction", { assets: [asset("IMAGE/PNG", "reaction")] }],
  ["canUploadAudio", "a sound", { assets: [asset("audio/ogg", "inline")] }],
  ["canUploadVideo", "a film", { assets: [asset("video/mp4")] }],
  ["canUploadAttachment", "a film to download", { assets: [asset("video/mp4", "attachment")] }],
  ["canUploadAttachment", "a file that is rendered", { assets: [asset("application/pdf")] }],
];

describe("message and asset capabilities (policy §8.3, §8.4)", () => {
  it.each(needs)("%s: %s", (capability, _, content) => {
    expectAllowed(send(content), capability);
    expectDenied(
      send(
        content,
        all.filter((name) => name !== capability),
      ),
      "missing-capability",
      capability,
    );
  });

  it("are not needed by what they are not about", () => {
    const few: CapabilityName[] = [
      "canSendMessage",
      "canSendLinkPreview",
      "canReactToMessage",
      "canEditOwnMessage",
    ];
    expectAllowed(send({}, few));
    expectAllowed(send({ hasLink: true, hasLinkPreview: true }, few));
    expectAllowed(send({ inReplyTo: message("bob", { topicId: "aa" }), reaction: true, topicId: "aa" }, few));
    expectAllowed(send({ assets: [asset("", "session"), asset("image/png", "preview")] }, few));
    // Reading R-155: the topic of such an edit does not count.
    expectAllowed(send({ replaces: message("alice"), topicId: "aa" }, few), "canEditOwnMessage");
  });

  it("let nobody write in another's name", () => {
    expectDenied(send({ replaces: message("bob") }), "not-permitted");
    expectDenied(send({ replaces: message("bob"), changesBody: false }), "not-permitted");
    expectDenied(send({ replaces: message("bob", { reaction: true }), reaction: true }), "not-permitted");
    expectDenied(send({ replaces: message("alice", { reaction: true }) }), "not-permitted");
  });

  it("are nothing to who is not there, or banned", () => {
    expectDenied(authorizeContent(den(all), uri("dora"), plain), "not-a-participant");
    expectDenied(authorizeContent(den(all), uri("cathy"), plain), "banned");
  });
});

describe("policies on messages", () => {
  it("forbid or demand link previews (policy §6.3)", () => {
    const previews = (sendLinkPreviews: "optional" | "required" | "forbidden"): Partial<RoomParts> => ({
      linkPreviews: {
        autodetectHyperlinksInText: "optional",
        sendLinkPreviews,
        automaticLinkPreviews: "optional",
        linkPreviewProxyUse: "forbidden",
      },
    });
    const [link, preview] = [{ hasLink: true }, { hasLink: true, hasLinkPreview: true }];
    expectAllowed(send(link, all, previews("optional")));
    expectAllowed(send(preview, all, previews("required")));
    expectAllowed(send(link, all, previews("forbidden")));
    expectDenied(send(preview, all, previews("forbidden")), "link-preview-not-allowed");
    expectDenied(send(link, all, previews("required")), "link-preview-not-allowed");
  });

  it("forbid or demand expiration, from the shortest to the longest (policy §6.8)", () => {
    const expiring = (expiringMessages: "optional" | "required"): Partial<RoomParts> => ({
      expiration: { expiringMessages, minExpirationDuration: 10, maxExpirationDuration: 20 },
    });
    for (const lifetimeSeconds of [10, 20])
      expectAllowed(send({ lifetimeSeconds }, all, expiring("required")));
    for (const lifetimeSeconds of [9, 21])
      expectDenied(send({ lifetimeSeconds }, all, expiring("optional")), "expiration-not-allowed");
    expectAllowed(send({}, all, expiring("optional")));
    expectDenied(send({}, all, expiring("required")), "expiration-not-allowed");
    expectAllowed(send({ replaces: "unknown", deletes: true }, all, expiring("required")));
    expectAllowed(send({ reports: ["read"] }, all, expiring("required")));
    const never: Partial<RoomParts> = { expiration: { expiringMessages: "forbidden" } };
    expectAllowed(send({}, all, never));
    expectDenied(send({ lifetimeSeconds: 15 }, all, never), "expiration-not-allowed");
  });

  it("forbid reports (policy §6.1)", () => {
    const quiet: Partial<RoomParts> = {
      statusNotifications: { deliveryNotifications: "forbidden", readReceipts: "optional" },
    };
    expectDenied(send({ reports: ["read", "delivery"] }, all, quiet), "status-report-not-allowed");
    expectAllowed(send({ reports: ["read", "other"] }, all, quiet));
  });
});

describe("the asset policy (policy §6.4)", () => {
  const domains = (provider: string, ...destinations: string[]) => ({
    provider: { domain: provider },
    assetUploadDestinations: destinations.map((domain) => ({ domain })),
  });
  const utf8 = new TextEncoder();
  const base = {
    assetUploadLocation: "localProvider" as "localProvider" | "hub" | "unspecified",
    uploadDomains: [domains("a.example", "files.a.example"), domains("b.example", "files.b.example")],
    downloadPrivacy: {
      allowedDownloadTypes: [],
      forbiddenDownloadTypes: [],
      defaultDownloadType: "direct" as const,
    },
    ...{ maxImage: 10n, maxAudio: 0n, maxVideo: 2n ** 64n - 1n, maxAttachment: 5n },
    ...{ forbiddenMediaTypes: [], permittedMediaTypes: [] },
  };
  const upload = (url: string, more: Partial<typeof base> = {}) =>
    send({ assets: [{ ...asset("image/png"), url }] }, all, { assets: { ...base, ...more } });

  it("knows where files may be", () => {
    expectAllowed(upload("https://files.a.example/x"));
    expectAllowed(upload("https://FILES.a.example:8443/x"));
    for (const url of [
      "https://files.b.example/x",
      "https://files.a.example.evil.example/x",
      "https://files.a.example@evil.example/x",
      "https://evil@files.a.example/x",
      "not a URL",
    ])
      expectDenied(upload(url), "asset-not-allowed");
    const hub = {
      assetUploadLocation: "hub",
      uploadDomains: [domains("hub.example", "hub.example")],
    } as const;
    expectAllowed(upload("https://hub.example/x", { ...hub, uploadDomains: [...hub.uploadDomains] }));
    expectAllowed(upload("https://anywhere.example/x", { assetUploadLocation: "unspecified" }));
  });

  it("knows how large they may be, where 0 admits none (reading R-193)", () => {
    const of = (mediaType: string, size: bigint, disposition = "render") =>
      send({ assets: [{ ...asset(mediaType, disposition), size }] }, all, { assets: base });
    expectAllowed(of("image/png", 10n));
    expectDenied(of("image/png", 11n), "asset-not-allowed");
    expectDenied(of("image/png", 11n, "preview"), "asset-not-allowed");
    expectAllowed(of("image/png", 0n));
    expectDenied(of("audio/ogg", 0n), "asset-not-allowed");
    expectAllowed(of("video/mp4", 2n ** 64n - 1n));
    expectDenied(of("video/mp4", 6n, "attachment"), "asset-not-allowed");
    expectDenied(of("application/pdf", 6n), "asset-not-allowed");
    expectAllowed(of("", 2n ** 40n, "session"));
  });

  it("knows media types: an entry without parameters stands for all of them", () => {
    const entry = (type: string, ...parameters: [string, string][]) => ({
      type,
      parameters: parameters.map(([name, value]) => ({
        parameterName: utf8.encode(name),
        parameterValue: utf8.encode(value),
      })),
    });
    const of = (mediaType: string, more: object) =>
      send({ mediaTypes: [mediaType] }, all, { assets: { ...base, ...more } });
    const forbidden = { forbiddenMediaTypes: [entry("text/markdown")] };
    expectDenied(of("text/markdown;variant=GFM-MIMI", forbidden), "asset-not-allowed");
    expectAllowed(of("text/plain;charset=utf-8", forbidden));
    const permitted = { permittedMediaTypes: [entry("text/markdown", ["variant", "GFM-MIMI"])] };
    // Readings: names ignore case, values do not, and UTF-8 goes without saying for text.
    expectAllowed(of('Text/Markdown; Variant="GFM-MIMI";charset=UTF-8', permitted));
    expectDenied(of("text/markdown;variant=gfm-mimi", permitted), "asset-not-allowed");
    expectDenied(of("text/markdown;variant=GFM-MIMI;charset=latin1", permitted), "asset-not-allowed");
    const utf8Only = { permittedMediaTypes: [entry("text/plain", ["charset", "UTF-8"])] };
    expectAllowed(of("text/plain", utf8Only));
    expectDenied(of("text/plain;charset=us-ascii", utf8Only), "asset-not-allowed");
    expectDenied(of("text/markdown;;", forbidden), "asset-not-allowed");
    expectDenied(of("text/markdown;variant", permitted), "asset-not-allowed");
    expectDenied(of("text/markdown", permitted), "asset-not-allowed");
    expectDenied(of("text/plain", permitted), "asset-not-allowed");
    expectDenied(of("text/markdown;variant=GFM-MIMI", { ...permitted, ...forbidden }), "asset-not-allowed");
  });
});
