/**
 * Calls an adapter. Whatever it answers is checked against the document before anybody believes it.
 * @module
 */

import { reasonOf } from "../errors.ts";
import { adapterDocument } from "./document.ts";
import type { AdapterOperations } from "./operations.ts";

/** The codes of a Problem. */
type ProblemCode = "invalid-argument" | "not-found" | "refused" | "unsupported" | "failed" | "timeout";

/** What the adapter reported, or `unreachable`, or `invalid-answer`: it does not keep to the document. */
export type AdapterErrorCode = ProblemCode | "unreachable" | "invalid-answer";

/** An operation was not done. Only `refused` says something about the provider under test. */
export class AdapterError extends Error {
  readonly code: AdapterErrorCode;
  readonly operation: string;
  constructor(code: AdapterErrorCode, operation: string, detail: string) {
    super(detail);
    this.name = "AdapterError";
    this.code = code;
    this.operation = operation;
  }
}

/** An adapter at a URL. */
export interface AdapterClient {
  /** Performs an operation. @throws AdapterError */
  call<K extends keyof AdapterOperations>(
    operation: K,
    args: AdapterOperations[K]["arguments"],
  ): Promise<AdapterOperations[K]["result"]>;
}

const TIMEOUT_MS = 35_000;
const MAX_ANSWER_OCTETS = 4 * 1024 * 1024;

/**
 * Makes a client. Nothing is sent yet.
 * @param url for example `http://127.0.0.1:9440`
 */
export function adapterClient(url: string): AdapterClient {
  const base = url.replace(/\/+$/, "");
  return {
    async call(operation, args) {
      const schema = adapterDocument().operations.get(operation);
      if (schema === undefined) throw new TypeError(`${operation} is not in openapi.yaml`);
      const { status, value } = await post(`${base}${schema.path}`, operation, args);
      if (status === 200) {
        const wrong = schema.checkResult(value);
        if (wrong !== undefined) throw new AdapterError("invalid-answer", operation, `status 200: ${wrong}`);
        return value as AdapterOperations[typeof operation]["result"];
      }
      const wrong = adapterDocument().checkProblem(value);
      if (wrong !== undefined) {
        throw new AdapterError("invalid-answer", operation, `status ${status}: ${wrong}`);
      }
      const { code, detail } = value as { readonly code: ProblemCode; readonly detail: string };
      throw new AdapterError(code, operation, detail.slice(0, 2000));
    },
  };
}

async function post(
  url: string,
  operation: string,
  args: unknown,
): Promise<{ readonly status: number; readonly value: unknown }> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(args),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await response.text();
  } catch (error) {
    throw new AdapterError("unreachable", operation, `${url}: ${reasonOf(causeOf(error))}`);
  }
  if (text.length > MAX_ANSWER_OCTETS) {
    throw new AdapterError("invalid-answer", operation, "an answer of more than 4 MiB");
  }
  try {
    return { status: response.status, value: JSON.parse(text) };
  } catch {
    const start = JSON.stringify(text.slice(0, 80));
    throw new AdapterError("invalid-answer", operation, `status ${response.status}: no JSON: ${start}`);
  }
}

/** fetch hides the reason that a connection failed in `cause`. */
function causeOf(error: unknown): unknown {
  return error instanceof TypeError && error.cause !== undefined ? error.cause : error;
}
