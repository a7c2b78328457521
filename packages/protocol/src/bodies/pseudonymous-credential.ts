/**
 * Credentials of minimal metadata rooms. Protocol §6.1. The structs only: the draft gives neither a credential type nor
 * a key for the identity link (reading R-129).
 * @module
 */

import { Credential } from "@openmimi/mls";
import { type Infer, opaque, struct } from "@openmimi/tls";
import { MAX_PUBLIC_KEY_OCTETS, MAX_SIGNATURE_OCTETS } from "../limits.ts";
import { IdentifierUri } from "./common.ts";

const pseudonyms = {
  clientPseudonym: IdentifierUri,
  userPseudonym: IdentifierUri,
  /** A vector as everywhere in MLS, although the draft gives no length (reading R-128). */
  signaturePublicKey: opaque(MAX_PUBLIC_KEY_OCTETS),
};

/** Protocol §6.1. */
export const PseudonymousCredential = struct("PseudonymousCredential", {
  ...pseudonyms,
  identityLinkCiphertext: opaque(),
});
export type PseudonymousCredential = Infer<typeof PseudonymousCredential>;

/** Protocol §6.1: what the client's real key signs. */
export const PseudonymousCredentialTBS = struct("PseudonymousCredentialTBS", pseudonyms);

/** Protocol §6.1: what is encrypted for the room. */
export const IdentityLinkTBE = struct("IdentityLinkTBE", {
  pseudonymousCredentialSignature: opaque(MAX_SIGNATURE_OCTETS),
  clientCredential: Credential,
});
export type IdentityLinkTBE = Infer<typeof IdentityLinkTBE>;
