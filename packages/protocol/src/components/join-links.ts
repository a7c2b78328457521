/**
 * Join links, and the policy for new ones. Policy §6.2.
 * @module
 */

import { bool, type Infer, opaque, struct, uint32, vector } from "@openmimi/tls";
import { Uri } from "./uri.ts";

/** The most links of one room. */
const MAX_LINKS = 10_000;

/**
 * The data of component 0x0029, and its update. `joinLink` is where links are requested (the prose calls it
 * link_requests; reading R-180); it may be empty. `expiration` is in seconds.
 */
export const JoinLinkPolicy = struct("JoinLinkPolicy", {
  onRequest: bool,
  joinLink: Uri,
  multiuser: bool,
  expiration: uint32,
});
export type JoinLinkPolicy = Infer<typeof JoinLinkPolicy>;

/** One link; its octets are also the joining code of GroupInfoRequest (readings ). */
export const JoinLink = struct("JoinLink", { joinLink: opaque(4096) });
export type JoinLink = Infer<typeof JoinLink>;

/** The data of component 0x002a: a vector without a struct around it (reading R-180). */
export const JoinLinksData = vector(JoinLink, { maxElements: MAX_LINKS });
export type JoinLinksData = Infer<typeof JoinLinksData>;

/** The update of component 0x002a. */
export const JoinLinksUpdate = struct("JoinLinksUpdate", {
  removedIndices: vector(uint32, { maxElements: MAX_LINKS }),
  addedLinks: vector(JoinLink, { maxElements: MAX_LINKS }),
});
export type JoinLinksUpdate = Infer<typeof JoinLinksUpdate>;
