/**
 * Plays mutants in several threads.
 * @module
 */

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Progress } from "../src/index.ts";
import type { MutantRun } from "./outcome.ts";
import type { Job, Message } from "./worker.ts";

/** Hears what becomes of the jobs. */
export interface Watcher {
  onProgress?(mutant: string | undefined, progress: Progress): void;
  onRun?(job: Job, outcome: MutantRun | string): void;
}

/**
 * Plays all jobs, at most `threads` at a time.
 *
 * @returns in the order of the jobs; a text says why there is no run
 */
export async function playAll(
  jobs: readonly Job[],
  threads: number,
  watcher: Watcher = {},
): Promise<(MutantRun | string)[]> {
  const outcomes: (MutantRun | string)[] = [];
  const waiting = jobs.entries();
  await Promise.all(
    Array.from({ length: Math.min(threads, jobs.length) }, async () => {
      const worker = new Worker(new URL("./worker.ts", import.meta.url));
      for (const [at, job] of waiting) {
        const outcome = await playOne(worker, job, watcher);
        outcomes[at] = outcome;
        watcher.onRun?.(job, outcome);
      }
      await worker.terminate();
    }),
  );
  return outcomes;
}

async function playOne(worker: Worker, job: Job, watcher: Watcher): Promise<MutantRun | string> {
  worker.postMessage(job);
  for (;;) {
    const [message] = (await once(worker, "message")) as [Message];
    if (message.kind === "done") return message.run;
    if (message.kind === "failed") return message.reason;
    watcher.onProgress?.(message.mutant, message.progress);
  }
}
