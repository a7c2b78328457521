/**
 * Calls of the client API: token, retries, and problems turned into errors.
 * @module
 */

import { ClientError, type ClientErrorCode } from "./errors.ts";
import { type JsonObject, parseObject } from "./json.ts";
import type { RetryPolicy, Transport, TransportRequest, TransportResponse } from "./transport.ts";

/** A call before the token is added. */
export interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly json?: JsonObject;
  readonly octets?: Uint8Array;
  /** How long the provider may hold the request on purpose (long polling). Default: 0. */
  readonly holdMs?: number;
  /** False for what must not be sent twice. Default: true. */
  readonly repeatable?: boolean;
}

/** How long one attempt may take beyond what the provider holds it on purpose. */
const ATTEMPT_TIMEOUT_MS = 20_000;

/** Refusals that say nothing about the request. */
const TEMPORARY: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/** An attempt that gave no 2xx answer. */
interface Failure {
  readonly error: ClientError;
  readonly temporary: boolean;
  readonly retryAfterMs: number;
}

const CODES: Readonly<Record<number, ClientErrorCode>> = {
  401: "unauthorized",
  403: "not-allowed",
  404: "not-found",
  409: "conflict",
};

/**
 * Sends calls until they are answered.
 *
 * A call that got no answer is sent again octet for octet: the provider replays the answer to a body that it has
 * processed already (reading R-067), so that repeating is safe.
 */
export class Caller {
  readonly #transport: Transport;
  readonly #retry: RetryPolicy;
  #token: string | undefined;

  constructor(transport: Transport, retry: RetryPolicy, token?: string) {
    this.#transport = transport;
    this.#retry = retry;
    this.#token = token;
  }

  /** The token of every later call. */
  authorize(token: string): void {
    this.#token = token;
  }

  /** @throws {ClientError} for every answer that is not 2xx */
  async call(call: Call): Promise<TransportResponse> {
    const request = this.#request(call);
    const giveUpAt = Date.now() + this.#retry.giveUpAfterMs;
    let delayMs = this.#retry.firstDelayMs;
    for (;;) {
      const outcome = await this.#attempt(request);
      if (!("error" in outcome)) return outcome;
      const waitMs = Math.max(delayMs, outcome.retryAfterMs);
      const again = call.repeatable !== false && outcome.temporary && Date.now() + waitMs <= giveUpAt;
      if (!again) throw outcome.error;
      await pause(waitMs);
      delayMs = Math.min(delayMs * 2, this.#retry.maxDelayMs);
    }
  }

  /** A call whose answer is a JSON object. */
  async json(call: Call): Promise<JsonObject> {
    return parseObject((await this.call(call)).body);
  }

  /** A call that sends octets and is answered with octets. */
  async octets(path: string, octets: Uint8Array, repeatable = true): Promise<Uint8Array> {
    return (await this.call({ method: "POST", path, octets, repeatable })).body;
  }

  #request(call: Call): TransportRequest {
    const headers: Record<string, string> = { accept: "*/*" };
    if (this.#token !== undefined) headers.authorization = `Bearer ${this.#token}`;
    const body = call.json === undefined ? call.octets : new TextEncoder().encode(JSON.stringify(call.json));
    if (body !== undefined) {
      headers["content-type"] = call.json === undefined ? "application/octet-stream" : "application/json";
    }
    const timeoutMs = ATTEMPT_TIMEOUT_MS + (call.holdMs ?? 0);
    return {
      method: call.method,
      path: call.path,
      headers,
      timeoutMs,
      ...(body === undefined ? {} : { body }),
    };
  }

  async #attempt(request: TransportRequest): Promise<TransportResponse | Failure> {
    try {
      const answer = await this.#transport.request(request);
      return answer.status >= 200 && answer.status < 300 ? answer : refusal(request, answer);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      return { error, temporary: error.code === "connection", retryAfterMs: 0 };
    }
  }
}

/** What a refusal says: RFC 9457 for the client API, plain text for what a hub answered. */
function refusal(request: TransportRequest, answer: TransportResponse): Failure {
  const { status, headers, body } = answer;
  const code = CODES[status] ?? (status >= 500 ? "provider-failure" : "bad-request");
  const json = headers["content-type"]?.includes("json") ?? false;
  const title = json ? problemTitle(body) : new TextDecoder().decode(body.subarray(0, 1000));
  const error = new ClientError(code, `${request.method} ${request.path}: ${status} ${title}`.trim(), {
    status,
  });
  return { error, temporary: TEMPORARY.has(status), retryAfterMs: retryAfterMs(headers["retry-after"]) };
}

function problemTitle(body: Uint8Array): string {
  try {
    const { code, title, detail } = parseObject(body);
    return [code, title, detail].filter((part) => typeof part === "string").join(": ");
  } catch {
    return "";
  }
}

/** RFC 9110 §10.2.3; a date is not used by our providers and counts as no advice. */
function retryAfterMs(header: string | undefined): number {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : 0;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    globalThis.setTimeout(resolve, ms);
  });
}
