/**
 * Where assets are uploaded, how they are downloaded, how large and of which kinds they are. Policy §6.4.
 * @module
 */

import { MediaType } from "@openmimi/mls";
import { enumeration, type Infer, optional, refined, struct, text, uint64, vector } from "@openmimi/tls";

export const AssetUploadLocation = enumeration("AssetUploadLocation", {
  unspecified: 0,
  localProvider: 1,
  hub: 2,
});
export type AssetUploadLocation = Infer<typeof AssetUploadLocation>;

/** A domain name as text; 253 octets are the most that DNS has. */
export const DomainName = struct("DomainName", { domain: text(253) });
export type DomainName = Infer<typeof DomainName>;

export const ProviderAssetUploadDomains = struct("ProviderAssetUploadDomains", {
  provider: DomainName,
  assetUploadDestinations: vector(DomainName, { maxElements: 1024 }),
});
export type ProviderAssetUploadDomains = Infer<typeof ProviderAssetUploadDomains>;

export const DownloadPrivacyType = enumeration("DownloadPrivacyType", { direct: 0, hubProxy: 1, ohttp: 2 });
export type DownloadPrivacyType = Infer<typeof DownloadPrivacyType>;

/** Forbidden wins where a type is in both lists (reading R-193). */
export const DownloadPrivacy = struct("DownloadPrivacy", {
  allowedDownloadTypes: vector(DownloadPrivacyType, { maxElements: 255 }),
  forbiddenDownloadTypes: vector(DownloadPrivacyType, { maxElements: 255 }),
  defaultDownloadType: DownloadPrivacyType,
});
export type DownloadPrivacy = Infer<typeof DownloadPrivacy>;

/** By the letter a vector of optional values (reading R-179): an absent element is refused, none at all permits all. */
const permittedMediaTypes = refined(vector(optional(MediaType), { maxElements: 1024 }), (types) =>
  types.includes(undefined) ? "a permitted media type is absent" : undefined,
);

const fields = struct("AssetPolicy", {
  assetUploadLocation: AssetUploadLocation,
  uploadDomains: vector(ProviderAssetUploadDomains, { maxElements: 1024 }),
  downloadPrivacy: DownloadPrivacy,
  /** In octets; 0 admits nothing, 2^64-1 everything (reading R-193). */
  maxImage: uint64,
  maxAudio: uint64,
  maxVideo: uint64,
  maxAttachment: uint64,
  forbiddenMediaTypes: vector(MediaType, { maxElements: 1024 }),
  permittedMediaTypes,
});

/** The data of component 0x002c, and its update, which replaces them. */
export const AssetPolicy = refined(fields, ({ assetUploadLocation, uploadDomains }) =>
  assetUploadLocation === "hub" && uploadDomains.length !== 1
    ? "uploads go to the hub and not exactly one provider is listed"
    : undefined,
);
export type AssetPolicy = Infer<typeof AssetPolicy>;
