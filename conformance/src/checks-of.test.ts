import { UpdateRoomResponse } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { answer, received, sent, transcriptOf } from "../test/made.ts";
import { checksOf } from "./checks-of.ts";
import type { NewEntry } from "./recorder.ts";
import type { ScriptEnd } from "./transcript.ts";

const success = encode(UpdateRoomResponse, {
  responseCode: "success",
  errorDescription: "",
  acceptedTimestamp: 1n,
});
const wrongEpoch = encode(UpdateRoomResponse, {
  responseCode: "wrongEpoch",
  errorDescription: "",
  currentEpoch: 2n,
});
const STOPPED: ScriptEnd = { kind: "stopped", cause: "directory", reason: "no directory" };
const on = (...entries: NewEntry[]) => checksOf(transcriptOf(entries));

describe("answered and refused", () => {
  const expected = { status: [400] as const, code: ["wrongEpoch"] };

  it.each([
    ["the code with status 200", answer(200, wrongEpoch), "yes"],
    ["the code with status 409, reading R-012 b", answer(409, wrongEpoch), "yes"],
    ["the status", answer(400), "yes"],
    ["another status", answer(403), "no"],
    ["a success", answer(200, success), "no"],
    ["a success with the status of a refusal", answer(400, success), "no"],
    ["a server error", answer(500), "no"],
    ["a code with a server error", answer(500, wrongEpoch), "no"],
    ["a closed connection", { kind: "closed", phase: "answer", detail: "" }, "no"],
    ["no answer", { kind: "timeout", phase: "answer", afterMs: 1 }, "no"],
    ["something that is not HTTP", { kind: "malformed", detail: "" }, "no"],
    ["a body that does not decode", answer(200, Uint8Array.of(9)), "no"],
  ] as const)("refused: %s", (_, outcome, holds) => {
    expect(on(sent("it", outcome)).refused("it", expected)).toMatchObject({ holds, at: 0 });
  });

  it("accepts any refusal where nothing special is expected", () => {
    expect(on(sent("it", answer(404))).refused("it").holds).toBe("yes");
    expect(on(sent("it", answer(200, wrongEpoch))).refused("it").holds).toBe("yes");
    expect(on(sent("it", answer(302))).refused("it").holds).toBe("no");
  });

  it("names the reading that the target follows", () => {
    const seen = (status: number) =>
      on(sent("it", answer(status, wrongEpoch))).refused("it", expected).reading;
    expect(seen(200)).toEqual({ id: "R-012", observed: "a" });
    expect(seen(409)).toEqual({ id: "R-012", observed: "b" });
  });

  it("knows families of statuses", () => {
    expect(on(sent("it", answer(201))).answered("it", { status: ["2xx"] }).holds).toBe("yes");
    expect(on(sent("it", answer(200, success))).answered("it", { code: ["success"] }).holds).toBe("yes");
    expect(on(sent("it", answer(400, success))).answered("it", { code: ["success"] }).holds).toBe("no");
  });

  it("cannot tell what was not reached", () => {
    const check = checksOf(transcriptOf([], STOPPED)).answered("it", { status: [200] });
    expect(check).toMatchObject({ holds: "unknown", saw: "no directory" });
  });

  it("takes a TLS alert for a refusal, and warns of a plain close", () => {
    const closed = { kind: "closed", phase: "answer", detail: "ECONNRESET" } as const;
    expect(on(sent("it", { ...closed, alert: "unknown ca" })).turnedAway("it").holds).toBe("yes");
    expect(on(sent("it", closed)).turnedAway("it")).toMatchObject({ holds: "no", level: "SHOULD" });
    expect(on(sent("it", { ...closed, phase: "connect" })).turnedAway("it").level).toBeUndefined();
    expect(on(sent("it", answer(401))).turnedAway("it").holds).toBe("yes");
    expect(on(sent("it", answer(200, success))).turnedAway("it")).toMatchObject({ holds: "no" });
  });
});

describe("state", () => {
  const state = (value: string): NewEntry => ({ kind: "observation", label: "epoch", value });

  it("compares the first and the last observation", () => {
    expect(on(state("1"), state("1")).unchanged("epoch").holds).toBe("yes");
    expect(on(state("1"), state("2")).unchanged("epoch")).toMatchObject({ holds: "no", at: 1 });
    expect(on(state("1"), state("2")).changed("epoch").holds).toBe("yes");
    expect(on(state("1")).unchanged("epoch").holds).toBe("unknown");
  });

  it("looks at the last observation", () => {
    expect(on(state("1"), state("2")).observed("epoch", "2").holds).toBe("yes");
    expect(on(state("1")).observed("epoch", "2")).toMatchObject({ holds: "no", saw: '"1"' });
    expect(on().observed("epoch", "2").holds).toBe("unknown");
  });
});

describe("what the target sends", () => {
  const waited = (exchange?: number): NewEntry => ({
    kind: "wait",
    label: "fan-out",
    expected: "a request",
    timeoutMs: 5,
    ...(exchange === undefined ? {} : { exchange }),
  });

  it("arrives or not", () => {
    expect(on(received("notify", "/n/x"), waited(0)).arrived("fan-out")).toMatchObject({
      holds: "yes",
      at: 0,
    });
    const inVain: ScriptEnd = { kind: "stopped", cause: "wait", reason: "in vain" };
    expect(checksOf(transcriptOf([waited()], inVain)).arrived("fan-out").holds).toBe("no");
    const late: ScriptEnd = { kind: "stopped", cause: "timeout", reason: "too long" };
    expect(checksOf(transcriptOf([waited()], late)).arrived("fan-out").holds).toBe("unknown");
    expect(on().arrived("fan-out").holds).toBe("unknown");
  });

  it("is silent about a room, whatever else it sends", () => {
    const room = "mimi://a.example/r/x";
    const request = received("notify", `/m/${encodeURIComponent(room)}`);
    expect(on(request).silent("notify", room)).toMatchObject({ holds: "no", at: 0 });
    expect(on(request).silent("notify", "mimi://a.example/r/y").holds).toBe("yes");
    expect(on(request).silent("keyMaterial").holds).toBe("yes");
    expect(checksOf(transcriptOf([], STOPPED)).silent("notify").holds).toBe("unknown");
  });

  it("gives the octets of what arrived by the label of the wait", () => {
    const check = on(received("notify", "/n/x", Buffer.from("abc").toString("base64")), waited(0));
    expect(Buffer.from(check.octets("fan-out") ?? []).toString()).toBe("abc");
  });
});

describe("the adapter", () => {
  const call = (code?: string): NewEntry => ({
    kind: "adapter",
    label: "send",
    operation: "sendText",
    arguments: {},
    outcome: code === undefined ? { kind: "result", result: {} } : { kind: "error", code, detail: "" },
    durationMs: 1,
  });

  it("blames the provider only for what it refused itself", () => {
    expect(on(call()).succeeded("send").holds).toBe("yes");
    expect(on(call("refused")).succeeded("send").holds).toBe("no");
    expect(on(call("failed")).succeeded("send").holds).toBe("unknown");
    expect(on(call("refused")).failed("send").holds).toBe("yes");
    expect(on(call()).failed("send").holds).toBe("no");
    expect(on(call("timeout")).failed("send").holds).toBe("unknown");
  });
});
