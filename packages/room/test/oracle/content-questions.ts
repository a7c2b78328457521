/**
 * Random messages in random rooms.
 * @module
 */

import type { AssetPolicy, MessageExpiration } from "@openmimi/protocol";
import type { CapabilityName } from "../../src/capabilities.ts";
import type { AssetFacts, ContentFacts, EarlierMessage } from "../../src/content-facts.ts";
import type { RoomParts } from "../../src/state.ts";
import { role, uri } from "../kit.ts";
import type { Chooser } from "./chooser.ts";
import type { ContentQuestion } from "./content.ts";

/** What members judge. */
export const judgedCapabilities: readonly CapabilityName[] = [
  "canSendMessage",
  "canReplyToMessage",
  "canReactToMessage",
  "canEditReaction",
  "canDeleteOwnReaction",
  "canDeleteOtherReaction",
  "canEditOwnMessage",
  "canDeleteOwnMessage",
  "canDeleteOtherMessage",
  "canStartTopic",
  "canReplyInTopic",
  "canEditOwnTopic",
  "canEditOtherTopic",
  "canUploadImage",
  "canUploadAudio",
  "canUploadVideo",
  "canUploadAttachment",
  "canSendLink",
  "canSendLinkPreview",
];

const senders = ["alice", "bob", "cathy", "dora"];
const optionalities = ["optional", "optional", "required", "forbidden"] as const;
const urls = [
  "https://files.a.example/x",
  "https://files.b.example:8443/x?y",
  "https://hub.example",
  "https://files.a.example@evil.example/x",
  "https://files.a.example.evil.example/x",
  "mailto:files.a.example",
];
const mediaTypes = [
  "image/png",
  "audio/ogg",
  "video/mp4",
  "application/pdf",
  "text/markdown;variant=GFM-MIMI",
  "text/markdown; Variant=GFM-MIMI;charset=UTF-8",
  "IMAGE/gif",
];
const dispositions = ["render", "attachment", "inline", "session", "preview", "reaction", "icon"];

const mediaType = (type: string, ...parameters: [string, string][]) => {
  const utf8 = new TextEncoder();
  const encoded = parameters.map(([name, value]) => ({
    parameterName: utf8.encode(name),
    parameterValue: utf8.encode(value),
  }));
  return { type, parameters: encoded };
};

const entries = [
  mediaType("image/png"),
  mediaType("text/markdown"),
  mediaType("text/markdown", ["variant", "GFM-MIMI"]),
  mediaType("text/markdown", ["variant", "other"]),
  mediaType("TEXT/Markdown", ["charset", "utf-8"], ["variant", "GFM-MIMI"]),
  mediaType("video/mp4"),
];

function assetPolicy(chooser: Chooser): AssetPolicy {
  const assetUploadLocation = chooser.one(["unspecified", "localProvider", "hub"] as const);
  const domains = (provider: string, ...destinations: string[]) => ({
    provider: { domain: provider },
    assetUploadDestinations: destinations.map((domain) => ({ domain })),
  });
  const local = [
    domains("a.example", "files.a.example"),
    domains("b.example", "files.b.example", "files.a.example"),
  ];
  const size = () => chooser.one([2n ** 64n - 1n, 1000n, 10n, 0n]);
  return {
    assetUploadLocation,
    uploadDomains: assetUploadLocation === "hub" ? [domains("hub.example", "hub.example")] : local,
    downloadPrivacy: { allowedDownloadTypes: [], forbiddenDownloadTypes: [], defaultDownloadType: "direct" },
    maxImage: size(),
    maxAudio: size(),
    maxVideo: size(),
    maxAttachment: size(),
    forbiddenMediaTypes: chooser.some(entries, 1),
    permittedMediaTypes: chooser.rarely(2) ? chooser.some(entries, 8) : [],
  };
}

function expiration(chooser: Chooser): MessageExpiration {
  const expiringMessages = chooser.one(optionalities);
  if (expiringMessages === "forbidden") return { expiringMessages };
  return { expiringMessages, minExpirationDuration: 10, maxExpirationDuration: 100 };
}

function room(chooser: Chooser): RoomParts {
  const roles = [2, 3].map((index) => role(index, chooser.some(judgedCapabilities, chooser.one([9, 9, 6]))));
  const participants = senders
    .slice(0, 3)
    .map((name) => ({ user: uri(name), roleIndex: chooser.rarely(12) ? 1 : chooser.one([2, 3]) }));
  const previews = { autodetectHyperlinksInText: "optional", automaticLinkPreviews: "optional" } as const;
  return {
    participants,
    roles: { roles: [role(1, []), ...roles] },
    ...(chooser.rarely(2) ? { assets: assetPolicy(chooser) } : {}),
    ...(chooser.rarely(3) ? { expiration: expiration(chooser) } : {}),
    ...(chooser.rarely(3)
      ? {
          linkPreviews: {
            ...previews,
            sendLinkPreviews: chooser.one(optionalities),
            linkPreviewProxyUse: "forbidden",
          },
        }
      : {}),
    ...(chooser.rarely(2)
      ? {
          statusNotifications: {
            deliveryNotifications: chooser.one(optionalities),
            readReceipts: chooser.one(optionalities),
          },
        }
      : {}),
  };
}

function earlier(chooser: Chooser): EarlierMessage | "unknown" {
  if (chooser.rarely(6)) return "unknown";
  return {
    senderUri: uri(chooser.one(senders)),
    topicId: chooser.one(["", "aa", "bb"]),
    reaction: chooser.rarely(3),
  };
}

const asset = (chooser: Chooser): AssetFacts => ({
  disposition: chooser.one(dispositions),
  mediaType: chooser.one(mediaTypes),
  url: chooser.one(urls),
  size: chooser.one([0n, 1n, 10n, 11n, 1000n, 2n ** 40n]),
});

function content(chooser: Chooser): ContentFacts {
  const assets = chooser.rarely(3) ? chooser.times(1 + chooser.nat(2), () => asset(chooser)) : [];
  const replaces = chooser.rarely(3) ? earlier(chooser) : undefined;
  const inReplyTo = chooser.rarely(3) ? earlier(chooser) : undefined;
  const lifetime = chooser.one([undefined, undefined, 9, 10, 50, 100, 101]);
  const hasLink = chooser.rarely(4);
  return {
    ...(replaces === undefined ? {} : { replaces }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    deletes: chooser.rarely(4),
    reaction: (replaces !== undefined || inReplyTo !== undefined) && chooser.rarely(3),
    topicId: chooser.one(["", "", "aa", "bb"]),
    changesBody: !chooser.rarely(3),
    hasLink,
    hasLinkPreview: hasLink && chooser.rarely(2),
    mediaTypes: [...chooser.some(mediaTypes, 2), ...assets.map((each) => each.mediaType)],
    assets,
    reports: chooser.rarely(8) ? chooser.some(["delivery", "read", "other"] as const) : [],
    ...(lifetime === undefined ? {} : { lifetimeSeconds: lifetime }),
  };
}

/** Somebody sends something. */
export function contentQuestion(chooser: Chooser): ContentQuestion {
  return {
    room: room(chooser),
    user: uri(chooser.one(["alice", "alice", "alice", "bob", "cathy", "dora"])),
    content: content(chooser),
  };
}
