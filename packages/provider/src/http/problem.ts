/**
 * Errors as HTTP answers: short text that names path and offset, never internals. Reading R-012.
 * @module
 */

import { IdentifierError, ProtocolError } from "@openmimi/protocol";
import { TlsError } from "@openmimi/tls";
import { PeerError, ProviderError } from "../errors.ts";
import { type Logger, reasonOf } from "../logging.ts";

/** How long to wait before trying again when nothing better is known, in seconds. */
const RETRY_AFTER_SECONDS = 2;

/**
 * Makes a ProviderError of whatever a handler threw. What is nobody's fault but ours is logged and shows nothing.
 */
export function asProviderError(error: unknown, logger: Logger): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof TlsError || error instanceof IdentifierError) {
    return new ProviderError("malformed", error.message, undefined, { cause: error });
  }
  if (error instanceof ProtocolError) {
    return new ProviderError("malformed", error.message, error.section, { cause: error });
  }
  if (error instanceof PeerError) {
    const code = error.code === "bad-answer" ? "bad-gateway" : "unavailable";
    return new ProviderError(code, error.message, undefined, { cause: error, headers: retryAfter() });
  }
  if (isStorageFailure(error)) {
    logger.error("storage-failed", { reason: reasonOf(error) });
    return new ProviderError("unavailable", "the provider cannot store anything now", undefined, {
      cause: error,
      headers: retryAfter(),
    });
  }
  logger.error("request-failed", {
    reason: reasonOf(error),
    stack: error instanceof Error ? error.stack : undefined,
  });
  return new ProviderError("internal", "the provider failed", undefined, { cause: error });
}

/** The Retry-After header. */
export function retryAfter(seconds = RETRY_AFTER_SECONDS): Record<string, string> {
  return { "retry-after": String(seconds) };
}

function isStorageFailure(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === "StoreError" &&
    ["storage-failed", "closed"].includes((error as Error & { code?: string }).code ?? "")
  );
}

/** The answer on the providers' side: plain text, one line. */
export function textProblem(error: ProviderError): Response {
  const section = error.section === undefined ? "" : ` (${error.section})`;
  return new Response(`${oneLine(error.message)}${section}\n`, {
    status: error.status,
    headers: { "content-type": "text/plain; charset=utf-8", ...error.headers },
  });
}

/** The answer on the clients' side: RFC 9457. */
export function jsonProblem(error: ProviderError, code: string = error.code): Response {
  const detail = oneLine(error.message);
  return new Response(JSON.stringify({ code, title: error.code, detail }), {
    status: error.status,
    headers: { "content-type": "application/problem+json", ...error.headers },
  });
}

/** Control characters of the input shall not reach terminals and logs. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").slice(0, 500);
}
