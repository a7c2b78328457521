/**
 * How a client reaches its provider: one request, one answer. What carries it is injected, so that the client runs
 * wherever there is a way to speak HTTPS.
 * @module
 */

/** A request of the client API. `path` begins with `/` and is already percent-encoded. */
export interface TransportRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** How long to wait for the whole answer. */
  readonly timeoutMs: number;
}

/** An answer, whatever its status. */
export interface TransportResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Carries requests to one provider. */
export interface Transport {
  /** @throws {ClientError} `connection` if no answer came: the request may or may not have been processed */
  request(request: TransportRequest): Promise<TransportResponse>;
  /** Gives up idle connections. */
  close(): void;
}

/** When a request without an answer, or with a temporary refusal (408, 429, 502, 503, 504), is sent again. */
export interface RetryPolicy {
  /** Between the first answer and the second attempt; it doubles from then on. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** After this time the last failure is thrown. */
  readonly giveUpAfterMs: number;
}

/** Two seconds at most between attempts, half a minute in all. */
export const DEFAULT_RETRY: RetryPolicy = { firstDelayMs: 50, maxDelayMs: 2000, giveUpAfterMs: 30_000 };
