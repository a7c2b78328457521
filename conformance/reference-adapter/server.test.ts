import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExternalSender, nobleCrypto } from "@openmimi/mls";
import { createAuthority } from "@openmimi/pki";
import { providerCredential } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adapterDocument } from "../src/adapter/document.ts";
import { type ReferenceAdapter, startReferenceAdapter } from "./index.ts";

let folder: string;
let provider: Server;
let adapter: ReferenceAdapter;

/** A provider that says who it is, and nothing else. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "openmimi-adapter-"));
  const authority = await createAuthority();
  const { chainPem, privateKeyPem } = await authority.issue({ domain: "a.example" });
  const { publicKey } = nobleCrypto.suite(1).generateSignatureKeyPair();
  // A FrankingAgentData has the form of an ExternalSender (protocol §5.4.1).
  const hub = encode(ExternalSender, {
    signatureKey: publicKey,
    credential: providerCredential("a.example"),
  });
  const hubSender = Buffer.from(hub).toString("base64");
  const description = {
    domain: "a.example",
    mimiUrl: "https://a.example",
    hubSender,
    frankingAgent: hubSender,
  };
  provider = createServer({ key: privateKeyPem, cert: chainPem }, (request, response) => {
    const known = request.url === "/client/v1/provider";
    response.writeHead(known ? 200 : 500).end(known ? JSON.stringify(description) : "");
  });
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  adapter = await startReferenceAdapter({
    clientApiUrl: "https://a.example",
    connectTo: `127.0.0.1:${(provider.address() as AddressInfo).port}`,
    ca: authority.certificatePem,
    port: 0,
    stateDir: join(folder, "state"),
  });
});
afterAll(async () => {
  await adapter.close();
  provider.closeAllConnections();
  provider.close();
  rmSync(folder, { recursive: true });
});

async function post(path: string, body: string): Promise<{ status: number; value: unknown }> {
  const response = await fetch(adapter.url + path, { method: "POST", body });
  return { status: response.status, value: await response.json() };
}

describe("the reference adapter", () => {
  it("says whom it serves and what it can do", async () => {
    const { status, value } = await post("/info", "{}");
    expect(status).toBe(200);
    expect(adapterDocument().operations.get("info")?.checkResult(value)).toBeUndefined();
    const { domain, operations } = value as { domain: string; operations: string[] };
    expect(domain).toBe("a.example");
    expect([...adapterDocument().operations.keys()].filter((name) => !operations.includes(name))).toEqual([
      "reset",
    ]);
  });

  it("makes a user once", async () => {
    const user = JSON.stringify({ name: "alice" });
    expect(await post("/createUser", user)).toEqual({
      status: 200,
      value: { userUri: "mimi://a.example/u/alice" },
    });
    expect(await post("/createUser", user)).toMatchObject({ status: 409, value: { code: "refused" } });
  });

  it.each([
    ["an unknown operation", "/nothing", "{}", 501, "unsupported"],
    ["an operation that is not offered", "/reset", "{}", 501, "unsupported"],
    ["no JSON", "/info", "{", 400, "invalid-argument"],
    ["too much", "/info", JSON.stringify({ x: "x".repeat(2 ** 20) }), 400, "invalid-argument"],
    ["a wrong argument", "/createUser", `{"name":"../x"}`, 400, "invalid-argument"],
    ["a stranger", "/countKeyPackages", `{"clientUri":"mimi://a.example/d/x/y"}`, 404, "not-found"],
    ["a way out", "/countKeyPackages", `{"clientUri":"mimi://a.example/d/%2E%2E/y"}`, 404, "not-found"],
    ["another provider's", "/countKeyPackages", `{"clientUri":"mimi://b.example/d/x/y"}`, 404, "not-found"],
    ["a user unknown", "/createClient", `{"userUri":"mimi://a.example/u/x","device":"y"}`, 404, "not-found"],
  ])("answers %s with a problem", async (_, path, body, status, code) => {
    const answer = await post(path, body);
    expect(answer).toMatchObject({ status, value: { code } });
    expect(adapterDocument().checkProblem(answer.value)).toBeUndefined();
  });
});
