/**
 * The HTTPS side of one of the suite's providers: takes what the target sends, with mutual TLS, and hands it to
 * whoever is playing. Its directory uses paths that nobody would guess, so that a target which ignores the
 * directory is noticed.
 * @module
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";
import { ENDPOINTS, type Endpoint, type PeerAnswer } from "../context.ts";
import { reasonOf, SuiteError } from "../errors.ts";
import type { Credentials } from "../pki.ts";
import type { HeaderFields } from "../transcript.ts";
import { MAX_BODY_OCTETS } from "./http-response.ts";
import { certificateNames } from "./https-client.ts";

/** A whole request as it arrived. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly endpoint?: Endpoint;
  /** The decoded variable of the path. */
  readonly about?: string;
  readonly headers: HeaderFields;
  readonly body: Uint8Array;
  readonly certificateNames: readonly string[];
  readonly certificateTrusted: boolean;
  readonly tlsProtocol: string;
  readonly receivedAtMs: number;
}

export interface PeerServerOptions {
  readonly domain: string;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly ca: string;
  readonly credentials: Credentials;
  /** Called once per request; what it gives is the answer. */
  readonly onRequest: (incoming: Incoming) => Promise<PeerAnswer>;
}

/** A running server. */
export interface PeerServer {
  readonly host: string;
  readonly port: number;
  /** The directory as the server gives it. */
  readonly directory: Readonly<Record<Endpoint, string>>;
  /** Presents another certificate from now on, to new connections; the old ones are closed. */
  present(credentials: Credentials): void;
  close(): Promise<void>;
}

/** The template variable of each endpoint (protocol 5.1). */
const VARIABLES: Readonly<Record<Endpoint, string>> = {
  keyMaterial: "targetUser",
  update: "roomId",
  notify: "roomId",
  submitMessage: "roomId",
  groupInfo: "roomId",
  requestConsent: "targetUser",
  updateConsent: "requesterUser",
  identifierQuery: "domain",
  reportAbuse: "roomId",
  proxyDownload: "downloadUrl",
};

/**
 * Starts a server.
 * @throws SuiteError `port-in-use` when the address cannot be had
 */
export async function startPeerServer(options: PeerServerOptions): Promise<PeerServer> {
  const paths = new Map(
    ENDPOINTS.map((endpoint, at) => [endpoint, `/m${at}/of-${options.domain}/${endpoint}`]),
  );
  const directory = Object.fromEntries(
    [...paths].map(([endpoint, path]) => [
      endpoint,
      `https://${options.domain}${path}/{${VARIABLES[endpoint]}}`,
    ]),
  ) as Record<Endpoint, string>;
  const server = createServer(
    {
      cert: options.credentials.certificatePem,
      key: options.credentials.privateKeyPem,
      ca: options.ca,
      requestCert: true,
      // A target without a good certificate is recorded and judged, not refused here.
      rejectUnauthorized: false,
    },
    (request, response) => {
      void answer(request, response, paths, options).catch((error: unknown) => {
        response.destroy();
        // The connection is gone; there is nobody left to tell.
        void error;
      });
    },
  );
  const address = await listen(server, options);
  return {
    host: options.host,
    port: address.port,
    directory,
    present(credentials) {
      server.setSecureContext({
        cert: credentials.certificatePem,
        key: credentials.privateKeyPem,
        ca: options.ca,
      });
      server.closeAllConnections();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, options: PeerServerOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const where = `${options.host}:${options.port}`;
      reject(
        new SuiteError("port-in-use", `${options.domain} cannot listen on ${where}: ${reasonOf(error)}`),
      );
    });
    server.listen(options.port, options.host, () => resolve(server.address() as AddressInfo));
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  paths: ReadonlyMap<Endpoint, string>,
  options: PeerServerOptions,
): Promise<void> {
  const receivedAtMs = performance.now();
  const body = await readBody(request);
  if (body === undefined) {
    response.writeHead(413).end();
    return;
  }
  const path = request.url ?? "";
  const { socket } = request;
  const tls = socket instanceof TLSSocket ? socket : undefined;
  const given = await options.onRequest({
    method: request.method ?? "",
    path,
    ...locate(path, paths),
    headers: pairs(request.rawHeaders),
    body,
    certificateNames: certificateNames(tls?.getPeerCertificate()),
    certificateTrusted: tls?.authorized ?? false,
    tlsProtocol: tls?.getProtocol() ?? "",
    receivedAtMs,
  });
  if (given.hangUp === true) {
    response.destroy();
    return;
  }
  response.writeHead(given.status, given.headers);
  response.end(given.body);
}

function locate(path: string, paths: ReadonlyMap<Endpoint, string>): { endpoint?: Endpoint; about?: string } {
  for (const [endpoint, prefix] of paths) {
    if (!path.startsWith(`${prefix}/`)) continue;
    const segment = path.slice(prefix.length + 1);
    try {
      return { endpoint, about: decodeURIComponent(segment) };
    } catch {
      return { endpoint };
    }
  }
  return {};
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > MAX_BODY_OCTETS) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function pairs(raw: readonly string[]): (readonly [string, string])[] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ""] as const] : []));
}
