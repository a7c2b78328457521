/**
 * What a provider refuses, as HTTP says it. Protocol §4.1, §5; readings.
 * Refusals that a response body can express are not errors: they are answers with status 200.
 * @module
 */

/** Why a request got no regular answer. The set is closed; each code has one status. */
export type ProviderErrorCode = keyof typeof statuses;

const statuses = {
  /** The octets, the path or the JSON cannot be read. */
  malformed: 400,
  /** No trusted certificate, no usable From, no known token. */
  unauthenticated: 401,
  /** The certificate, the From header and the claim inside do not belong together, or the peer may not ask this. */
  forbidden: 403,
  "not-found": 404,
  "method-not-allowed": 405,
  conflict: 409,
  "client-exists": 409,
  "room-exists": 409,
  "too-large": 413,
  "unsupported-media-type": 415,
  /** The Host header names somebody else. */
  misdirected: 421,
  "too-many-requests": 429,
  internal: 500,
  /** Another provider answered what cannot be used. */
  "bad-gateway": 502,
  /** Temporarily: the database or another provider does not answer. Sent with Retry-After. */
  unavailable: 503,
} as const;

/**
 * Thrown by handlers, caught at the edge of the server, and shown as text that names no internals.
 *
 * @example
 * ```ts
 * throw new ProviderError("forbidden", "the certificate does not name b.example", "protocol §4.1");
 * ```
 */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly code: ProviderErrorCode;
  readonly status: (typeof statuses)[ProviderErrorCode];
  readonly section: string | undefined;
  /** Further response headers, lower case. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProviderErrorCode,
    message: string,
    section?: string,
    options: ErrorOptions & { headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message, options);
    this.code = code;
    this.status = statuses[code];
    this.section = section;
    this.headers = options.headers ?? {};
  }
}

/** A configuration that cannot be used. `path` names the member, for example `mimi.port`. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "invalid-config";
  readonly path: string;

  constructor(path: string, message: string, options?: ErrorOptions) {
    super(`${path}: ${message}`, options);
    this.path = path;
  }
}

/** Why a call to another provider gave nothing usable. */
export type PeerErrorCode =
  /** No connection, no TLS, no answer in time. */
  | "unreachable"
  /** The directory cannot be read or does not offer the service. */
  | "no-service"
  /** The answer is too large or has no readable body. */
  | "bad-answer";

/** Thrown by the outgoing side only. */
export class PeerError extends Error {
  override readonly name = "PeerError";
  readonly code: PeerErrorCode;
  readonly domain: string;

  constructor(code: PeerErrorCode, domain: string, message: string, options?: ErrorOptions) {
    super(`${domain}: ${message}`, options);
    this.code = code;
    this.domain = domain;
  }
}
