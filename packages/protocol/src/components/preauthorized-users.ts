/**
 * Who may take which role because of what a credential says. Policy §4.
 * @module
 */

import { type Infer, opaque, struct, uint16, vector } from "@openmimi/tls";
import { Role } from "./roles.ts";

/**
 * Which claim: the MLS credential type, and the identifier of a claim in credentials of that type
 * (a DER OID for X.509, empty for basic; reading R-175).
 */
export const ClaimId = struct("ClaimId", { credentialType: uint16, id: opaque(1024) });
export type ClaimId = Infer<typeof ClaimId>;

/** A claim and the octets that it must have. */
export const Claim = struct("Claim", { claimId: ClaimId, claimValue: opaque(0xffff) });
export type Claim = Infer<typeof Claim>;

/** Whoever has all of these claims may take this role. The draft embeds the whole role (reading R-174). */
export const PreAuthRoleEntry = struct("PreAuthRoleEntry", {
  claimset: vector(Claim, { maxElements: 64 }),
  targetRole: Role,
});
export type PreAuthRoleEntry = Infer<typeof PreAuthRoleEntry>;

/** The data of component 0x0026, and its update (PreAuthUpdate), which replaces them. First match wins. */
export const PreAuthData = struct("PreAuthData", {
  preauthorizedEntries: vector(PreAuthRoleEntry, { maxElements: 1024 }),
});
export type PreAuthData = Infer<typeof PreAuthData>;
