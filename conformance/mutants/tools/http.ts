/**
 * Stands between the network and the handler: reads requests, changes requests and answers.
 * @module
 */

import type { EndpointName } from "@openmimi/protocol";
import type { Connection, Fetch, ProviderParts } from "@openmimi/provider";

const MAX_OCTETS = 2 ** 26;

/** A request whose body was read, so that it can be looked at and handed on. */
export interface OpenRequest {
  readonly request: Request;
  readonly connection: Connection;
  /** The name in the path, for example `update`; absent for the directory. */
  readonly endpoint?: EndpointName;
  readonly body: Uint8Array;
}

/** Hands a request on to the provider. */
export type Next = (request: OpenRequest) => Promise<Response>;

/** The provider behind something that handles requests in another way. */
export function handling(
  handle: (request: OpenRequest, next: Next) => Promise<Response>,
): Pick<ProviderParts, "wrapHandler"> {
  const wrapHandler =
    (fetch: Fetch): Fetch =>
    async (request, connection) => {
      // What is too large for anybody is refused before it is read, as it should be.
      if (Number(request.headers.get("content-length") ?? 0) > MAX_OCTETS) return fetch(request, connection);
      const body = new Uint8Array(await request.arrayBuffer());
      const [, , endpoint] = /^\/([^/]+)\/([^/?]+)\//.exec(targetOf(request, connection)) ?? [];
      const opened = { request, connection, body };
      const named = endpoint === undefined ? opened : { ...opened, endpoint: endpoint as EndpointName };
      return handle(named, async (next) => fetch(remade(next), next.connection));
    };
  return { wrapHandler };
}

/** The request target as it came. */
export function targetOf(request: Request, { target }: Connection): string {
  return target ?? new URL(request.url).pathname;
}

/** The same request with other header fields; `undefined` removes one. */
export function withHeaders(
  open: OpenRequest,
  fields: Readonly<Record<string, string | undefined>>,
): OpenRequest {
  const headers = new Headers(open.request.headers);
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) headers.delete(name);
    else headers.set(name, value);
  }
  const { method, url } = open.request;
  return { ...open, request: new Request(url, { method, headers }) };
}

function remade({ request, body }: OpenRequest): Request {
  const { method, url } = request;
  const headers = new Headers(request.headers);
  if (method === "GET" || method === "HEAD") return new Request(url, { method, headers });
  headers.set("content-length", String(body.length));
  return new Request(url, { method, headers, body: body as Uint8Array<ArrayBuffer> });
}

/** An answer with a body of octets. */
export function answer(body: Uint8Array, status = 200): Response {
  return new Response(body as Uint8Array<ArrayBuffer>, {
    status,
    headers: { "content-type": "application/octet-stream" },
  });
}

/** The body of an answer; the answer itself cannot be used after it. */
export async function octetsOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}
