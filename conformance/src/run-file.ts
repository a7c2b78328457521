/**
 * A run on disk: one JSON file after run.schema.json, with everything that was observed and no verdict.
 * @module
 */

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { AdapterReport } from "./adapter/check.ts";
import type { AdapterLevel } from "./case.ts";
import { reasonOf, SuiteError } from "./errors.ts";
import type { CaseRecord } from "./judge.ts";
import type { ExchangeEntry } from "./transcript.ts";
import type { Waiver } from "./waivers.ts";

export const RUN_FORMAT = "openmimi-conformance-run/1";

/** A recorded run. */
export interface Run {
  readonly format: typeof RUN_FORMAT;
  readonly suiteVersion: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seed: string;
  readonly target: { readonly url: string; readonly domain: string };
  /** Versions of what it ran on. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where each of the suite's providers listened. */
  readonly peers: Readonly<Record<string, string>>;
  readonly level: AdapterLevel;
  readonly adapter?: AdapterReport;
  readonly records: readonly CaseRecord[];
  /** What the target sent that belongs to no case. */
  readonly strays: readonly Omit<ExchangeEntry, "n" | "atMs">[];
  readonly waivers: readonly Waiver[];
}

/**
 * Writes a file so that it is there whole or not at all.
 * @throws SuiteError `bad-option`
 */
export function writeAtomically(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const handle = openSync(temporary, "w");
    try {
      writeSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    throw new SuiteError("bad-option", `${file} cannot be written: ${reasonOf(error)}`);
  }
}

/** The text of a run file. */
export function encodeRun(run: Run): string {
  return `${JSON.stringify(run)}\n`;
}

let validate: ValidateFunction | undefined;

/**
 * Reads a run file.
 * @throws SuiteError `bad-run-file`, with the place in the file
 */
export function loadRun(file: string): Run {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new SuiteError("bad-run-file", `${file}: ${reasonOf(error)}`);
  }
  return decodeRun(text, file);
}

/** Reads the text of a run file. `name` is for the message. @throws SuiteError `bad-run-file` */
export function decodeRun(text: string, name = "run"): Run {
  let run: unknown;
  try {
    run = JSON.parse(text);
  } catch (error) {
    throw new SuiteError("bad-run-file", `${name}: ${reasonOf(error)}`);
  }
  validate ??= compile();
  if (validate(run)) return run as Run;
  const [first] = validate.errors ?? [];
  throw new SuiteError("bad-run-file", `${name}: at ${first?.instancePath || "the top"}: ${first?.message}`);
}

function compile(): ValidateFunction {
  const schema = readFileSync(new URL("../run.schema.json", import.meta.url), "utf8");
  return new Ajv2020({ strict: false }).compile(JSON.parse(schema));
}
