/**
 * The providers' side of the server: who asks is settled before a body is read. Protocol §4.1, §5.
 * @module
 */

import { DIRECTORY_PATH, MIMI_MEDIA_TYPE } from "@openmimi/protocol";
import { type Context, Hono } from "hono";
import type { ProviderChecks } from "../checks.ts";
import { ProviderError } from "../errors.ts";
import type { Logger } from "../logging.ts";
import { readBody } from "./body.ts";
import type { Connection, Fetch } from "./listener.ts";
import { asProviderError, textProblem } from "./problem.ts";
import { findRoute, hostOf, parseTarget, uriOfPath } from "./route.ts";

/** A request whose sender is known, with its whole body. */
export interface MimiCall {
  /** The domain in the From header, which the certificate names. */
  readonly caller: string;
  /** The URI in the path. */
  readonly uri: string;
  readonly body: Uint8Array;
}

/** What an endpoint answers. Absent body: none at all. */
export interface MimiAnswer {
  readonly status: 200 | 201;
  readonly body?: Uint8Array;
}

/** One endpoint of the directory. */
export type MimiEndpoint = (call: MimiCall) => Promise<MimiAnswer>;

/** What {@link mimiApp} needs. */
export interface MimiAppOptions {
  /** Names under which this provider is addressed: its domain, and the host of its directory's URLs (reading R-013). */
  readonly hosts: readonly string[];
  /** In front of the endpoints' names, for example `/v1`. */
  readonly prefix: string;
  /** The directory document (protocol §5.1). */
  readonly directory: string;
  /** By their names in the directory; `variable` is the one in their template. */
  readonly endpoints: Readonly<Record<string, { readonly variable: string; readonly handle: MimiEndpoint }>>;
  readonly maxBodyOctets: number;
  readonly checks: ProviderChecks;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

type Env = { Bindings: Connection };

/**
 * Makes the handler of the providers' side.
 *
 * Order of the checks: Host (421), certificate (401), From (401), certificate against From (403), path (404),
 * method (405), media type (415), size (413), then the endpoint itself. The directory needs no certificate (R-023).
 */
export function mimiApp(options: MimiAppOptions): Fetch {
  const { checks, endpoints, logger } = options;
  const app = new Hono<Env>({ getPath: () => "/" });

  app.all("/", async (c) => {
    const { path, authority } = parseTarget(c.env.target ?? targetOf(c.req.url));
    const host = authority ?? c.req.header("host") ?? new URL(c.req.url).host;
    if (!checks.hostIsUs(hostOf(host), options.hosts)) {
      throw new ProviderError("misdirected", "the Host header names another provider", "protocol §4.1");
    }
    if (path === DIRECTORY_PATH) return directory(c, options.directory);
    const caller = authenticate(c, options);
    const route = findRoute(path, options.prefix);
    const endpoint =
      route !== undefined && Object.hasOwn(endpoints, route.endpoint) ? endpoints[route.endpoint] : undefined;
    if (route === undefined || endpoint === undefined || route.rest === "") {
      throw new ProviderError("not-found", "there is nothing at this path", "protocol §5.1");
    }
    if (c.req.method !== "POST") throw wrongMethod("POST");
    if (!checks.mediaTypeAccepted(c.req.header("content-type"))) {
      throw new ProviderError("unsupported-media-type", `expected ${MIMI_MEDIA_TYPE}`, "reading R-011");
    }
    const uri = uriOfPath(route.rest, endpoint.variable);
    const body = await readBody(c.req.raw, options.maxBodyOctets);
    const answer = await endpoint.handle({ caller, uri, body });
    logger.debug("answered", { endpoint: route.endpoint, caller, uri, status: answer.status });
    return respond(answer);
  });

  app.onError((error, c) => {
    const problem = asProviderError(error, logger);
    logger.info("refused", {
      method: c.req.method,
      target: (c.env.target ?? "").slice(0, 500),
      from: c.req.header("from")?.slice(0, 300),
      status: problem.status,
      reason: problem.message,
    });
    return textProblem(problem);
  });

  return (request, connection) => app.fetch(request, connection);
}

/** Protocol §4.1: who is at the other end. */
function authenticate(c: Context<Env>, { checks, nowMs }: MimiAppOptions): string {
  const { certificate } = c.env;
  if (certificate === undefined || !checks.certificateTrusted(certificate, nowMs())) {
    throw new ProviderError("unauthenticated", "no trusted client certificate", "protocol §4.1");
  }
  const from = checks.fromDomain(c.req.header("from"));
  if (from === undefined) {
    throw new ProviderError("unauthenticated", "the From header is not mimi@ and a domain", "protocol §4.1");
  }
  if (!checks.certificateNamesFrom(certificate, from)) {
    throw new ProviderError("forbidden", `the certificate does not name ${from}`, "protocol §4.1");
  }
  return from;
}

function directory(c: Context<Env>, document: string): Response {
  if (c.req.method !== "GET" && c.req.method !== "HEAD") throw wrongMethod("GET, HEAD");
  return new Response(document, {
    headers: { "content-type": "application/json", "cache-control": "max-age=300" },
  });
}

function respond({ status, body }: MimiAnswer): Response {
  if (body === undefined) return new Response(null, { status, headers: { "content-length": "0" } });
  return new Response(body as Uint8Array<ArrayBuffer>, {
    status,
    headers: { "content-type": MIMI_MEDIA_TYPE },
  });
}

function wrongMethod(allow: string): ProviderError {
  return new ProviderError("method-not-allowed", `expected ${allow}`, "protocol §5", { headers: { allow } });
}

/** Without a connection (in tests) the URL of the request is the target; it keeps its percent-encoding. */
function targetOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
