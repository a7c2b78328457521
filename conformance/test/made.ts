/**
 * Transcripts and cases put together by hand, for the tests of everything that only looks at records.
 * @module
 */

import type { ConformanceCase } from "../src/case.ts";
import type { NewEntry } from "../src/recorder.ts";
import { RUN_FORMAT, type Run } from "../src/run-file.ts";
import type { CaseTranscript, Entry, ExchangeEntry, Outcome, ScriptEnd } from "../src/transcript.ts";

/** A transcript of these entries, numbered. */
export function transcriptOf(
  entries: readonly NewEntry[],
  end: ScriptEnd = { kind: "completed" },
  caseId = "made/case",
): CaseTranscript {
  return {
    caseId,
    part: "case",
    startedAt: "2026-01-02T03:04:05.000Z",
    durationMs: 12,
    entries: entries.map((entry, n) => ({ ...entry, n, atMs: n }) as Entry),
    end,
  };
}

/** An answer. */
export function answer(status: number, body: Uint8Array = new Uint8Array()): Outcome {
  return { kind: "answer", status, headers: [], body: Buffer.from(body).toString("base64") };
}

/** An exchange that the suite began. */
export function sent(
  label: string,
  outcome: Outcome,
  change: Partial<ExchangeEntry> = {},
): Omit<ExchangeEntry, "n" | "atMs"> {
  return {
    kind: "exchange",
    direction: "sent",
    label,
    from: "hub.suite.example",
    to: "a.example",
    endpoint: "update",
    request: { method: "POST", path: "/update/x", headers: [["Host", "a.example"]], body: "" },
    outcome,
    durationMs: 1,
    ...change,
  };
}

/** An exchange that the target began. */
export function received(endpoint: string, path: string, body = ""): Omit<ExchangeEntry, "n" | "atMs"> {
  return {
    ...sent("", answer(201)),
    direction: "received",
    endpoint,
    from: "a.example",
    to: "follower1.suite.example",
    request: { method: "POST", path, headers: [], body },
  };
}

/** A case that only its judge matters of. */
export function caseOf(id: string, change: Partial<ConformanceCase> = {}): ConformanceCase {
  return {
    id,
    title: `the case ${id}`,
    requirements: ["PROTO-TR-01"],
    level: "MUST",
    role: "provider",
    needs: { level: "L0" },
    run: async () => {},
    judge: (_, check) => [check.answered("it", { status: [200] })],
    ...change,
  };
}

/** A run of these records. */
export function runOf(records: Run["records"], change: Partial<Run> = {}): Run {
  return {
    format: RUN_FORMAT,
    suiteVersion: "0",
    startedAt: "2026-01-02T03:04:05.000Z",
    endedAt: "2026-01-02T03:05:05.000Z",
    seed: "7",
    target: { url: "https://127.0.0.1:8443", domain: "a.example" },
    environment: { node: "v26" },
    peers: { "hub.suite.example": "127.0.0.1:9441" },
    level: "L2",
    records,
    strays: [],
    waivers: [],
    ...change,
  };
}
