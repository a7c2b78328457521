/**
 * The client API over HTTPS by node:https.
 * @module
 */

import { Agent, request as httpsRequest, type RequestOptions } from "node:https";
import { ClientError } from "../errors.ts";
import type { Transport, TransportRequest, TransportResponse } from "../transport.ts";

/** Where the provider's client API is. */
export interface NodeTransportOptions {
  /** `https://a.example:8443`; a path in it is put before every request's path. */
  readonly url: string;
  /** PEM trust anchors. Default: those of Node. */
  readonly ca?: string;
  /** `host:port` to connect to instead of the URL's; the TLS name and the Host header stay those of the URL. */
  readonly connectTo?: string;
  /** The name that the provider's certificate must hold, where it is not the URL's host. */
  readonly serverName?: string;
  /** The largest answer that is read. Default: 64 MiB. */
  readonly maxAnswerOctets?: number;
}

const DEFAULT_MAX_ANSWER_OCTETS = 64 * 1024 * 1024;

/**
 * Makes a transport with a pool of kept-alive connections.
 *
 * @throws {ClientError} `usage` for a URL that is not https, or an address without port
 * @example
 * ```ts
 * const transport = nodeTransport({ url: "https://a.example:8443", ca: caPem, connectTo: "127.0.0.1:8443" });
 * ```
 */
export function nodeTransport(options: NodeTransportOptions): Transport {
  const url = parseUrl(options.url);
  const connect = options.connectTo === undefined ? undefined : parseAddress(options.connectTo);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const target: RequestOptions = {
    agent,
    host: connect?.host ?? url.hostname.replace(/^\[|\]$/g, ""),
    port: connect?.port ?? (url.port === "" ? 443 : Number(url.port)),
    servername: options.serverName ?? url.hostname,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  };
  const prefix = url.pathname === "/" ? "" : url.pathname.replace(/\/$/, "");
  const limit = options.maxAnswerOctets ?? DEFAULT_MAX_ANSWER_OCTETS;
  return {
    request: (request) => send({ ...target, path: prefix + request.path }, url.host, request, limit),
    close: () => agent.destroy(),
  };
}

function send(
  target: RequestOptions,
  host: string,
  request: TransportRequest,
  limit: number,
): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(
        error instanceof ClientError
          ? error
          : new ClientError("connection", `${request.method} ${request.path}: ${error.message}`, {
              cause: error,
            }),
      );
    const outgoing = httpsRequest(
      {
        ...target,
        method: request.method,
        headers: {
          ...request.headers,
          host,
          ...(request.body === undefined ? {} : { "content-length": request.body.length }),
        },
        signal: AbortSignal.timeout(request.timeoutMs),
      },
      (answer) => {
        const pieces: Buffer[] = [];
        let octets = 0;
        answer.on("data", (piece: Buffer) => {
          octets += piece.length;
          if (octets > limit) {
            answer.destroy(new ClientError("malformed-answer", `the answer is larger than ${limit} octets`));
          } else pieces.push(piece);
        });
        answer.on("error", fail);
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: singleHeaders(answer.headers),
            body: new Uint8Array(Buffer.concat(pieces)),
          }),
        );
      },
    );
    outgoing.on("error", fail);
    outgoing.end(request.body);
  });
}

function singleHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = typeof value === "string" ? value : value.join(", ");
  }
  return result;
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || url.protocol !== "https:" || url.search !== "" || url.hash !== "") {
    throw new ClientError("usage", `url: expected an https URL without query, got ${text}`);
  }
  return url;
}

function parseAddress(text: string): { host: string; port: number } {
  const match = /^\[?(.+?)\]?:(\d{1,5})$/.exec(text);
  if (match === null) throw new ClientError("usage", `connectTo: expected host:port, got ${text}`);
  return { host: match[1] as string, port: Number(match[2]) };
}
