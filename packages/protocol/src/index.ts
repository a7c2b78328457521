/**
 * MIMI on the wire: draft-ietf-mimi-protocol-06.
 * @module
 */

export * from "./bodies/index.ts";
export * from "./components/index.ts";
export { parseDomain } from "./domain.ts";
export {
  IdentifierError,
  type IdentifierErrorCode,
  ProtocolError,
  type ProtocolErrorCode,
} from "./errors.ts";
export * from "./identifiers.ts";
export * from "./limits.ts";
