/**
 * Requests to other providers over real sockets. Protocol §4.1; readings.
 */
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { type Authority, createAuthority, type IssuedCertificate } from "@openmimi/pki";
import { afterEach, beforeAll, expect, it } from "vitest";
import { createSender, type Sender } from "../src/outgoing/send.ts";

let authority: Authority;
let own: IssuedCertificate;
const closers: (() => void)[] = [];

beforeAll(async () => {
  authority = await createAuthority();
  own = await authority.issue({ domain: "a.example" });
});
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

type Handler = NonNullable<Parameters<typeof createServer>[1]>;

/** A server of b.example, and a sender that reaches it. */
async function serve(handler: Handler, certificate?: IssuedCertificate, timeoutMs = 2_000): Promise<Sender> {
  const { chainPem, privateKeyPem } = certificate ?? (await authority.issue({ domain: "b.example" }));
  const options: ServerOptions = {
    key: privateKeyPem,
    cert: chainPem,
    ca: authority.certificatePem,
    requestCert: true,
    rejectUnauthorized: true,
  };
  const server = createServer(options, handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const sender = createSender({
    tls: { certificate: own.chainPem, privateKey: own.privateKeyPem, ca: authority.certificatePem },
    peers: { "b.example": `127.0.0.1:${port}` },
    timeoutMs,
    maxAnswerOctets: 1_000,
  });
  closers.push(
    () => sender.close(),
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return sender;
}

const outgoing = (body?: Uint8Array) => ({
  domain: "b.example",
  method: "POST" as const,
  url: new URL("https://b.example/x?y=1"),
  headers: { from: "mimi@a.example" },
  ...(body === undefined ? {} : { body }),
});

it("connects where the configuration says, with Host and SNI of the URL and its own certificate", async () => {
  const seen: unknown[] = [];
  const { send } = await serve((request, response) => {
    const socket = request.socket as typeof request.socket & {
      servername?: string;
      getPeerX509Certificate(): { subjectAltName: string };
    };
    const { host, from } = request.headers;
    seen.push([request.url, host, from, socket.servername, socket.getPeerX509Certificate().subjectAltName]);
    request.on("data", (chunk: Buffer) => seen.push(chunk.toString()));
    request.on("end", () => response.writeHead(202, { "retry-after": "3" }).end("fine"));
  });
  expect(await send(outgoing(new TextEncoder().encode("body")))).toEqual({
    status: 202,
    headers: expect.objectContaining({ "retry-after": "3" }),
    body: new Uint8Array(new TextEncoder().encode("fine")),
  });
  expect(seen).toEqual([["/x?y=1", "b.example", "mimi@a.example", "b.example", "DNS:a.example"], "body"]);
});

it("gives redirects back as they are", async () => {
  const { send } = await serve((_, response) =>
    response.writeHead(307, { location: "https://c.example/" }).end(),
  );
  expect(await send(outgoing())).toMatchObject({ status: 307 });
});

it.each([
  ["another name", { domain: "c.example" }],
  ["a common name only", { domain: "b.example", dnsNames: [] }],
  ["client usage only", { domain: "b.example", extendedKeyUsage: ["client"] as const }],
])("does not talk to a server whose certificate has %s", async (_, request) => {
  const { send } = await serve((_, response) => response.end(), await authority.issue(request));
  await expect(send(outgoing())).rejects.toMatchObject({ code: "unreachable", domain: "b.example" });
});

it("does not talk to a server of another authority", async () => {
  const other = await (await createAuthority("another")).issue({ domain: "b.example" });
  const { send } = await serve((_, response) => response.end(), other);
  await expect(send(outgoing())).rejects.toMatchObject({ code: "unreachable" });
});

it("reads no answer without end, and does not wait for ever", async () => {
  const large = await serve((_, response) => response.end(new Uint8Array(1_001)));
  await expect(large.send(outgoing())).rejects.toMatchObject({ code: "bad-answer" });
  const fitting = await serve((_, response) => response.end(new Uint8Array(1_000)));
  expect((await fitting.send(outgoing())).body).toHaveLength(1_000);
  const silent = await serve(() => undefined, undefined, 100);
  await expect(silent.send(outgoing())).rejects.toMatchObject({ code: "unreachable" });
  const broken = await serve((_, response) => {
    response.writeHead(200, { "content-length": "10" }).write("x", () => response.destroy());
  });
  await expect(broken.send(outgoing())).rejects.toMatchObject({ code: "unreachable" });
});

it("says that nobody is there", async () => {
  const { send, close } = await serve(() => undefined);
  close();
  await expect(send({ ...outgoing(), url: new URL("https://b.example:1/") })).rejects.toMatchObject({
    name: "PeerError",
  });
});
