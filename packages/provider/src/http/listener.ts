/**
 * HTTPS listeners with bounds in time, and an end that lets running requests finish.
 * @module
 */

import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import type { Limits, ListenAddress, ProviderConfig } from "../config.ts";
import { ConfigError } from "../errors.ts";
import { type Logger, reasonOf } from "../logging.ts";
import { type PeerCertificate, peerCertificate } from "./peer-certificate.ts";

/** What a handler learns beside the request itself. */
export interface Connection {
  /** The request target as it came, undecoded (reading R-022). Absent in tests: taken from the URL. */
  readonly target?: string;
  /** Absent: the other end gave no certificate. */
  readonly certificate?: PeerCertificate;
}

/** A web-standard handler. */
export type Fetch = (request: Request, connection: Connection) => Response | Promise<Response>;

/** What {@link listen} needs. */
export interface ListenOptions {
  readonly address: ListenAddress;
  readonly tls: ProviderConfig["tls"];
  /** Whether the other end is asked for a certificate; who gives none is answered 401 by the handler. */
  readonly mutual: boolean;
  readonly limits: Limits;
  readonly logger: Logger;
  readonly fetch: Fetch;
}

/** A listener that accepts connections. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Takes no more connections, waits `graceMs` for running requests, then ends. */
  close(graceMs: number): Promise<void>;
}

const MAX_HEADER_OCTETS = 16 * 1024;

/**
 * Starts a listener.
 *
 * @throws {ConfigError} for TLS material that cannot be used, {Error} of node:net, for example EADDRINUSE
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { address, logger } = options;
  const server = serverOf({
    createServer,
    serverOptions: serverOptions(options),
    overrideGlobalObjects: false,
    // An answer given before the whole body was read must still arrive: the rest is read and thrown away.
    autoCleanupIncoming: true,
    fetch: (request, bindings) => options.fetch(request, connectionOf((bindings as HttpBindings).incoming)),
  });
  if (!("closeIdleConnections" in server)) throw new TypeError("expected an HTTP/1.1 server");
  server.keepAliveTimeout = 60_000;
  server.on("tlsClientError", (error) => logger.debug("tls-refused", { reason: error.message }));
  // A request line that cannot be parsed has no handler; 400, 408 and 431 are what is left to say.
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    logger.debug("http-refused", { reason: error.message });
    if (socket.writable)
      socket.end(`HTTP/1.1 ${refusal(error.code)}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  server.on("error", (error) => logger.error("listener-failed", { reason: error.message }));
  return {
    host: address.host,
    port: (server.address() as AddressInfo).port,
    close: (graceMs) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** @throws {ConfigError} when the certificate, the key or the trust anchors cannot be used */
function serverOf(
  options: Parameters<typeof createAdaptorServer>[0],
): ReturnType<typeof createAdaptorServer> {
  try {
    return createAdaptorServer(options);
  } catch (cause) {
    throw new ConfigError("tls", `certificate, privateKey and ca cannot be used: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

function serverOptions({ tls, mutual, limits }: ListenOptions): ServerOptions {
  return {
    key: tls.privateKey,
    cert: tls.certificate,
    ...(mutual ? { ca: tls.ca } : {}),
    requestCert: mutual,
    // Protocol §4.1 asks for authentication; refusing by an HTTP answer says why, closing the connection does not.
    rejectUnauthorized: false,
    maxHeaderSize: MAX_HEADER_OCTETS,
    headersTimeout: limits.headerMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.max(250, Math.min(limits.headerMs, 5_000)),
    handshakeTimeout: limits.headerMs,
  };
}

function connectionOf(incoming: HttpBindings["incoming"]): Connection {
  const certificate = peerCertificate(incoming.socket as TLSSocket);
  return { target: incoming.url ?? "/", ...(certificate === undefined ? {} : { certificate }) };
}

function refusal(code: string | undefined): string {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return "408 Request Timeout";
    case "HPE_HEADER_OVERFLOW":
      return "431 Request Header Fields Too Large";
    default:
      return "400 Bad Request";
  }
}
