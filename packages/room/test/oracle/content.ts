/**
 * The oracle's verdict on a decoded message. Policy §6.1, §6.3, §6.4, §6.8, §8.3, §8.4; content §9.
 * @module
 */

import type { AssetFacts, ContentFacts, EarlierMessage } from "../../src/content-facts.ts";
import type { RoomParts } from "../../src/state.ts";
import { type Complaint, Complaints } from "./question.ts";
import { can, definitionOf, isBanned, listedRole } from "./standing.ts";

/** Somebody sends something. */
export interface ContentQuestion {
  readonly room: RoomParts;
  readonly user: string;
  readonly content: ContentFacts;
}

/** Table 1 of policy §10.2, as far as members can judge what others send. */
const may = {
  sendMessage: 0x0100,
  replyToMessage: 0x0104,
  reactToMessage: 0x0105,
  editReaction: 0x0106,
  deleteOwnReaction: 0x0107,
  deleteOtherReaction: 0x0108,
  editOwnMessage: 0x0109,
  deleteOwnMessage: 0x010a,
  deleteOtherMessage: 0x010b,
  startTopic: 0x010c,
  replyInTopic: 0x010d,
  editOwnTopic: 0x010e,
  editOtherTopic: 0x010f,
  uploadImage: 0x0200,
  uploadAudio: 0x0201,
  uploadVideo: 0x0202,
  uploadAttachment: 0x0203,
  sendLink: 0x0208,
  sendLinkPreview: 0x0209,
} as const;

/** Every sentence that a message breaks. */
export function judgeContent({ room, user, content }: ContentQuestion): readonly Complaint[] {
  const complaints = new Complaints();
  const role = listedRole(room, user);
  complaints.unless(role !== 0, "not-a-participant", "protocol §5.4: an active participant");
  complaints.unless(!isBanned(role), "banned", "protocol §5.3: a banned user sends nothing");
  const needs = (capability: number, because: string) =>
    complaints.unless(can({ roles: [definitionOf(room, role)] }, capability), "missing-capability", because);
  // "Setting specific message fields may require additional capabilities": in addition to this one.
  needs(may.sendMessage, "§8.3: canSendMessage");
  const { replaces } = content;
  if (replaces === undefined) judgeNew(content, needs);
  else {
    // A message that is not at hand cannot be harmed: it counts as one's own.
    const same = { senderUri: user, topicId: content.topicId, reaction: content.reaction };
    judgeReplacement(content, replaces === "unknown" ? same : replaces, user, needs, complaints);
  }
  if (content.hasLinkPreview) needs(may.sendLinkPreview, "§8.3: an inline link with an associated preview");
  else if (content.hasLink) needs(may.sendLink, "§8.3: an inline link");
  judgePreviews(room, content, complaints);
  for (const asset of content.assets) {
    const upload = uploadOf(asset);
    if (upload !== undefined) needs(upload, `§8.4: ${asset.disposition} ${asset.mediaType}`);
    judgeAsset(room, asset, user, complaints);
  }
  for (const mediaType of content.mediaTypes) judgeMediaType(room, mediaType, complaints);
  judgeExpiration(room, content, complaints);
  for (const report of content.reports) {
    const setting = {
      delivery: room.statusNotifications?.deliveryNotifications,
      read: room.statusNotifications?.readReceipts,
    };
    if (report !== "other" && setting[report] === "forbidden")
      complaints.add("status-report-not-allowed", `§6.1: ${report}`);
  }
  return complaints.all;
}

type Needs = (capability: number, because: string) => void;

function judgeNew({ inReplyTo, reaction, topicId }: ContentFacts, needs: Needs): void {
  const original = inReplyTo === undefined ? "" : inReplyTo === "unknown" ? topicId : inReplyTo.topicId;
  const sameTopic = topicId !== "" && topicId === original;
  if (reaction) needs(may.reactToMessage, '§8.3: using the "reaction" disposition');
  else if (inReplyTo !== undefined && sameTopic) needs(may.replyInTopic, "§8.3: using the same topic");
  else if (inReplyTo !== undefined) needs(may.replyToMessage, "§8.3: replying to another message");
  if (topicId !== "" && !sameTopic) needs(may.startTopic, "§8.3: set the topic for a message");
}

function judgeReplacement(
  content: ContentFacts,
  original: EarlierMessage,
  user: string,
  needs: Needs,
  complaints: Complaints,
): void {
  const own = original.senderUri === user;
  if (content.deletes) {
    if (original.reaction && own) needs(may.deleteOwnReaction, "§8.3: retract its own previous reaction");
    if (original.reaction && !own) needs(may.deleteOtherReaction, "§8.3: another user's reaction");
    if (!original.reaction && own) needs(may.deleteOwnMessage, "§8.3: retract one of its own messages");
    if (!original.reaction && !own) needs(may.deleteOtherMessage, "§8.3: retract messages for other users");
    return;
  }
  const forbid = (because: string) => complaints.add("not-permitted", because);
  const topic = content.topicId !== original.topicId;
  if (original.reaction) {
    if (!own) forbid("content §9.3: the reaction of somebody else");
    if (!content.reaction) forbid("§8.3: its own previous reaction with another reaction");
    if (own) needs(may.editReaction, "§8.3: its own previous reaction");
    return;
  }
  if (own && (content.changesBody || !topic))
    needs(may.editOwnMessage, "§8.3: the content of its own message");
  if (content.reaction) needs(may.reactToMessage, '§8.3: using the "reaction" disposition');
  // beside another body, a differing topic is ignored unless the capability allows it.
  if (own && topic && !content.changesBody)
    needs(may.editOwnTopic, "§8.3: the topic of a previously sent message");
  if (!own && topic) needs(may.editOtherTopic, "§8.3: the topic of another user's message");
  if (!own && (content.changesBody || !topic)) forbid("content §9.3: the message of somebody else");
}

/** Policy §8.4: by disposition, then by media type. Previews and session descriptions are no uploaded files. */
function uploadOf({ disposition, mediaType }: AssetFacts): number | undefined {
  if (disposition === "session" || disposition === "preview") return undefined;
  const [type] = mediaType.toLowerCase().split("/");
  if (disposition === "attachment") return may.uploadAttachment;
  if (type === "image") return may.uploadImage;
  if (type === "video") return may.uploadVideo;
  if (type === "audio") return may.uploadAudio;
  return may.uploadAttachment;
}

/** Policy §6.3. */
function judgePreviews({ linkPreviews }: RoomParts, content: ContentFacts, complaints: Complaints): void {
  const setting = linkPreviews?.sendLinkPreviews;
  if (setting === "forbidden" && content.hasLinkPreview)
    complaints.add("link-preview-not-allowed", "§6.3: send_link_previews is forbidden");
  if (setting === "required" && content.hasLink && !content.hasLinkPreview)
    complaints.add("link-preview-not-allowed", "§6.3: send_link_previews is mandatory");
}

/** Policy §6.4: where assets are, and how large they may be. */
function judgeAsset(
  { assets: policy }: RoomParts,
  asset: AssetFacts,
  user: string,
  complaints: Complaints,
): void {
  if (policy === undefined || asset.disposition === "session") return;
  const senderDomain = /^mimi:\/\/([^/]*)/.exec(user)?.[1];
  // The authority without a port; with user information it is not worth a look.
  const host = /^[a-z]+:\/\/([^/?#@:]*)(?::[0-9]*)?(?:[/?#]|$)/i.exec(asset.url)?.[1]?.toLowerCase();
  const lists = policy.uploadDomains.filter(
    ({ provider }) => policy.assetUploadLocation === "hub" || provider.domain === senderDomain,
  );
  const destinations = lists.flatMap(({ assetUploadDestinations }) => assetUploadDestinations);
  if (policy.assetUploadLocation !== "unspecified")
    complaints.unless(
      destinations.some(({ domain }) => domain === host),
      "asset-not-allowed",
      "§6.4: the host corresponds to an entry in asset_upload_domains",
    );
  const type = asset.mediaType.toLowerCase().split("/")[0];
  const limit =
    asset.disposition === "attachment"
      ? policy.maxAttachment
      : type === "image"
        ? policy.maxImage
        : type === "audio"
          ? policy.maxAudio
          : type === "video"
            ? policy.maxVideo
            : policy.maxAttachment;
  // zero is a maximum of zero octets, so that kind is not accepted.
  complaints.unless(limit !== 0n && asset.size <= limit, "asset-not-allowed", "§6.4: the maximum size");
}

/** Policy §6.4: an entry without parameters matches all media types of that type and subtype. */
function judgeMediaType({ assets: policy }: RoomParts, mediaType: string, complaints: Complaints): void {
  if (policy === undefined) return;
  // names ignore case, values do not (but for that of charset), and text is UTF-8 where it does not say.
  const parts = (text: string) => {
    const [essence = "", ...rest] = text.split(";").map((part) => part.trim());
    const parameters = rest.map((parameter) => {
      const [name = "", value = ""] = parameter.split("=");
      return `${name.toLowerCase()}=${name.toLowerCase() === "charset" ? value.toLowerCase() : value}`;
    });
    const said = parameters.filter(
      (parameter) => !essence.toLowerCase().startsWith("text/") || parameter !== "charset=utf-8",
    );
    return { essence: essence.toLowerCase(), parameters: said.sort().join(";"), any: rest.length === 0 };
  };
  const one = parts(mediaType);
  const decoder = new TextDecoder();
  const matches = (entry: (typeof policy.forbiddenMediaTypes)[number]) => {
    const parameters = entry.parameters.map(
      ({ parameterName, parameterValue }) =>
        `${decoder.decode(parameterName)}=${decoder.decode(parameterValue)}`,
    );
    const other = parts([entry.type, ...parameters].join(";"));
    return one.essence === other.essence && (other.any || one.parameters === other.parameters);
  };
  const permitted = policy.permittedMediaTypes.filter((entry) => entry !== undefined);
  complaints.unless(
    !policy.forbiddenMediaTypes.some(matches),
    "asset-not-allowed",
    "§6.4: forbidden_media_types",
  );
  complaints.unless(
    permitted.length === 0 || permitted.some(matches),
    "asset-not-allowed",
    "§6.4: one of the permitted_media_types",
  );
}

/** Policy §6.8. A message that takes another one back, or reports, has nothing that could expire. */
function judgeExpiration({ expiration }: RoomParts, content: ContentFacts, complaints: Complaints): void {
  if (expiration === undefined || content.deletes || content.reports.length > 0) return;
  const lifetime = content.lifetimeSeconds;
  if (expiration.expiringMessages === "forbidden") {
    complaints.unless(lifetime === undefined, "expiration-not-allowed", "§6.8: forbidden");
    return;
  }
  if (lifetime === undefined) {
    complaints.unless(expiration.expiringMessages === "optional", "expiration-not-allowed", "§6.8: required");
    return;
  }
  complaints.unless(
    lifetime >= expiration.minExpirationDuration && lifetime <= expiration.maxExpirationDuration,
    "expiration-not-allowed",
    "§6.8: from the shortest to the longest acceptable duration",
  );
}
