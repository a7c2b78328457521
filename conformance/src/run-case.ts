/**
 * Runs the script of one case against the target and brings back what it recorded.
 * @module
 */

import type { AdapterClient } from "./adapter/client.ts";
import { recordedAdapter } from "./adapter/recorded.ts";
import type { ConformanceCase, Script } from "./case.ts";
import type { CaseContext } from "./context.ts";
import { CaseStopped, reasonOf } from "./errors.ts";
import type { Fixtures } from "./fixture-kinds.ts";
import { makeFixture } from "./fixtures.ts";
import type { SuitePeers } from "./peers/peers.ts";
import { startSession } from "./peers/session.ts";
import { seededRandom } from "./random.ts";
import { startRecorder } from "./recorder.ts";
import type { CaseTranscript, ScriptEnd } from "./transcript.ts";

/** What all cases of a run share. */
export interface RunSurroundings {
  readonly targetDomain: string;
  readonly peers: SuitePeers;
  readonly adapter?: AdapterClient;
  /** The next listed fixture, when the run has a fixtures file. */
  readonly listed?: <K extends keyof Fixtures>(kind: K) => Fixtures[K];
  readonly seed: string;
  /** Different in every run, so that names do not meet those of an earlier run against the same target. */
  readonly runTag: string;
  readonly patienceMs: number;
  readonly caseTimeoutMs: number;
  /** Counts the scripts that have been run. */
  nextIndex(): number;
}

/** Runs a script: that of the case itself, or its inline valid twin. Never throws. */
export async function runScript(
  one: ConformanceCase,
  script: Script,
  part: CaseTranscript["part"],
  run: RunSurroundings,
): Promise<CaseTranscript> {
  const recorder = startRecorder(one.id, part);
  const tag = `${run.runTag}x${run.nextIndex()}`;
  const session = startSession(recorder, tag, run.patienceMs);
  const { peers, directory } = run.peers.beginCase(session);
  const adapter = recordedAdapter(run.adapter, session);
  let names = 0;
  const name = (base: string): string => {
    names += 1;
    return `${base}-${tag}-${names}`;
  };
  const context: CaseContext = {
    target: { domain: run.targetDomain, url: directory.url },
    peers,
    adapter,
    random: seededRandom(run.seed, part === "case" ? one.id : `${one.id} (valid)`),
    patienceMs: run.patienceMs,
    name,
    fixture: async (kind) => {
      session.checkAlive();
      if (run.adapter !== undefined) return makeFixture(kind, adapter, name);
      if (run.listed !== undefined) return run.listed(kind);
      throw new CaseStopped("fixture", `${kind}: this run has neither an adapter nor a fixtures file`);
    },
    note: (text, octets, as) =>
      void recorder.add({
        kind: "note",
        text,
        ...(octets === undefined ? {} : { octets: Buffer.from(octets).toString("base64") }),
        ...(as === undefined ? {} : { as }),
      }),
    observe: (label, value) => void recorder.add({ kind: "observation", label, value }),
    stop: (cause, reason) => {
      throw new CaseStopped(cause, reason);
    },
  };
  const timer = setTimeout(
    () => session.abort(new CaseStopped("timeout", `the case took more than ${run.caseTimeoutMs} ms`)),
    run.caseTimeoutMs,
  );
  const end = await Promise.race([endOf(script, context), session.aborted.then(stoppedBy)]);
  clearTimeout(timer);
  session.end();
  run.peers.endCase();
  return recorder.close(end);
}

async function endOf(script: Script, context: CaseContext): Promise<ScriptEnd> {
  try {
    await script.run(context);
    return { kind: "completed" };
  } catch (error) {
    if (error instanceof CaseStopped) return stoppedBy(error);
    return { kind: "broken", reason: reasonOf(error) };
  }
}

function stoppedBy(stopped: CaseStopped): ScriptEnd {
  return { kind: "stopped", cause: stopped.cause, reason: stopped.message };
}
