import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { createAuthority } from "@openmimi/pki";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Transport, TransportRequest } from "../transport.ts";
import { nodeTransport } from "./transport.ts";

let server: Server;
let port: number;
let ca: string;
const seen: { method: string; url: string; host: string; body: string }[] = [];

beforeAll(async () => {
  const authority = await createAuthority();
  const { chainPem, privateKeyPem } = await authority.issue({ domain: "a.example" });
  ca = authority.certificatePem;
  server = createServer({ key: privateKeyPem, cert: chainPem }, (request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      seen.push({ method, url, host: headers.host ?? "", body: Buffer.concat(pieces).toString() });
      if (url.endsWith("/broken")) response.socket?.destroy();
      else if (url.endsWith("/silent")) return;
      else if (url.endsWith("/half")) response.write("ans", () => response.socket?.destroy());
      else response.writeHead(url.endsWith("/refused") ? 418 : 200, { "x-kind": "test" }).end("answer");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function request(path: string, more: Partial<TransportRequest> = {}): TransportRequest {
  return { method: "GET", path, headers: {}, timeoutMs: 5000, ...more };
}

async function using<T>(
  options: Parameters<typeof nodeTransport>[0],
  work: (transport: Transport) => Promise<T>,
) {
  const transport = nodeTransport(options);
  try {
    return await work(transport);
  } finally {
    transport.close();
  }
}

describe("the Node transport", () => {
  it("verifies the certificate against the URL's host and connects elsewhere", async () => {
    const options = { url: "https://a.example/base/", ca, connectTo: `127.0.0.1:${port}` };
    const answer = await using(options, (transport) =>
      transport.request(request("/client", { method: "POST", body: new TextEncoder().encode("body") })),
    );
    expect(answer.status).toBe(200);
    expect(answer.headers["x-kind"]).toBe("test");
    expect(new TextDecoder().decode(answer.body)).toBe("answer");
    expect(seen.at(-1)).toEqual({ method: "POST", url: "/base/client", host: "a.example", body: "body" });
  });

  it("returns refusals as answers", async () => {
    const options = { url: `https://127.0.0.1:${port}`, ca, serverName: "a.example" };
    const answer = await using(options, (transport) => transport.request(request("/refused")));
    expect(answer.status).toBe(418);
  });

  const failing: [string, Parameters<typeof nodeTransport>[0], TransportRequest][] = [
    ["the connection breaks", { url: "https://a.example" }, request("/broken")],
    ["the answer breaks off", { url: "https://a.example" }, request("/half")],
    ["no answer comes in time", { url: "https://a.example" }, request("/silent", { timeoutMs: 50 })],
    ["the certificate names somebody else", { url: "https://b.example" }, request("/")],
  ];
  it.each(failing)("says `connection` when %s", async (_, options, sent) => {
    const outcome = using({ ...options, ca, connectTo: `127.0.0.1:${port}` }, (transport) =>
      transport.request(sent),
    );
    await expect(outcome).rejects.toMatchObject({ name: "ClientError", code: "connection" });
  });

  it("says `connection` when nobody vouches for the certificate", async () => {
    const options = { url: "https://a.example", connectTo: `127.0.0.1:${port}` };
    const outcome = using(options, (transport) => transport.request(request("/")));
    await expect(outcome).rejects.toMatchObject({ code: "connection" });
  });

  it("refuses an answer over the limit", async () => {
    const options = { url: "https://a.example", ca, connectTo: `127.0.0.1:${port}`, maxAnswerOctets: 5 };
    const outcome = using(options, (transport) => transport.request(request("/")));
    await expect(outcome).rejects.toMatchObject({ code: "malformed-answer" });
  });

  it("refuses URLs and addresses that it cannot use", () => {
    for (const url of ["http://a.example", "a.example", "https://a.example/?x"]) {
      expect(() => nodeTransport({ url })).toThrow(expect.objectContaining({ code: "usage" }));
    }
    expect(() => nodeTransport({ url: "https://a.example", connectTo: "127.0.0.1" })).toThrow(
      expect.objectContaining({ code: "usage" }),
    );
  });
});
