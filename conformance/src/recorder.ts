/**
 * Collects what happens during one case.
 * @module
 */

import type { CaseTranscript, Entry, ScriptEnd } from "./transcript.ts";

/** An entry as it is handed over: without its position. */
export type NewEntry = Entry extends infer E ? (E extends Entry ? Omit<E, "n" | "atMs"> : never) : never;

/** The log of one case. After it was closed nothing is added any more. */
export interface Recorder {
  /** Adds an entry and gives its position. `startedAtMs` is of `performance.now()`; default now. */
  add(entry: NewEntry, startedAtMs?: number): number;
  close(end: ScriptEnd): CaseTranscript;
  readonly closed: boolean;
}

/** Starts a log. */
export function startRecorder(caseId: string, part: CaseTranscript["part"]): Recorder {
  const startedAt = new Date().toISOString();
  const began = performance.now();
  const entries: Entry[] = [];
  let closed = false;
  return {
    add(entry, startedAtMs = performance.now()) {
      const n = entries.length;
      if (!closed) entries.push({ ...entry, n, atMs: round(startedAtMs - began) } as Entry);
      return n;
    },
    close(end) {
      closed = true;
      return { caseId, part, startedAt, durationMs: round(performance.now() - began), entries, end };
    },
    get closed() {
      return closed;
    },
  };
}

/** To tenths of a millisecond: finer is noise, and makes run files longer. */
export function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
