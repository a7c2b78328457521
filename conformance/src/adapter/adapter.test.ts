import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkAdapter } from "./check.ts";
import { adapterClient } from "./client.ts";
import { adapterDocument } from "./document.ts";

let server: Server;
let url: string;
let answers: (operation: string) => { readonly status: number; readonly text: string };

beforeEach(async () => {
  server = createServer((request, response) => {
    request.resume();
    const { status, text } = answers((request.url ?? "").slice(1));
    response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const json = (status: number, value: unknown) => ({ status, text: JSON.stringify(value) });
const INFO = {
  adapter: "a",
  provider: "p",
  domain: "a.example",
  operations: ["createUser"],
  cipherSuites: [1],
};

describe("the client", () => {
  const call = () => adapterClient(url).call("createUser", { name: "alice" });

  it("gives a result that keeps to the document", async () => {
    answers = () => json(200, { userUri: "mimi://a.example/u/alice", more: 1 });
    expect(await call()).toMatchObject({ userUri: "mimi://a.example/u/alice" });
  });

  it.each([
    ["refused", json(409, { code: "refused", detail: "no" })],
    ["unsupported", json(501, { code: "unsupported", detail: "" })],
    ["invalid-answer", json(200, { userUri: "alice" })],
    ["invalid-answer", json(200, {})],
    ["invalid-answer", json(409, { code: "other", detail: "" })],
    ["invalid-answer", { status: 500, text: "<html>" }],
  ] as const)("reports %s", async (code, answer) => {
    answers = () => answer;
    await expect(call()).rejects.toMatchObject({ name: "AdapterError", code, operation: "createUser" });
  });

  it("reports an adapter that is not there", async () => {
    const gone = adapterClient("http://127.0.0.1:1").call("info", {});
    await expect(gone).rejects.toMatchObject({ code: "unreachable" });
  });
});

describe("the check", () => {
  const statuses = async () =>
    Object.fromEntries(
      (await checkAdapter(url)).operations.map(({ operation, status }) => [operation, status]),
    );

  it("reaches nothing when info does not work", async () => {
    answers = () => json(200, { adapter: "a" });
    const found = await checkAdapter(url);
    expect(found.ok).toBe(false);
    expect(found.operations[0]).toMatchObject({ operation: "info", status: "wrong" });
    expect(found.operations.slice(1).every(({ status }) => status === "unreached")).toBe(true);
  });

  it("tells what is wrong from what is not offered", async () => {
    answers = (operation) => json(200, operation === "info" ? INFO : { userUri: "mimi://a.example/u/same" });
    const found = await statuses();
    expect(found).toMatchObject({
      info: "works",
      createUser: "wrong",
      createClient: "missing",
      leave: "missing",
    });
    expect(Object.keys(found)).toEqual([...adapterDocument().operations.keys()]);
  });

  it("notices users of a foreign domain", async () => {
    let users = 0;
    answers = (operation) => {
      users += 1;
      return json(200, operation === "info" ? INFO : { userUri: `mimi://b.example/u/u${users}` });
    };
    const found = await checkAdapter(url);
    expect(found.operations.find(({ operation }) => operation === "createUser")?.detail).toMatch(
      /domain a.example/,
    );
  });
});

it("the document and the types name the same operations", () => {
  const { operations } = adapterDocument();
  expect([...operations.keys()]).toEqual([
    "info",
    "createUser",
    "createClient",
    "publishKeyPackages",
    "countKeyPackages",
    "createRoom",
    "addUser",
    "removeUser",
    "changeRole",
    "sendText",
    "sendUpdate",
    "leave",
    "commitPending",
    "joinExternally",
    "sync",
    "roomView",
    "messages",
    "setReports",
    "markRead",
    "renewRoom",
    "reset",
  ]);
  const { checkArguments } = operations.get("sync") ?? {};
  expect(checkArguments?.({ clientUri: "mimi://a.example/d/a/b", waitMs: 5 })).toBeUndefined();
  expect(checkArguments?.({ clientUri: "mimi://a.example/d/a/b", extra: 5 })).toMatch(
    /additional properties/,
  );
});
