import { buildDirectory } from "@openmimi/protocol";
import { beforeEach, expect, it, vi } from "vitest";
import { standardChecks } from "../checks.ts";
import { createLogger } from "../logging.ts";
import type { Connection, Fetch } from "./listener.ts";
import { type MimiCall, mimiApp } from "./mimi-app.ts";

const directory = JSON.stringify(buildDirectory("https://mimi.a.example/v1", ["update"]));
const calls: MimiCall[] = [];
let app: Fetch;

beforeEach(() => {
  calls.length = 0;
  app = mimiApp({
    hosts: ["a.example", "mimi.a.example"],
    prefix: "/v1",
    directory,
    endpoints: {
      update: {
        variable: "roomId",
        handle: async (call) => {
          calls.push(call);
          return { status: 200, body: new Uint8Array([7]) };
        },
      },
      notify: { variable: "roomId", handle: async () => ({ status: 201 }) },
      broken: { variable: "roomId", handle: () => Promise.reject(new TypeError("secret of /home/a.ts:1")) },
    },
    maxBodyOctets: 10,
    checks: standardChecks,
    nowMs: () => 1_000,
    logger: createLogger("silent"),
  });
});

const certificateOf = (...domains: string[]): Connection => ({
  certificate: { trusted: true, notAfterMs: 2_000, names: (domain) => domains.includes(domain) },
});
const bob = certificateOf("b.example");
const ROOM_PATH = "/v1/update/mimi%3A%2F%2Fa.example%2Fr%2Fclubhouse";

function post(
  path = ROOM_PATH,
  headers: Record<string, string> = {},
  body: Uint8Array<ArrayBuffer> = new Uint8Array([1]),
): Request {
  const from = { host: "a.example", from: "mimi@b.example", ...headers };
  const entries = Object.entries(from).filter(([, value]) => value !== "-");
  return new Request(`https://a.example${path}`, { method: "POST", headers: entries, body });
}

async function statusOf(request: Request, connection: Connection = bob): Promise<number> {
  return (await app(request, connection)).status;
}

it("hands the endpoint the caller, the room and the body", async () => {
  const response = await app(post(), bob);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/octet-stream");
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([7]));
  expect(calls).toEqual([
    { caller: "b.example", uri: "mimi://a.example/r/clubhouse", body: new Uint8Array([1]) },
  ]);
});

it("reads Host without its port and in any case, and knows both its names (R-013)", async () => {
  for (const host of ["a.example", "A.Example:8443", "mimi.a.example", "mimi.a.example:443"]) {
    expect(await statusOf(post(ROOM_PATH, { host }))).toBe(200);
  }
  for (const host of ["b.example", "x.a.example", "a.example.", "a.example.evil.example", "127.0.0.1"]) {
    expect(await statusOf(post(ROOM_PATH, { host }))).toBe(421);
  }
});

it("takes the authority of a target in absolute form for the Host header", async () => {
  expect(await statusOf(post(), { ...bob, target: `https://a.example:1${ROOM_PATH}` })).toBe(200);
  expect(await statusOf(post(), { ...bob, target: `https://b.example${ROOM_PATH}` })).toBe(421);
  expect(await statusOf(post(), { ...bob, target: "*" })).toBe(400);
});

it("asks for a trusted certificate before anything else is looked at (protocol 4.1)", async () => {
  expect(await statusOf(post(), {})).toBe(401);
  expect(await statusOf(post(), { certificate: { ...bob.certificate!, trusted: false } })).toBe(401);
  expect(await statusOf(post(), { certificate: { ...bob.certificate!, notAfterMs: 999 } })).toBe(401);
  expect(await statusOf(post("/v1/nothing"), {})).toBe(401);
  expect(calls).toEqual([]);
});

it("takes exactly mimi@domain for a From header (R-016)", async () => {
  expect(await statusOf(post(ROOM_PATH, { from: "mimi@B.Example" }))).toBe(200);
  for (const from of [
    "-",
    "bob@b.example",
    "MIMI@b.example",
    "mimi.bob@b.example",
    "Bob <mimi@b.example>",
    "mimi@b.example, mimi@c.example",
    "mimi@",
    "mimi@b_example",
    "mimi@.example",
    "mimi@*.example",
    "mimi@127.0.0.1",
  ]) {
    expect(await statusOf(post(ROOM_PATH, { from }))).toBe(401);
  }
});

it("asks that the certificate names the From domain (R-014)", async () => {
  expect(await statusOf(post(), certificateOf("c.example"))).toBe(403);
  expect(await statusOf(post(), certificateOf("c.example", "b.example"))).toBe(200);
});

it("reads no body of those who are not known", async () => {
  const pull = vi.fn();
  const body = new ReadableStream({ pull }, { highWaterMark: 0 });
  const request = new Request(`https://a.example${ROOM_PATH}`, {
    method: "POST",
    headers: { host: "a.example", from: "mimi@c.example" },
    body,
    duplex: "half",
  });
  expect(await statusOf(request)).toBe(403);
  expect(pull).not.toHaveBeenCalled();
});

it.each([
  ["/v1/update/a.example/r/clubhouse", "mimi://a.example/r/clubhouse"],
  ["/v1/update/mimi%3a%2f%2fa.example%2fr%2fclubhouse", "mimi://a.example/r/clubhouse"],
  ["/v1/update/mimi%3A%2F%2Fa.example%2Fr%2Fa%252Fb%2525", "mimi://a.example/r/a%2Fb%25"],
  ["/v1/update/mimi%3A%2F%2Fa.example%2Fr%2Fclubhouse?x=1", "mimi://a.example/r/clubhouse"],
])("decodes the path exactly once (R-021, R-022): %s", async (target, uri) => {
  expect(await statusOf(post(), { ...bob, target })).toBe(200);
  expect(calls[0]?.uri).toBe(uri);
});

it.each([
  "/v1/update/mimi%3A%2F%2Fa.example%2Fr%2F%00",
  "/v1/update/mimi%3A%2F%2Fa.example%2Fr%2Fclub%ff",
  "/v1/update/mimi%3A%2F%2Fa.example%2Fr%2Fclub%",
  "/v1/update/mimi%253A%252F%252Fa.example%252Fr%252Fclubhouse",
  "/v1/update/mimi%3A%2F%2FA.example%2Fr%2Fclubhouse",
  "/v1/update/mimi%3A%2F%2Fa.example%2Fr%2Fclubhouse%2F",
  "/v1/update/../update/x",
])("refuses what is no URI: %s", async (target) => {
  const response = await app(post(), { ...bob, target });
  expect(response.status).toBe(400);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
  expect(await response.text()).toMatch(/^path \{roomId\}: .*, at character \d+ \(protocol §5\.1\)\n$/);
});

it("knows its paths and methods", async () => {
  for (const path of [
    "/",
    "/v1",
    "/v1/update",
    "/v1/update/",
    "/v2/update/x",
    "/v1/constructor/x",
    "/v1/none/x",
  ]) {
    expect(await statusOf(post(path))).toBe(404);
  }
  const headers = { host: "a.example", from: "mimi@b.example" };
  const response = await app(new Request(`https://a.example${ROOM_PATH}`, { headers }), bob);
  expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
});

it("takes any media type that can hold octets, and none (R-011)", async () => {
  for (const type of [
    "application/octet-stream",
    "application/mimi-protocol",
    "Application/Octet-Stream; x=y",
  ]) {
    expect(await statusOf(post(ROOM_PATH, { "content-type": type }))).toBe(200);
  }
  for (const type of [
    "text/plain",
    "application/json",
    "multipart/form-data; boundary=x",
    "nonsense",
    "a/b+json",
  ]) {
    expect(await statusOf(post(ROOM_PATH, { "content-type": type }))).toBe(415);
  }
});

it("stops reading at the limit, declared or not", async () => {
  expect(await statusOf(post(ROOM_PATH, {}, new Uint8Array(10)))).toBe(200);
  expect(await statusOf(post(ROOM_PATH, {}, new Uint8Array(11)))).toBe(413);
  expect(await statusOf(post(ROOM_PATH, { "content-length": "11" }))).toBe(413);
  expect(await statusOf(post(ROOM_PATH, { "content-length": "x" }))).toBe(413);
  let chunks = 0;
  const endless = new ReadableStream({
    pull(controller) {
      chunks++;
      controller.enqueue(new Uint8Array(4));
    },
  });
  const headers = { host: "a.example", from: "mimi@b.example" };
  const init = { method: "POST", headers, body: endless, duplex: "half" } as RequestInit;
  expect(await statusOf(new Request(`https://a.example${ROOM_PATH}`, init))).toBe(413);
  expect(chunks).toBeLessThan(6);
});

it("answers without a body where there is none", async () => {
  const response = await app(post("/v1/notify/mimi%3A%2F%2Fb.example%2Fr%2Fx"), bob);
  expect([response.status, await response.text(), response.headers.get("content-length")]).toEqual([
    201,
    "",
    "0",
  ]);
});

it("shows nothing of its own failures", async () => {
  const response = await app(post("/v1/broken/mimi%3A%2F%2Fb.example%2Fr%2Fx"), bob);
  expect([response.status, await response.text()]).toEqual([500, "the provider failed\n"]);
});

it("gives its directory to everybody, by GET (R-023)", async () => {
  const url = "https://a.example/.well-known/mimi-protocol-directory";
  const headers = { host: "a.example" };
  const response = await app(new Request(url, { headers }), {});
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toEqual({ update: "https://mimi.a.example/v1/update/{roomId}" });
  expect((await app(new Request(url, { headers, method: "HEAD" }), {})).status).toBe(200);
  expect((await app(new Request(url, { headers, method: "POST" }), {})).status).toBe(405);
  expect((await app(new Request(url, { headers: { host: "b.example" } }), {})).status).toBe(421);
});
