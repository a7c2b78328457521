import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CaseContext } from "../src/context.ts";
import { resolver } from "../src/peers/address.ts";
import { type Connection, encodeRequest, exchange } from "../src/peers/https-client.ts";
import { type SuitePeers, startSuitePeers } from "../src/peers/peers.ts";
import { createSuitePki, loadSuitePki, PEER_DOMAINS, type SuitePki } from "../src/pki.ts";
import { runScript } from "../src/run-case.ts";
import type { CaseTranscript, ExchangeEntry } from "../src/transcript.ts";
import { caseOf } from "./made.ts";

const DOMAIN = "a.example";
let folder: string;
let pki: SuitePki;
let credentials: { certificatePem: string; privateKeyPem: string };
let target: Server;
let peers: SuitePeers;
const strays: { readonly request: { readonly path: string } }[] = [];
/** What the target was sent. */
const seen: { readonly headers: readonly string[]; readonly path: string }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "openmimi-peers-"));
  const files = await createSuitePki({ directory: folder, targetDomain: DOMAIN });
  const read = (file: string) => readFileSync(file, "utf8");
  credentials = { certificatePem: read(files.certificate), privateKeyPem: read(files.privateKey) };
  pki = loadSuitePki(folder);
  target = createServer(
    {
      cert: credentials.certificatePem,
      key: credentials.privateKeyPem,
      ca: pki.ca,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      seen.push({ headers: request.rawHeaders, path: request.url ?? "" });
      request.resume();
      if (request.url === "/close") return void request.socket.destroy();
      if (request.url === "/never") return;
      if (request.url?.startsWith("/.well-known/") === true) {
        return void response.end('{"update":"https://a.example/u/{roomId}"}');
      }
      response.writeHead(202, { "x-a": "1" }).end("body");
    },
  );
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
  peers = await startSuitePeers({
    pki,
    targetDomain: DOMAIN,
    listen: {
      hub: { host: "127.0.0.1", port: 0 },
      follower1: { host: "127.0.0.1", port: 0 },
      follower2: { host: "127.0.0.1", port: 0 },
    },
    resolve: resolver({ [DOMAIN]: `127.0.0.1:${(target.address() as AddressInfo).port}` }),
    onStray: (one) => strays.push(one),
  });
});

afterAll(async () => {
  await peers.close();
  target.closeAllConnections();
  await new Promise((resolve) => target.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

let index = 0;
function play(script: (context: CaseContext) => Promise<void>, patienceMs = 5000): Promise<CaseTranscript> {
  const one = caseOf("a/b", { run: script });
  return runScript(one, one, "case", {
    targetDomain: DOMAIN,
    peers,
    seed: "7",
    runTag: "rx1x",
    patienceMs,
    caseTimeoutMs: 10_000,
    nextIndex: () => index++,
  });
}

const exchanges = ({ entries }: CaseTranscript) =>
  entries.filter((entry): entry is ExchangeEntry => entry.kind === "exchange");

/** Sends something to a peer, as the target. */
function asTarget(path: string, change: Partial<Connection> = {}, method = "POST", body = "hello") {
  const { host, port } = peers.addresses.follower1;
  const octets = Buffer.from(body);
  const headers = [
    ["Host", PEER_DOMAINS.follower1],
    ["Content-Length", String(octets.length)],
    ["Connection", "close"],
  ] as const;
  return exchange(
    {
      host,
      port,
      serverName: PEER_DOMAINS.follower1,
      ca: pki.ca,
      credentials,
      identity: "target",
      timeoutMs: 5000,
      ...change,
    },
    encodeRequest(method, path, headers, octets),
  );
}

/** The URL that the peer's directory gives for an endpoint. */
async function pathOf(endpoint: string, about: string): Promise<string> {
  const { response } = await asTarget("/.well-known/mimi-protocol-directory", {}, "GET", "");
  const directory = JSON.parse(Buffer.from(response?.body ?? []).toString()) as Record<string, string>;
  return new URL((directory[endpoint] ?? "").replace(/\{\w+\}/, () => encodeURIComponent(about))).pathname;
}

describe("what a peer sends", () => {
  it("is what the drafts want, and what a case changes of it", async () => {
    seen.length = 0;
    const transcript = await play(async ({ peers: { follower1 } }) => {
      await follower1.send({
        label: "plain",
        endpoint: "update",
        about: "mimi://a.example/r/x",
        body: Uint8Array.of(1),
      });
      await follower1.send({
        label: "odd",
        endpoint: "update",
        about: "x",
        path: "/raw%zz?q",
        headers: { From: null, host: "c.example", "X-Twice": ["1", "2"] },
      });
    });
    expect(transcript.end).toEqual({ kind: "completed" });
    expect(seen[1]).toEqual({
      path: "/u/mimi%3A%2F%2Fa.example%2Fr%2Fx",
      headers: [
        ["Host", "a.example"],
        ["From", "mimi@follower1.suite.example"],
        ["Content-Type", "application/octet-stream"],
        ["Content-Length", "1"],
        ["Connection", "close"],
      ].flat(),
    });
    expect(seen[2]?.path).toBe("/raw%zz?q");
    expect(seen[2]?.headers.join(" ")).toBe(
      "Content-Length 0 Connection close host c.example X-Twice 1 X-Twice 2",
    );
    const [directory, plain] = exchanges(transcript);
    expect(directory).toMatchObject({ label: "directory", from: "hub.suite.example" });
    expect(plain).toMatchObject({
      label: "plain",
      endpoint: "update",
      outcome: { kind: "answer", status: 202, body: Buffer.from("body").toString("base64") },
      tls: {
        protocol: "TLSv1.3",
        suiteIdentity: "follower1",
        suiteCertificateNames: ["follower1.suite.example"],
        targetCertificateNames: ["a.example"],
        targetAuthorized: true,
      },
    });
  });

  it("records closed connections and silence as what they are", async () => {
    const url = "https://a.example";
    const transcript = await play(async ({ peers: { hub } }) => {
      await hub.send({ label: "closed", url: `${url}/close` });
      await hub.send({ label: "silent", url: `${url}/never`, timeoutMs: 50 });
      await hub.sendRaw("no HTTP", Buffer.from("\u0000\u0001\r\n\r\n"));
      const answer = await hub.send({ label: "last", url: `${url}/x` });
      answer.expect(200);
    });
    const [closed, silent, raw] = exchanges(transcript);
    expect(closed?.outcome).toMatchObject({ kind: "closed", phase: "answer" });
    expect(silent?.outcome).toEqual({ kind: "timeout", phase: "answer", afterMs: 50 });
    expect(raw?.outcome).toMatchObject({ kind: "answer", status: 400 });
    expect(transcript.end).toMatchObject({
      kind: "stopped",
      cause: "answer",
      reason: expect.stringMatching(/status 200, saw status 202/),
    });
  });

  it("may be a HEAD, or no TLS at all", async () => {
    const transcript = await play(async ({ peers: { hub } }) => {
      await hub.send({ label: "head", method: "HEAD", url: "https://a.example/x" });
      await hub.send({ label: "plain", url: "https://a.example/x", plain: true });
    });
    const [head, plain] = exchanges(transcript);
    expect(head?.outcome).toMatchObject({ kind: "answer", status: 202, body: "" });
    expect(plain?.outcome).toMatchObject({ kind: expect.stringMatching(/^(?:closed|malformed)$/) });
    expect(plain?.tls).toBeUndefined();
  });

  it("shows the certificate that a case wants", async () => {
    const transcript = await play(async ({ peers: { hub } }) => {
      for (const identity of [
        "none",
        "self-signed",
        "expired",
        "not-yet-valid",
        "foreign-authority",
        "follower2",
      ] as const) {
        await hub.send({ label: identity, url: "https://a.example/x", identity });
      }
    });
    const names = exchanges(transcript).map(({ tls }) => tls?.suiteCertificateNames.join());
    expect(names).toEqual([
      "",
      ...Array.from({ length: 4 }, () => "hub.suite.example"),
      "follower2.suite.example",
    ]);
  });
});

describe("what a peer takes", () => {
  it("is answered as the script says, found by waiting, and recorded", async () => {
    const transcript = await play(async (context) => {
      const { follower1 } = context.peers;
      const room = `mimi://a.example/r/${context.name("room")}`;
      follower1.handle("notify", ({ about }) => ({ status: about === room ? 299 : 500 }));
      const asked = asTarget(await pathOf("notify", room));
      const request = await follower1.waitFor({ label: "fan-out", endpoint: "notify", about: room });
      expect(Buffer.from(request.body).toString()).toBe("hello");
      expect(request.certificateNames).toEqual([DOMAIN]);
      expect((await asked).response?.status).toBe(299);
      expect(follower1.received("notify", room)).toHaveLength(1);
    });
    expect(transcript.end).toEqual({ kind: "completed" });
    expect(exchanges(transcript)).toMatchObject([
      { direction: "received", request: { path: "/.well-known/mimi-protocol-directory" } },
      { direction: "received", endpoint: "notify", outcome: { status: 299 } },
    ]);
  });

  it("belongs to the case that it names, and to none when that is over", async () => {
    let late = "";
    await play(async (context) => {
      late = context.name("room");
    });
    strays.length = 0;
    const transcript = await play(async () => {
      expect((await asTarget(await pathOf("notify", `mimi://a.example/r/${late}`))).response?.status).toBe(
        201,
      );
      expect((await asTarget(await pathOf("update", "mimi://a.example/r/any"))).response?.status).toBe(404);
    });
    const paths = exchanges(transcript).map(({ request }) => request.path);
    expect(paths.some((path) => path.includes(late))).toBe(false);
    expect(paths.some((path) => path.includes("any"))).toBe(true);
    expect(strays).toHaveLength(1);
    expect(strays[0]?.request.path).toContain(late);
  });

  it("is missed after some patience", async () => {
    const transcript = await play(async ({ peers: { hub } }) => {
      await hub.waitFor({ label: "nothing", endpoint: "notify" });
    }, 20);
    expect(transcript.end).toMatchObject({ kind: "stopped", cause: "wait" });
    expect(transcript.entries).toMatchObject([{ kind: "wait", label: "nothing" }]);
  });

  it("sees another certificate for as long as the case wants", async () => {
    const trusted = async () => (await asTarget("/x")).tls?.targetAuthorized;
    await play(async ({ peers: { follower1 } }) => {
      follower1.present("expired");
      expect(await trusted()).toBe(false);
    });
    expect(await trusted()).toBe(true);
  });

  it("ends the case when its script cannot answer", async () => {
    const transcript = await play(async (context) => {
      context.peers.follower1.handle("notify", () => {
        throw new RangeError("odd");
      });
      const path = await pathOf("notify", "mimi://a.example/r/x");
      const asked = asTarget(path);
      await context.peers.hub.waitFor({ label: "never", endpoint: "notify" });
      await asked;
    });
    expect(transcript.end).toMatchObject({
      kind: "stopped",
      cause: "decode",
      reason: expect.stringMatching(/RangeError: odd/),
    });
  });
});
