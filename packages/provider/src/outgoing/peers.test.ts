import { buildDirectory } from "@openmimi/protocol";
import { expect, it } from "vitest";
import { createLogger } from "../logging.ts";
import { createPeers } from "./peers.ts";
import type { OutgoingAnswer, OutgoingRequest } from "./send.ts";

const ROOM = "mimi://b.example/r/clubhouse";

/** A client of other providers whose answers the test gives. */
function scene(answer: (request: OutgoingRequest) => Partial<OutgoingAnswer>) {
  const requests: OutgoingRequest[] = [];
  const clock = { nowMs: 0 };
  const peers = createPeers({
    domain: "a.example",
    send: async (request) => {
      requests.push(request);
      return { status: 200, headers: {}, body: new Uint8Array(), ...answer(request) };
    },
    directoryMs: 1_000,
    nowMs: () => clock.nowMs,
    logger: createLogger("silent"),
  });
  const call = () => peers.call("b.example", "update", ROOM, new Uint8Array([1]));
  return {
    requests,
    clock,
    peers,
    call,
    paths: () => requests.map(({ method, url }) => `${method} ${url.href}`),
  };
}

const json = (value: unknown) => ({ body: new TextEncoder().encode(JSON.stringify(value)) });
const directory = json(buildDirectory("https://mimi.b.example:8443/unusual/base"));
const isDirectory = ({ url }: OutgoingRequest) => url.pathname.startsWith("/.well-known/");

const GET = "GET https://b.example/.well-known/mimi-protocol-directory";
const POST = "POST https://mimi.b.example:8443/unusual/base/update/mimi%3A%2F%2Fb.example%2Fr%2Fclubhouse";

it("finds endpoints through the directory and says who it is", async () => {
  const { call, requests, paths } = scene((request) => (isDirectory(request) ? directory : { status: 201 }));
  expect(await call()).toMatchObject({ status: 201 });
  expect(paths()).toEqual([GET, POST]);
  expect(requests.map(({ headers }) => headers.from)).toEqual(["mimi@a.example", "mimi@a.example"]);
  expect(requests[1]).toMatchObject({
    headers: { "content-type": "application/octet-stream" },
    body: new Uint8Array([1]),
  });
});

it("asks for a directory once, also when many calls begin together, until it is old", async () => {
  const { call, clock, paths } = scene((request) => (isDirectory(request) ? directory : {}));
  await Promise.all([call(), call(), call()]);
  clock.nowMs = 999;
  await call();
  expect(paths().filter((path) => path === GET)).toHaveLength(1);
  clock.nowMs = 1_000;
  await call();
  expect(paths().filter((path) => path === GET)).toHaveLength(2);
});

it.each([
  ["max-age=5", 4_999, 1],
  ["public, max-age=5", 5_000, 2],
  ["no-store", 0, 2],
  ["private, no-cache", 0, 2],
  ["nonsense", 999, 1],
])("follows the caching rules of HTTP: %s", async (cacheControl, laterMs, fetches) => {
  const { call, clock, paths } = scene((request) =>
    isDirectory(request) ? { ...directory, headers: { "cache-control": cacheControl } } : {},
  );
  await call();
  clock.nowMs = laterMs;
  await call();
  expect(paths().filter((path) => path === GET)).toHaveLength(fetches);
});

it("looks again after an answer that means the service has moved, and after a failure", async () => {
  let status = 404;
  const { call, paths } = scene((request) => (isDirectory(request) ? directory : { status }));
  expect(await call()).toMatchObject({ status: 404 });
  status = 200;
  await call();
  expect(paths()).toEqual([GET, POST, GET, POST]);
});

it.each([
  ["status 404", { status: 404 }],
  ["redirects are not followed", { status: 301, headers: { location: "https://evil.example/" } }],
  ["no JSON", { body: new TextEncoder().encode("<html>") }],
  ["no UTF-8", { body: new Uint8Array([0xff]) }],
  ["http URLs", json({ update: "http://b.example/update/{roomId}" })],
  ["service not offered", json({ notify: "https://b.example/notify/{roomId}" })],
  ["unknown variable", json({ update: "https://b.example/update/{room}" })],
  ["no URL", json({ update: "https://" })],
])("has no service: %s", async (_, answer) => {
  const { call, requests } = scene(() => answer);
  await expect(call()).rejects.toMatchObject({ name: "PeerError", code: "no-service", domain: "b.example" });
  await expect(call()).rejects.toMatchObject({ code: "no-service" });
  expect(requests.every(isDirectory)).toBe(true);
});
