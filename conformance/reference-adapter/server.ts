/**
 * The reference provider's adapter: adapter/openapi.yaml over HTTP on loopback.
 * @module
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describeProvider } from "@openmimi/client";
import { nodeTransport } from "@openmimi/client/node";
import { adapterDocument, type OperationSchema } from "../src/adapter/document.ts";
import { SUITE_VERSION } from "../src/version.ts";
import { Clients } from "./clients.ts";
import { type Handlers, handlersFor } from "./operations.ts";
import { AdapterProblem, problemOf } from "./problem.ts";

/** Where the provider is and where the adapter shall be. */
export interface ReferenceAdapterOptions {
  /** The provider's client API, `https://a.example:8443`. */
  readonly clientApiUrl: string;
  /** `host:port` to connect to instead of the URL's. */
  readonly connectTo?: string;
  /** The name in the provider's certificate, where it is not the URL's host. */
  readonly serverName?: string;
  /** PEM trust anchors for the provider's certificate. */
  readonly ca: string;
  /** Default: 127.0.0.1. There is no authentication: keep it on this machine. */
  readonly host?: string;
  /** 0 for a free port. */
  readonly port: number;
  /** Keeps the state of the clients. */
  readonly stateDir: string;
}

/** A running adapter. */
export interface ReferenceAdapter {
  /** For `openmimi conformance run --adapter`. */
  readonly url: string;
  close(): Promise<void>;
}

const MAX_BODY_OCTETS = 1024 * 1024;

/**
 * Starts the adapter and finds out whom it serves.
 *
 * @throws {ClientError} if the provider does not answer
 * @example
 * ```ts
 * const adapter = await startReferenceAdapter({ clientApiUrl, ca, port: 9440, stateDir: "adapter-state" });
 * ```
 */
export async function startReferenceAdapter(options: ReferenceAdapterOptions): Promise<ReferenceAdapter> {
  const { clientApiUrl: url, ca, connectTo, serverName, host = "127.0.0.1", port, stateDir } = options;
  const transport = nodeTransport({
    ...{ url, ca },
    ...(connectTo === undefined ? {} : { connectTo }),
    ...(serverName === undefined ? {} : { serverName }),
  });
  const { domain } = await describeProvider(transport);
  const clients = new Clients(domain, stateDir, transport);
  const handlers = handlersFor(clients, domain, SUITE_VERSION);
  const server = createServer((request, response) => void answer(handlers, request, response));
  await listen(server, host, port);
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${bound}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await clients.close();
      transport.close();
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
}

async function answer(handlers: Handlers, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const schema = operationAt(request);
    const body = await readJson(request);
    const wrong = schema.checkArguments(body);
    if (wrong !== undefined) throw new AdapterProblem("invalid-argument", wrong);
    reply(response, 200, "application/json", await perform(handlers, schema.operation, body));
  } catch (error) {
    const { status, code, message } = problemOf(error);
    reply(response, status, "application/problem+json", { code, detail: message });
  }
}

function operationAt({ method, url }: IncomingMessage): OperationSchema {
  const path = url?.split("?", 1)[0];
  const found = [...adapterDocument().operations.values()].find((schema) => schema.path === path);
  if (found === undefined || method !== "POST") {
    throw new AdapterProblem("unsupported", `there is no ${method} ${path}`);
  }
  return found;
}

/** The document has checked the arguments: they are those of the operation. */
function perform(handlers: Handlers, operation: string, body: unknown): Promise<unknown> {
  const handler = handlers[operation as keyof Handlers] as ((args: unknown) => Promise<unknown>) | undefined;
  if (handler === undefined) throw new AdapterProblem("unsupported", `${operation} is not offered`);
  return handler(body);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let octets = 0;
  for await (const piece of request) {
    octets += (piece as Buffer).length;
    if (octets > MAX_BODY_OCTETS) throw new AdapterProblem("invalid-argument", "the body is over 1 MiB");
    pieces.push(piece as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString("utf8"));
  } catch {
    throw new AdapterProblem("invalid-argument", "the body is not JSON");
  }
}

function reply(response: ServerResponse, status: number, type: string, value: unknown): void {
  response.writeHead(status, { "content-type": type }).end(JSON.stringify(value));
}
