/**
 * The adapter as a script sees it: every call is recorded, and one that fails ends the script.
 * @module
 */

import type { RecordedAdapter } from "../context.ts";
import { CaseStopped } from "../errors.ts";
import type { CaseSession } from "../peers/session.ts";
import { round } from "../recorder.ts";
import type { AdapterEntry, Json } from "../transcript.ts";
import { type AdapterClient, AdapterError } from "./client.ts";
import type { AdapterOperations } from "./operations.ts";

/** Binds an adapter to a case; `undefined` when the run has none. */
export function recordedAdapter(client: AdapterClient | undefined, session: CaseSession): RecordedAdapter {
  const perform = async <K extends keyof AdapterOperations>(
    operation: K,
    args: AdapterOperations[K]["arguments"],
    label: string | undefined,
  ): Promise<AdapterOperations[K]["result"] | AdapterError> => {
    session.checkAlive();
    if (client === undefined) throw new CaseStopped("adapter", `${operation}: this run has no adapter`);
    const startedAtMs = performance.now();
    const record = (outcome: AdapterEntry["outcome"]) =>
      session.recorder.add(
        {
          kind: "adapter",
          ...(label === undefined ? {} : { label }),
          operation,
          arguments: args as unknown as Json,
          outcome,
          durationMs: round(performance.now() - startedAtMs),
        },
        startedAtMs,
      );
    try {
      const result = await client.call(operation, args);
      record({ kind: "result", result: result as unknown as Json });
      return result;
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      record({ kind: "error", code: error.code, detail: error.message });
      return error;
    }
  };
  return {
    async call(operation, args, label) {
      const result = await perform(operation, args, label);
      if (!(result instanceof AdapterError)) return result;
      throw new CaseStopped("adapter", `the adapter's ${operation}: ${result.code}: ${result.message}`);
    },
    async attempt(operation, args, label) {
      const result = await perform(operation, args, label);
      return result instanceof AdapterError ? undefined : result;
    },
  };
}
