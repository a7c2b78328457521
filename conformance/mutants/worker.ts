/**
 * A thread that plays one mutant after the other. The provider is a process of its own; see stage.ts.
 * @module
 */

import { parentPort } from "node:worker_threads";
import { type Progress, runConformance } from "../src/index.ts";
import type { MutantRun } from "./outcome.ts";
import { onStage } from "./stage.ts";

/** What to run. */
export interface Job {
  /** Absent: the provider as it is. */
  readonly mutant?: string;
  /** Ids of cases. Default: all. */
  readonly only?: readonly string[];
  /** What needs no adapter begins sooner. */
  readonly needsAdapter: boolean;
  readonly patienceMs: number;
}

/** What a thread says of its job. */
export type Message =
  | { readonly kind: "progress"; readonly mutant?: string; readonly progress: Progress }
  | { readonly kind: "done"; readonly run: MutantRun }
  | { readonly kind: "failed"; readonly reason: string };

const CASE_TIMEOUT_MS = 20_000;
const MAX_ATTEMPTS = 3;

async function play({ mutant, only, needsAdapter, patienceMs }: Job): Promise<MutantRun> {
  const startedAtMs = performance.now();
  const named = mutant === undefined ? {} : { mutant };
  const { report } = await onStage(mutant, ({ adapter, ...scene }) =>
    runConformance({
      ...scene,
      ...(needsAdapter ? { adapter } : {}),
      ...(only === undefined ? {} : { only }),
      ...{ patienceMs, caseTimeoutMs: CASE_TIMEOUT_MS, seed: "mutants" },
      onProgress: (progress) => post({ kind: "progress", ...named, progress }),
    }),
  );
  const results: Record<string, MutantRun["results"][string]> = {};
  const reasons: Record<string, string> = {};
  for (const { id, verdict } of report.cases) {
    const { result, expected, saw, reason } = verdict;
    results[id] = result;
    if (result !== "pass") reasons[id] = reason ?? `expected ${expected}; saw ${saw}`;
  }
  const durationMs = Math.round(performance.now() - startedAtMs);
  return { ...named, results, reasons, exitCode: report.exitCode, durationMs };
}

/** Somebody else can take a port between its choice and its use; then everything is set up anew. */
async function playOnFreePorts(job: Job): Promise<MutantRun> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await play(job);
    } catch (error) {
      const taken = error instanceof Error && "code" in error && error.code === "port-in-use";
      if (!taken || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

function post(message: Message): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", (job: Job) => {
  playOnFreePorts(job).then(
    (run) => post({ kind: "done", run }),
    (error: unknown) => {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      post({ kind: "failed", reason });
    },
  );
});
