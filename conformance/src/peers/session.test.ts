import { expect, it } from "vitest";
import type { ReceivedRequest } from "../context.ts";
import { CaseStopped } from "../errors.ts";
import { startRecorder } from "../recorder.ts";
import { startSession } from "./session.ts";

const request = (n: number, about: string): ReceivedRequest => ({
  n,
  endpoint: "notify",
  about,
  method: "POST",
  path: "/",
  headers: [],
  body: new Uint8Array(),
  certificateNames: [],
});
const make = (patienceMs = 5000) => startSession(startRecorder("a/b", "case"), "tx0", patienceMs);
const await1 = (session: ReturnType<typeof make>, about: string) =>
  session.waitFor("hub", "hub.suite.example", { label: about, endpoint: "notify", about });

it("gives each request to one wait, whether it came before or comes after", async () => {
  const session = make();
  session.arrived("hub", request(0, "x"));
  expect((await await1(session, "x")).n).toBe(0);
  const second = await1(session, "x");
  session.arrived("follower1", request(1, "x"));
  session.arrived("hub", request(2, "y"));
  session.arrived("hub", request(3, "x"));
  expect((await second).n).toBe(3);
  expect(session.received("hub", "notify", "x").map(({ n }) => n)).toEqual([0, 3]);
  const { entries } = session.recorder.close({ kind: "completed" });
  expect(entries).toMatchObject([
    { kind: "wait", exchange: 0 },
    { kind: "wait", exchange: 3 },
  ]);
});

it("stops the case when the time runs out, and records that", async () => {
  const session = make(5);
  await expect(await1(session, "x")).rejects.toMatchObject({ name: "CaseStopped", cause: "wait" });
  const [entry] = session.recorder.close({ kind: "completed" }).entries;
  expect(entry).toMatchObject({ kind: "wait", timeoutMs: 5 });
  expect(entry).not.toHaveProperty("exchange");
});

it("ends every wait when the case is aborted", async () => {
  const session = make();
  const waiting = await1(session, "x");
  session.abort(new CaseStopped("timeout", "too long"));
  await expect(waiting).rejects.toMatchObject({ cause: "timeout" });
  await expect(await1(session, "y")).rejects.toMatchObject({ cause: "timeout" });
  expect(() => session.checkAlive()).toThrow("too long");
  expect((await session.aborted).message).toBe("too long");
});
