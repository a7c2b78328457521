import { describe, expect, it } from "vitest";
import { Caller } from "./caller.ts";
import { ClientError } from "./errors.ts";
import type { RetryPolicy, TransportRequest, TransportResponse } from "./transport.ts";

const QUICK: RetryPolicy = { firstDelayMs: 1, maxDelayMs: 2, giveUpAfterMs: 2000 };

type Step = TransportResponse | ClientError;

function answer(status: number, text = "", headers: Record<string, string> = {}): TransportResponse {
  return { status, headers, body: new TextEncoder().encode(text) };
}

/** A caller whose transport gives these outcomes in turn, and what it was asked. */
function scripted(steps: Step[], retry = QUICK) {
  const requests: TransportRequest[] = [];
  const transport = {
    request: async (request: TransportRequest) => {
      requests.push(request);
      const step = steps.shift();
      if (step === undefined) throw new Error("the script has ended");
      if (step instanceof ClientError) throw step;
      return step;
    },
    close: () => {},
  };
  return { caller: new Caller(transport, retry), requests };
}

const broken = () => new ClientError("connection", "broke off");

describe("calls of the client API", () => {
  it("carry the token and the kind of their body", async () => {
    const { caller, requests } = scripted([answer(200, "{}"), answer(200)]);
    caller.authorize("t0k3n");
    await caller.json({ method: "POST", path: "/x", json: { a: 1 } });
    await caller.octets("/y", Uint8Array.of(1));
    expect(requests.map(({ headers }) => [headers.authorization, headers["content-type"]])).toEqual([
      ["Bearer t0k3n", "application/json"],
      ["Bearer t0k3n", "application/octet-stream"],
    ]);
  });

  it("are repeated octet for octet until they are answered (reading R-067)", async () => {
    const { caller, requests } = scripted([broken(), answer(503), answer(502), answer(200, "", {})]);
    await caller.octets("/x", Uint8Array.of(1, 2, 3));
    expect(requests.length).toBe(4);
    expect(requests.every((request) => request === requests[0])).toBe(true);
  });

  it("are not repeated when they must not be", async () => {
    const { caller, requests } = scripted([broken()]);
    const outcome = caller.call({ method: "POST", path: "/x", repeatable: false });
    await expect(outcome).rejects.toMatchObject({ code: "connection" });
    expect(requests.length).toBe(1);
  });

  it("give up in the end, with the last failure", async () => {
    const retry = { firstDelayMs: 1, maxDelayMs: 1, giveUpAfterMs: 0 };
    const { caller } = scripted([answer(503, "busy")], retry);
    await expect(caller.octets("/x", Uint8Array.of())).rejects.toMatchObject({
      code: "provider-failure",
      status: 503,
    });
  });

  it("do not wait past their end for a Retry-After", async () => {
    const { caller } = scripted([answer(503, "", { "retry-after": "3600" })]);
    await expect(caller.octets("/x", Uint8Array.of())).rejects.toMatchObject({ status: 503 });
  });

  it.each([
    [400, "bad-request"],
    [401, "unauthorized"],
    [403, "not-allowed"],
    [404, "not-found"],
    [409, "conflict"],
    [413, "bad-request"],
    [500, "provider-failure"],
  ])("turn status %i into %s", async (status, code) => {
    const problem = answer(status, `{"code":"why","title":"What"}`, {
      "content-type": "application/problem+json",
    });
    const { caller } = scripted([problem]);
    const outcome = caller.call({ method: "GET", path: "/x" });
    await expect(outcome).rejects.toMatchObject({
      code,
      status,
      message: expect.stringContaining("why: What"),
    });
  });

  it("refuse an answer that is no JSON object", async () => {
    for (const text of ["", "[]", "null", "{", "\u0000"]) {
      const { caller } = scripted([answer(200, text)]);
      await expect(caller.json({ method: "GET", path: "/x" })).rejects.toMatchObject({
        code: "malformed-answer",
      });
    }
  });
});
