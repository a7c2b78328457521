/**
 * A small provider for the tests of the suite: directory and keyMaterial over mutual TLS, with an adapter that makes
 * users. What it does wrong is a parameter.
 * @module
 */

import { createServer as createHttpServer, type Server } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";
import { createKeyPackage, defaultCapabilities, nobleCrypto, type OwnKeyPackage } from "@openmimi/mls";
import {
  buildDirectory,
  clientCredential,
  clientUri,
  DIRECTORY_PATH,
  KeyMaterialRequest,
  KeyMaterialResponse,
  userUri,
} from "@openmimi/protocol";
import { decode, encode, TlsError } from "@openmimi/tls";

/** What can be wrong with it. */
export interface Faults {
  readonly ignoresFrom?: boolean;
  readonly closesOnEverything?: boolean;
  readonly acceptsAnyCertificate?: boolean;
  readonly hostileText?: boolean;
  readonly breaksKeyPackages?: boolean;
  readonly directoryLacks?: string;
}

export interface SmallProvider {
  readonly url: string;
  readonly adapterUrl: string;
  close(): Promise<void>;
}

const HOSTILE = `<script>alert(1)</script>"'&\u0007]]>`;

interface Parts {
  readonly domain: string;
  readonly certificate: string;
  readonly privateKey: string;
  readonly ca: string;
}

/** Starts provider and adapter on free ports. */
export async function startSmallProvider(parts: Parts, faults: Faults = {}): Promise<SmallProvider> {
  const stock = new Map<string, { clientUri: string; keyPackages: OwnKeyPackage[] }[]>();
  const provider = createServer(
    {
      cert: parts.certificate,
      key: parts.privateKey,
      ca: parts.ca,
      requestCert: true,
      rejectUnauthorized: false,
    },
    async (request, response) => {
      if (faults.closesOnEverything === true) return void request.socket.destroy();
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const { status, body } = answer(parts, faults, stock, {
        path: request.url ?? "",
        from: request.headers.from,
        trusted: request.socket instanceof TLSSocket && request.socket.authorized,
        body: Buffer.concat(chunks),
      });
      response.writeHead(status, faults.hostileText === true ? { "x-note": "<b>&" } : {}).end(body);
    },
  );
  const adapter = createHttpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const args = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, never>;
    const { status, value } = operate(parts.domain, stock, (request.url ?? "").slice(1), args);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  });
  const [port, adapterPort] = [await listen(provider), await listen(adapter)];
  return {
    url: `https://127.0.0.1:${port}`,
    adapterUrl: `http://127.0.0.1:${adapterPort}`,
    async close() {
      for (const server of [provider, adapter]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

interface Asked {
  readonly path: string;
  readonly from: string | undefined;
  readonly trusted: boolean;
  readonly body: Uint8Array;
}
type Stock = Map<string, { clientUri: string; keyPackages: OwnKeyPackage[] }[]>;

function answer(
  { domain }: Parts,
  faults: Faults,
  stock: Stock,
  { path, from, trusted, body }: Asked,
): { readonly status: number; readonly body: Uint8Array } {
  const text = (status: number, words: string) => ({ status, body: new TextEncoder().encode(words) });
  if (path === DIRECTORY_PATH) {
    const directory: Record<string, string> = { ...buildDirectory(`https://${domain}/v1`) };
    if (faults.directoryLacks !== undefined) delete directory[faults.directoryLacks];
    return text(200, JSON.stringify(directory));
  }
  if (!trusted && faults.acceptsAnyCertificate !== true) return text(401, "no certificate that is known");
  if (!/^mimi@[^@]+$/.test(from ?? "") && faults.ignoresFrom !== true) return text(401, "no From");
  if (faults.hostileText === true) return text(500, HOSTILE);
  if (!path.startsWith("/v1/keyMaterial/")) return text(404, "no such room");
  let request: KeyMaterialRequest;
  try {
    request = decode(KeyMaterialRequest, body);
  } catch (error) {
    if (error instanceof TlsError) return text(400, error.message);
    throw error;
  }
  const clients = stock.get(request.targetUser);
  const response: KeyMaterialResponse =
    clients === undefined
      ? { protocol: "mls10", userStatus: "userUnknown", userUri: request.targetUser, clients: [] }
      : {
          protocol: "mls10",
          userStatus: "success",
          userUri: request.targetUser,
          clients: clients.map((client) => {
            const keyPackage = client.keyPackages.pop()?.keyPackage;
            return keyPackage === undefined
              ? { clientStatus: "keyMaterialExhausted", clientUri: client.clientUri }
              : {
                  clientStatus: "success",
                  clientUri: client.clientUri,
                  keyPackage: spoil(keyPackage, faults),
                };
          }),
        };
  return { status: 200, body: encode(KeyMaterialResponse, response) };
}

function spoil(keyPackage: OwnKeyPackage["keyPackage"], { breaksKeyPackages }: Faults) {
  if (breaksKeyPackages !== true) return keyPackage;
  const signature = keyPackage.signature.slice();
  signature[3] = (signature[3] ?? 0) ^ 1;
  return { ...keyPackage, signature };
}

/** Knows users, clients and KeyPackages; rooms it does not offer. */
function operate(
  domain: string,
  stock: Stock,
  operation: string,
  args: Record<string, unknown>,
): { readonly status: number; readonly value: unknown } {
  const problem = (status: number, code: string) => ({ status, value: { code, detail: `no ${operation}` } });
  const text = (name: string): string => String(args[name] ?? "");
  switch (operation) {
    case "info":
      return {
        status: 200,
        value: {
          adapter: "test",
          provider: "small",
          domain,
          operations: ["createUser", "createClient", "publishKeyPackages", "countKeyPackages"],
          cipherSuites: [1],
        },
      };
    case "createUser": {
      const uri = userUri(domain, text("name"));
      stock.set(uri, []);
      return { status: 200, value: { userUri: uri } };
    }
    case "createClient": {
      const clients = stock.get(text("userUri"));
      if (clients === undefined) return problem(404, "not-found");
      const uri = clientUri(domain, text("userUri").split("/").at(-1) ?? "", text("device"));
      clients.push({ clientUri: uri, keyPackages: [] });
      return { status: 200, value: { clientUri: uri } };
    }
    case "publishKeyPackages": {
      const client = [...stock.values()].flat().find((one) => one.clientUri === text("clientUri"));
      if (client === undefined) return problem(404, "not-found");
      const made = Array.from({ length: Number(args.count) }, () => keyPackageOf(client.clientUri));
      client.keyPackages.push(...made);
      const keyPackageRefs = made.map(({ reference }) => Buffer.from(reference).toString("hex"));
      return { status: 200, value: { keyPackageRefs } };
    }
    case "countKeyPackages": {
      const client = [...stock.values()].flat().find((one) => one.clientUri === text("clientUri"));
      return { status: 200, value: { available: client?.keyPackages.length ?? 0 } };
    }
    default:
      return problem(501, "unsupported");
  }
}

function keyPackageOf(uri: string): OwnKeyPackage {
  const suite = nobleCrypto.suite(1);
  const now = BigInt(Math.floor(Date.now() / 1000));
  return createKeyPackage(nobleCrypto, suite.id, {
    credential: clientCredential(uri),
    capabilities: defaultCapabilities(suite.id),
    lifetime: { notBefore: now - 60n, notAfter: now + 86_400n },
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
