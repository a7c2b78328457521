/**
 * A provider: hub and follower over HTTPS with mutual TLS. draft-ietf-mimi-protocol-06.
 * @module
 */

export { type ProviderChecks, standardChecks } from "./checks.ts";
export {
  checkConfig,
  defaultLimits,
  defaultRetry,
  type Limits,
  type ListenAddress,
  type ProviderConfig,
  type Retry,
} from "./config.ts";
export {
  ConfigError,
  PeerError,
  type PeerErrorCode,
  ProviderError,
  type ProviderErrorCode,
} from "./errors.ts";
export { type Consent, type ConsentPolicy, openConsent } from "./follower/key-material.ts";
export type { Connection, Fetch } from "./http/listener.ts";
export type { PeerCertificate } from "./http/peer-certificate.ts";
export { createLogger, type Logger, type LogLevel } from "./logging.ts";
export type { OutgoingAnswer, OutgoingRequest, Send } from "./outgoing/send.ts";
export type { Clock, ProviderParts } from "./parts.ts";
export { type RunningProvider, startProvider } from "./start.ts";
export { StoreError, type StoreErrorCode } from "./store/errors.ts";
export { openSqliteStore } from "./store/sqlite.ts";
export type * from "./store/store.ts";
