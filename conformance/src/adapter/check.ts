/**
 * Exercises an adapter before any case runs, so that a defect of the adapter is never reported as one of the provider.
 * @module
 */

import { reasonOf } from "../errors.ts";
import { AdapterError, adapterClient } from "./client.ts";
import { adapterDocument } from "./document.ts";
import type { AdapterOperations } from "./operations.ts";
import { STEPS, type StepState } from "./steps.ts";

/** What was found out about one operation. */
export interface OperationReport {
  readonly operation: string;
  /** `missing`: not listed by info. `unreached`: a step before it did not succeed. */
  readonly status: "works" | "wrong" | "missing" | "unreached";
  /** What was tried. */
  readonly tried: string;
  /** What was wrong. */
  readonly detail?: string;
}

export interface AdapterReport {
  readonly url: string;
  /** What the adapter says of itself; absent when even that failed. */
  readonly info?: AdapterOperations["info"]["result"];
  /** Whether everything that it offers works. */
  readonly ok: boolean;
  readonly operations: readonly OperationReport[];
}

/**
 * Calls every operation that the adapter offers, in an order in which they make sense, and looks at the answers.
 * @param progress called before each step
 */
export async function checkAdapter(
  url: string,
  progress: (what: string) => void = () => {},
): Promise<AdapterReport> {
  const client = adapterClient(url);
  const names = [...adapterDocument().operations.keys()];
  const tag = `check-${Date.now().toString(36)}`;
  let info: AdapterOperations["info"]["result"];
  try {
    info = await client.call("info", {});
  } catch (error) {
    const failed: OperationReport = {
      operation: "info",
      status: "wrong",
      tried: "info",
      detail: tell(error),
    };
    const rest = names.filter((name) => name !== "info");
    return {
      url,
      ok: false,
      operations: [
        failed,
        ...rest.map((operation) => ({ operation, status: "unreached" as const, tried: "" })),
      ],
    };
  }
  const state: StepState = { tag, call: (operation, args) => client.call(operation, args) };
  const reports = new Map<string, OperationReport>([
    ["info", { operation: "info", status: "works", tried: "info" }],
  ]);
  let broken: string | undefined;
  for (const step of STEPS) {
    const { operation, tried } = step;
    if (reports.get(operation)?.status === "wrong") continue;
    if (!info.operations.includes(operation)) {
      reports.set(operation, { operation, status: "missing", tried });
      // What only one step needs may be missing; what later steps stand on may not.
      if (step.needed === true) broken ??= operation;
      continue;
    }
    if (broken !== undefined) {
      if (!reports.has(operation)) {
        reports.set(operation, {
          operation,
          status: "unreached",
          tried,
          detail: `${broken} comes before it`,
        });
      }
      continue;
    }
    progress(tried);
    const detail = await perform(() => step.perform(state));
    reports.set(operation, {
      operation,
      status: detail === undefined ? "works" : "wrong",
      tried,
      ...(detail === undefined ? {} : { detail }),
    });
    if (detail !== undefined && step.needed === true) broken = operation;
  }
  const operations = names.map(
    (operation) => reports.get(operation) ?? { operation, status: "missing" as const, tried: "" },
  );
  return { url, info, ok: !operations.some(({ status }) => status === "wrong"), operations };
}

async function perform(step: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await step();
  } catch (error) {
    return tell(error);
  }
}

function tell(error: unknown): string {
  return error instanceof AdapterError
    ? `${error.operation}: ${error.code}: ${error.message}`
    : reasonOf(error);
}
