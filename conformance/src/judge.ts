/**
 * Turns transcripts into verdicts. Nothing here looks at anything but the record, so that a run can be judged again
 * later, offline, by a newer suite.
 * @module
 */

import type { ConformanceCase, Script } from "./case.ts";
import type { Check, ObservedReading } from "./checks.ts";
import { checksOf } from "./checks-of.ts";
import { reasonOf } from "./errors.ts";
import type { CaseTranscript } from "./transcript.ts";

export const RESULTS = ["pass", "fail", "warn", "inconclusive", "skip", "waived"] as const;
export type Result = (typeof RESULTS)[number];

/** What a case comes to. */
export interface Verdict {
  readonly caseId: string;
  readonly result: Result;
  readonly expected: string;
  readonly saw: string;
  /** The entry of the transcript that shows it. */
  readonly at?: number;
  /** Why it is not simply pass or fail, where that needs saying. */
  readonly reason?: string;
  readonly readings: readonly ObservedReading[];
  readonly checks: readonly Check[];
}

/** What was recorded of one case: its own transcript, and that of its inline valid twin. */
export interface CaseRecord {
  readonly caseId: string;
  readonly transcript?: CaseTranscript;
  readonly valid?: CaseTranscript;
  /** Why it did not run at all. */
  readonly skipped?: string;
}

/**
 * Judges a whole run: every case by itself, then each negative case in the light of its valid twin.
 * Records of cases that are not in the catalogue any more come out as skipped.
 */
export async function judgeRecords(
  records: readonly CaseRecord[],
  catalogue: ReadonlyMap<string, ConformanceCase>,
): Promise<readonly Verdict[]> {
  const verdicts = new Map<string, Verdict>();
  const twins = new Map<string, Verdict>();
  for (const record of records) {
    const one = catalogue.get(record.caseId);
    verdicts.set(record.caseId, await judgeRecord(record, one));
    if (one !== undefined && typeof one.twin === "object" && record.valid !== undefined) {
      twins.set(record.caseId, await judgeScript(record.caseId, "MUST", one.twin, record.valid));
    }
  }
  return records.map(({ caseId }) => {
    const verdict = verdicts.get(caseId) as Verdict;
    const twin = catalogue.get(caseId)?.twin;
    if (twin === undefined || verdict.result === "skip") return verdict;
    const name = typeof twin === "string" ? twin : "the valid twin";
    return withTwin(verdict, name, typeof twin === "string" ? verdicts.get(twin) : twins.get(caseId));
  });
}

async function judgeRecord(record: CaseRecord, one: ConformanceCase | undefined): Promise<Verdict> {
  const { caseId, transcript, skipped } = record;
  if (one === undefined) return without(caseId, "skip", "this suite has no such case");
  if (transcript === undefined) return without(caseId, "skip", skipped ?? "it did not run");
  return judgeScript(caseId, one.level, one, transcript);
}

/** Judges one transcript by its script's own judge. */
async function judgeScript(
  caseId: string,
  level: ConformanceCase["level"],
  script: Script,
  transcript: CaseTranscript,
): Promise<Verdict> {
  if (transcript.end.kind === "broken") {
    return without(caseId, "inconclusive", `the suite's script broke: ${transcript.end.reason}`);
  }
  let checks: readonly Check[];
  try {
    checks = await script.judge(transcript, checksOf(transcript));
  } catch (error) {
    return without(caseId, "inconclusive", `the suite's judge broke: ${reasonOf(error)}`);
  }
  return combine(caseId, level, checks, transcript);
}

/** The worst check decides; the first of equally bad ones is shown. */
function combine(
  caseId: string,
  level: ConformanceCase["level"],
  checks: readonly Check[],
  { end }: CaseTranscript,
): Verdict {
  const readings = checks.flatMap(({ reading }) => (reading === undefined ? [] : [reading]));
  const from = (result: Result, check: Check, reason?: string): Verdict => ({
    caseId,
    result,
    expected: check.expected,
    saw: check.saw,
    ...(check.at === undefined ? {} : { at: check.at }),
    ...(reason === undefined ? {} : { reason }),
    readings,
    checks,
  });
  const unmet = checks.filter(({ holds }) => holds === "no");
  const strict = unmet.find((check) => check.disputed !== true && check.level !== "SHOULD");
  if (strict !== undefined) {
    if (level === "MUST") return from("fail", strict);
    if (level === "SHOULD") return from("warn", strict);
    return from("skip", strict, "optional, and not offered");
  }
  const disputed = unmet.find((check) => check.disputed === true);
  if (disputed !== undefined) return from("inconclusive", disputed, "two MLS engines disagree");
  const unknown = checks.find(({ holds }) => holds === "unknown");
  if (unknown !== undefined) return from("inconclusive", unknown, reasonOfEnd(end) ?? unknown.saw);
  const lenient = unmet[0];
  if (lenient !== undefined) return from("warn", lenient);
  const early = reasonOfEnd(end);
  if (early !== undefined) return { ...without(caseId, "inconclusive", early), readings, checks };
  const [first] = checks;
  if (first === undefined) return without(caseId, "inconclusive", "the judge looked at nothing");
  return from("pass", {
    ...first,
    expected: checks.map(({ expected }) => expected).join("; "),
    saw: checks.map(({ saw }) => saw).join("; "),
  });
}

function reasonOfEnd(end: CaseTranscript["end"]): string | undefined {
  return end.kind === "completed" ? undefined : `the script stopped: ${end.reason}`;
}

function withTwin(verdict: Verdict, name: string, twin: Verdict | undefined): Verdict {
  if (twin?.result === "pass" || twin?.result === "warn") return verdict;
  const reason = twin === undefined ? `${name} did not run` : `${name}: ${twin.result}: ${twin.saw}`;
  return { ...verdict, result: "inconclusive", reason: `its valid twin does not pass (${reason})` };
}

function without(caseId: string, result: Result, reason: string): Verdict {
  return { caseId, result, expected: "", saw: reason, reason, readings: [], checks: [] };
}
