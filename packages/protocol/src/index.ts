/**
 * MIMI on the wire: draft-ietf-mimi-protocol-06.
 * @module
 */

export * from "./bodies/index.ts";
export * from "./components/index.ts";
export {
  clientCredential,
  type Identity,
  identityOf,
  providerCredential,
  providerOf,
} from "./credentials.ts";
export { type CertificateNames, certificateNames } from "./der.ts";
export * from "./directory.ts";
export { parseDomain } from "./domain.ts";
export { downloadUrlFromPathSegment } from "./download-url.ts";
export {
  IdentifierError,
  type IdentifierErrorCode,
  ProtocolError,
  type ProtocolErrorCode,
} from "./errors.ts";
export * from "./franking.ts";
export * from "./group-info.ts";
export * from "./http.ts";
export * from "./identifiers.ts";
export {
  checkKeyMaterialResponse,
  incompatibleProtocolResponse,
  signKeyMaterialRequest,
  verifyKeyMaterialRequest,
} from "./key-material.ts";
export * from "./limits.ts";
export { cwtClaims, jwtClaims, type TokenClaim } from "./web-tokens.ts";
