/**
 * What every report shows: the verdicts of a run, seen by case, by requirement and by reading.
 * @module
 */

import {
  type Draft,
  ledger,
  loadDrafts,
  loadReadings,
  loadRequirements,
  type Requirement,
} from "@openmimi/spec";
import { ADAPTER_LEVELS, type AdapterLevel, type CaseLevel, type Role } from "../case.ts";
import { type Catalogue, levelIndex } from "../catalogue.ts";
import { type CaseRecord, judgeRecords, RESULTS, type Result, type Verdict } from "../judge.ts";
import type { Run } from "../run-file.ts";
import { applyWaivers, type WaiverUse } from "../waivers.ts";

/** A case with what came of it. */
export interface ReportedCase {
  readonly id: string;
  readonly title: string;
  readonly level: CaseLevel;
  readonly role: Role | "unknown";
  readonly adapterLevel: AdapterLevel;
  readonly requirements: readonly string[];
  readonly readings: readonly string[];
  readonly twin?: string;
  readonly verdict: Verdict;
  readonly durationMs: number;
}

/** A requirement with the cases that are about it. `result` is the worst of theirs. */
export interface RequirementRow {
  readonly id: string;
  readonly draft: string;
  readonly section: string;
  readonly level: string;
  readonly requirement: string;
  readonly result: Result;
  readonly cases: readonly { readonly id: string; readonly result: Result }[];
}

/** A reading that was observed. */
interface ReadingRow {
  readonly id: string;
  readonly title: string;
  readonly observed: string;
  readonly text: string;
  /** Whether it is the reading that OpenMIMI follows. */
  readonly chosen: boolean;
  readonly cases: readonly string[];
}

/** How much of the ledger this run, and the suite at each level, decides. */
interface Coverage {
  readonly requirements: number;
  /** Decided by cases of this run, whatever the result. */
  readonly decided: number;
  /** What the cases of the suite are about, by the level that they need. */
  readonly unlocked: Readonly<Record<AdapterLevel, number>>;
  readonly untestable: number;
}

/** Everything. */
export interface Report {
  readonly format: "openmimi-conformance-report/1";
  readonly run: Omit<Run, "records" | "strays" | "waivers" | "format">;
  readonly exitCode: ExitCode;
  readonly counts: Readonly<Record<Result, number>>;
  readonly cases: readonly ReportedCase[];
  readonly requirements: readonly RequirementRow[];
  readonly readings: readonly ReadingRow[];
  readonly waivers: readonly WaiverUse[];
  readonly coverage: Coverage;
  readonly drafts: readonly Draft[];
  /** How many requests of the target belonged to no case. */
  readonly strays: number;
}

/** 0: nothing failed and everything was decided. 1: something failed. 2: nothing failed, but something is inconclusive. */
export type ExitCode = 0 | 1 | 2;

/** From bad to good; what is not decided comes after what is. */
const WORST_FIRST: readonly Result[] = ["fail", "inconclusive", "waived", "warn", "pass", "skip"];

/** Judges a run and arranges the result. */
export async function buildReport(run: Run, catalogue: Catalogue): Promise<Report> {
  const day = run.startedAt.slice(0, 10);
  const judged = await judgeRecords(run.records, catalogue);
  const { verdicts, waivers } = applyWaivers(judged, run.waivers, day);
  const cases = run.records.map((record, at) => reportedCase(record, verdicts[at] as Verdict, catalogue));
  const counts = Object.fromEntries(
    RESULTS.map((result) => [result, verdicts.filter((verdict) => verdict.result === result).length]),
  ) as Record<Result, number>;
  const { records: _records, strays, waivers: _waivers, format: _format, ...facts } = run;
  return {
    format: "openmimi-conformance-report/1",
    run: facts,
    exitCode: counts.fail > 0 ? 1 : counts.inconclusive > 0 || verdicts.length === 0 ? 2 : 0,
    counts,
    cases,
    requirements: requirementRows(cases),
    readings: readingRows(verdicts),
    waivers,
    coverage: coverageOf(cases, catalogue),
    drafts: loadDrafts(),
    strays: strays.length,
  };
}

function reportedCase(record: CaseRecord, verdict: Verdict, catalogue: Catalogue): ReportedCase {
  const one = catalogue.get(record.caseId);
  const { twin } = one ?? {};
  return {
    id: record.caseId,
    title: one?.title ?? "a case that this suite does not have",
    level: one?.level ?? "MAY",
    role: one?.role ?? "unknown",
    adapterLevel: one?.needs.level ?? "L0",
    requirements: one?.requirements ?? [],
    readings: one?.readings ?? [],
    ...(twin === undefined ? {} : { twin: typeof twin === "string" ? twin : "inline" }),
    verdict,
    durationMs: Math.round((record.transcript?.durationMs ?? 0) + (record.valid?.durationMs ?? 0)),
  };
}

function requirementRows(cases: readonly ReportedCase[]): RequirementRow[] {
  return loadRequirements().flatMap((requirement) => {
    const about = cases
      .filter(({ requirements }) => requirements.includes(requirement.id))
      .map(({ id, verdict }) => ({ id, result: verdict.result }));
    return about.length === 0 ? [] : [rowOf(requirement, about)];
  });
}

function rowOf(requirement: Requirement, about: RequirementRow["cases"]): RequirementRow {
  const { id, draft, section, level } = requirement;
  const result = WORST_FIRST.find((one) => about.some((entry) => entry.result === one)) ?? "skip";
  return { id, draft, section, level, requirement: requirement.requirement, result, cases: about };
}

function readingRows(verdicts: readonly Verdict[]): ReadingRow[] {
  const observed = new Map<string, Set<string>>();
  for (const { caseId, readings } of verdicts) {
    for (const { id, observed: letter } of readings) {
      const key = `${id} ${letter}`;
      observed.set(key, (observed.get(key) ?? new Set()).add(caseId));
    }
  }
  return [...observed].sort().flatMap(([key, cases]) => {
    const [id, letter = ""] = key.split(" ");
    const reading = loadReadings().find((one) => one.id === id);
    if (reading === undefined) return [];
    const { title, readings, chosen } = reading;
    const text = readings.get(letter) ?? "";
    return [{ id: reading.id, title, observed: letter, text, chosen: letter === chosen, cases: [...cases] }];
  });
}

const DECIDED: ReadonlySet<Result> = new Set(["pass", "fail", "warn", "waived"]);

function coverageOf(cases: readonly ReportedCase[], catalogue: Catalogue): Coverage {
  const requirements = loadRequirements();
  const decidedBy = new Map<string, string[]>();
  for (const { id, requirements: about, verdict } of cases) {
    if (!DECIDED.has(verdict.result)) continue;
    for (const requirement of about) decidedBy.set(requirement, [...(decidedBy.get(requirement) ?? []), id]);
  }
  const { covered, untestable } = ledger(requirements, decidedBy);
  return {
    requirements: requirements.length,
    decided: covered.length,
    unlocked: unlockedBy(catalogue),
    untestable: untestable.length,
  };
}

/** How many requirements the suite's cases are about, for each level with those below it. */
export function unlockedBy(catalogue: Catalogue): Record<AdapterLevel, number> {
  const count = (level: AdapterLevel): number => {
    const within = [...catalogue.values()].filter(
      ({ needs }) => levelIndex(needs.level) <= levelIndex(level),
    );
    return new Set(within.flatMap(({ requirements }) => requirements)).size;
  };
  return Object.fromEntries(ADAPTER_LEVELS.map((level) => [level, count(level)])) as Record<
    AdapterLevel,
    number
  >;
}
