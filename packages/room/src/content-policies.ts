/**
 * What the room's policies say of a message, whoever sends it. Policy §6.1, §6.3, §6.4, §6.8; readings.
 * @module
 */

import { type AssetPolicy, domainOf, IdentifierError } from "@openmimi/protocol";
import type { AssetFacts, ContentFacts } from "./content-facts.ts";
import { deny } from "./decision.ts";
import { isListed, kindOfAsset, kindOfMedia } from "./media.ts";
import type { RoomState } from "./state.ts";

/** Whether a message keeps to the room's policies on previews, assets, expiration and reports. @throws {Denied} */
export function checkContentPolicies(state: RoomState, sender: string, content: ContentFacts): void {
  checkPreviews(state, sender, content);
  checkAssets(state, sender, content);
  checkExpiration(state, sender, content);
  checkReports(state, sender, content);
}

/** Policy §6.3: previews that the sender makes. */
function checkPreviews({ linkPreviews }: RoomState, user: string, content: ContentFacts): void {
  const details = { section: "policy §6.3", user };
  const setting = linkPreviews?.sendLinkPreviews;
  if (setting === "forbidden" && content.hasLinkPreview) {
    deny("link-preview-not-allowed", "a message brings a link preview", details);
  }
  if (setting === "required" && content.hasLink && !content.hasLinkPreview) {
    deny("link-preview-not-allowed", "a link comes without its preview", details);
  }
}

function checkAssets({ assets: policy }: RoomState, user: string, content: ContentFacts): void {
  if (policy === undefined) return;
  const section = "policy §6.4";
  for (const mediaType of content.mediaTypes) {
    const listed = policy.permittedMediaTypes;
    if (
      isListed(mediaType, policy.forbiddenMediaTypes) ||
      (listed.length > 0 && !isListed(mediaType, listed))
    ) {
      deny("asset-not-allowed", `${mediaType} is not permitted`, { section, user });
    }
  }
  for (const asset of content.assets) checkAsset(policy, user, asset);
}

function checkAsset(policy: AssetPolicy, user: string, asset: AssetFacts): void {
  const section = "policy §6.4";
  if (asset.disposition === "session") return;
  if (!isUploadDomain(policy, user, hostOf(asset.url))) {
    deny("asset-not-allowed", `${asset.url} is not at an upload domain of the room`, { section, user });
  }
  const most = maximumSize(policy, asset);
  // Reading R-193: with a maximum of 0 the kind is not accepted, whether or not a size is given.
  if (most === 0n || asset.size > most) {
    deny("asset-not-allowed", `${asset.size} octets of ${asset.mediaType}, at most ${most} are accepted`, {
      section,
      user,
    });
  }
}

/** Policy §6.4: with localProvider the entry of the sender's provider counts, with hub the only one. */
function isUploadDomain(
  { assetUploadLocation, uploadDomains }: AssetPolicy,
  user: string,
  host: string | undefined,
): boolean {
  if (assetUploadLocation === "unspecified") return true;
  const own = providerOf(user);
  return uploadDomains.some(
    ({ provider, assetUploadDestinations }) =>
      (assetUploadLocation === "hub" || provider.domain === own) &&
      assetUploadDestinations.some(({ domain }) => domain === host),
  );
}

function providerOf(user: string): string | undefined {
  try {
    return domainOf(user);
  } catch (error) {
    if (error instanceof IdentifierError) return undefined;
    throw error;
  }
}

function hostOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, username, password } = new URL(url);
  return username === "" && password === "" ? hostname : undefined;
}

function maximumSize(policy: AssetPolicy, asset: AssetFacts): bigint {
  const kind = kindOfAsset(asset);
  switch (kind === "preview" ? kindOfMedia(asset.mediaType) : kind) {
    case "image":
      return policy.maxImage;
    case "audio":
      return policy.maxAudio;
    case "video":
      return policy.maxVideo;
    default:
      return policy.maxAttachment;
  }
}

/** Policy §6.8. What takes another message back, or reports on one, has nothing that could expire. */
function checkExpiration({ expiration }: RoomState, user: string, content: ContentFacts): void {
  if (expiration === undefined || content.deletes || content.reports.length > 0) return;
  const details = { section: "policy §6.8", user };
  const { lifetimeSeconds: lifetime } = content;
  if (expiration.expiringMessages === "forbidden") {
    if (lifetime !== undefined)
      deny("expiration-not-allowed", "messages do not expire in this room", details);
    return;
  }
  if (lifetime === undefined) {
    if (expiration.expiringMessages === "required") {
      deny("expiration-not-allowed", "every message expires in this room", details);
    }
    return;
  }
  const { minExpirationDuration: least, maxExpirationDuration: most } = expiration;
  if (lifetime < least || lifetime > most) {
    deny("expiration-not-allowed", `${lifetime} seconds are not from ${least} to ${most}`, details);
  }
}

/** Policy §6.1. */
function checkReports({ statusNotifications }: RoomState, user: string, { reports }: ContentFacts): void {
  const details = { section: "policy §6.1", user };
  if (statusNotifications?.deliveryNotifications === "forbidden" && reports.includes("delivery")) {
    deny("status-report-not-allowed", "delivery notifications are forbidden", details);
  }
  if (statusNotifications?.readReceipts === "forbidden" && reports.includes("read")) {
    deny("status-report-not-allowed", "read receipts are forbidden", details);
  }
}
