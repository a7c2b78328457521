import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { answer, received, runOf, sent, transcriptOf } from "../test/made.ts";
import type { NewEntry } from "./recorder.ts";
import { decodeRun, encodeRun, loadRun, writeAtomically } from "./run-file.ts";

const entries: NewEntry[] = [
  sent("it", answer(200, Uint8Array.of(1, 2)), {
    tls: {
      protocol: "TLSv1.3",
      suiteIdentity: "hub",
      suiteCertificateNames: ["hub.suite.example"],
      targetCertificateNames: [],
      targetAuthorized: false,
      targetError: "SELF_SIGNED",
    },
  }),
  sent("closed", { kind: "closed", phase: "handshake", detail: "x", alert: "unknown ca" }),
  sent("late", { kind: "timeout", phase: "answer", afterMs: 5 }),
  sent("odd", { kind: "malformed", detail: "not HTTP" }),
  received("notify", "/n/x"),
  {
    kind: "adapter",
    operation: "info",
    arguments: {},
    outcome: { kind: "result", result: { a: [1] } },
    durationMs: 1,
  },
  {
    kind: "adapter",
    operation: "info",
    arguments: {},
    outcome: { kind: "error", code: "failed", detail: "" },
    durationMs: 1,
  },
  { kind: "note", text: "look", octets: "AQI=", as: "KeyPackage" },
  { kind: "observation", label: "epoch", value: { deep: [null, true, "x"] } },
  { kind: "wait", label: "w", expected: "e", exchange: 4, timeoutMs: 3 },
];
const run = runOf([
  {
    caseId: "a/b",
    transcript: transcriptOf(entries),
    valid: transcriptOf([], { kind: "broken", reason: "r" }),
  },
  { caseId: "a/c", skipped: "why" },
]);

it("comes back from its text as it was", () => {
  expect(decodeRun(encodeRun(run))).toEqual(run);
});

it("is written whole or not at all", () => {
  const folder = mkdtempSync(join(tmpdir(), "openmimi-run-"));
  try {
    const file = join(folder, "deep", "run.json");
    writeAtomically(file, "first");
    writeAtomically(file, encodeRun(run));
    expect(loadRun(file)).toEqual(run);
    expect(readdirSync(join(folder, "deep"))).toEqual(["run.json"]);
    expect(() => writeAtomically(join(file, "below"), "x")).toThrow(/cannot be written/);
    expect(readFileSync(file, "utf8")).toBe(encodeRun(run));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.each([
  ["no JSON", "{"],
  ["another format", encodeRun(run).replace("openmimi-conformance-run/1", "other/1")],
  ["a status that is no number", encodeRun(run).replace('"status":200', '"status":"200"')],
  ["octets that are not base64", encodeRun(run).replace('"AQI="', '"<>"')],
  ["an entry of an unknown kind", encodeRun(run).replace('"kind":"note"', '"kind":"memo"')],
  ["an end without a reason", encodeRun(run).replace(',"reason":"r"', "")],
])("refuses %s and says where", (_, text) => {
  expect(() => decodeRun(text, "run.json")).toThrow(expect.objectContaining({ code: "bad-run-file" }));
});

it("refuses mutated files or reads them, and never throws anything else", () => {
  const text = encodeRun(run);
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), (at, change) => {
      try {
        decodeRun(text.slice(0, at) + change + text.slice(at + 1));
      } catch (error) {
        expect(error).toMatchObject({ name: "SuiteError" });
      }
    }),
    { seed: 42, numRuns: 300 },
  );
});
