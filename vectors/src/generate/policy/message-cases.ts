/**
 * What members judge of messages. Policy §6.1, §6.3, §8.3; content §9.3; reading R-155.
 * @module
 */

import { MimiComponentId as Id, LinkPreviewPolicy, StatusNotificationPolicy } from "@openmimi/protocol";
import type { CapabilityName, ContentFacts } from "@openmimi/room";
import type { Case } from "../envelope.ts";
import { allows, denies } from "./cases.ts";
import { of, sent, twice } from "./content-tools.ts";
import { component } from "./sketch.ts";

const needs: readonly (readonly [id: string, CapabilityName, Partial<ContentFacts>, readings?: string])[] = [
  ["reply", "canReplyToMessage", { inReplyTo: of("bob") }],
  ["reply-outside-of-the-topic", "canReplyToMessage", { inReplyTo: of("bob", { topicId: "aa" }) }],
  ["reply-to-the-unknown", "canReplyToMessage", { inReplyTo: "unknown" }],
  ["reply-in-topic", "canReplyInTopic", { inReplyTo: of("bob", { topicId: "aa" }), topicId: "aa" }],
  ["reply-to-the-unknown-in-topic", "canReplyInTopic", { inReplyTo: "unknown", topicId: "aa" }],
  ["reaction", "canReactToMessage", { inReplyTo: of("bob"), reaction: true }],
  [
    "reaction-in-topic",
    "canReactToMessage",
    { inReplyTo: of("bob", { topicId: "aa" }), reaction: true, topicId: "aa" },
  ],
  ["topic", "canStartTopic", { topicId: "aa" }],
  ["edit-own", "canEditOwnMessage", { replaces: of("alice") }],
  ["edit-own-unchanged", "canEditOwnMessage", { replaces: of("alice"), changesBody: false }],
  ["edit-the-unknown", "canEditOwnMessage", { replaces: "unknown" }],
  ["edit-own-and-other-topic", "canEditOwnMessage", { replaces: of("alice"), topicId: "aa" }, "R-155"],
  [
    "edit-own-topic",
    "canEditOwnTopic",
    { replaces: of("alice"), topicId: "aa", changesBody: false },
    "R-155",
  ],
  [
    "edit-other-topic",
    "canEditOtherTopic",
    { replaces: of("bob"), topicId: "aa", changesBody: false },
    "R-155",
  ],
  ["edit-own-reaction", "canEditReaction", { replaces: of("alice", { reaction: true }), reaction: true }],
  ["delete-own", "canDeleteOwnMessage", { replaces: of("alice"), deletes: true }],
  ["delete-the-unknown", "canDeleteOwnMessage", { replaces: "unknown", deletes: true }],
  ["delete-other", "canDeleteOtherMessage", { replaces: of("bob"), deletes: true }],
  [
    "delete-own-reaction",
    "canDeleteOwnReaction",
    { replaces: of("alice", { reaction: true }), deletes: true },
  ],
  [
    "delete-other-reaction",
    "canDeleteOtherReaction",
    { replaces: of("bob", { reaction: true }), deletes: true },
  ],
  ["link", "canSendLink", { hasLink: true }],
  ["link-with-preview", "canSendLinkPreview", { hasLink: true, hasLinkPreview: true }],
];
export const messageCases: readonly Case[] = [
  allows("message-held", "8.3", sent({}, ["canSendMessage"])),
  denies("message-missing", "8.3", "missing-capability", sent({}, ["canReceiveMessage"])),
  denies(
    "reaction-without-canSendMessage",
    "8.3",
    "missing-capability",
    sent({ inReplyTo: of("bob"), reaction: true }, ["canReactToMessage"]),
    {
      notes:
        "What fields need comes on top of canSendMessage: a hub cannot tell a reaction from another message.",
    },
  ),
  ...needs.flatMap(([id, capability, facts, reading]) => twice(id, "8.3", capability, facts, reading)),
  allows(
    "reply-in-another-topic",
    "8.3",
    sent({ inReplyTo: of("bob", { topicId: "aa" }), topicId: "bb" }, [
      "canSendMessage",
      "canReplyToMessage",
      "canStartTopic",
    ]),
  ),
  denies(
    "reply-in-another-topic-without-canStartTopic",
    "8.3",
    "missing-capability",
    sent({ inReplyTo: of("bob", { topicId: "aa" }), topicId: "bb" }, [
      "canSendMessage",
      "canReplyToMessage",
      "canReplyInTopic",
    ]),
  ),
  denies(
    "reaction-in-another-topic",
    "8.3",
    "missing-capability",
    sent({ inReplyTo: of("bob"), reaction: true, topicId: "bb" }, [
      "canSendMessage",
      "canReactToMessage",
      "canReplyInTopic",
    ]),
  ),
  denies(
    "edit-other",
    "8.3",
    "not-permitted",
    sent({ replaces: of("bob") }, ["canSendMessage", "canEditOwnMessage", "canEditOtherTopic"]),
  ),
  denies(
    "edit-other-and-topic",
    "8.3",
    "not-permitted",
    sent({ replaces: of("bob"), topicId: "aa" }, [
      "canSendMessage",
      "canEditOwnMessage",
      "canEditOtherTopic",
    ]),
  ),
  denies(
    "edit-other-reaction",
    "8.3",
    "not-permitted",
    sent({ replaces: of("bob", { reaction: true }), reaction: true }, ["canSendMessage", "canEditReaction"]),
  ),
  denies(
    "reaction-becomes-message",
    "8.3",
    "not-permitted",
    sent({ replaces: of("alice", { reaction: true }) }, [
      "canSendMessage",
      "canEditReaction",
      "canEditOwnMessage",
    ]),
  ),
  allows(
    "message-becomes-reaction-held",
    "8.3",
    sent({ replaces: of("alice"), reaction: true }, [
      "canSendMessage",
      "canEditOwnMessage",
      "canReactToMessage",
    ]),
  ),
  denies(
    "message-becomes-reaction-missing",
    "8.3",
    "missing-capability",
    sent({ replaces: of("alice"), reaction: true }, [
      "canSendMessage",
      "canEditOwnMessage",
      "canEditReaction",
    ]),
    { readings: ["R-223"], notes: "Who makes a reaction of a message reacts." },
  ),
  denies("message-of-the-banned", "8.3", "banned", sent({}, ["canSendMessage"], new Map(), "dora")),
  denies("message-of-a-stranger", "8.3", "not-a-participant", sent({}, ["canSendMessage"], new Map(), "eve")),
  ...previews(),
  ...reports(),
];

function previews(): Case[] {
  const all: readonly CapabilityName[] = ["canSendMessage", "canSendLink", "canSendLinkPreview"];
  const setting = (sendLinkPreviews: LinkPreviewPolicy["sendLinkPreviews"]) =>
    new Map([
      component(Id.linkPreviewPolicy, LinkPreviewPolicy, {
        autodetectHyperlinksInText: "optional",
        sendLinkPreviews,
        automaticLinkPreviews: "optional",
        linkPreviewProxyUse: "forbidden",
      }),
    ]);
  const [link, preview] = [{ hasLink: true }, { hasLink: true, hasLinkPreview: true }];
  return [
    allows("previews-forbidden-link", "6.3", sent(link, all, setting("forbidden"))),
    denies(
      "previews-forbidden-preview",
      "6.3",
      "link-preview-not-allowed",
      sent(preview, all, setting("forbidden")),
    ),
    allows("previews-required-preview", "6.3", sent(preview, all, setting("required")), {
      readings: ["R-172"],
    }),
    denies(
      "previews-required-link",
      "6.3",
      "link-preview-not-allowed",
      sent(link, all, setting("required")),
      { readings: ["R-172"] },
    ),
    allows("previews-optional-link", "6.3", sent(link, all, setting("optional"))),
  ];
}

function reports(): Case[] {
  const setting = (
    deliveryNotifications: "optional" | "required" | "forbidden",
    readReceipts: "optional" | "forbidden",
  ) =>
    new Map([
      component(Id.statusNotificationPolicy, StatusNotificationPolicy, {
        deliveryNotifications,
        readReceipts,
      }),
    ]);
  const report = (...kinds: ContentFacts["reports"][number][]) => ({
    reports: kinds,
    mediaTypes: ["application/mimi-message-status"],
  });
  return [
    allows(
      "report-delivery-optional",
      "6.1",
      sent(report("delivery"), ["canSendMessage"], setting("optional", "forbidden")),
    ),
    denies(
      "report-delivery-forbidden",
      "6.1",
      "status-report-not-allowed",
      sent(report("delivery"), ["canSendMessage"], setting("forbidden", "optional")),
    ),
    allows(
      "report-read-optional",
      "6.1",
      sent(report("read"), ["canSendMessage"], setting("forbidden", "optional")),
    ),
    denies(
      "report-read-forbidden",
      "6.1",
      "status-report-not-allowed",
      sent(report("read"), ["canSendMessage"], setting("required", "forbidden")),
    ),
    denies(
      "report-both-one-forbidden",
      "6.1",
      "status-report-not-allowed",
      sent(report("delivery", "read"), ["canSendMessage"], setting("optional", "forbidden")),
    ),
    allows(
      "report-neither",
      "6.1",
      sent(report("other"), ["canSendMessage"], setting("forbidden", "forbidden")),
    ),
  ];
}
