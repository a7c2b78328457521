/**
 * Plays the suite against every mutant, and says whether each is noticed by the cases that are named for it.
 *
 *     node conformance/mutants/run.ts                          the named cases; the provider as it is: all cases
 *     node conformance/mutants/run.ts --mutant ignores-host    some mutants
 *     node conformance/mutants/run.ts --all --write            all cases, and into kill-matrix.json
 *     node conformance/mutants/run.ts --case hub/submit --write    some cases against all mutants
 * @module
 */

import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { listCases } from "../src/index.ts";
import { findMutant, mutants } from "./index.ts";
import { encodeMatrix, type KillMatrix, killMatrix, survivors } from "./matrix.ts";
import { type Finding, findingsOf, type MutantRun } from "./outcome.ts";
import { playAll } from "./pool.ts";
import { withTable } from "./table.ts";
import type { Job } from "./worker.ts";

/** What to play. */
export interface RunMutantsOptions {
  /** Names of mutants. Default: all, and the provider as it is. */
  readonly names?: readonly string[];
  /** The cases named for each mutant, all of them, or these. */
  readonly cases: "named" | "all" | readonly string[];
  /** How long a case waits for what a mutant may never send. Default: 2 s. */
  readonly patienceMs?: number;
  /** How many at a time. Default: one more than there are processors, since cases wait as well. */
  readonly threads?: number;
  /** Called when one has been played. */
  readonly onProgress?: (progress: MutantProgress) => void;
}

/** What came of one mutant, or of the provider as it is. */
interface MutantProgress {
  readonly mutant?: string;
  readonly index: number;
  readonly count: number;
  readonly run?: MutantRun;
  readonly findings: readonly Finding[];
}

/** What came of all. */
export interface MutantsOutcome {
  readonly runs: readonly MutantRun[];
  readonly findings: readonly Finding[];
  /** Mutants that were noticed as they should be, and the provider as it is if it passed. */
  readonly passed: number;
  readonly failed: number;
}

const PATIENCE_MS = 2_000;
const MATRIX = fileURLToPath(new URL("./kill-matrix.json", import.meta.url));
const README = fileURLToPath(new URL("./README.md", import.meta.url));

/**
 * Plays the suite against mutants, each a process of its own with its own database, authority and ports.
 *
 * @throws {Error} for a name that no mutant has
 * @example
 * ```ts
 * const { failed, findings } = await runMutants({ names: ["ignores-host"], cases: "named" });
 * ```
 */
export async function runMutants(options: RunMutantsOptions): Promise<MutantsOutcome> {
  const { names, cases, patienceMs = PATIENCE_MS, threads = availableParallelism() + 1 } = options;
  const chosen = names === undefined ? [undefined, ...mutants] : names.map(findMutant);
  const jobs = chosen.map((mutant): Job => {
    const only = cases === "named" ? mutant?.caughtBy : cases === "all" ? undefined : cases;
    const selected = listCases(only === undefined ? {} : { only });
    const needsAdapter = selected.some(({ needs }) => needs !== "L0");
    return { ...nameOf(mutant), ...(only === undefined ? {} : { only }), needsAdapter, patienceMs };
  });
  const all: Finding[] = [];
  let failed = 0;
  let index = 0;
  const outcomes = await playAll(jobs, threads, {
    onRun(job, outcome) {
      const mutant = job.mutant === undefined ? undefined : findMutant(job.mutant);
      const findings = judged(mutant, outcome, cases);
      all.push(...findings);
      if (findings.length > 0) failed += 1;
      index += 1;
      const name = mutant === undefined ? {} : { mutant: mutant.name };
      const run = typeof outcome === "string" ? {} : { run: outcome };
      options.onProgress?.({ ...name, index, count: jobs.length, ...run, findings });
    },
  });
  const runs = outcomes.filter((outcome) => typeof outcome !== "string");
  return { runs, findings: all, passed: jobs.length - failed, failed };
}

function judged(
  mutant: ReturnType<typeof findMutant> | undefined,
  outcome: MutantRun | string,
  cases: RunMutantsOptions["cases"],
): Finding[] {
  if (typeof outcome === "string") return [{ ...nameOf(mutant), message: outcome }];
  // Of some cases nothing can be asked but those of them that are named.
  const played = typeof cases === "string" ? undefined : new Set(Object.keys(outcome.results));
  const asked = mutant && {
    ...mutant,
    caughtBy: mutant.caughtBy.filter((id) => played === undefined || played.has(id)),
  };
  return findingsOf(asked, outcome);
}

function nameOf(mutant: { readonly name: string } | undefined): { readonly mutant?: string } {
  return mutant === undefined ? {} : { mutant: mutant.name };
}

/** The published matrix, or nothing before the first. */
export function loadMatrix(): KillMatrix | undefined {
  try {
    return JSON.parse(readFileSync(MATRIX, "utf8")) as KillMatrix;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function line(text: string): void {
  process.stdout.write(`${text}\n`);
}

function show({ mutant = "the provider as it is", index, count, run, findings }: MutantProgress): void {
  const noticed = Object.values(run?.results ?? {}).filter(
    (result) => result === "fail" || result === "warn",
  );
  const seconds = ((run?.durationMs ?? 0) / 1000).toFixed(1);
  const what = `${noticed.length} of ${Object.keys(run?.results ?? {}).length} cases notice it`;
  line(
    `${findings.length === 0 ? "ok   " : "FAIL "} ${index}/${count} ${mutant.padEnd(40)} ${what}, ${seconds} s`,
  );
  for (const { caseId = "", message } of findings) line(`      ${caseId} ${message}`);
}

const USAGE = `Plays the suite against every mutant, and says whether each is noticed by the cases that are named for it.

usage: node conformance/mutants/run.ts [--mutant NAME]... [--case ID]... [--all] [--write] [--threads N] [--quiet]

  --mutant NAME  this mutant only (default: all, and the provider as it is)
  --case ID      this case only (default: those named for the mutant; for the provider as it is, all)
  --all          all cases: about two hours
  --write        the outcome goes into kill-matrix.json and README.md
  --threads N    how many at a time
  --quiet        shows only what is wrong
`;

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mutant: { type: "string", multiple: true },
      case: { type: "string", multiple: true },
      all: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      quiet: { type: "boolean", default: false },
      threads: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const outcome = await runMutants({
    ...(values.mutant === undefined ? {} : { names: values.mutant }),
    ...(values.threads === undefined ? {} : { threads: Number(values.threads) }),
    cases: values.case ?? (values.all ? "all" : "named"),
    onProgress: (progress) => {
      if (!values.quiet || progress.findings.length > 0) show(progress);
    },
  });
  const matrix = killMatrix(listCases(), mutants, outcome.runs, loadMatrix());
  if (values.write) {
    writeFileSync(MATRIX, encodeMatrix(matrix));
    writeFileSync(README, withTable(readFileSync(README, "utf8"), mutants));
  }
  if (values.write || values.all) for (const id of survivors(matrix)) line(`no mutant is noticed by ${id}`);
  line(`mutants: ${outcome.passed} passed, ${outcome.failed} failed`);
  process.exitCode = outcome.failed === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main(process.argv.slice(2));
