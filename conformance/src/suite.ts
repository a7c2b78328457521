/**
 * The suite as a whole: run, judge, report; and judge again.
 * @module
 */

import { join } from "node:path";
import { builtInCatalogue, type Catalogue } from "./catalogue.ts";
import { badgeSvg } from "./report/badge.ts";
import { reportHtml } from "./report/html.ts";
import { implementationStatus } from "./report/implementation-status.ts";
import { junitXml } from "./report/junit.ts";
import { buildReport, type Report } from "./report/model.ts";
import { type RunOptions, recordRun } from "./run.ts";
import { encodeRun, loadRun, type Run, writeAtomically } from "./run-file.ts";

/** A run with its reports. */
export interface ConformanceOptions extends RunOptions {
  /** Where to write `run.json` and the reports. Default: nowhere. */
  readonly output?: string;
}

export interface ConformanceResult {
  readonly report: Report;
  /** What was written, by kind; empty without `output`. */
  readonly files: Readonly<Partial<Record<ReportFile, string>>>;
}

type ReportFile = "run" | "html" | "json" | "junit" | "badge" | "implementationStatus";

/**
 * Runs the suite against a provider, judges what was recorded and writes the reports.
 * The exit code of a command is `report.exitCode`.
 *
 * @throws SuiteError when it cannot begin; never for what the provider does
 * @example
 * const { report } = await runConformance({ target: "https://127.0.0.1:8443", pki: "pki", output: "report" });
 * process.exitCode = report.exitCode;
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceResult> {
  const run = await recordRun(options);
  // First the record, then everything that follows from it.
  const runFile = options.output === undefined ? undefined : join(options.output, "run.json");
  if (runFile !== undefined) writeAtomically(runFile, encodeRun(run));
  const result = await judgeAndReport(run, options.output, options.catalogue);
  return runFile === undefined ? result : { ...result, files: { run: runFile, ...result.files } };
}

/**
 * Judges a recorded run with the cases of this suite, offline.
 *
 * @param output where to write the reports; default nowhere
 * @throws SuiteError `bad-run-file`
 */
export async function rejudge(
  file: string,
  options: { readonly output?: string; readonly catalogue?: Catalogue } = {},
): Promise<ConformanceResult> {
  return judgeAndReport(loadRun(file), options.output, options.catalogue);
}

async function judgeAndReport(
  run: Run,
  output: string | undefined,
  catalogue: Catalogue = builtInCatalogue(),
): Promise<ConformanceResult> {
  const report = await buildReport(run, catalogue);
  if (output === undefined) return { report, files: {} };
  const texts: Readonly<Record<Exclude<ReportFile, "run">, readonly [name: string, text: string]>> = {
    html: ["index.html", reportHtml(report, run)],
    json: ["report.json", `${JSON.stringify(report, null, 2)}\n`],
    junit: ["junit.xml", junitXml(report)],
    badge: ["badge.svg", badgeSvg(report)],
    implementationStatus: ["implementation-status.txt", implementationStatus(report)],
  };
  const files: Partial<Record<ReportFile, string>> = {};
  for (const [kind, [name, text]] of Object.entries(texts)) {
    const file = join(output, name);
    writeAtomically(file, text);
    files[kind as ReportFile] = file;
  }
  return { report, files };
}
