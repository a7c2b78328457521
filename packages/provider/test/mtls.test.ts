/**
 * The providers' side over real sockets. Protocol §4.1; readings R-012 to R-014.
 */
import { once } from "node:events";
import { Agent, request } from "node:https";
import { connect as connectPlain } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import {
  type Authority,
  type CertificateRequest,
  createAuthority,
  createSelfSigned,
  type IssuedCertificate,
} from "@openmimi/pki";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createLogger, type RunningProvider, startProvider } from "../src/index.ts";

let authority: Authority;
let provider: RunningProvider;
let port: number;
const PATH = "/v1/update/mimi%3A%2F%2Fa.example%2Fr%2Fnone";

beforeAll(async () => {
  authority = await createAuthority();
  const { chainPem, privateKeyPem } = await authority.issue({ domain: "a.example" });
  const loopback = { host: "127.0.0.1", port: 0 };
  provider = await startProvider(
    {
      domain: "a.example",
      mimi: loopback,
      clientApi: loopback,
      tls: { certificate: chainPem, privateKey: privateKeyPem, ca: authority.certificatePem },
      database: ":memory:",
      limits: { headerMs: 400, requestMs: 800, bodyOctets: 100_000 },
    },
    { logger: createLogger("silent") },
  );
  port = Number(new URL(provider.mimiUrl).port);
});
afterAll(() => provider.close());

interface Wanted {
  readonly certificate?: IssuedCertificate | undefined;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
  readonly agent?: Agent;
}

function call(
  wanted: Wanted = {},
): Promise<{ status: number; text: string; headers: NodeJS.Dict<string | string[]> }> {
  const { certificate, body = new Uint8Array([1]), agent = new Agent() } = wanted;
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: "127.0.0.1",
      port,
      agent,
      servername: "a.example",
      ca: authority.certificatePem,
      ...(certificate === undefined ? {} : { cert: certificate.chainPem, key: certificate.privateKeyPem }),
      method: wanted.method ?? "POST",
      path: wanted.path ?? PATH,
      headers: { host: "a.example", from: "mimi@b.example", ...wanted.headers },
    });
    outgoing.on("error", reject);
    outgoing.on("response", async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      resolve({ status: response.statusCode ?? 0, text, headers: response.headers });
    });
    outgoing.end(body);
  });
}

const issue = (change: CertificateRequest) => authority.issue({ domain: "b.example", ...change });
const days = (count: number) => new Date(Date.now() + count * 86_400_000);

it("lets a provider in whose certificate names it, and reads its body", async () => {
  const response = await call({ certificate: await issue({}) });
  expect(response).toMatchObject({ status: 400, headers: { "content-type": "text/plain; charset=utf-8" } });
  expect(response.text).toMatch(/^UpdateRequest.*at byte/);
});

it("answers 401 to those without a trusted certificate", async () => {
  const selfSigned = await createSelfSigned({ domain: "b.example" });
  const expired = await issue({ notBefore: days(-3), notAfter: days(-1) });
  const early = await issue({ notBefore: days(1), notAfter: days(3) });
  const serverOnly = await issue({ extendedKeyUsage: ["server"] });
  const stranger = await (await createAuthority("somebody else")).issue({ domain: "b.example" });
  for (const certificate of [undefined, selfSigned, expired, early, serverOnly, stranger]) {
    expect(await call({ certificate })).toMatchObject({
      status: 401,
      text: "no trusted client certificate (protocol §4.1)\n",
    });
  }
});

it("answers 403 unless the certificate names the From domain as a dNSName: no wildcard, no common name", async () => {
  const certificates = [
    await issue({ domain: "c.example" }),
    await issue({ dnsNames: ["*.example"] }),
    await issue({ dnsNames: [] }),
    await issue({ dnsNames: ["mimi.b.example"] }),
    await issue({ dnsNames: [".example"] }),
    await issue({ dnsNames: [], ipAddresses: ["127.0.0.1"] }),
  ];
  for (const certificate of certificates) {
    expect((await call({ certificate })).status).toBe(403);
  }
  const several = await issue({ domains: ["c.example", "b.example"] });
  expect((await call({ certificate: several })).status).toBe(400);
});

it("answers 401 for From, 421 for Host", async () => {
  const certificate = await issue({});
  expect((await call({ certificate, headers: { from: "bob@b.example" } })).status).toBe(401);
  expect((await call({ certificate, headers: { host: "b.example" } })).status).toBe(421);
  expect((await call({ certificate, headers: { host: "a.example:1" } })).status).toBe(400);
});

it("keeps to a certificate through resumed sessions and kept-alive connections", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const certificate = await issue({});
  for (let count = 0; count < 3; count++) expect((await call({ certificate, agent })).status).toBe(400);
  agent.destroy();
});

it("gives its directory without a certificate", async () => {
  const response = await call({
    method: "GET",
    path: "/.well-known/mimi-protocol-directory",
    body: new Uint8Array(),
  });
  expect(response.status).toBe(200);
  expect(JSON.parse(response.text)).toMatchObject({ notify: "https://a.example/v1/notify/{roomId}" });
});

it("answers 413 to a large body, sent whole or in chunks, before and after authentication", async () => {
  const certificate = await issue({});
  const body = new Uint8Array(3_000_000);
  expect((await call({ certificate, body })).status).toBe(413);
  expect((await call({ certificate, body, headers: { "transfer-encoding": "chunked" } })).status).toBe(413);
  expect((await call({ body })).status).toBe(401);
});

async function dial(): Promise<TLSSocket> {
  const { chainPem, privateKeyPem } = await issue({});
  const socket = connectTls({
    host: "127.0.0.1",
    port,
    servername: "a.example",
    ca: authority.certificatePem,
    cert: chainPem,
    key: privateKeyPem,
  });
  await once(socket, "secureConnect");
  return socket;
}

async function answerTo(text: string): Promise<string> {
  const socket = await dial();
  socket.write(text);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(socket, "close");
  return Buffer.concat(chunks).toString();
}

it("does not wait for ever: a header and a body that do not come", async () => {
  expect(await answerTo(`POST ${PATH} HTTP/1.1\r\nhost: a.example\r\n`)).toMatch(/^HTTP\/1\.1 408 /);
  const slow = `POST ${PATH} HTTP/1.1\r\nhost: a.example\r\nfrom: mimi@b.example\r\ncontent-length: 100\r\n\r\nx`;
  expect(await answerTo(slow)).toMatch(/^HTTP\/1\.1 408 /);
});

it("answers 400 to what is not HTTP, and nothing to what is not TLS", async () => {
  expect(await answerTo("\x01\x02\x03\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  expect(await answerTo(`POST ${PATH} HTTP/1.1\r\nconnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  const plain = connectPlain(port, "127.0.0.1");
  plain.write(`GET /.well-known/mimi-protocol-directory HTTP/1.1\r\nhost: a.example\r\n\r\n`);
  const chunks: Buffer[] = [];
  plain.on("data", (chunk: Buffer) => chunks.push(chunk));
  plain.on("error", () => undefined);
  await once(plain, "close");
  expect(Buffer.concat(chunks).toString()).not.toMatch(/HTTP\/1\.1 200/);
});
