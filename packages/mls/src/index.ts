/**
 * MLS group state: RFC 9420 and draft-ietf-mls-extensions-10, as server (public) and as member.
 * @module
 */

export * from "./codec/index.ts";
export { MlsError, type MlsErrorCode } from "./errors.ts";
